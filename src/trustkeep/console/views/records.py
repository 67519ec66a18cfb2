"""Dated facts that a person enters: kinds, what is recorded, one record, entering and amending."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from trustkeep.console.exporting import records_csv
from trustkeep.console.filters import matching
from trustkeep.console.forms.records import RecordForm
from trustkeep.console.forms.wordings import ReasonForm
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.controls import recording
from trustkeep.controls.record_kinds import BY_SLUG, may_enter, shelves
from trustkeep.kernel.clock import now
from trustkeep.records import queries
from trustkeep.records.actions import InvalidRecord
from trustkeep.records.kinds import RecordKind

COLUMNS = 4


@require_safe
@staff()
def kinds(request: StaffRequest) -> HttpResponse:
    """Show every kind of record, by part, with how many are recorded."""
    return page(request, "records.html", {"shelves": shelves(get_language()), "room": "records"})


@require_safe
@staff()
def kind(request: StaffRequest, slug: str) -> HttpResponse:
    """List what is recorded of one kind, with a search kept in the address."""
    found = _known(slug)
    text = request.GET.get("q", "").strip()
    records = queries.current(found, now())
    context = {
        "kind": found,
        "columns": found.fields[:COLUMNS],
        "records": matching(records, text)[::-1],
        "total": len(records),
        "q": text,
        "writable": may_enter(request.user.roles, found),
        "room": "records",
    }
    return page(request, "record_kind.html", context)


@require_safe
@staff()
def export(request: StaffRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """Give what counts of one kind as a table."""
    found = _known(slug)
    text = records_csv(found, queries.current(found, now()))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@staff()
def enter(request: StaffRequest, slug: str) -> HttpResponse:
    """Enter a record; every problem stands beside its field and nothing typed is lost."""
    found = _writable(request, slug)
    form = RecordForm(found, get_language(), request.POST or None)
    if form.is_valid() and _rested(request, found, form):
        return redirect("console:record-kind", slug=slug)
    return page(request, "record.html", {"kind": found, "form": form, "room": "records"})


@staff()
def amend(request: StaffRequest, slug: str, record_id: uuid.UUID) -> HttpResponse:
    """Show a record with its versions, and let who may enter it write a new one."""
    found = _known(slug)
    versions = queries.history(found, record_id)
    if not versions:
        raise Http404(str(record_id))
    is_open = not versions[0].withdrawn and may_enter(request.user.roles, found)
    form = None
    if is_open:
        form = RecordForm(found, get_language(), request.POST or None, initial=versions[0].values)
        if form.is_valid() and _rested(request, found, form, record_id):
            return redirect("console:record", slug=slug, record_id=record_id)
    context = {"kind": found, "form": form, "versions": versions, "room": "records"}
    return page(request, "record.html", context)


@staff()
def withdraw(request: StaffRequest, slug: str, record_id: uuid.UUID) -> HttpResponse:
    """Say why a record no longer counts; it stays in the history."""
    found = _writable(request, slug)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        recording.withdraw(
            kind=found, record_id=record_id, reason=reason, by=actor(request), now=now()
        )
        return redirect("console:record-kind", slug=slug)
    context = {"kind": found, "record_id": record_id, "form": form, "room": "records"}
    return page(request, "record_withdraw.html", context)


def _rested(
    request: StaffRequest, kind: RecordKind, form: RecordForm, record_id: uuid.UUID | None = None
) -> bool:
    told: dict[str, Any] = {"kind": kind, "values": form.values(), "by": actor(request)}
    try:
        if record_id is None:
            recording.enter(**told, now=now())
        else:
            recording.amend(**told, record_id=record_id, now=now())
    except InvalidRecord as error:
        form.show_errors(error.errors)
        return False
    return True


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
