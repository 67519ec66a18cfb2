"""Accounts from contract to receipt: the acts of the console's page, in somebody's name."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language
from ninja import Field, Query, Router

from trustkeep.accounts.customers import AccountShown, account, accounts
from trustkeep.api import lifecycle_shapes as shapes
from trustkeep.api.bearers import ApiRequest
from trustkeep.api.once import once_slow
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.api.persons import (
    ACCOUNTS_DELETE,
    ACCOUNTS_END,
    ACCOUNTS_HOLD,
    ACCOUNTS_READ,
    acted,
    looked_at,
    note,
    person,
    require_reference,
)
from trustkeep.identity.queries import person_of
from trustkeep.kernel.clock import now
from trustkeep.lifecycle import holding, issuing, planning, reinstating, terminating
from trustkeep.lifecycle.deadlines import end_of_day
from trustkeep.lifecycle.holding import NewHold, NoSuchHold
from trustkeep.lifecycle.planning import PlanShown
from trustkeep.lifecycle.queries import HoldShown, due_by_account, holds_of, shown_of
from trustkeep.ui.plain import plain

router = Router(tags=["accounts"], auth=ACCOUNTS_READ)


@router.get("/accounts", response=Listed[shapes.AccountListed], summary="List accounts")
def all_accounts(
    request: ApiRequest, window: Query[Window], q: Annotated[str, Field(max_length=200)] = ""
) -> HttpResponse:
    """Every account by name, or those whose name or reference holds `q`."""
    due = due_by_account()
    found = [
        one for one in accounts() if q.casefold() in f"{one.legal_name} {one.reference}".casefold()
    ]
    part, following = part_of(found, window, lambda one: str(one.id))
    return listed(request, [_listed(one, due.get(one.id)) for one in part], following)


@router.get("/accounts/{account_id}", response=shapes.AccountLife, summary="Read an account's life")
def life(request: ApiRequest, account_id: uuid.UUID) -> HttpResponse:
    """Where an account stands, its deadlines, the present plan, holds and receipts."""
    return JsonResponse(looked_at("account", account_id, lambda: _life(account(account_id))))


@router.post(
    "/accounts/{account_id}/end",
    response=shapes.EndTold,
    auth=ACCOUNTS_END,
    summary="End a contract",
)
def end(request: ApiRequest, account_id: uuid.UUID, wanted: shapes.EndWanted) -> HttpResponse:
    """End a contract at once, or with a day in its own time zone."""
    known = _certain(account_id, wanted)
    day = wanted.last_day
    return _answer(
        request,
        lambda: terminating.end_contract(
            account_id=account_id,
            by=person(request),
            now=now(),
            ends_at=end_of_day(day, known.time_zone) if day else None,
        ),
    )


@router.post(
    "/accounts/{account_id}/call-off",
    response=shapes.AccountLife,
    auth=ACCOUNTS_END,
    summary="Call a scheduled end off",
)
def call_off(request: ApiRequest, account_id: uuid.UUID, wanted: shapes.Certain) -> HttpResponse:
    """Let a contract go on whose end has not come."""
    _certain(account_id, wanted)

    def act() -> Any:
        terminating.call_off(account_id=account_id, by=person(request), now=now())
        return _life(account(account_id))

    return _answer(request, act)


@router.post(
    "/accounts/{account_id}/reinstate",
    response=shapes.Agreed,
    auth=ACCOUNTS_END,
    summary="Agree to a reinstatement",
)
def reinstate(request: ApiRequest, account_id: uuid.UUID, wanted: shapes.Certain) -> HttpResponse:
    """Say yes to letting a customer in again. It takes two people; a program is its maker."""
    _certain(account_id, wanted)

    def act() -> Any:
        done = reinstating.agree_to_reinstate(account_id=account_id, by=person(request), now=now())
        shown = shown_of(account_id)
        assert shown
        return {"reinstated": done, "stage": shown.stage}

    return _answer(request, act)


@router.post(
    "/accounts/{account_id}/holds",
    response={201: HoldShown},
    auth=ACCOUNTS_HOLD,
    summary="Place a legal hold",
)
def hold(request: ApiRequest, account_id: uuid.UUID, wanted: shapes.HoldWanted) -> HttpResponse:
    """Keep an account's data from being erased, for a reason, until somebody looks again."""
    owner = wanted.owner_id or person_of(request.auth.user_id)
    assert owner
    new = NewHold(wanted.basis, wanted.reason, owner, wanted.review_date, wanted.store, wanted.tell)

    def act() -> Any:
        made = holding.place_hold(account_id=account_id, new=new, by=person(request), now=now())
        return _hold(account_id, made)

    return _answer(request, act, HTTPStatus.CREATED)


