"""Acts on an account: each says what will happen, asks for the typed reference, and is logged."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect

from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.accounts import (
    DeletionForm,
    EndForm,
    HoldForm,
    NamedForm,
    ReviewForm,
)
from trustkeep.console.permits import StaffRequest, actor, known_account, staff
from trustkeep.console.rendering import page
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle import holding, planning, reinstating, terminating
from trustkeep.lifecycle.backups.queries import copies_of
from trustkeep.lifecycle.deadlines import DELETE_AFTER, DELETE_MARGIN, EARLY_WITHIN, LOCK_WITHIN
from trustkeep.lifecycle.queries import shown_of
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told


@staff(Permission.END_CONTRACTS)
@fresh
def end(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """End a contract, at once or with a day."""
    account = known_account(account_id)
    form = EndForm(request.POST or None, reference=account.reference)
    return _act(
        request,
        account,
        "end",
        form,
        lambda: terminating.end_contract(
            account_id=account_id,
            by=actor(request),
            now=now(),
            ends_at=form.ends_at(account.time_zone),
        ),
    )


@staff(Permission.END_CONTRACTS)
@fresh
def call_off(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Call a scheduled end off."""
    return _named(
        request,
        account_id,
        "call-off",
        lambda: terminating.call_off(account_id=account_id, by=actor(request), now=now()),
    )


@staff(Permission.END_CONTRACTS)
@fresh
def reinstate(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Say yes to letting a customer in again; two people have to."""
    return _named(
        request,
        account_id,
        "reinstate",
        lambda: reinstating.agree_to_reinstate(account_id=account_id, by=actor(request), now=now()),
    )


@staff(Permission.HOLD_DATA)
@fresh
def hold(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Place a legal hold."""
    account = known_account(account_id)
    form = HoldForm(request.POST or None)
    return _act(
        request,
        account,
        "hold",
        form,
        lambda: holding.place_hold(
            account_id=account_id, new=form.hold(), by=actor(request), now=now()
        ),
    )


@staff(Permission.HOLD_DATA)
@fresh
def release(request: StaffRequest, account_id: uuid.UUID, hold_id: uuid.UUID) -> HttpResponse:
    """Lift a legal hold; what waited goes on."""
    return _named(
        request,
        account_id,
        "release",
        lambda: holding.release_hold(hold_id=hold_id, by=actor(request), now=now()),
    )


@staff(Permission.HOLD_DATA)
def review(request: StaffRequest, account_id: uuid.UUID, hold_id: uuid.UUID) -> HttpResponse:
    """Say that a hold is still needed."""
    account = known_account(account_id)
    form = ReviewForm(request.POST or None)
    return _act(
        request,
        account,
        "review",
        form,
        lambda: holding.review_hold(
            hold_id=hold_id,
            review_date=form.cleaned_data["review"],
            by=actor(request),
            now=now(),
        ),
    )


@staff(Permission.DELETE_DATA)
def plan(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Count anew what a deletion would take."""
    if request.method == "POST":
        planning.make_plan(account_id=account_id, by=actor(request), now=now())
    return redirect("console:account", account_id=account_id)


@staff(Permission.DELETE_DATA)
@fresh
def delete(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Ask for deletion before the period has passed; somebody else approves the plan."""
    account = known_account(account_id)
    form = DeletionForm(request.POST or None, reference=account.reference)
    return _act(
        request,
        account,
        "delete",
        form,
        lambda: planning.ask_for_deletion(
            account_id=account_id,
            cause=form.cleaned_data["door"],
            request=form.cleaned_data["request"],
            by=actor(request),
            now=now(),
        ),
    )


@staff(Permission.DELETE_DATA)
@fresh
def approve(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Say yes to exactly the plan that is shown."""
    digest = request.POST.get("digest", "")
    return _named(
        request,
        account_id,
        "approve",
        lambda: planning.approve(
            account_id=account_id, digest=digest, by=actor(request), now=now()
        ),
    )


def _named(
    request: StaffRequest, account_id: uuid.UUID, act: str, do: Callable[[], Any]
) -> HttpResponse:
    """Do what only asks whether somebody knows which account is meant."""
    account = known_account(account_id)
    form = NamedForm(request.POST or None, reference=account.reference)
    return _act(request, account, act, form, do)


def _act(
    request: StaffRequest,
    account: AccountShown,
    act: str,
    form: forms.Form,
    do: Callable[[], Any],
) -> HttpResponse:
    if form.is_valid():
        try:
            do()
            return redirect("console:account", account_id=account.id)
        except TrustkeepError as error:
            form.add_error(None, told(error))
    told_of = {"account": account, "end": shown_of(account.id), "act": act, "form": form}
    context = {**told_of, **_NUMBERS, **_copies(), "room": "accounts"}
    return page(request, "account_act.html", context)


def _copies() -> dict[str, Any]:
    kept = copies_of(now(), now())
    return {"copies": len(kept), "copies_until": kept[-1].gone_date if kept else None}


_NUMBERS = {
    "lock_hours": LOCK_WITHIN // timedelta(hours=1),
    "delete_days": DELETE_AFTER.days,
    "margin_hours": DELETE_MARGIN // timedelta(hours=1),
    "early": EARLY_WITHIN.days,
}
