"""The public door for requests: the form, the link in the mail, where it stands, and the data.

Nobody is signed in here, and no cookie gives anybody power that a foreign page could borrow: what
counts is the unguessable link. So the forms need no token of their own (ASVS 3.5.1). Pages below a
link are kept by nobody and found by no search engine.
"""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from trustkeep.identity import origins
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.networks import network_of
from trustkeep.letters.queries import letter as letter_of
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import (
    collecting,
    confirming,
    execution,
    handling,
    queries,
    whole,
)
from trustkeep.lifecycle.requests.confirming import Form, LinkEnded, TooManyForms
from trustkeep.lifecycle.requests.handling import NoSuchRequest
from trustkeep.lifecycle.requests.links import CONFIRM_WITHIN
from trustkeep.lifecycle.requests.queries import RequestRead
from trustkeep.trust.answers import framed
from trustkeep.trust.forms import NameForm, WordsForm, YourDataForm
from trustkeep.ui.answers import account_archive, data_archive
from trustkeep.ui.archives import members_of
from trustkeep.ui.pages import told
from trustkeep.ui.request_words import PUBLIC

NOT_FOUND, GONE, REFUSED, TOO_MANY = 404, 410, 422, 429
_form = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@_form
def your_data(request: HttpRequest) -> HttpResponse:
    """Take a request; whoever sends the form gets the same answer."""
    form = YourDataForm(get_language(), request.POST or None)
    status = REFUSED if request.method == "POST" else 200
    if form.is_valid():
        try:
            _send(form)
            told_to = {"email": form.cleaned_data["email"], "hours": _HOURS}
            return _private(framed(request, "your_data_sent.html", told_to, place=("your-data",)))
        except TooManyForms as error:
            form.add_error(None, told(error))
            status = TOO_MANY
    return framed(request, "your_data.html", {"form": form}, place=("your-data",), status=status)


@csrf_exempt
@_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for one more click, since programs that look through mails open links; then enter it."""
    place = ("your-data-confirm", token)
    if request.method == "POST":
        try:
            made = confirming.confirm(token=token, now=now())
            return _private(redirect("trust:your-data-status", token=made.status_token))
        except LinkEnded:
            pass
    elif confirming.is_waiting(token, now=now()):
        return _private(framed(request, "your_data_confirm.html", {}, place=place))
    context = {"sentence": told(LinkEnded())}
    return _private(framed(request, "your_data_ended.html", context, place=place, status=GONE))


@csrf_exempt
@_form
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Show who asked where it stands; take an answer to our question."""
    found, sentence = _found(token), ""
    form = WordsForm(request.POST or None)
    if form.is_valid():
        try:
            handling.reply(token=token, words=form.cleaned_data["words"], now=now())
            return _private(redirect("trust:your-data-status", token=token))
        except TrustkeepError as error:
            sentence = told(error)
    context = {"request_": found, "form": form, "token": token, "sentence": sentence}
    context |= {"public": PUBLIC, "letters": _letters(found)}
    place = ("your-data-status", token)
    return _private(framed(request, "your_data_status.html", context, place=place))


@csrf_exempt
@_form
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take a request back, after asking once more."""
    found, sentence = _found(token), ""
    if request.method == "POST":
        try:
            handling.withdraw(token=token, now=now())
            return _private(redirect("trust:your-data-status", token=token))
        except TrustkeepError as error:
            sentence = told(error)
    context = {"request_": found, "token": token, "sentence": sentence}
    place = ("your-data-withdraw", token)
    return _private(framed(request, "your_data_withdraw.html", context, place=place))


@csrf_exempt
@_form
def everything(request: HttpRequest, token: str) -> HttpResponse:
    """Take the customer's word that a whole account goes: the name of it, typed."""
    found, sentence = _found(token), ""
    if not found.waits_for_confirmation:
        raise Http404
    form = NameForm(request.POST or None)
    if form.is_valid():
        try:
            execution.confirm(token=token, typed=form.cleaned_data["typed"], now=now())
            return _private(redirect("trust:your-data-status", token=token))
        except TrustkeepError as error:
            sentence = told(error)
    context = {"request_": found, "token": token, "form": form, "sentence": sentence}
    place = ("your-data-everything", token)
    return _private(framed(request, "your_data_everything.html", context, place=place))


@require_safe
def letter(_request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Give one of the letters as a text."""
    written = [one.letter for one in _found(token).story if one.letter]
    if not 0 < number <= len(written):
        raise Http404
    assert written[number - 1] is not None
    text = letter_of(written[number - 1]).text
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="letter-{number}.txt"'
    return _private(response)


@csrf_exempt
@_form
def answer(request: HttpRequest, token: str) -> HttpResponse | StreamingHttpResponse:
    """Give the data, once, to who holds the link."""
    place, at = ("your-data-answer", token), now()
    is_whole = whole.is_waiting(token, now=at)
    if request.method == "POST":
        try:
            if is_whole:
                return account_archive(whole.fetch(token=token, more=members_of, clock=now))
            return data_archive(collecting.fetch(token=token, now=at), get_language(), at)
        except collecting.DataFetched:
            pass
    elif collecting.is_there(token, now=at):
        return _private(
            framed(request, "your_data_answer.html", {"is_whole": is_whole}, place=place)
        )
    context = {"sentence": told(collecting.DataFetched())}
    return _private(framed(request, "your_data_ended.html", context, place=place, status=GONE))


_HOURS = int(CONFIRM_WITHIN.total_seconds() // 3600)


def _send(form: YourDataForm) -> None:
    given = form.cleaned_data
    if form.is_trapped():
        return
    sent = Form(
        kinds=tuple(RequestKind(one) for one in given["kinds"]),
        name=given["name"],
        email=given["email"],
        text=given["text"],
        about=given["about"],
        language=get_language(),
    )
    source = network_of(origins.present().source)
    confirming.send_form(form=sent, source=source, now=now())


def _found(token: str) -> RequestRead:
    try:
        return queries.by_link(token)
    except NoSuchRequest as error:
        raise Http404 from error


def _letters(found: RequestRead) -> list[tuple[int, datetime]]:
    written = [one for one in found.story if one.letter]
    return [(number, one.at) for number, one in enumerate(written, 1)]


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