@router.post(
    "/accounts/{account_id}/holds/{hold_id}/review",
    response=HoldShown,
    auth=ACCOUNTS_HOLD,
    summary="Confirm a legal hold",
)
def review(
    request: ApiRequest, account_id: uuid.UUID, hold_id: uuid.UUID, wanted: shapes.ReviewWanted
) -> HttpResponse:
    """Say that a hold is still needed, and when it is looked at again."""
    _hold(account_id, hold_id)

    def act() -> Any:
        day = wanted.review_date
        holding.review_hold(hold_id=hold_id, review_date=day, by=person(request), now=now())
        return _hold(account_id, hold_id)

    return _answer(request, act)


@router.post(
    "/accounts/{account_id}/holds/{hold_id}/release",
    response=HoldShown,
    auth=ACCOUNTS_HOLD,
    summary="Release a legal hold",
)
def release(
    request: ApiRequest, account_id: uuid.UUID, hold_id: uuid.UUID, wanted: shapes.Certain
) -> HttpResponse:
    """Lift a hold; what waited for it goes on by itself."""
    _certain(account_id, wanted)
    _hold(account_id, hold_id)

    def act() -> Any:
        holding.release_hold(hold_id=hold_id, by=person(request), now=now())
        return _hold(account_id, hold_id)

    return _answer(request, act)


@router.post(
    "/accounts/{account_id}/plan", response=PlanShown, auth=ACCOUNTS_DELETE, summary="Make a plan"
)
def plan(request: ApiRequest, account_id: uuid.UUID) -> HttpResponse:
    """Count anew, here and in every connected system, what a deletion would take."""
    return _slow(
        request,
        lambda: planning.make_plan(account_id=account_id, by=person(request), now=now()),
    )


@router.post(
    "/accounts/{account_id}/deletion",
    response=PlanShown,
    auth=ACCOUNTS_DELETE,
    summary="Ask for early deletion",
)
def deletion(
    request: ApiRequest, account_id: uuid.UUID, wanted: shapes.DeletionWanted
) -> HttpResponse:
    """Ask for a locked account to be deleted now; somebody else approves the plan."""
    _certain(account_id, wanted)
    return _slow(
        request,
        lambda: planning.ask_for_deletion(
            account_id=account_id,
            cause=wanted.cause,
            request=wanted.request,
            by=person(request),
            now=now(),
        ),
    )


@router.post(
    "/accounts/{account_id}/approval",
    response=shapes.AccountLife,
    auth=ACCOUNTS_DELETE,
    summary="Approve a plan",
)
def approve(
    request: ApiRequest, account_id: uuid.UUID, wanted: shapes.ApprovalWanted
) -> HttpResponse:
    """Say yes to exactly the plan with this digest, as somebody who did not ask for it."""
    _certain(account_id, wanted)

    def act() -> Any:
        planning.approve(account_id=account_id, digest=wanted.digest, by=person(request), now=now())
        return _life(account(account_id))

    return _answer(request, act)


@router.get("/receipts/{receipt_id}/{form}", summary="Download a receipt")
def receipt(
    request: ApiRequest,
    receipt_id: uuid.UUID,
    form: Literal["pdf", "json", "proof"],
) -> HttpResponse:
    """A receipt as sealed paper, as JSON, or as the proof from the log."""
    found = looked_at("receipt", receipt_id, lambda: issuing.receipt_called(receipt_id))
    return receipt_file(found, form)


def receipt_file(one: issuing.Issued, form: str) -> HttpResponse:
    """Answer with one file of a receipt."""
    file = issuing.file_of(one, form, get_language() or "en")
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def receipts_of(account_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the receipts of an account as they are listed."""
    return [
        {"id": one.id, "issued_at": one.issued_at, "entry_index": one.entry_index, "why": one.why}
        for one in issuing.all_of(account_id)
    ]


def _certain(account_id: uuid.UUID, wanted: shapes.Certain) -> AccountShown:
    known = account(account_id)
    require_reference(known, wanted.reference)
    return known


def _answer(request: ApiRequest, act: Any, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return JsonResponse(acted(request, lambda: dict(plain(act()))), status=status)


def _slow(request: ApiRequest, act: Any) -> HttpResponse:
    def noted() -> dict[str, Any]:
        body = dict(plain(act()))
        note(request)
        return body

    return JsonResponse(once_slow(request, noted))


def _hold(account_id: uuid.UUID, hold_id: uuid.UUID) -> HoldShown:
    for one in holds_of(account_id):
        if one.id == hold_id:
            return one
    raise NoSuchHold(id=hold_id)


def _listed(one: AccountShown, due_at: Any) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in _LISTED}
    return {**told, "due_at": due_at}


def _life(one: AccountShown) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in _TOLD}
    told |= _listed(one, due_by_account().get(one.id))
    told |= {"end": shown_of(one.id), "holds": holds_of(one.id), "receipts": receipts_of(one.id)}
    return dict(plain(told))


_LISTED = (
    "id",
    "legal_name",
    "reference",
    "state",
    "time_zone",
    "contract_start_date",
    "ends_at",
)
_TOLD = ("language", "manager", "dpo_contact", "state_at")
