"""Passwords at rest follow the present parameters."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

import pytest

from tests.hashing import FastArgon2Hasher
from tests.identity.conftest import PASSWORD
from tests.promises.world import NOW
from trustkeep.identity import pepper
from trustkeep.identity.models import User
from trustkeep.identity.signing_in import SignInRefused, sign_in
from trustkeep.identity.store import SessionStore


class Older(FastArgon2Hasher):
    memory_cost = 16


@pytest.mark.rule("N14")
@pytest.mark.asvs("11.4.2")
def test_hash__made_with_older_parameters_is_renewed_at_the_next_sign_in(alice: User) -> None:
    old = Older().encode(PASSWORD, Older().salt())
    User.objects.filter(pk=alice.pk).update(password=old)

    sign_in(SessionStore(), email=alice.email, password=PASSWORD, now=NOW)

    rests = User.objects.get(pk=alice.pk).password
    assert f"m={Older.memory_cost}," in old
    assert f"m={FastArgon2Hasher.memory_cost}," in rests
    sign_in(SessionStore(), email=alice.email, password=PASSWORD, now=NOW)
    assert User.objects.get(pk=alice.pk).password == rests, "and then it stays"


FIRST = "2026-01 " + base64.b64encode(b"a" * 32).decode()
SECOND = "2026-02 " + base64.b64encode(b"b" * 32).decode()


@pytest.fixture
def peppered() -> Iterator[Callable[..., None]]:
    """Install peppers, and none again after the test."""

    def install(*lines: str) -> None:
        pepper.install("\n".join(lines))

    yield install
    pepper.install("")


def rests_after_signing_in(user: User) -> str:
    sign_in(SessionStore(), email=user.email, password=PASSWORD, now=NOW)
    return User.objects.get(pk=user.pk).password


@pytest.mark.rule("N14")
def test_pepper__takes_over_at_the_next_sign_in_and_so_does_each_newer_one(
    alice: User, peppered: Callable[..., None]
) -> None:
    bare = alice.password
    peppered(FIRST)
    first = rests_after_signing_in(alice)
    assert first.startswith("pepper:2026-01:")
    assert rests_after_signing_in(alice) == first, "and then it stays"

    peppered(FIRST, SECOND)
    second = rests_after_signing_in(alice)

    assert second.startswith("pepper:2026-02:")
    assert not bare.startswith("pepper:")
    peppered(SECOND)
    assert rests_after_signing_in(alice) == second


@pytest.mark.rule("N14")
def test_pepper__that_is_gone_or_another_opens_nothing(
    alice: User, peppered: Callable[..., None]
) -> None:
    peppered(FIRST)
    rests_after_signing_in(alice)

    for lines in ((SECOND,), (), ("2026-01 " + SECOND.partition(" ")[2],)):
        peppered(*lines)
        with pytest.raises(SignInRefused):
            rests_after_signing_in(alice)


@pytest.mark.parametrize(
    "text", ["x", "a b", "a !!!", FIRST + "\n" + FIRST, "ä " + FIRST[8:], "a " + "YQ=="]
)
def test_pepper__that_cannot_be_one_stops_the_start_and_tells_nothing_of_it(text: str) -> None:
    with pytest.raises(pepper.PepperUnreadable) as caught:
        pepper.install(text)

    assert FIRST[8:] not in str(caught.value)
