"""What administrators do to somebody's way in: end sessions, and help where factors were lost."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trustkeep.accounts.roles import Permission
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.identity import rescue, sessions
from trustkeep.identity.queries import UserShown, user_of
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh

LONGEST_REASON = 200


@require_POST
@staff(Permission.MANAGE_PEOPLE)
@fresh
def end_sessions(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """End all sessions of a person at once."""
    user = _user(person_id)
    sessions.end_all(user_id=user.id, by=actor(request), now=now())
    return redirect("console:person", person_id=person_id)


@require_POST
@staff(Permission.MANAGE_PEOPLE)
@fresh
def rescue_person(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask that lost factors are taken away, agree to what another one asked, or stop it."""
    user, by, act = _user(person_id), request.user.pk, request.POST.get("act", "")
    under_way = rescue.rescue_of(user.id)
    if act == "ask":
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
        rescue.ask(user_id=user.id, reason=reason, by=by, now=now())
    elif under_way and act == "agree":
        rescue.agree(rescue_id=under_way.id, by=by, now=now())
    elif under_way and act == "stop":
        rescue.stop(rescue_id=under_way.id, by=by, now=now())
    return redirect("console:person", person_id=person_id)


def _user(person_id: uuid.UUID) -> UserShown:
    user = user_of(person_id)
    if user is None:
        raise Http404(str(person_id))
    return user
