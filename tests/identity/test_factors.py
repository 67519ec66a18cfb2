"""Second factors: what each accepts, what it refuses, and what a change of them ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from django.db import connection

from tests.identity.conftest import PASSWORD
from tests.identity.soft_authenticator import SoftAuthenticator
from tests.promises.world import NOW, person
from trustkeep.identity import (
    authenticators,
    challenges,
    factors,
    passkeys,
    recovery_codes,
    relying_party,
)
from trustkeep.identity.actions import admit
from trustkeep.identity.authenticators import LEEWAY_STEPS, STEP
from trustkeep.identity.factors import CodeRefused, Demand, LastFactor, NoSuchFactor
from trustkeep.identity.holding import HELD_FOR, Onward, complete, held
from trustkeep.identity.models import AccessEvent, Authenticator, Passkey, RecoveryCode, User
from trustkeep.identity.passkeys import PasskeyRefused
from trustkeep.identity.relying_party import RelyingParty
from trustkeep.identity.sessions import user_of
from trustkeep.identity.signing_in import sign_in
from trustkeep.identity.store import SessionStore
from trustkeep.identity.throttling import FREE_FAILURES, TooManyAttempts
from trustkeep.kernel.clock import frozen

PARTY = RelyingParty("trust.example.com", "https://trust.example.com")


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(relying_party, "_installed", [PARTY])
    monkeypatch.setattr(factors, "_demand", [Demand.OPTIONAL])
    with frozen(NOW):
        yield


@pytest.fixture
def demanding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factors, "_demand", [Demand.REQUIRED])


def device() -> SoftAuthenticator:
    return SoftAuthenticator(PARTY.origin, PARTY.id)


def code_at(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(NOW + steps * STEP)


def enrolled(user: User) -> str:
    """Give `user` an authenticator, confirmed long ago; returns its secret."""
    secret = authenticators.begin(user, issuer="Lumen Talk", now=NOW).secret
    long_ago = NOW - timedelta(hours=1)
    authenticators.confirm(user, pyotp.TOTP(secret).at(long_ago), now=long_ago)
    return secret


def with_passkey(user: User, made: SoftAuthenticator) -> SessionStore:
    browser = SessionStore()
    options = passkeys.registration(user, browser, now=NOW)
    passkeys.add(user, browser, answer=made.make(options), name=" My  laptop ", now=NOW)
    return browser


def typed(user: User) -> tuple[SessionStore, Onward]:
    """Type address and password."""
    browser = SessionStore()
    _, onward = sign_in(browser, email=user.email, password=PASSWORD, now=NOW)
    return browser, onward


def test_authenticator__secret_rests_sealed_and_is_shown_until_confirmed(alice: User) -> None:
    first = authenticators.begin(alice, issuer="Lumen Talk", now=NOW)
    again = authenticators.begin(alice, issuer="Lumen Talk", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_authenticator")
        rests = repr(cursor.fetchall())

    assert first == again
    assert len(first.secret) == 32
    assert first.secret not in rests
    assert first.uri.startswith("otpauth://totp/Lumen%20Talk:")
    assert first.spaced.replace(" ", "") == first.secret


def test_authenticator__counts_from_its_first_code_on(alice: User) -> None:
    secret = authenticators.begin(alice, issuer="x", now=NOW).secret
    assert not factors.has_factor(alice)
    with pytest.raises(CodeRefused):
        authenticators.prove(alice, code_at(secret), now=NOW)
    with pytest.raises(CodeRefused):
        authenticators.confirm(alice, "000000", now=NOW)

    codes = authenticators.confirm(alice, code_at(secret), now=NOW)

    assert factors.has_factor(alice)
    assert len(codes) == recovery_codes.CODES


@pytest.mark.asvs("6.5.1")
def test_authenticator__takes_a_code_once(alice: User) -> None:
    secret = enrolled(alice)
    authenticators.prove(alice, code_at(secret), now=NOW)

    for again in (code_at(secret), code_at(secret, -1)):
        with pytest.raises(CodeRefused):
            authenticators.prove(alice, again, now=NOW)
    later = NOW + STEP
    assert authenticators.prove(alice, code_at(secret, 1), now=later) == ("otp",)


def test_authenticator__does_not_take_the_code_that_confirmed_it(alice: User) -> None:
    secret = authenticators.begin(alice, issuer="x", now=NOW).secret
    authenticators.confirm(alice, code_at(secret), now=NOW)

    with pytest.raises(CodeRefused):
        authenticators.prove(alice, code_at(secret), now=NOW)


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize(
    ("steps", "accepted"),
    [(-LEEWAY_STEPS - 1, False), (-LEEWAY_STEPS, True), (LEEWAY_STEPS, True),
     (LEEWAY_STEPS + 1, False)],
)  # fmt: skip
def test_authenticator__allows_one_step_of_leeway(alice: User, steps: int, accepted: bool) -> None:
    code = code_at(enrolled(alice), steps)

    if accepted:
        assert authenticators.prove(alice, f" {code[:3]} {code[3:]}", now=NOW)
    else:
        with pytest.raises(CodeRefused):
            authenticators.prove(alice, code, now=NOW)


@pytest.mark.asvs("6.6.3")
def test_codes__cannot_be_guessed_for_long(alice: User) -> None:
    secret = enrolled(alice)
    for _ in range(FREE_FAILURES):
        with pytest.raises(CodeRefused):
            authenticators.prove(alice, "000000", now=NOW)

    with pytest.raises(TooManyAttempts):
        authenticators.prove(alice, code_at(secret), now=NOW)
    with pytest.raises(TooManyAttempts):
        recovery_codes.prove(alice, "AAAA", now=NOW)
    assert AccessEvent.objects.filter(what="factor-refused").count() == FREE_FAILURES


@pytest.mark.asvs("6.5.2", "6.5.3", "6.5.4")
def test_recovery_codes__are_ten_strong_and_not_at_rest(alice: User) -> None:
    codes = recovery_codes.make(alice, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM identity_recoverycode")
        rests = repr(cursor.fetchall())

    assert len(set(codes)) == recovery_codes.CODES
    assert all(len(code.replace("-", "")) * 5 >= 64 for code in codes)
    assert not any(code in rests or code.replace("-", "") in rests for code in codes)


@pytest.mark.asvs("6.5.1")
def test_recovery_code__opens_once_however_it_is_typed(alice: User) -> None:
    code, other, *_ = recovery_codes.make(alice, now=NOW)

    assert recovery_codes.prove(alice, code.lower().replace("-", " "), now=NOW) == ("otp",)
    with pytest.raises(CodeRefused):
        recovery_codes.prove(alice, code, now=NOW)
    assert recovery_codes.prove(alice, other, now=NOW)
    assert factors.factors_of(alice).recovery_codes == recovery_codes.CODES - 2


def test_recovery_codes__made_anew_end_the_older_ones(alice: User) -> None:
    old, *_ = recovery_codes.make(alice, now=NOW)
    recovery_codes.make(alice, now=NOW)

    with pytest.raises(CodeRefused):
        recovery_codes.prove(alice, old, now=NOW)
    assert RecoveryCode.objects.count() == recovery_codes.CODES


def test_recovery_code__opens_for_nobody_else(alice: User) -> None:
    code, *_ = recovery_codes.make(alice, now=NOW)
    mallory = User.objects.get(pk=admit(person_id=person("Mallory").id, password=PASSWORD, now=NOW))

    with pytest.raises(CodeRefused):
        recovery_codes.prove(mallory, code, now=NOW)


def test_passkey__proves_the_second_factor(alice: User) -> None:
    made = device()
    with_passkey(alice, made)
    browser = SessionStore()
    question = passkeys.question(alice, browser, now=NOW)

    assert passkeys.prove(alice, browser, answer=made.prove(question), now=NOW) == ("hwk", "user")
    assert [one.name for one in passkeys.passkeys_of(alice)] == ["My laptop"]
    assert b"laptop" not in bytes(Passkey.objects.get().sealed)


def test_passkey__answers_each_question_once(alice: User) -> None:
    made = device()
    with_passkey(alice, made)
    browser = SessionStore()
    answer = made.prove(passkeys.question(alice, browser, now=NOW))
    passkeys.prove(alice, browser, answer=answer, now=NOW)

    with pytest.raises(PasskeyRefused):
        passkeys.prove(alice, browser, answer=answer, now=NOW)


def test_passkey__is_refused_with_anything_wrong_about_it(alice: User) -> None:
    made = device()
    with_passkey(alice, made)
    other, browser = SessionStore(), SessionStore()
    foreign = SoftAuthenticator("https://evil.example", PARTY.id, key=made.key)
    elsewhere = SoftAuthenticator(PARTY.origin, "evil.example", key=made.key)
    stranger = device()
    for wrong in (foreign, elsewhere, stranger):
        wrong.uses = 10
        question = passkeys.question(alice, browser, now=NOW)
        with pytest.raises(PasskeyRefused):
            passkeys.prove(alice, browser, answer=wrong.prove(question), now=NOW)
        factors.proved(alice)
    asked_elsewhere = passkeys.question(alice, other, now=NOW)
    passkeys.question(alice, browser, now=NOW)
    with pytest.raises(PasskeyRefused):
        passkeys.prove(alice, browser, answer=made.prove(asked_elsewhere), now=NOW)
    for nonsense in ("", "{}", "[]", "null", '{"id": 1}', "x" * (passkeys.LONGEST_ANSWER + 1)):
        passkeys.question(alice, browser, now=NOW)
        factors.proved(alice)
        with pytest.raises(PasskeyRefused):
            passkeys.prove(alice, browser, answer=nonsense, now=NOW)


def test_passkey__that_was_copied_is_noticed(alice: User) -> None:
    made = device()
    with_passkey(alice, made)
    browser = SessionStore()
    made.uses = 7
    passkeys.prove(
        alice, browser, answer=made.prove(passkeys.question(alice, browser, now=NOW)), now=NOW
    )
    made.uses = 3

    with pytest.raises(PasskeyRefused):
        passkeys.prove(
            alice, browser, answer=made.prove(passkeys.question(alice, browser, now=NOW)), now=NOW
        )


def test_passkey__question_grows_old(alice: User) -> None:
    made = device()
    with_passkey(alice, made)
    browser = SessionStore()
    answer = made.prove(passkeys.question(alice, browser, now=NOW))

    with pytest.raises(PasskeyRefused):
        passkeys.prove(
            alice, browser, answer=answer, now=NOW + challenges.LIFETIME + timedelta(seconds=1)
        )


def test_passkey__alone_signs_in_only_where_the_device_verified_its_user(alice: User) -> None:
    made = device()
    with_passkey(alice, made)
    browser = SessionStore()
    answer = made.prove(passkeys.question(None, browser, now=NOW))
    user, amr = passkeys.sign_in(browser, answer=answer, now=NOW)
    assert (user, amr) == (alice, ("hwk", "user"))

    made.verifies = False
    answer = made.prove(passkeys.question(None, browser, now=NOW))
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(browser, answer=answer, now=NOW)


def test_passkey__alone_is_no_way_in_for_who_was_shut_out_or_uses_a_provider(alice: User) -> None:
    made = device()
    with_passkey(alice, made)
    alice.set_unusable_password()
    for change in ({"active": False}, {"active": True, "single_sign_on": True}):
        User.objects.filter(pk=alice.pk).update(password=alice.password, **change)
        browser = SessionStore()
        answer = made.prove(passkeys.question(None, browser, now=NOW))
        with pytest.raises(PasskeyRefused):
            passkeys.sign_in(browser, answer=answer, now=NOW)


def test_passkey__is_made_for_one_user_only(alice: User) -> None:
    made = device()
    with_passkey(alice, made)

    with pytest.raises(PasskeyRefused):
        with_passkey(alice, made)


def test_password__alone_is_enough_where_no_factor_is_asked_for(alice: User) -> None:
    browser, onward = typed(alice)
    user = user_of(SessionStore(browser.session_key), now=NOW)

    assert onward is Onward.IN
    assert user
    assert user.opened
    assert not user.opened.authentication.proved_factor


@pytest.mark.asvs("6.3.3")
def test_password__opens_nothing_until_the_factor_is_shown(alice: User) -> None:
    secret = enrolled(alice)
    browser, onward = typed(alice)
    waiting = held(browser, now=NOW)

    assert onward is Onward.FACTOR
    assert user_of(browser, now=NOW) is None
    assert waiting
    amr = authenticators.prove(waiting.user, code_at(secret), now=NOW)
    complete(browser, waiting, amr=amr, now=NOW)
    user = user_of(SessionStore(browser.session_key), now=NOW)
    assert user
    assert user.opened
    assert user.opened.authentication.amr == ("pwd", "otp", "mfa")
    assert user.opened.authentication.aal == 2
    assert held(browser, now=NOW) is None


@pytest.mark.asvs("6.3.3")
@pytest.mark.usefixtures("demanding")
def test_password__opens_nothing_until_a_demanded_factor_is_enrolled(alice: User) -> None:
    browser, onward = typed(alice)
    waiting = held(browser, now=NOW)

    assert onward is Onward.ENROL
    assert user_of(browser, now=NOW) is None
    assert waiting
    assert waiting.missing is Onward.ENROL


def test_waiting__ends_with_time_and_with_a_new_password(alice: User) -> None:
    enrolled(alice)
    browser, _ = typed(alice)

    assert held(browser, now=NOW + HELD_FOR)
    assert held(browser, now=NOW + HELD_FOR + timedelta(seconds=1)) is None
    User.objects.filter(pk=alice.pk).update(epoch=99)
    assert held(browser, now=NOW) is None


@pytest.mark.rule("S7")
@pytest.mark.asvs("7.4.3")
def test_change_of_factors__ends_the_sessions_and_is_noted(alice: User) -> None:
    browser, _ = typed(alice)
    enrolled(alice)

    assert user_of(SessionStore(browser.session_key), now=NOW) is None
    assert AccessEvent.objects.filter(what="factor-added", detail="authenticator").exists()


@pytest.mark.asvs("6.5.6")
def test_factor__can_be_removed_but_not_the_last_demanded_one(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(alice)
    with_passkey(alice, device())
    monkeypatch.setattr(factors, "_demand", [Demand.REQUIRED])
    authenticators.remove(alice, now=NOW)
    [left] = passkeys.passkeys_of(alice)
    with pytest.raises(LastFactor):
        passkeys.remove(alice, left.id, now=NOW)

    monkeypatch.setattr(factors, "_demand", [Demand.OPTIONAL])
    passkeys.remove(alice, left.id, now=NOW)

    assert not factors.has_factor(alice)
    with pytest.raises(NoSuchFactor):
        passkeys.remove(alice, left.id, now=NOW)
    with pytest.raises(NoSuchFactor):
        authenticators.remove(alice, now=NOW)


def test_authenticator__is_replaced_by_a_confirmed_one_only(alice: User) -> None:
    first = enrolled(alice)
    second = authenticators.begin(alice, issuer="x", now=NOW).secret
    assert authenticators.prove(alice, code_at(first), now=NOW), "the first still counts"

    authenticators.confirm(alice, code_at(second), now=NOW)

    with pytest.raises(CodeRefused):
        authenticators.prove(alice, code_at(first, 1), now=NOW + STEP)
    assert Authenticator.objects.count() == 1


def test_demand__names_what_it_may_be() -> None:
    with pytest.raises(factors.UnknownDemand, match="required, optional"):
        factors.activate("sometimes")
