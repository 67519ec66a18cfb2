"""Links of the staff to identity providers that wait for a second person."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission
from trustkeep.console.permits import StaffRequest, staff
from trustkeep.console.rendering import page
from trustkeep.identity import proposals
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh


@require_safe
@staff(Permission.MANAGE_PEOPLE)
def links(request: StaffRequest) -> HttpResponse:
    """List what colleagues asked for, and one's own beside it."""
    context = {
        "proposals": proposals.waiting_for(request.user.pk, now=now()),
        "own": proposals.proposal_of(request.user.pk, now=now()),
        "room": "people",
    }
    return page(request, "links.html", context)


@require_POST
@staff(Permission.MANAGE_PEOPLE)
@fresh
def decide(request: StaffRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Agree to what somebody else asked for, or refuse it."""
    by = request.user.pk
    if request.POST.get("act") == "agree":
        proposals.agree(proposal_id=proposal_id, by=by, now=now())
    else:
        proposals.stop(proposal_id=proposal_id, by=by, now=now())
    return redirect("console:links")
