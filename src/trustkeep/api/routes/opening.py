"""Opening customers' accounts, and changing what is known of a contract.

One path answers to one router, so these stand on that of `trustkeep.api.routes.lifecycle`.
"""

from __future__ import annotations

import uuid
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpResponse, JsonResponse
from ninja import Field, Schema

from trustkeep.accounts.customers import AccountShown, account
from trustkeep.accounts.opening import Contract, change_account, contract_of, open_account
from trustkeep.api.bearers import ApiRequest
from trustkeep.api.lifecycle_shapes import Day, Reference
from trustkeep.api.persons import ACCOUNTS_MANAGE, acted, person
from trustkeep.api.routes.lifecycle import router
from trustkeep.kernel.clock import now
from trustkeep.ui.plain import plain

Name = Annotated[str, Field(min_length=1, max_length=200)]
Domains = Annotated[list[Annotated[str, Field(max_length=253)]], Field(max_length=100)]
Language = Literal["de", "en", "fr"]
Zone = Annotated[str, Field(max_length=64)]
Address = Annotated[str, Field(max_length=254)]


class ContractWanted(Schema):
    """A contract; it begins today if no day is given. ``dpo_contact`` is an address."""

    legal_name: Name
    reference: Reference
    contract_start_date: Day | None = None
    language: Language = "en"
    time_zone: Zone = "Europe/Berlin"
    domains: Domains = []
    manager_id: uuid.UUID | None = None
    dpo_contact: Address = ""


class ContractChanged(Schema):
    """What is to be different; what is left out stays."""

    legal_name: Name | None = None
    reference: Reference | None = None
    contract_start_date: Day | None = None
    language: Language | None = None
    time_zone: Zone | None = None
    domains: Domains | None = None
    manager_id: uuid.UUID | None = None
    dpo_contact: Address | None = None


class ContractKnown(Schema):
    """A contract as it is known now."""

    id: uuid.UUID
    legal_name: str
    reference: str
    contract_start_date: date
    language: str
    time_zone: str
    domains: list[str]
    manager_id: uuid.UUID | None
    dpo_contact: str


@router.post(
    "/accounts",
    response={201: ContractKnown},
    auth=ACCOUNTS_MANAGE,
    summary="Open an account",
)
def opened(request: ApiRequest, wanted: ContractWanted) -> HttpResponse:
    """Open an account with a key of its own."""
    told = wanted.dict()
    told["contract_start_date"] = wanted.contract_start_date or now().date()
    contract = Contract(**{**told, "domains": tuple(wanted.domains)})
    made = acted(
        request,
        lambda: _known(open_account(contract=contract, by=person(request), now=now())),
    )
    return JsonResponse(made, status=HTTPStatus.CREATED)


@router.patch(
    "/accounts/{account_id}",
    response=ContractKnown,
    auth=ACCOUNTS_MANAGE,
    summary="Change a contract",
)
def changed(request: ApiRequest, account_id: uuid.UUID, wanted: ContractChanged) -> HttpResponse:
    """Change what is known of a contract; its end and its data are other acts."""
    told = wanted.dict(exclude_unset=True)

    def act() -> dict[str, Any]:
        contract = contract_of(account(account_id), **told)
        return _known(
            change_account(account_id=account_id, contract=contract, by=person(request), now=now())
        )

    return JsonResponse(acted(request, act))


def _known(shown: AccountShown) -> dict[str, Any]:
    return dict(plain({name: getattr(shown, name) for name in ContractKnown.model_fields}))
