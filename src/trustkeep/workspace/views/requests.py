"""Requests about personal data: a member's own, and what the customer has to decide."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.queries import letter as letter_of
from trustkeep.lifecycle.requests import collecting, customers, handling, queries, receiving, things
from trustkeep.lifecycle.requests.customers import OwnRequest
from trustkeep.lifecycle.requests.handling import NoSuchRequest
from trustkeep.lifecycle.requests.queries import RequestRead
from trustkeep.ui.answers import data_archive
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told
from trustkeep.ui.request_words import PUBLIC
from trustkeep.workspace.forms.requests import OwnForm, ThingsForm, WordsForm
from trustkeep.workspace.permits import MemberRequest, member
from trustkeep.workspace.rendering import page

ROOM = "requests"


@require_safe
@member()
def requests(request: MemberRequest) -> HttpResponse:
    """List one's own, and for who manages the account what the customer decides."""
    found = customers.seen_by(request.account_id, request.member.id)
    context = {
        "own": [one.shown for one in found if one.is_own],
        "others": [one.shown for one in found if not one.is_own],
        "room": ROOM,
    }
    return page(request, "requests.html", context)


@member()
def enter(request: MemberRequest) -> HttpResponse:
    """Take a request about one's own data, or about single things that are to be deleted."""
    named = things.read(request.GET.getlist("thing"))
    things.require_in(request.account_id, named)
    form = ThingsForm(request.POST or None) if named else OwnForm(request.POST or None)
    if form.is_valid():
        try:
            made = _entered(request, form, named)
            return redirect("workspace:request", request_id=made)
        except TrustkeepError as error:
            form.add_error(None, told(error))
    names = [things.name_of(request.account_id, one) for one in named]
    return page(request, "request_enter.html", {"form": form, "names": names, "room": ROOM})


@member()
def request(request: MemberRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show where a request stands; take an answer to our question from who asked it."""
    seen = _seen(request, request_id)
    form = WordsForm((request.POST or None) if seen.is_own else None)
    if form.is_valid():
        try:
            handling.reply(token=seen.status_token, words=form.cleaned_data["words"], now=now())
            return redirect("workspace:request", request_id=request_id)
        except TrustkeepError as error:
            form.add_error("words", told(error))
    read = queries.request(request_id)
    context = {"seen": seen, "request_": read, "form": form, "public": PUBLIC, "room": ROOM}
    context["names"] = [things.name_of(request.account_id, one) for one in read.shown.things]
    context["letters"] = _letters(read)
    context["data_ready"] = seen.is_own and collecting.is_ready(request_id, now=now())
    return page(request, "request.html" if seen.is_own else "request_decided.html", context)


@member()
def withdraw(request: MemberRequest, request_id: uuid.UUID) -> HttpResponse:
    """Take one's own request back, after asking once more."""
    seen = _own(request, request_id)
    if request.method == "POST":
        handling.withdraw(token=seen.status_token, now=now())
        return redirect("workspace:request", request_id=request_id)
    return page(request, "request_withdraw.html", {"one": seen.shown, "room": ROOM})


@require_safe
@member()
def letter(request: MemberRequest, request_id: uuid.UUID, number: int) -> HttpResponse:
    """Give one of the letters about one's own request as a text."""
    _own(request, request_id)
    written = [one.letter for one in queries.request(request_id).story if one.letter]
    if not 0 < number <= len(written):
        raise Http404
    answer = HttpResponse(
        letter_of(written[number - 1]).text, content_type="text/plain; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="letter-{number}.txt"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@member()
@fresh
def data(request: MemberRequest, request_id: uuid.UUID) -> HttpResponse:
    """Give the data that was asked for, once; it is gone from here then."""
    _own(request, request_id)
    at = now()
    found = collecting.fetch_signed_in(request_id=request_id, now=at)
    return data_archive(found, get_language(), at)  # type: ignore[return-value]


def _entered(request: MemberRequest, form: ThingsForm, named: list[str]) -> uuid.UUID:
    made = receiving.receive_from_member(
        account_id=request.account_id,
        member_id=request.member.id,
        kinds=form.wanted,
        text=form.cleaned_data["text"],
        language=get_language(),
        things=named,
        now=now(),
    )
    return made.id


def _seen(request: MemberRequest, request_id: uuid.UUID) -> OwnRequest:
    try:
        return customers.one_seen_by(request.account_id, request.member.id, request_id)
    except NoSuchRequest as error:
        raise Http404 from error


def _own(request: MemberRequest, request_id: uuid.UUID) -> OwnRequest:
    seen = _seen(request, request_id)
    if not seen.is_own:
        raise Http404
    return seen


def _letters(read: RequestRead) -> list[tuple[int, datetime]]:
    written = [one for one in read.story if one.letter]
    return [(number, one.at) for number, one in enumerate(written, 1)]
