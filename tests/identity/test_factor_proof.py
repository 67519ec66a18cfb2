"""What proves a second factor at a provider, and what an account may ask for."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.identity.test_provider_sign_in import linked, who
from tests.worlds.identity_provider import HOME_TENANT, World
from tests.worlds.visits import Visit, party
from trustkeep.identity import attestations
from trustkeep.identity.attestations import AttestationInvalid, NoSuchAttestation
from trustkeep.identity.models import ProviderSignIn, User
from trustkeep.identity.oidc import installed
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.identity.provider_sign_ins import require_admitted
from trustkeep.identity.sign_in_rules import OPEN, Rule, RuleInvalid, rule_of, set_rule
from trustkeep.kernel.clock import now

pytestmark = pytest.mark.django_db

ACCOUNT = uuid.UUID(int=7)


def proof(visit: Visit) -> tuple[bool, str]:
    """Sign in; return whether a factor was proved, and what proved it."""
    visit.go()
    found = who(visit)
    assert found
    assert found.opened
    row = ProviderSignIn.objects.latest("pk")
    assert row.factor_proved is found.opened.authentication.proved_factor
    return row.factor_proved, row.proof


@pytest.mark.asvs("6.8.4")
@pytest.mark.rule("G6")
@pytest.mark.parametrize(
    ("amr", "proved"),
    [(["mfa"], True), (["hwk"], True), (["pwd", "mfa"], True), (["pwd"], False), (None, False)],
)
def test_google__proves_a_factor_by_what_it_says_of_the_methods(
    amr: list[str] | None, proved: bool, alice: User, world: World
) -> None:
    linked(alice, world, "google")
    world.google.bend = lambda told: told | {"amr": amr}

    assert proof(Visit(world, world.google))[0] is proved


@pytest.mark.asvs("6.8.4")
@pytest.mark.rule("M8")
@pytest.mark.parametrize(
    ("claims", "proved"),
    [
        ({"acrs": ["c1"]}, True),
        ({"acrs": "c1"}, True),
        ({"acrs": ["c2"]}, False),
        ({"amr": ["mfa"]}, False),
        ({}, False),
    ],
)
def test_entra__proves_a_factor_by_the_context_and_by_nothing_else(
    claims: dict[str, object], proved: bool, alice: User, world: World
) -> None:
    linked(alice, world, "microsoft")
    installed.install([party(world, world.microsoft, factor_context="c1")])
    world.microsoft.bend = lambda told: told | claims
    visit = Visit(world, world.microsoft)

    assert proof(visit)[0] is proved
    assert "acrs" in world.microsoft.asked("/authorize")[0].query["claims"]


@pytest.mark.asvs("6.8.4")
@pytest.mark.rule("M8")
def test_attestation__proves_a_factor_until_it_ends(alice: User, world: World) -> None:
    linked(alice, world, "microsoft")
    given = {"provider": "microsoft", "tenant": HOME_TENANT, "statement": "Policy seen.", "by": "a"}
    made = attestations.attest(**given, now=now(), lifetime=timedelta(days=1))

    assert proof(Visit(world, world.microsoft)) == (True, "attestation")
    later = now() + timedelta(days=1, minutes=1)
    assert not attestations.counts(provider="microsoft", tenant=HOME_TENANT, now=later)

    attestations.withdraw(attestation_id=made, now=now())
    assert proof(Visit(world, world.microsoft)) == (False, "")
    with pytest.raises(NoSuchAttestation):
        attestations.withdraw(attestation_id=made, now=now())
    assert [one.withdrawn_at is None for one in attestations.attestations()] == [False]


@pytest.mark.parametrize(
    "changes",
    [{"tenant": " "}, {"statement": " "}, {"lifetime": timedelta(days=400)}],
)
def test_attestation__needs_a_tenant_a_statement_and_an_end(changes: dict[str, object]) -> None:
    given: dict[str, object] = {
        "provider": "microsoft",
        "tenant": HOME_TENANT,
        "statement": "Seen.",
        "by": "alice",
        "now": now(),
    }
    with pytest.raises(AttestationInvalid):
        attestations.attest(**(given | changes))  # type: ignore[arg-type]


def test_rule__is_open_until_an_account_says_otherwise() -> None:
    assert rule_of(None) == OPEN
    assert rule_of(ACCOUNT) == OPEN

    rule = Rule(
        provider_only=True, tenants=(f" {HOME_TENANT.upper()} ",), hosted_domains=("A.example",)
    )
    kept = set_rule(account_id=ACCOUNT, rule=rule, by="alice", now=now())

    assert kept.tenants == (HOME_TENANT,)
    assert rule_of(ACCOUNT) == kept


@pytest.mark.parametrize("rule", [Rule(tenants=("contoso",)), Rule(hosted_domains=("no domain",))])
def test_rule__takes_only_tenants_and_domains(rule: Rule) -> None:
    with pytest.raises(RuleInvalid):
        set_rule(account_id=ACCOUNT, rule=rule, by="alice", now=now())


@pytest.mark.rule("M4", "G3")
@pytest.mark.parametrize(
    ("provider", "tenant", "reason"),
    [
        ("microsoft", HOME_TENANT, None),
        ("microsoft", "", Reason.TENANT_REFUSED),
        ("google", "customer.com", None),
        ("google", "", Reason.DOMAIN_REFUSED),
        ("company", "", Reason.TENANT_REFUSED),
    ],
)
def test_rule__lets_in_nothing_but_what_it_lists(
    provider: str, tenant: str, reason: Reason | None, world: World
) -> None:
    rule = Rule(tenants=(HOME_TENANT,), hosted_domains=("customer.com",))
    account = ProviderAccount(provider=provider, issuer="x", subject="y", tenant=tenant)
    if reason is None:
        require_admitted(account, rule)
        return

    with pytest.raises(ProviderRefused) as caught:
        require_admitted(account, rule)
    assert caught.value.reason is reason
