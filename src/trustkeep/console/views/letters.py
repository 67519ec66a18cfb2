"""Letters that leave the house: what waits, what failed and why, one letter as it reads."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission
from trustkeep.console.filters import addressed
from trustkeep.console.letter_words import STATES
from trustkeep.console.permits import StaffRequest, noted, staff
from trustkeep.console.rendering import page
from trustkeep.kernel.clock import now
from trustkeep.letters import actions, queries
from trustkeep.letters.limits import WIPE_AFTER
from trustkeep.letters.queries import LetterShown, NoSuchLetter

SEARCHED = 500
"""How many of the newest letters a search opens: recipients are sealed, so no index finds them."""


@require_safe
@staff(Permission.MANAGE_LETTERS)
@noted("letters")
def letters(request: StaffRequest) -> HttpResponse:
    """List the newest letters, with search and filters kept in the address."""
    shown = _found(request.GET)
    is_whole_page = len(shown) == queries.PAGE_SIZE and not request.GET.get("q")
    context = {
        "letters": shown,
        "counts": queries.counts(),
        "kinds": queries.kinds(),
        "states": list(STATES),
        "wanted": request.GET,
        "older": shown[-1].id if is_whole_page else None,
        "stays_here": queries.stays_here(),
        "goes_nowhere": queries.goes_nowhere(),
        "wipe_days": WIPE_AFTER.days,
        "room": "letters",
    }
    return page(request, "letters.html", context)


@require_safe
@staff(Permission.MANAGE_LETTERS)
@noted("letter", of="letter_id")
def letter(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Show one letter as it reads."""
    try:
        read = queries.letter(letter_id)
    except NoSuchLetter as error:
        raise Http404(str(letter_id)) from error
    return page(request, "letter.html", {"read": read, "one": read.shown, "room": "letters"})


@require_POST
@staff(Permission.MANAGE_LETTERS)
def again(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Bring a failed letter once more."""
    actions.try_again(letter_id=letter_id, now=now())
    return redirect("console:letter", letter_id=letter_id)


@require_POST
@staff(Permission.MANAGE_LETTERS)
def call_off(request: StaffRequest, letter_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Call a waiting letter off."""
    actions.cancel(letter_id=letter_id, now=now())
    return redirect("console:letter", letter_id=letter_id)


def _found(wanted: QueryDict) -> list[LetterShown]:
    text = wanted.get("q", "").strip()[:100]
    state = wanted.get("state", "")
    shown = queries.letters(
        state=state if state in STATES else "",
        kind=wanted.get("kind", "")[:64],
        account=_id(wanted.get("account", "")),
        before=_id(wanted.get("before", "")),
        limit=SEARCHED if text else queries.PAGE_SIZE,
    )
    return addressed(shown, text) if text else shown


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
