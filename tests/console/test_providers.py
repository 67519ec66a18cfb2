"""The room of the identity providers: settings shown, a sign-in tried, tenants and rules kept."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from tests.console.conftest import SignedIn
from tests.customers import PASSWORD as MEMBERS_PASSWORD
from tests.customers import admitted, customer, member
from tests.entrance.test_providers import back
from tests.worlds.identity_provider import HOME_TENANT, World
from trustkeep.accounts.roles import Role
from trustkeep.identity import attestations
from trustkeep.identity.models import User
from trustkeep.identity.sign_in_rules import rule_of
from trustkeep.kernel.clock import now

pytestmark = pytest.mark.django_db


def test_providers__show_the_address_to_enter_and_what_they_say_of_themselves(
    staff: SignedIn, world: World
) -> None:
    browser = staff(Role.ADMINISTRATOR)
    page = browser.get("/console/providers/").content.decode()
    assert "https://localhost:8443/sso/google/callback" in page
    assert "jwks_uri" not in page

    page = browser.post("/console/providers/google/look/").content.decode()
    assert "Google answers validly and knows us." in page
    assert f"{world.google.url}/keys" in page

    world.google.bend_metadata = lambda told: told | {"issuer": "https://evil.example"}
    page = browser.post("/console/providers/google/look/").content.decode()
    assert "<code>issuer</code>" in page


def test_try__shows_the_claims_and_changes_nothing(staff: SignedIn, world: World) -> None:
    browser = staff(Role.ADMINISTRATOR)
    sent = browser.post("/console/providers/microsoft/test/")
    assert sent.status_code == 303
    status, leads_to = back(browser, world, sent["Location"])

    page = browser.get(leads_to)
    assert status == 302
    assert HOME_TENANT in page.content.decode()
    assert "linked to nobody" in page.content.decode()
    assert User.objects.get().has_usable_password()
    assert staff(Role.AUDITOR).get(leads_to).status_code == 403


def test_try__shows_the_reason_of_a_refusal(staff: SignedIn, world: World) -> None:
    browser = staff(Role.ADMINISTRATOR)
    world.google.bend = lambda told: told | {"aud": "another"}
    sent = browser.post("/console/providers/google/test/")
    _, leads_to = back(browser, world, sent["Location"])

    assert "<code>audience</code>" in browser.get(leads_to).content.decode()


def test_attestation__is_recorded_shown_and_withdrawn(staff: SignedIn, world: World) -> None:
    browser = staff(Role.ADMINISTRATOR)
    given = {"provider": "microsoft", "tenant": HOME_TENANT, "statement": "Seen.", "days": "30"}
    assert browser.post("/console/providers/attestations/", given).status_code == 302
    assert attestations.counts(provider="microsoft", tenant=HOME_TENANT, now=now())
    assert HOME_TENANT in browser.get("/console/providers/attestations/").content.decode()
    [one] = attestations.attestations()
    assert one.expires_at - one.made_at == timedelta(days=30)

    browser.post(f"/console/providers/attestations/{one.id}/withdraw/")
    assert not attestations.counts(provider="microsoft", tenant=HOME_TENANT, now=now())
    refused = browser.post("/console/providers/attestations/", {**given, "statement": " "})
    assert refused.status_code == 200
    assert "required" in refused.content.decode()


def test_rule__is_set_for_an_account_and_closes_the_password_door(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    account = customer()
    alice = member(account)
    admitted(alice)
    who = {"email": alice.email, "password": MEMBERS_PASSWORD}
    assert Client().post("/sign-in/", who).status_code == 302
    address = f"/console/providers/rules/{account.id}/"
    assert browser.post(address, {"tenants": "contoso"}).status_code == 200

    given = {"provider_only": "on", "tenants": f"{HOME_TENANT}\n", "hosted_domains": "a.example"}
    assert browser.post(address, given).status_code == 302

    rule = rule_of(account.id)
    assert (rule.provider_only, rule.tenants) == (True, (HOME_TENANT,))
    listed = browser.get("/console/providers/rules/?q=harbour").content.decode()
    assert HOME_TENANT in listed
    assert HOME_TENANT in browser.get(address).content.decode()
    assert "No account matches" in browser.get("/console/providers/rules/?q=zz").content.decode()
    assert Client().post("/sign-in/", who).status_code == 422
    assert browser.get(f"/console/providers/rules/{uuid.uuid4()}/").status_code == 404
