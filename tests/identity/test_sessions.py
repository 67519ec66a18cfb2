"""Sessions: what rests of them, what opens them, what ends them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.identity.conftest import PASSWORD
from tests.promises.world import NOW
from trustkeep.accounts.actions import change_roles, person_left
from trustkeep.accounts.roles import Role
from trustkeep.identity import actions, browsers, origins, sessions
from trustkeep.identity.authentication import Authentication, Method, by_password
from trustkeep.identity.limits import ORDINARY, SHORT
from trustkeep.identity.models import AccessEvent, Session, User
from trustkeep.identity.sessions import NoSuchSession, open_session, step_up, user_of
from trustkeep.identity.signing_in import sign_in
from trustkeep.identity.store import PRELUDE, SessionStore, digest_of
from trustkeep.kernel.clock import frozen

A_MINUTE = timedelta(minutes=1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
STRONG = Authentication(
    method=Method.PROVIDER,
    auth_time=NOW,
    provider="google",
    amr=("pwd", "mfa"),
    proved_factor=True,
)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with frozen(NOW):
        yield


def opened(user: User, authentication: Authentication | None = None) -> SessionStore:
    browser = SessionStore()
    open_session(browser, user=user, authentication=authentication or by_password(NOW), now=NOW)
    return browser


def again(browser: SessionStore) -> SessionStore:
    """The same browser at its next request."""
    return SessionStore(browser.session_key)


@pytest.mark.rule("S2")
@pytest.mark.asvs("7.2.3")
def test_session__rests_without_its_key(alice: User) -> None:
    browser = opened(alice)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_session")
        rests = repr(cursor.fetchall())

    assert browser.session_key
    assert browser.session_key not in rests
    assert digest_of(browser.session_key) in rests


def test_session__keeps_where_it_was_opened_sealed(alice: User) -> None:
    with origins.arriving("192.0.2.7", FIREFOX):
        opened(alice)

    row = Session.objects.get()
    [shown] = browsers.sessions_of(alice.pk, now=NOW)
    assert b"192.0.2.7" not in bytes(row.sealed)
    assert (shown.source, shown.device) == ("192.0.2.7", "Firefox, Windows")


@pytest.mark.rule("S7", "L4")
@pytest.mark.asvs("7.2.4", "7.2.2")
def test_opening__takes_nothing_over_from_before(alice: User) -> None:
    browser = SessionStore()
    browser["typed"] = "before"
    browser.save()
    before = browser.session_key
    open_session(browser, user=alice, authentication=by_password(NOW), now=NOW)

    assert browser.session_key != before
    assert SessionStore(before).get("typed") is None
    assert again(browser).get("typed") is None
    assert user_of(SessionStore(before), now=NOW) is None


@pytest.mark.rule("S5", "S7")
@pytest.mark.asvs("7.2.4")
def test_step_up__changes_the_key_and_the_level(alice: User) -> None:
    browser = opened(alice)
    before = browser.session_key
    later = NOW + A_MINUTE
    proved = by_password(NOW).with_factor(("otp",), at=later)
    step_up(browser, user=alice, authentication=proved, now=later)

    assert user_of(SessionStore(before), now=later) is None
    user = user_of(again(browser), now=later)
    assert user
    assert user.opened
    assert user.opened.authentication == proved
    assert user.opened.authentication.amr == ("pwd", "otp", "mfa")
    assert user.opened.signed_in_at == NOW


@pytest.mark.rule("S5")
def test_session__says_how_it_was_proved_and_no_more(alice: User) -> None:
    weak = user_of(again(opened(alice)), now=NOW)
    strong = user_of(again(opened(alice, STRONG)), now=NOW)

    assert weak
    assert weak.opened
    assert strong
    assert strong.opened
    assert weak.opened.authentication.aal == 1
    assert strong.opened.authentication == STRONG
    assert strong.opened.authentication.aal == 2


def test_session__cannot_rest_open_without_a_proof(alice: User) -> None:
    opened(alice)

    for wrong in ({"aal": 0}, {"auth_time": None}, {"user": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.update(**wrong)


@pytest.mark.rule("S1")
@pytest.mark.asvs("7.3.1", "7.3.2")
def test_session__ends_unused_and_at_its_longest(alice: User) -> None:
    browser = opened(alice)
    assert user_of(again(browser), now=NOW + ORDINARY.idle)
    assert user_of(again(browser), now=NOW + 2 * ORDINARY.idle + A_MINUTE) is None
    assert not Session.objects.filter(user=alice).exists(), "it is gone, not only refused"

    browser = opened(alice)
    at = NOW
    while at <= NOW + ORDINARY.absolute:
        with frozen(at):
            assert user_of(again(browser), now=at)
        at += timedelta(minutes=45)
    with frozen(at):
        assert user_of(again(browser), now=at) is None


@pytest.mark.rule("S1")
def test_session__of_powerful_roles_is_shorter(alice: User) -> None:
    assert alice.person
    change_roles(person_id=alice.person.pk, roles=[Role.DPO], now=NOW)
    browser = opened(User.objects.get(pk=alice.pk))

    assert user_of(again(browser), now=NOW + SHORT.idle)
    assert user_of(again(browser), now=NOW + 2 * SHORT.idle + A_MINUTE) is None


@pytest.mark.rule("S7")
@pytest.mark.asvs("7.4.2", "7.4.3")
def test_sessions__all_end_with_a_new_password(alice: User) -> None:
    many = [opened(alice) for _ in range(3)]
    actions.change_password(user_id=alice.pk, present=PASSWORD, new="Neu-und-besser-7", now=NOW)

    assert [user_of(again(one), now=NOW) for one in many] == [None] * 3


@pytest.mark.rule("S7")
@pytest.mark.asvs("7.4.2")
def test_sessions__all_end_with_the_last_day(alice: User) -> None:
    browser = opened(alice)
    assert alice.person
    person_left(person_id=alice.person.pk, left_date=date(2026, 11, 22), now=NOW)

    assert user_of(again(browser), now=NOW) is None


@pytest.mark.asvs("7.4.5", "7.5.2", "7.2.1")
def test_end__ends_one_session_and_notes_it(alice: User) -> None:
    one, other = opened(alice), opened(alice)
    user = user_of(again(one), now=NOW)
    assert user
    assert user.opened
    sessions.end(session_id=user.opened.id, user_id=alice.pk, by="bob", now=NOW)

    assert user_of(again(one), now=NOW) is None
    assert user_of(again(other), now=NOW)
    assert AccessEvent.objects.filter(what="session-ended", detail="bob").count() == 1
    with pytest.raises(NoSuchSession):
        sessions.end(session_id=user.opened.id, user_id=alice.pk, by="bob", now=NOW)


@pytest.mark.asvs("7.4.5")
def test_end_all__ends_every_session_of_a_user(alice: User) -> None:
    many = [opened(alice) for _ in range(5)]
    sessions.end_all(user_id=alice.pk, by="bob", now=NOW)

    assert [user_of(again(one), now=NOW) for one in many] == [None] * 5
    assert browsers.sessions_of(alice.pk, now=NOW) == []


@pytest.mark.rule("S4", "G8")
@pytest.mark.asvs("7.4.1")
def test_sign_out__ends_it_at_the_server(alice: User) -> None:
    browser = opened(alice)
    kept = browser.session_key
    sessions.sign_out(browser, user=alice, now=NOW)

    assert user_of(SessionStore(kept), now=NOW) is None
    assert not Session.objects.exists()


def test_renewal__carries_one_session_over_a_change(alice: User) -> None:
    browser = SessionStore()
    sign_in(browser, email=alice.email, password=PASSWORD, now=NOW)
    actions.change_password(user_id=alice.pk, present=PASSWORD, new="Neu-und-besser-7", now=NOW)
    sessions.renew(browser, alice, now=NOW)

    assert user_of(again(browser), now=NOW)


@pytest.mark.django_db
def test_prelude__is_forgotten_soon() -> None:
    browser = SessionStore()
    browser["typed"] = "something"
    browser.save()
    assert again(browser)["typed"] == "something"

    with frozen(NOW + PRELUDE):
        assert again(browser).get("typed") is None
        assert sessions.forget_ended(now=NOW + PRELUDE) == 1


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
         "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
         "Edge, Linux"),
        ("curl/8.11", "curl"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)  # fmt: skip
def test_device__is_told_by_family_alone(agent: str, device: str) -> None:
    assert browsers.device_of(agent) == device
