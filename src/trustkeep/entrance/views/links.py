"""One's own links to accounts at identity providers: taken away, or a proposal taken back."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from trustkeep.entrance.rendering import KnownRequest, known, page
from trustkeep.identity import linking, proposals, sessions
from trustkeep.identity.offers import links_of
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told


@require_POST
@known
@fresh
def unlink(request: KnownRequest, link_id: int) -> HttpResponse:
    """Take a linked account away; on the staff, ask a second person for it."""
    called = {one.id: one.name for one in links_of(request.user.pk)}.get(link_id, "")
    takes_two = linking.takes_two(request.user)
    act = proposals.ask_unlink if takes_two else linking.unlink
    try:
        act(user_id=request.user.pk, identity_id=link_id, called=called, now=now())
    except TrustkeepError as error:
        context = {"sentence": told(error), "back": reverse("entrance:me")}
        return page(request, "provider_refused.html", context, HTTPStatus.CONFLICT)
    if not takes_two:
        sessions.renew(request.session, request.user, now=now())
    return redirect("entrance:me")


@require_POST
@known
def take_back(request: KnownRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Take back a link that waits for a second person."""
    own = proposals.proposal_of(request.user.pk, now=now())
    if own is not None and own.id == proposal_id:
        proposals.stop(proposal_id=proposal_id, by=request.user.pk, now=now())
    return redirect("entrance:me")
