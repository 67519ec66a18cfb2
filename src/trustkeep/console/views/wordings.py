"""What the company states: drafts, approval by a second person, public notes."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.wordings import NoteForm, WordingForm
from trustkeep.console.permits import StaffRequest, actor, permitted, staff
from trustkeep.controls import catalogue, desk, publication
from trustkeep.controls.catalogue import UnknownPromise
from trustkeep.controls.promise import Promise
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError


@staff(Permission.EDIT_WORDING)
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    """Write a draft, or change the open one, in three languages."""
    promise = _known(slug)
    shown = desk.promise_on_desk(slug, get_language(), now())
    start = shown.draft.texts if shown.draft else shown.texts
    reason = shown.draft.reason if shown.draft else ""
    form = WordingForm(promise, request.POST or None, initial={**start.as_dict(), "reason": reason})
    if form.is_valid() and _rested(request, form, promise, shown.draft):
        return redirect("console:promise", slug=slug)
    context = {"form": form, "shown": shown, "page": "promises"}
    return render(request, "console/wording.html", context)


def _rested(
    request: StaffRequest, form: WordingForm, promise: Promise, draft: desk.DraftShown | None
) -> bool:
    words = {"texts": form.texts(), "reason": form.cleaned_data["reason"]}
    try:
        if draft:
            publication.change_draft(wording_id=draft.id, **words, by=actor(request), now=now())
        else:
            publication.draft(promise=promise, **words, by=actor(request), now=now())
    except TrustkeepError as error:
        form.add_error(None, str(error))
        return False
    return True


@staff()
def drafts(request: StaffRequest) -> HttpResponse:
    """List the drafts that wait for a second person."""
    context = {"drafts": desk.drafts(get_language()), "reader": actor(request), "page": "drafts"}
    return render(request, "console/drafts.html", context)


@require_POST
@staff(Permission.PUBLISH_WORDING)
def approve(request: StaffRequest, slug: str, wording_id: uuid.UUID) -> HttpResponse:
    """Publish a draft that somebody else wrote."""
    publication.approve(wording_id=wording_id, by=actor(request), now=now())
    return redirect("console:promise", slug=slug)


@require_POST
@staff(Permission.EDIT_WORDING)
def withdraw(request: StaffRequest, slug: str, wording_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Close a draft without publishing it."""
    publication.withdraw_draft(wording_id=wording_id)
    return redirect("console:promise", slug=slug)


@staff(Permission.PUBLISH_NOTE)
def note(request: StaffRequest, slug: str) -> HttpResponse:
    """Put a public note beside a promise."""
    promise = _known(slug)
    form = NoteForm(request.POST or None)
    if form.is_valid():
        publication.publish_note(promise=promise, texts=form.texts(), by=actor(request), now=now())
        return redirect("console:promise", slug=slug)
    context = {"form": form, "promise": promise, "may": permitted(request), "page": "promises"}
    return render(request, "console/note.html", context)


@require_POST
@staff(Permission.PUBLISH_NOTE)
def withdraw_note(request: StaffRequest, slug: str, note_id: uuid.UUID) -> HttpResponse:
    """Take a note from the page."""
    publication.withdraw_note(note_id=note_id, by=actor(request), now=now())
    return redirect("console:promise", slug=slug)


def _known(slug: str) -> Promise:
    try:
        return catalogue.promise(slug)
    except UnknownPromise as error:
        raise Http404(str(error)) from error
