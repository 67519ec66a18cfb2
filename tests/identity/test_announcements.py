"""What a provider says unasked: it ends what it has to, and nothing for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.identity.test_provider_sign_in import linked, who
from tests.worlds.identity_provider import CLIENT_ID, Played, World, new_key, token
from tests.worlds.visits import SLUGS, Visit
from trustkeep.identity.models import AccessEvent, User
from trustkeep.identity.oidc.announcements import ENDING, LOGOUT, OLDEST
from trustkeep.kernel.clock import now

pytestmark = pytest.mark.django_db

REVOKED = "https://schemas.openid.net/secevent/risc/event-type/sessions-revoked"
VERIFICATION = "https://schemas.openid.net/secevent/risc/event-type/verification"

type Told = dict[str, Any]


def said(played: Played, **changes: Any) -> Told:
    """Return what a security event says of the person at the provider."""
    subject = {"subject_type": "iss-sub", "iss": f"{played.issuer}/", "sub": played.subject}
    told = {
        "iss": f"{played.issuer}/",
        "aud": [CLIENT_ID],
        "iat": int(now().timestamp()),
        "jti": "event-1",
        "events": {REVOKED: {"subject": subject}},
    }
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def logged_out(played: Played, **changes: Any) -> Told:
    """Return what a logout token says."""
    told = said(played, events={LOGOUT: {}}, sub=played.subject, sid="session-1")
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def sent(played: Played, told: Told, kind: str = "secevent+jwt", **more: Any) -> HttpResponse:
    """Send a security event as a transmitter does."""
    made = token(told, more.pop("key", played.keys[0]), typ=kind, **more)
    return Client(enforce_csrf_checks=True).post(  # type: ignore[return-value]
        f"/sso/{SLUGS[played.family]}/events", made, content_type="application/secevent+jwt"
    )


def signed_out(played: Played, told: Told, kind: str = "logout+jwt") -> int:
    made = token(told, played.keys[0], typ=kind)
    answer = Client(enforce_csrf_checks=True).post(
        f"/sso/{SLUGS[played.family]}/logout", {"logout_token": made}
    )
    return answer.status_code


@pytest.fixture
def inside(alice: User, world: World) -> Callable[[str], Visit]:
    """Sign Alice in at a provider that names the session there."""

    def at(family: str) -> Visit:
        if not alice.identities.filter(provider=SLUGS[family]).exists():
            linked(alice, world, family)
        played: Played = getattr(world, family)
        played.bend = lambda told: told | {"sid": "session-1"}
        visit = Visit(world, played)
        visit.go()
        assert who(visit) == alice
        return visit

    return at


@pytest.mark.rule("G7")
@pytest.mark.asvs("7.1.3")
@pytest.mark.parametrize("event", sorted(ENDING), ids=lambda one: str(one.rsplit("/", 1)[-1]))
def test_event__ends_the_sessions_of_the_account_that_it_names(
    event: str, inside: Callable[[str], Visit], alice: User, world: World
) -> None:
    visit, other = inside("google"), inside("plain")
    subject = {"subject_type": "iss-sub", "iss": world.google.issuer, "sub": "subject-1"}

    answer = sent(world.google, said(world.google, events={event: {"subject": subject}}))

    assert answer.status_code == 202
    assert who(visit) is None
    assert who(other) == alice, "what another provider opened stays"
    row = AccessEvent.objects.filter(what="sessions-ended").latest("pk")
    assert (row.user, row.detail[:7]) == (alice, "google ")


@pytest.mark.rule("G7")
def test_event__that_is_sent_again_ends_nothing_that_was_opened_since(
    inside: Callable[[str], Visit], alice: User, world: World
) -> None:
    inside("google")
    old = said(world.google, iat=int((now() - timedelta(minutes=2)).timestamp()))
    visit = inside("google")

    assert sent(world.google, old).status_code == 202

    assert who(visit) == alice


def test_event__about_something_else_ends_nothing(
    inside: Callable[[str], Visit], alice: User, world: World
) -> None:
    visit = inside("google")
    stranger = {"subject": {"iss": world.google.issuer, "sub": "somebody-else"}}
    foreign = {"subject": {"iss": "https://evil.example", "sub": "subject-1"}}
    for events in ({VERIFICATION: {"state": "x"}}, {REVOKED: stranger}, {REVOKED: foreign}):
        assert sent(world.google, said(world.google, events=events)).status_code == 202

    assert who(visit) == alice


HOSTILE: dict[str, tuple[Told, str]] = {
    "foreign audience": ({"aud": "another"}, "audience"),
    "no audience": ({"aud": None}, "audience"),
    "foreign issuer": ({"iss": "https://evil.example"}, "token-issuer"),
    "no issuer": ({"iss": None}, "token-issuer"),
    "no events": ({"events": None}, "token-kind"),
    "events as a list": ({"events": [REVOKED]}, "token-kind"),
    "event without a body": ({"events": {REVOKED: None}}, "token-kind"),
    "no name of its own": ({"jti": None}, "token-kind"),
    "no time": ({"iat": None}, "issued-missing"),
    "time as text": ({"iat": "now"}, "issued-missing"),
    "time without end": ({"iat": 10**30}, "issued-missing"),
    "from the future": ({"iat": 4_000_000_000}, "issued-in-future"),
    "too old": ({"iat": 1_000_000_000}, "issued-long-ago"),
}


@pytest.mark.asvs("9.1.1", "9.2.2")
@pytest.mark.parametrize("name", HOSTILE)
def test_event__that_cannot_be_believed_ends_nothing_and_is_noted(
    name: str, inside: Callable[[str], Visit], alice: User, world: World
) -> None:
    visit = inside("google")
    changes, reason = HOSTILE[name]

    answer = sent(world.google, said(world.google, **changes))

    assert (answer.status_code, answer.json()["description"]) == (400, reason)  # type: ignore[attr-defined]
    assert who(visit) == alice
    row = AccessEvent.objects.latest("pk")
    assert (row.what, row.refused, row.detail) == (
        "sso.announcement-refused",
        True,
        f"google {reason}",
    )
    assert timedelta(days=1) < OLDEST


@pytest.mark.asvs("9.2.2")
def test_tokens__are_never_taken_for_one_another(
    inside: Callable[[str], Visit], alice: User, world: World
) -> None:
    visit = inside("google")
    google = world.google
    id_token = google.claims({"nonce": "n"}, "a")

    assert sent(google, id_token, kind="JWT").status_code == 400
    assert sent(google, logged_out(google), kind="logout+jwt").status_code == 400
    assert signed_out(google, said(google), kind="secevent+jwt") == 400
    assert signed_out(google, id_token, kind="JWT") == 400
    assert signed_out(google, logged_out(google, nonce="n")) == 400
    assert signed_out(google, logged_out(google, sub=None, sid=None)) == 400
    assert sent(google, said(google), key=new_key()).status_code == 400
    assert who(visit) == alice


@pytest.mark.rule("S4")
def test_logout__at_the_back_ends_the_session_or_all_of_the_account(
    inside: Callable[[str], Visit], alice: User, world: World
) -> None:
    visit = inside("plain")
    assert signed_out(world.plain, logged_out(world.plain, sub=None, sid="another")) == 200
    assert who(visit) == alice
    assert signed_out(world.plain, logged_out(world.plain, sub=None)) == 200
    assert who(visit) is None

    visit = inside("plain")
    assert signed_out(world.plain, logged_out(world.plain, sid=None)) == 200
    assert who(visit) is None


@pytest.mark.rule("M10")
def test_logout__in_a_frame_ends_the_session_that_it_names_and_no_other(
    inside: Callable[[str], Visit], alice: User, world: World
) -> None:
    visit = inside("microsoft")
    issuer = world.microsoft.issuer.replace("{tenantid}", world.microsoft.tenant)
    path = "/sso/microsoft/logout"
    for told in (
        {},
        {"iss": issuer},
        {"iss": issuer, "sid": "x"},
        {"iss": "x", "sid": "session-1"},
    ):
        assert Client().get(path, told).status_code == 200
        assert who(visit) == alice

    assert Client().get(path, {"iss": issuer, "sid": "session-1"}).status_code == 200

    assert who(visit) is None
    assert AccessEvent.objects.latest("pk").detail == "microsoft frontchannel-logout"


def test_words__of_a_provider_that_is_not_set_up_find_nobody(world: World) -> None:
    assert Client().get("/sso/nobody/logout").status_code == 404
    assert Client().post("/sso/nobody/events", "x", content_type="text/plain").status_code == 404
    assert Client().get("/sso/google/events").status_code == 405
