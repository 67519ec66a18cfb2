"""Records: collections, one record, entering, changing, throwing away and taking back."""

from __future__ import annotations

import json
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from trustkeep.holdings import collections
from trustkeep.holdings.collections import RecordChanged, RecordInvalid, TooManyCollections
from trustkeep.holdings.places import NameInvalid
from trustkeep.kernel.clock import now
from trustkeep.ui.pages import told
from trustkeep.workspace.forms.records import RecordForm
from trustkeep.workspace.permits import MemberRequest, actor, member
from trustkeep.workspace.rendering import page

MOST_SHOWN = 200
"""How many records of a collection one page shows; a search narrows them down."""


@require_safe
@member()
def records(request: MemberRequest) -> HttpResponse:
    """List the collections, or the records of one that a search finds."""
    name, text = request.GET.get("collection", ""), request.GET.get("q", "").strip()
    found = collections.records(request.account_id, name, text) if name else []
    context = {
        "collections": collections.collections(request.account_id),
        "name": name,
        "records": found[:MOST_SHOWN],
        "total": len(found),
        "deleted": collections.deleted_records(request.account_id),
        "q": text,
        "room": "records",
    }
    return page(request, "records.html", context)


@member()
def enter(request: MemberRequest) -> HttpResponse:
    """Enter a record; what was typed stays where it cannot be kept."""
    form = RecordForm(request.POST or None, initial={"collection": request.GET.get("collection")})
    if form.is_valid() and _entered(request, form):
        return redirect(_place(form.cleaned_data["collection"]))
    return page(request, "record.html", {"form": form, "room": "records"})


@member()
def change(request: MemberRequest, record_id: uuid.UUID) -> HttpResponse:
    """Show a record, and put new values in the place of the old."""
    shown = collections.record(request.account_id, record_id)
    values = json.dumps(shown.values, ensure_ascii=False, indent=2)
    initial = {"collection": shown.collection, "values": values}
    form = RecordForm(request.POST or None, initial=initial)
    form.fields["collection"].disabled = True
    if form.is_valid() and _changed(request, form, record_id):
        return redirect(_place(shown.collection))
    return page(request, "record.html", {"form": form, "record": shown, "room": "records"})


@require_POST
@member()
def throw(request: MemberRequest, record_id: uuid.UUID) -> HttpResponse:
    """Put a record into the trash, or take it back from there."""
    if "take_back" in request.POST:
        back = collections.take_back_record(passage=request.passage, record_id=record_id, now=now())
        return redirect(_place(back.collection))
    shown = collections.record(request.account_id, record_id)
    collections.delete_record(passage=request.passage, record_id=record_id, now=now())
    return redirect(_place(shown.collection))


def _entered(request: MemberRequest, form: RecordForm) -> bool:
    given = form.cleaned_data
    try:
        collections.enter_record(
            passage=request.passage,
            collection=given["collection"],
            values=given["values"],
            by=actor(request),
            now=now(),
        )
    except (RecordInvalid, NameInvalid, TooManyCollections) as error:
        form.add_error("values" if isinstance(error, RecordInvalid) else "collection", told(error))
        return False
    return True


def _changed(request: MemberRequest, form: RecordForm, record_id: uuid.UUID) -> bool:
    number = request.POST.get("number", "")
    try:
        collections.change_record(
            passage=request.passage,
            record_id=record_id,
            values=form.cleaned_data["values"],
            by=actor(request),
            now=now(),
            number=int(number) if number.isdecimal() else None,
        )
    except (RecordInvalid, RecordChanged) as error:
        form.add_error("values", told(error))
        return False
    return True


def _place(collection: str) -> str:
    return f"{reverse('workspace:records')}?{urlencode({'collection': collection})}"
