"""The contract: what is agreed, how it ends, and what proves it afterwards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts import customers
from trustkeep.accounts.roles import MemberRole
from trustkeep.holdings.exporting import counts
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import issuing, terminating
from trustkeep.lifecycle.deadlines import delete_by, delete_not_before, end_of_day, lock_by
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told
from trustkeep.workspace.forms.contract import EndForm
from trustkeep.workspace.permits import MemberRequest, actor, member, role_of
from trustkeep.workspace.rendering import page


@dataclass(frozen=True, slots=True)
class Course:
    """What follows from an end, instant by instant."""

    ends_at: datetime
    lock_by: datetime
    delete_not_before: datetime
    delete_by: datetime


@require_safe
@member()
def contract(request: MemberRequest) -> HttpResponse:
    """Show what is agreed, when it ends, and the receipts there are."""
    account = customers.account(request.account_id)
    context = {
        "account": account,
        "course": course(account.ends_at) if account.ends_at else None,
        "receipts": issuing.all_of(request.account_id),
        "is_owner": role_of(request) is MemberRole.OWNER,
        "room": "contract",
    }
    return page(request, "contract.html", context)


@member(MemberRole.OWNER)
@fresh
def end(request: MemberRequest) -> HttpResponse:
    """Show what would happen when, then end the contract."""
    account = customers.account(request.account_id)
    form = EndForm(request.POST or None, account.legal_name)
    if form.is_valid() and _ended(request, form, account.time_zone):
        return redirect("workspace:contract") if form.cleaned_data["last_day"] else _shut(request)
    contents, records = counts(request.account_id)
    context = {
        "account": account,
        "form": form,
        "course": course(now()),
        "contents": contents,
        "records": records,
        "members": sum(one.left_at is None for one in customers.members(account.id)),
        "room": "contract",
    }
    return page(request, "contract_end.html", context)


@require_POST
@member(MemberRole.OWNER)
@fresh
def call_off(request: MemberRequest) -> HttpResponse:
    """Let a contract go on whose end has not come yet."""
    terminating.call_off(account_id=request.account_id, by=actor(request), now=now())
    return redirect("workspace:contract")


@require_safe
@member()
def receipt(request: MemberRequest, receipt_id: uuid.UUID, name: str) -> HttpResponse:
    """Give one file of a receipt: the document, its data, or the proof."""
    one = issuing.receipt_called(receipt_id)
    if one.account != request.account_id:
        raise Http404(str(receipt_id))
    for file in issuing.enclosures(one, get_language()):
        if file.name == name:
            answer = HttpResponse(file.content, content_type=file.media_type)
            answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
            answer["Cache-Control"] = "no-store"
            return answer
    raise Http404(name)


def _shut(request: MemberRequest) -> HttpResponse:
    """Tell once what has happened: no further page opens to anybody of the account."""
    account = customers.account(request.account_id)
    assert account.ends_at
    context = {"account": account, "course": course(account.ends_at)}
    return page(request, "contract_ended.html", context)


def course(ends_at: datetime) -> Course:
    """Return what follows from a contract's end."""
    return Course(ends_at, lock_by(ends_at), delete_not_before(ends_at), delete_by(ends_at))


def _ended(request: MemberRequest, form: EndForm, time_zone: str) -> bool:
    day = form.cleaned_data["last_day"]
    ends_at = end_of_day(day, time_zone) if day else None
    try:
        terminating.end_contract(
            account_id=request.account_id, by=actor(request), now=now(), ends_at=ends_at
        )
    except TrustkeepError as error:
        form.add_error("last_day", told(error))
        return False
    return True
