"""Passwords at rest follow the present parameters."""

from __future__ import annotations

import pytest

from tests.hashing import FastArgon2Hasher
from tests.identity.conftest import PASSWORD
from tests.promises.world import NOW
from trustkeep.identity.models import User
from trustkeep.identity.signing_in import sign_in
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
