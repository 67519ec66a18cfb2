"""A customer's own contract: where it stands, how its owner ends it, and what proves it."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from django.http import HttpResponse, JsonResponse
from ninja import Router

from trustkeep.accounts.customers import account
from trustkeep.api import lifecycle_shapes as shapes
from trustkeep.api.accounts import ANY, AccountRequest
from trustkeep.api.persons import CONTRACT_END, NameWrong, acted, person
from trustkeep.api.routes.lifecycle import receipt_file, receipts_of
from trustkeep.kernel.clock import now
from trustkeep.lifecycle import issuing, terminating
from trustkeep.lifecycle.deadlines import delete_by, delete_not_before, end_of_day, lock_by
from trustkeep.lifecycle.issuing import NoSuchReceipt
from trustkeep.ui.plain import plain

router = Router(tags=["contract"], auth=ANY)


@router.get("/account/contract", response=shapes.ContractTold, summary="Read the contract")
def contract(request: AccountRequest) -> HttpResponse:
    """Whether the contract runs, what follows from its end, and the receipts there are."""
    return JsonResponse(_contract(request.passage.account_id))


@router.post(
    "/account/contract/end", response=shapes.EndTold, auth=CONTRACT_END, summary="End the contract"
)
def end(request: AccountRequest, wanted: shapes.OwnEndWanted) -> HttpResponse:
    """End the contract in its owner's name, at once or with a day in its own time zone."""
    known = account(request.passage.account_id)
    if wanted.legal_name.strip() != known.legal_name:
        raise NameWrong
    day = wanted.last_day

    def act() -> Any:
        ended = terminating.end_contract(
            account_id=known.id,
            by=person(request),
            now=now(),
            ends_at=end_of_day(day, known.time_zone) if day else None,
        )
        return dict(plain(ended))

    return JsonResponse(acted(request, act))


@router.post(
    "/account/contract/call-off",
    response=shapes.ContractTold,
    auth=CONTRACT_END,
    summary="Let the contract go on",
)
def call_off(request: AccountRequest) -> HttpResponse:
    """Call an end off that has not come yet."""
    account_id = request.passage.account_id

    def act() -> Any:
        terminating.call_off(account_id=account_id, by=person(request), now=now())
        return _contract(account_id)

    return JsonResponse(acted(request, act))


@router.get("/account/receipts/{receipt_id}/{form}", summary="Download a receipt of the account")
def receipt(
    request: AccountRequest, receipt_id: uuid.UUID, form: Literal["pdf", "json", "proof"]
) -> HttpResponse:
    """A receipt as sealed paper, as JSON, or as the proof from the log."""
    one = issuing.receipt_called(receipt_id)
    if one.account != request.passage.account_id:
        raise NoSuchReceipt(id=receipt_id)
    return receipt_file(one, form)


def _contract(account_id: uuid.UUID) -> dict[str, Any]:
    known = account(account_id)
    ends_at = known.ends_at
    course = ends_at and {
        "ends_at": ends_at,
        "lock_by": lock_by(ends_at),
        "delete_not_before": delete_not_before(ends_at),
        "delete_by": delete_by(ends_at),
    }
    told = {
        "legal_name": known.legal_name,
        "reference": known.reference,
        "state": known.state,
        "time_zone": known.time_zone,
        "contract_start_date": known.contract_start_date,
        "course": course,
        "receipts": receipts_of(account_id),
    }
    return dict(plain(told))
