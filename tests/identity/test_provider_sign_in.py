"""Signing in at a provider: who gets in, and that nothing else does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.identity.conftest import SECOND
from tests.worlds.hostile import DISCOVERIES, HOSTILE
from tests.worlds.identity_provider import World, new_key, object_of
from tests.worlds.visits import SLUGS, Visit, party
from trustkeep.identity import arrivals, linking, sessions
from trustkeep.identity.models import AccessEvent, Identity, ProviderTransaction, User
from trustkeep.identity.oidc import installed
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.oidc.discovery import UNKNOWN_KEY_PAUSE
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.identity.oidc.transactions import LIFETIME, Purpose
from trustkeep.kernel.clock import now

pytestmark = pytest.mark.django_db

FAMILIES = sorted(SLUGS)


def linked(user: User, world: World, family: str) -> None:
    """Link the account that the provider plays."""
    played = getattr(world, family)
    is_entra = family == "microsoft"
    issuer = played.issuer.replace("{tenantid}", played.tenant)
    account = ProviderAccount(
        provider=SLUGS[family],
        issuer=issuer,
        subject=played.subject,
        tenant=played.tenant if is_entra else "",
        object_id=object_of(played.subject) if is_entra else "",
    )
    linking.link(user_id=user.pk, account=account, called="Google", vouched_by=SECOND, now=now())


def who(visit: Visit) -> User | None:
    """Return who is signed in in the visit's browser."""
    return sessions.user_of(visit.browser, now=now())


def refusal(visit: Visit, go: Callable[[], object]) -> Reason:
    """Return why nobody was signed in; asserts that the trail tells the same."""
    with pytest.raises(ProviderRefused) as caught:
        go()
    assert who(visit) is None
    event = AccessEvent.objects.latest("pk")
    assert event.what in (arrivals.REFUSED, arrivals.COLLISION)
    assert event.detail == f"{visit.slug} {caught.value.reason}"
    return caught.value.reason


@pytest.mark.rule("O1")
@pytest.mark.asvs("10.1.2", "10.2.1", "10.5.2")
@pytest.mark.parametrize("family", FAMILIES)
def test_sign_in__opens_a_session_for_the_linked_account(
    family: str, alice: User, world: World
) -> None:
    linked(alice, world, family)
    visit = Visit(world, getattr(world, family))

    visit.go()

    found = who(visit)
    assert found == alice
    assert found.opened
    assert found.opened.authentication.provider == visit.slug
    assert found.opened.authentication.proved_factor is (family == "google")
    assert Identity.objects.get(user=alice).used_at


@pytest.mark.rule("O4")
@pytest.mark.parametrize("name", DISCOVERIES)
def test_departure__is_refused_where_the_provider_describes_itself_with(
    name: str, world: World, alice: User
) -> None:
    hostile = DISCOVERIES[name]
    visit = Visit(world, getattr(world, hostile.family))
    hostile.bend(visit.played)

    assert refusal(visit, visit.depart) is hostile.reason
    assert not ProviderTransaction.objects.exists()


@pytest.mark.rule("O2")
def test_state__is_used_once(alice: User, world: World) -> None:
    linked(alice, world, "google")
    visit = Visit(world, world.google)
    brought = visit.there(visit.depart())
    with pytest.raises(ProviderRefused):
        visit.arrive(dataclasses.replace(brought, code="made-up"))

    assert refusal(visit, lambda: visit.arrive(brought)) is Reason.REPLAYED


@pytest.mark.asvs("10.1.2", "6.6.2")
@pytest.mark.rule("O2", "L4")
def test_state__belongs_to_the_browser_that_started(alice: User, world: World) -> None:
    linked(alice, world, "google")
    alices, mallorys = Visit(world, world.google), Visit(world, world.google)
    brought = alices.there(alices.depart())
    mallorys.depart()

    assert refusal(mallorys, lambda: mallorys.arrive(brought)) is Reason.OTHER_BROWSER
    assert refusal(alices, lambda: alices.arrive(brought)) is Reason.REPLAYED


@pytest.mark.rule("O7", "L4")
def test_state__is_worth_nothing_in_a_browser_that_started_nothing(
    alice: User, world: World
) -> None:
    linked(alice, world, "google")
    visit, empty = Visit(world, world.google), Visit(world, world.google)
    brought = visit.there(visit.depart())

    assert refusal(empty, lambda: empty.arrive(brought)) is Reason.OTHER_BROWSER


