"""One's own sessions: ended one by one, or all but the present one."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trustkeep.entrance.rendering import KnownRequest, known
from trustkeep.identity import rescue, sessions
from trustkeep.identity.sessions import NoSuchSession
from trustkeep.kernel.clock import now


@require_POST
@known
def end(request: KnownRequest, session_id: uuid.UUID) -> HttpResponse:
    """End one of one's own sessions, wherever its browser is."""
    try:
        sessions.end(
            session_id=session_id, user_id=request.user.pk, by=str(request.user.pk), now=now()
        )
    except NoSuchSession:
        # It has ended by itself meanwhile: what was wanted is so.
        return redirect("entrance:me")
    return redirect("entrance:me")


@require_POST
@known
def stop_rescue(request: KnownRequest, rescue_id: uuid.UUID) -> HttpResponse:
    """Stop that one's factors are taken away: one has lost nothing."""
    own = rescue.rescue_of(request.user.pk)
    if own is not None and own.id == rescue_id:
        rescue.stop(rescue_id=rescue_id, by=request.user.pk, now=now())
    return redirect("entrance:me")


@require_POST
@known
def end_others(request: KnownRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    sessions.end_all(user_id=request.user.pk, by=str(request.user.pk), now=now())
    sessions.renew(request.session, request.user, now=now())
    return redirect("entrance:me")
