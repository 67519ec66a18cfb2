"""What accounts ask of sign-ins, and what is attested of tenants."""

from __future__ import annotations

import uuid
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse, JsonResponse
from ninja import Field, Query, Router, Schema

from trustkeep.accounts.customers import account
from trustkeep.api.bearers import ApiRequest
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.api.persons import ATTESTATIONS, SIGN_IN_RULES, acted, person
from trustkeep.identity import attestations as made
from trustkeep.identity.attestations import LIFETIME, LONGEST_LIFETIME, AttestationShown
from trustkeep.identity.oidc.installed import party
from trustkeep.identity.sign_in_rules import Rule, rule_of, set_rule
from trustkeep.kernel.clock import now
from trustkeep.ui.plain import plain

router = Router(tags=["sign-in"], auth=SIGN_IN_RULES)
Names = Annotated[list[Annotated[str, Field(max_length=253)]], Field(max_length=100)]


class RuleTold(Schema):
    """An account's rule. Where tenants or domains are listed, nothing else gets in."""

    provider_only: bool = False
    factor_demanded: bool = False
    tenants: Names = []
    hosted_domains: Names = []


class AttestationWanted(Schema):
    """That a tenant demands a second factor of everybody: what was seen, and by whom."""

    provider: Annotated[str, Field(max_length=32)]
    tenant: Annotated[str, Field(min_length=1, max_length=253)]
    statement: Annotated[str, Field(min_length=1, max_length=500)]
    days: Annotated[int, Field(ge=1, le=LONGEST_LIFETIME.days)] = LIFETIME.days


class AttestationMade(Schema):
    """An attestation that counts from now on."""

    id: uuid.UUID


@router.get("/accounts/{account_id}/sign-in-rule", response=RuleTold, summary="Read a sign-in rule")
def rule(request: ApiRequest, account_id: uuid.UUID) -> HttpResponse:
    """What an account asks of the sign-ins of its members; nothing, where nobody has said."""
    return JsonResponse(plain(rule_of(account(account_id).id)))


@router.put("/accounts/{account_id}/sign-in-rule", response=RuleTold, summary="Set a sign-in rule")
def set_(request: ApiRequest, account_id: uuid.UUID, wanted: RuleTold) -> HttpResponse:
    """Replace an account's rule, all of it."""
    known = account(account_id)
    new = Rule(
        provider_only=wanted.provider_only,
        factor_demanded=wanted.factor_demanded,
        tenants=tuple(wanted.tenants),
        hosted_domains=tuple(wanted.hosted_domains),
    )
    return JsonResponse(
        acted(
            request,
            lambda: dict(
                plain(set_rule(account_id=known.id, rule=new, by=person(request), now=now()))
            ),
        )
    )


@router.get(
    "/attestations",
    response=Listed[AttestationShown],
    auth=ATTESTATIONS,
    summary="List attestations",
)
def attestations(request: ApiRequest, window: Query[Window]) -> HttpResponse:
    """What is attested of tenants, the newest first, withdrawn ones included."""
    return listed(request, *part_of(made.attestations(), window, lambda one: str(one.id)))


@router.post(
    "/attestations",
    response={201: AttestationMade},
    auth=ATTESTATIONS,
    summary="Attest a second factor",
)
def attest(request: ApiRequest, wanted: AttestationWanted) -> HttpResponse:
    """Record that a tenant demands a second factor of everybody; it ends by itself."""
    known = party(wanted.provider).provider.slug

    def act() -> dict[str, str]:
        new = made.attest(
            provider=known,
            tenant=wanted.tenant,
            statement=wanted.statement,
            by=person(request),
            now=now(),
            lifetime=timedelta(days=wanted.days),
        )
        return {"id": str(new)}

    return JsonResponse(acted(request, act), status=HTTPStatus.CREATED)


@router.delete(
    "/attestations/{attestation_id}",
    response={204: None},
    auth=ATTESTATIONS,
    summary="Withdraw an attestation",
)
def withdraw(request: ApiRequest, attestation_id: uuid.UUID) -> HttpResponse:
    """End an attestation at once."""

    def act() -> dict[str, str]:
        made.withdraw(attestation_id=attestation_id, now=now())
        return {}

    acted(request, act)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
