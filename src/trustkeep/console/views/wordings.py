"""What the company states: drafts, approval by a second person, public notes."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.wordings import NoteForm, WordingForm
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.console.views.promises import known
from trustkeep.controls import desk, publication
from trustkeep.controls.promise import Promise
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told


@staff(Permission.EDIT_WORDING)
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    """Write a draft, or change the open one, in three languages."""
    promise = known(slug)
    shown = desk.promise_on_desk(slug, get_language(), now())
    start = shown.draft.texts if shown.draft else shown.texts
    reason = shown.draft.reason if shown.draft else ""
    form = WordingForm(promise, request.POST or None, initial={**start.as_dict(), "reason": reason})
    if form.is_valid() and _rested(request, form, promise, shown.draft):
        return redirect("console:promise", slug=slug)
    context = {"form": form, "shown": shown, "room": "promises"}
    return page(request, "wording.html", context)


def _rested(
    request: StaffRequest, form: WordingForm, promise: Promise, draft: desk.DraftShown | None
) -> bool:
    texts, reason, by = form.texts(), form.cleaned_data["reason"], actor(request)
    try:
        if draft:
            publication.change_draft(
                wording_id=draft.id, texts=texts, reason=reason, by=by, now=now()
            )
        else:
            publication.draft(promise=promise, texts=texts, reason=reason, by=by, now=now())
    except TrustkeepError as error:
        form.add_error(None, told(error))
        return False
    return True


@require_safe
@staff()
def drafts(request: StaffRequest) -> HttpResponse:
    """List the drafts that wait for a second person."""
    context = {
        "drafts": desk.drafts(get_language()),
        "actor": actor(request),
        "room": "drafts",
    }
    return page(request, "drafts.html", context)


@require_POST
@staff(Permission.PUBLISH_WORDING)
@fresh
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
@fresh
def note(request: StaffRequest, slug: str) -> HttpResponse:
    """Put a public note beside a promise."""
    promise = known(slug)
    form = NoteForm(request.POST or None)
    if form.is_valid():
        publication.publish_note(promise=promise, texts=form.texts(), by=actor(request), now=now())
        return redirect("console:promise", slug=slug)
    title = promise.title[get_language()]
    context = {"form": form, "slug": slug, "title": title, "room": "promises"}
    return page(request, "note.html", context)


@require_POST
@staff(Permission.PUBLISH_NOTE)
def withdraw_note(request: StaffRequest, slug: str, note_id: uuid.UUID) -> HttpResponse:
    """Take a note from the page."""
    publication.withdraw_note(note_id=note_id, by=actor(request), now=now())
    return redirect("console:promise", slug=slug)
