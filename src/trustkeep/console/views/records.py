"""Dated facts that a person enters: kinds, what is recorded, one record, entering and amending."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from trustkeep.console.forms.records import RecordForm
from trustkeep.console.forms.wordings import ReasonForm
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.controls.record_kinds import BY_SLUG, may_enter, shelves
from trustkeep.kernel.clock import now
from trustkeep.records import actions, queries
from trustkeep.records.actions import InvalidRecord
from trustkeep.records.kinds import RecordKind


@require_safe
@staff()
def kinds(request: StaffRequest) -> HttpResponse:
    """Show every kind of record, by part, with how many are recorded."""
    context = {"shelves": shelves(get_language()), "page": "records"}
    return render(request, "console/records.html", context)


@require_safe
@staff()
def kind(request: StaffRequest, slug: str) -> HttpResponse:
    """List what is recorded of one kind."""
    found = _known(slug)
    context = {
        "kind": found,
        "records": queries.current(found, now()),
        "may_enter": may_enter(request.user.roles, found),
        "page": "records",
    }
    return render(request, "console/record_kind.html", context)


@staff()
def enter(request: StaffRequest, slug: str) -> HttpResponse:
    """Enter a record; every problem stands beside its field and nothing typed is lost."""
    found = _writable(request, slug)
    form = RecordForm(found, get_language(), request.POST or None)
    if form.is_valid():
        try:
            actions.enter(kind=found, values=form.values(), by=actor(request), now=now())
        except InvalidRecord as error:
            form.show_errors(error.errors)
        else:
            return redirect("console:record-kind", slug=slug)
    return render(request, "console/record.html", {"kind": found, "form": form, "page": "records"})


@staff()
def amend(request: StaffRequest, slug: str, record_id: uuid.UUID) -> HttpResponse:
    """Enter a new version of a record; the old one stays readable."""
    found = _writable(request, slug)
    versions = queries.history(found, record_id)
    if not versions:
        raise Http404(str(record_id))
    form = RecordForm(found, get_language(), request.POST or None, initial=versions[0].values)
    if form.is_valid():
        try:
            actions.amend(
                kind=found, record_id=record_id, values=form.values(), by=actor(request), now=now()
            )
        except InvalidRecord as error:
            form.show_errors(error.errors)
        else:
            return redirect("console:record-kind", slug=slug)
    context = {"kind": found, "form": form, "versions": versions, "page": "records"}
    return render(request, "console/record.html", context)


@staff()
def withdraw(request: StaffRequest, slug: str, record_id: uuid.UUID) -> HttpResponse:
    """Say why a record no longer counts; it stays in the history."""
    found = _writable(request, slug)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.withdraw(
            kind=found, record_id=record_id, reason=reason, by=actor(request), now=now()
        )
        return redirect("console:record-kind", slug=slug)
    context = {"kind": found, "form": form, "page": "records"}
    return render(request, "console/record_withdraw.html", context)


def _known(slug: str) -> RecordKind:
    try:
        return BY_SLUG[slug]
    except KeyError as error:
        raise Http404(slug) from error


def _writable(request: StaffRequest, slug: str) -> RecordKind:
    found = _known(slug)
    if not may_enter(request.user.roles, found):
        raise PermissionDenied
    return found
