"""The room for requests: the list, one request as a story, and the acts on it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from trustkeep.accounts.roles import Permission
from trustkeep.console import requesting
from trustkeep.console.exporting import requests_csv
from trustkeep.console.filters import RequestFilter
from trustkeep.console.forms.requests import NewForm
from trustkeep.console.permits import StaffRequest, actor, noted, staff
from trustkeep.console.rendering import page
from trustkeep.console.requesting import ACTS
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.queries import letter as letter_of
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import queries
from trustkeep.lifecycle.requests.handling import NoSuchRequest
from trustkeep.lifecycle.requests.queries import RequestRead
from trustkeep.lifecycle.requests.states import OPEN, State
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told


@require_safe
@staff(Permission.HANDLE_REQUESTS)
def requests(request: StaffRequest) -> HttpResponse:
    """List requests, the nearest due first; search and filters stand in the address."""
    at, wanted = now(), RequestFilter.of(request.GET)
    all_ = queries.requests()
    rows = [(one, one.is_late(at)) for one in wanted.matching(all_, at)]
    context = {"rows": rows, "total": len(all_), "wanted": wanted, "room": "requests"}
    context |= {"states": list(State), "kinds": list(RequestKind)}
    context["query"] = request.GET.urlencode()
    return page(request, "requests.html", context)


@require_safe
@staff(Permission.HANDLE_REQUESTS)
@noted("requests-table")
def export(request: StaffRequest) -> HttpResponse:
    """Give the list as a table, without who asked and in which words."""
    found = RequestFilter.of(request.GET).matching(queries.requests(), now())
    response = HttpResponse(requests_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    response["Cache-Control"] = "no-store"
    return response


@staff(Permission.HANDLE_REQUESTS)
def enter(request: StaffRequest) -> HttpResponse:
    """Enter what came by mail, by telephone or in conversation."""
    form = NewForm(request.POST or None, initial={"received": now().date(), "language": "en"})
    if form.is_valid():
        try:
            made = requesting.enter(form.cleaned_data, actor(request))
            return redirect("console:request", request_id=made.id)
        except TrustkeepError as error:
            field = str(error.values.get("field", ""))
            form.add_error("received" if field == "received_at" else None, told(error))
    return page(request, "request_new.html", {"form": form, "room": "requests"})


@require_safe
@staff(Permission.HANDLE_REQUESTS)
@noted("request", of="request_id")
def request_(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show one request as a story, with what is to be done next on top."""
    read, at = _known(request_id), now()
    names = requesting.acts_for(read)
    context = {
        "read": read,
        "acts": [(name, ACTS[name]) for name in names],
        "late": read.shown.is_late(at),
        "open": read.shown.state in OPEN,
        "room": "requests",
    }
    return page(request, "request.html", context)


@staff(Permission.HANDLE_REQUESTS)
@fresh
@noted("request", of="request_id")
def act(request: StaffRequest, request_id: uuid.UUID, name: str) -> HttpResponse:
    """Show the form of an act, then the letters it would write, then do it."""
    read = _known(request_id)
    if name not in requesting.acts_for(read):
        raise Http404(name)
    form = ACTS[name].form(read, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"read": read, "act": ACTS[name], "form": form, "room": "requests"}
    if form.is_valid() and _done(request, name, read, form, context):
        return redirect("console:request", request_id=request_id)
    return page(request, "request_act.html", context)


@require_safe
@staff(Permission.HANDLE_REQUESTS)
@noted("letter", of="letter_id")
def letter(request: StaffRequest, request_id: uuid.UUID, letter_id: uuid.UUID) -> HttpResponse:
    """Show a letter that was written about a request."""
    read = _known(request_id)
    if letter_id not in [one.letter for one in read.story]:
        raise Http404(str(letter_id))
    context = {"read": read, "letter": letter_of(letter_id), "room": "requests"}
    return page(request, "request_letter.html", context)


def _done(
    request: StaffRequest, name: str, read: RequestRead, form: forms.Form, context: dict[str, Any]
) -> bool:
    act = ACTS[name]
    try:
        shown = requesting.preview(act, read, form.cleaned_data)
        if shown and request.POST.get("seen") != shown.seen:
            context["shown"] = shown
            return False
        act.do(read, form.cleaned_data, actor(request))
    except TrustkeepError as error:
        form.add_error(None, told(error))
        return False
    return True


def _known(request_id: uuid.UUID) -> RequestRead:
    try:
        return queries.request(request_id)
    except NoSuchRequest as error:
        raise Http404(str(request_id)) from error