@pytest.mark.rule("O2")
def test_state__ends_after_ten_minutes(alice: User, world: World) -> None:
    linked(alice, world, "google")
    visit = Visit(world, world.google, later=LIFETIME + timedelta(seconds=1))

    assert refusal(visit, visit.go) is Reason.TOO_LATE


@pytest.mark.asvs("10.2.2")
@pytest.mark.rule("O3")
def test_answer__counts_only_at_the_address_of_its_own_provider(alice: User, world: World) -> None:
    linked(alice, world, "google")
    visit = Visit(world, world.google)
    brought = visit.there(visit.depart())
    visit.played = world.microsoft

    assert refusal(visit, lambda: visit.arrive(brought)) is Reason.OTHER_PROVIDER


def test_answer__with_a_parameter_twice_is_refused(alice: User, world: World) -> None:
    linked(alice, world, "google")
    visit = Visit(world, world.google)

    def go() -> object:
        return visit.go(lambda brought: dataclasses.replace(brought, ambiguous=True))

    assert refusal(visit, go) is Reason.AMBIGUOUS


def test_code__of_another_sign_in_is_refused_by_the_verifier(alice: User, world: World) -> None:
    linked(alice, world, "google")
    victim, thief = Visit(world, world.google), Visit(world, world.google)
    stolen = victim.there(victim.depart()).code

    def go() -> object:
        return thief.go(lambda brought: dataclasses.replace(brought, code=stolen))

    assert refusal(thief, go) is Reason.CODE_REFUSED


@pytest.mark.rule("O4")
def test_keys__that_are_new_are_fetched_once_and_old_ones_are_gone(
    alice: User, world: World
) -> None:
    linked(alice, world, "microsoft")
    visit = Visit(world, world.microsoft)
    visit.go()
    world.microsoft.keys = [new_key()]

    Visit(world, world.microsoft).go()

    assert len(world.microsoft.asked("/keys")) == 2


@pytest.mark.rule("O4")
def test_keys__are_not_fetched_again_and_again_for_unknown_names(alice: User, world: World) -> None:
    linked(alice, world, "google")
    HOSTILE["unknown key"].bend(world.google)
    for _ in range(3):
        visit = Visit(world, world.google)
        assert refusal(visit, visit.go) is Reason.KEY_UNKNOWN
    assert len(world.google.asked("/keys")) == 2

    one = installed.party("google")
    one.keys("still-unknown", now() + UNKNOWN_KEY_PAUSE)
    assert len(world.google.asked("/keys")) == 3


@pytest.mark.asvs("6.8.1")
@pytest.mark.rule("O6", "G5", "M5", "L2")
def test_stranger__is_refused_although_the_address_is_known(alice: User, world: World) -> None:
    visit = Visit(world, world.google)

    assert refusal(visit, visit.go) is Reason.COLLISION
    event = AccessEvent.objects.latest("pk")
    assert (event.what, event.user) == ("sso.email-collision", alice)


@pytest.mark.rule("O8")
def test_stranger__hears_the_same_whether_or_not_the_address_is_known(
    alice: User, world: World
) -> None:
    told = []
    for email in ("alice@example.com", "mallory@example.com"):
        world.google.email = email
        with pytest.raises(ProviderRefused) as caught:
            Visit(world, world.google).go()
        told.append(str(caught.value))

    assert told[0] == told[1]


@pytest.mark.rule("O6", "G2", "G5", "L5")
@pytest.mark.asvs("10.5.2")
def test_account__is_the_same_whatever_address_it_has_and_another_with_the_same(
    alice: User, world: World
) -> None:
    linked(alice, world, "google")
    world.google.email = "renamed@example.org"
    visit = Visit(world, world.google)
    visit.go()
    assert who(visit) == alice

    world.google.email, world.google.subject = "alice@example.com", "a-new-subject"
    visit = Visit(world, world.google)
    assert refusal(visit, visit.go) is Reason.COLLISION


@pytest.mark.asvs("6.8.1")
@pytest.mark.rule("L8", "O6")
def test_account__of_one_issuer_is_not_that_of_another_with_the_same_subject(
    alice: User, world: World
) -> None:
    linked(alice, world, "google")
    world.plain.email = "elsewhere@example.org"
    visit = Visit(world, world.plain)

    assert refusal(visit, visit.go) is Reason.UNKNOWN


@pytest.mark.rule("M3")
def test_account__at_entra_is_found_by_tenant_and_object_though_the_subject_changed(
    alice: User, world: World
) -> None:
    linked(alice, world, "microsoft")
    kept = object_of(world.microsoft.subject)
    world.microsoft.bend = lambda told: {**told, "sub": "of-a-new-registration", "oid": kept}
    world.microsoft.userinfo = {"sub": "of-a-new-registration"}
    visit = Visit(world, world.microsoft)

    visit.go()

    assert who(visit) == alice


