"""What a password may be, character by character, and what is refused with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.identity.conftest import PASSWORD
from tests.promises.world import NOW
from trustkeep.accounts.models import Member, Person
from trustkeep.identity import actions, passwords, throttling
from trustkeep.identity.models import ApiToken, Invitation, User
from trustkeep.identity.passwords import (
    MAX_LENGTH,
    MIN_LENGTH,
    PROFILES,
    PUBLISHED_KINDS,
    STRICT_MIN_LENGTH,
    PasswordRefused,
    Policy,
    Reason,
    normalised,
)
from trustkeep.identity.signing_in import SignInRefused, sign_in
from trustkeep.identity.store import SessionStore
from trustkeep.identity.throttling import TooManyAttempts

PUBLISHED, STRICT = PROFILES["published"], PROFILES["strict"]
STRONG = "Kelp-Orbit-7"


def entered(user: User, password: str) -> bool:
    try:
        sign_in(SessionStore(), email=user.email, password=password, now=NOW)
    except SignInRefused:
        return False
    return True


def given_password(user: User, password: str) -> None:
    actions.reset_password(user_id=user.pk, new=password, by="test", now=NOW)


@pytest.mark.rule("N1")
@pytest.mark.asvs("6.2.1")
@pytest.mark.parametrize(
    ("policy", "least"),
    [(PUBLISHED, MIN_LENGTH), (STRICT, STRICT_MIN_LENGTH)],
    ids=["published", "strict"],
)
def test_length__counts_to_the_exact_character(policy: Policy, least: int) -> None:
    whole = "Kq7-" + "zv" * 10

    assert policy.violations(whole[: least - 1]) == [Reason.TOO_SHORT]
    assert policy.violations(whole[:least]) == []


@pytest.mark.rule("N2")
@pytest.mark.asvs("6.2.9")
@pytest.mark.parametrize("length", [64, 128, MAX_LENGTH])
def test_length__may_be_far_more_than_anybody_types(length: int) -> None:
    assert PUBLISHED.violations(STRONG + "q" * (length - len(STRONG))) == []
    assert PUBLISHED.violations("A-7" + "q" * MAX_LENGTH) == [Reason.TOO_LONG]


@pytest.mark.rule("N3")
@pytest.mark.parametrize("code", range(0x20, 0x7F), ids=hex)
def test_signs__of_ascii_may_all_stand_in_it(code: int) -> None:
    assert PUBLISHED.violations(f"Aq7-zvxkw{chr(code)}m") == []


@pytest.mark.rule("N4")
@pytest.mark.parametrize("text", ["Ägäis-7-Öl", "Ключ-от-дома-7", "Ωμέγα-7-ναύς", "Straße 9 ǅ"])
def test_letters__of_any_script_count(text: str) -> None:
    assert PUBLISHED.violations(text) == []


@pytest.mark.rule("N4")
def test_code_points__are_counted_and_not_bytes() -> None:
    assert PUBLISHED.violations("Zq7😀😀😀😀") == [Reason.TOO_SHORT]
    assert PUBLISHED.violations("Zq7😀😀😀😀😀") == []


@pytest.mark.rule("N5")
@pytest.mark.asvs("6.2.8")
def test_forms__of_the_same_characters_are_the_same_password(alice: User) -> None:
    given_password(alice, "Caf\u00e9-Orbit-7")

    assert entered(alice, "Cafe\u0301-Orbit-7")
    for other in ("caf\u00e9-Orbit-7", " Caf\u00e9-Orbit-7", "Caf\u00e9-Orbit-7 "):
        assert not entered(alice, other), "nothing is trimmed, no case is folded"


@pytest.mark.rule("N9")
@pytest.mark.asvs("6.2.8")
def test_whole__of_a_long_password_counts(alice: User) -> None:
    long = STRONG + "q" * 100
    given_password(alice, long + "x")

    assert entered(alice, long + "x")
    assert not entered(alice, long + "y")
    assert not entered(alice, long)


@pytest.mark.rule("N8")
@pytest.mark.asvs("6.4.2")
def test_hints__and_questions_have_no_place_to_rest() -> None:
    columns = {field.name for field in User._meta.get_fields()}

    assert not {one for one in columns if "hint" in one or "question" in one or "answer" in one}


@pytest.mark.rule("N10")
@pytest.mark.asvs("6.2.4", "6.2.11", "6.1.2")
@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        ("Password1!", Reason.COMMON),
        ("Qwertyuiop1!", Reason.COMMON),
        ("Trustkeep-2026", Reason.CONTEXT),
        ("Alice-Example-7", Reason.CONTEXT),
        ("Lumen-Talk-77-Xq", Reason.CONTEXT),
    ],
)
def test_reason__is_told_in_the_readers_language(
    candidate: str, reason: Reason, alice: User
) -> None:
    told = set()
    for language in ("de", "en", "fr"):
        with translation.override(language), pytest.raises(PasswordRefused) as caught:
            PUBLISHED.require(candidate, context=[alice.email, "Alice", "Lumen Talk"])
        assert caught.value.reasons == (reason,)
        told.add(caught.value.messages)

    assert len(told) == 3


@pytest.mark.asvs("6.2.4")
def test_list__of_common_passwords_knows_more_than_three_thousand() -> None:
    assert len(passwords._common()) > 3000


@pytest.mark.rule("N12")
@pytest.mark.asvs("6.3.1", "6.1.1")
def test_hundred_failures__close_the_door_until_another_proof(alice: User) -> None:
    at = NOW
    for turn in range(throttling.MAX_FAILURES):
        throttling.failed(account=alice.email, source=f"192.0.2.{turn}", now=at)
        at += throttling.LONGEST_ACCOUNT_PAUSE
    with pytest.raises(TooManyAttempts):
        sign_in(SessionStore(), email=alice.email, password=PASSWORD, now=at + timedelta(days=30))

    given_password(alice, STRONG + "-Umbra")

    assert entered(alice, STRONG + "-Umbra")


@pytest.mark.rule("N12")
def test_strangers__slow_an_account_down_for_minutes_and_never_lock_it(alice: User) -> None:
    for turn in range(throttling.MAX_FAILURES - 1):
        throttling.failed(account=alice.email, source=f"192.0.2.{turn}", now=NOW)

    later = NOW + throttling.LONGEST_ACCOUNT_PAUSE + timedelta(seconds=1)
    user, _ = sign_in(SessionStore(), email=alice.email, password=PASSWORD, now=later)

    assert user == alice


@given(st.text(min_size=1, max_size=40))
def test_policy__accepts_nothing_that_breaks_what_is_published(candidate: str) -> None:
    for policy in PROFILES.values():
        if policy.violations(candidate):
            continue
        text = normalised(candidate)
        assert len(text) >= MIN_LENGTH
        assert all(passwords._KINDS[kind] for kind in PUBLISHED_KINDS)
        for kind in PUBLISHED_KINDS:
            assert any(map(passwords._KINDS[kind], text))


@pytest.mark.asvs("6.3.2")
@pytest.mark.django_db
def test_nobody__can_sign_in_before_anybody_was_let_in() -> None:
    tables = (User, Person, Member, ApiToken, Invitation)

    assert [table.objects.count() for table in tables] == [0] * len(tables)