@pytest.mark.rule("L5")
def test_account__of_somebody_who_was_shut_out_stays_outside(alice: User, world: World) -> None:
    linked(alice, world, "google")
    User.objects.filter(pk=alice.pk).update(active=False)
    visit = Visit(world, world.google)

    assert refusal(visit, visit.go) is Reason.SHUT_OUT


@pytest.mark.rule("G3", "M4")
@pytest.mark.parametrize(
    ("family", "changes", "claims", "reason"),
    [
        ("microsoft", {"tenants": ("0" * 8,)}, {}, Reason.TENANT_REFUSED),
        ("google", {"hosted_domains": ("customer.com",)}, {}, Reason.DOMAIN_REFUSED),
        (
            "google",
            {"hosted_domains": ("customer.com",)},
            {"hd": "evil.example", "email": "eve@customer.com"},
            Reason.DOMAIN_REFUSED,
        ),
    ],
)
def test_settings__admit_no_other_tenants_and_domains(
    family: str,
    changes: dict[str, object],
    claims: dict[str, object],
    reason: Reason,
    alice: User,
    world: World,
) -> None:
    linked(alice, world, family)
    played = getattr(world, family)
    installed.install([party(world, played, **changes)])
    played.bend = lambda told: told | claims
    visit = Visit(world, played)

    assert refusal(visit, visit.go) is reason


@pytest.mark.rule("M7")
def test_settings__admit_guests_private_accounts_and_domains_where_they_say_so(
    alice: User, world: World
) -> None:
    linked(alice, world, "microsoft")
    installed.install([party(world, world.microsoft, guests=True)])
    world.microsoft.bend = lambda told: told | {"acct": 1}
    visit = Visit(world, world.microsoft)

    visit.go()

    assert who(visit) == alice


@pytest.mark.rule("G1")
@pytest.mark.parametrize("issuer", ["{base}/google", "{bare}/google"])
def test_issuer__of_google_may_leave_its_scheme_out(issuer: str, alice: User, world: World) -> None:
    linked(alice, world, "google")
    base = world.google.base
    told = issuer.format(base=base, bare=base.removeprefix("https://"))
    world.google.bend = lambda claims: claims | {"iss": told}
    visit = Visit(world, world.google)

    visit.go()

    assert who(visit) == alice


@pytest.mark.rule("O1", "O2", "O10")
@pytest.mark.asvs("10.2.3", "10.1.1")
def test_departure__asks_for_a_code_with_a_challenge_and_for_no_more_than_needed(
    world: World, alice: User
) -> None:
    url = Visit(world, world.google).depart()

    assert "response_type=code" in url
    assert "code_challenge_method=S256" in url
    assert "scope=openid+email+profile" in url
    assert "offline_access" not in url
    assert "our-secret" not in url


@pytest.mark.asvs("7.6.1")
@pytest.mark.rule("S6", "M9")
def test_step_up__counts_only_if_the_provider_asked_again(alice: User, world: World) -> None:
    linked(alice, world, "google")
    visit = Visit(world, world.google)
    visit.go()
    visit.reader, visit.purpose = who(visit), Purpose.STEP_UP
    old = (
        visit.reader.opened.authentication.auth_time
        if visit.reader and visit.reader.opened
        else None
    )
    world.google.bend = lambda told: told | {"auth_time": int(told["iat"]) - 3600}
    with pytest.raises(ProviderRefused) as caught:
        visit.go()
    assert caught.value.reason is Reason.NOT_FRESH
    world.google.bend = lambda told: {k: v for k, v in told.items() if k != "auth_time"}
    with pytest.raises(ProviderRefused) as caught:
        visit.go()
    assert caught.value.reason is Reason.AUTH_TIME_MISSING

    world.google.bend = lambda told: told
    visit.go()

    found = who(visit)
    assert found
    assert found.opened
    assert old
    assert found.opened.authentication.auth_time > old
    assert found.opened.is_fresh(now())


@pytest.mark.rule("L3")
def test_step_up__with_another_account_is_refused(alice: User, world: World) -> None:
    linked(alice, world, "google")
    visit = Visit(world, world.google)
    visit.go()
    visit.reader, visit.purpose = who(visit), Purpose.STEP_UP
    world.google.subject = "somebody-else"

    with pytest.raises(ProviderRefused) as caught:
        visit.go()

    assert caught.value.reason is Reason.OTHER_USER
