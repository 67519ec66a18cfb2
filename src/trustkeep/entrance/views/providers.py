"""The doors of identity providers: to them by a form, back from them through one address each."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from trustkeep.entrance.onward import is_ours, led_to, onward
from trustkeep.entrance.rendering import KnownRequest, known, page
from trustkeep.identity import arrivals, invitations
from trustkeep.identity.invitations import InvitationRefused
from trustkeep.identity.models import User
from trustkeep.identity.offers import providers_of
from trustkeep.identity.oidc.answering import Returned
from trustkeep.identity.oidc.installed import NoSuchProvider
from trustkeep.identity.oidc.refusals import ProviderRefused
from trustkeep.identity.oidc.transactions import Kept, Purpose, Start
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh
from trustkeep.ui.leading import leading_to_providers
from trustkeep.ui.pages import told

KEPT = "kept_"
"""What the names of fields begin with that wait for a proof."""
_BROUGHT = ("state", "code", "iss", "error")


@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the browser to a provider to sign in."""
    request.user.is_authenticated  # noqa: B018  (ends a session that is over, before this begins)
    return _departed(
        request, Start(provider=slug, purpose=Purpose.SIGN_IN, onward=request.POST.get("next", ""))
    )


@require_POST
@known
@fresh
def link(request: KnownRequest, slug: str) -> HttpResponse:
    """Send the browser to a provider to link an account."""
    return _departed(request, _start(request, slug, Purpose.LINK))


@require_POST
@known
def confirm(request: KnownRequest, slug: str) -> HttpResponse:
    """Send the browser to a provider to prove once more who is there."""
    return _departed(request, replace(_start(request, slug, Purpose.STEP_UP), form=_kept(request)))


@require_POST
def invited(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the browser of somebody who was invited to a provider, to come in with its account."""
    secret = request.POST.get("invitation", "")
    try:
        invitations.invited(secret, now=now())
    except InvitationRefused as error:
        return page(request, "invitation_gone.html", {"sentence": told(error)}, HTTPStatus.GONE)
    begun = Start(provider=slug, purpose=Purpose.INVITATION, onward="", invitation=secret)
    return _departed(request, begun)


@leading_to_providers()
@require_GET
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back a browser from a provider; nobody is signed in unless everything fits."""
    reader = cast(User, request.user) if request.user.is_authenticated else None
    arrival = arrivals.Arrival(session=request.session, reader=reader, now=now())
    try:
        return _landed(request, arrivals.arrive(slug, _returned(request), arrival))
    except NoSuchProvider as error:
        raise Http404(slug) from error
    except ProviderRefused as refused:
        return _refused(request, refused)


def _departed(request: HttpRequest, begun: Start) -> HttpResponse:
    try:
        url = arrivals.depart(request.session, begun, now=now())
    except NoSuchProvider as error:
        raise Http404(begun.provider) from error
    except ProviderRefused as refused:
        return _refused(request, refused)
    except TooManyAttempts as error:
        context = {"sentence": told(error), "back": ""}
        return page(request, "provider_refused.html", context, HTTPStatus.TOO_MANY_REQUESTS)
    # 303, not 307: nothing of the form that was sent here may be sent on (RFC 9700 section 4.12).
    response = HttpResponseRedirect(url)
    response.status_code = HTTPStatus.SEE_OTHER
    response["Cache-Control"] = "no-store"
    return response


def _start(request: KnownRequest, slug: str, purpose: Purpose) -> Start:
    back = request.POST.get("next") or reverse("entrance:me")
    return Start(provider=slug, purpose=purpose, onward=back, user_id=request.user.pk)


def _kept(request: HttpRequest) -> Kept | None:
    """Return the form that waits for the proof; only one that goes to us."""
    target = request.POST.get("target", "")
    if not is_ours(target):
        return None
    fields = [
        (name.removeprefix(KEPT), value)
        for name, values in request.POST.lists()
        if name.startswith(KEPT)
        for value in values
        if isinstance(value, str)
    ]
    return Kept(target, tuple(fields))


def _returned(request: HttpRequest) -> Returned:
    told_once = {name: request.GET.getlist(name) for name in _BROUGHT}
    return Returned(
        state=request.GET.get("state", ""),
        code=request.GET.get("code", ""),
        issuer=request.GET.get("iss", ""),
        error=request.GET.get("error", ""),
        ambiguous=any(len(values) > 1 for values in told_once.values()),
    )


def _landed(request: HttpRequest, came: arrivals.Came) -> HttpResponse:
    if came.sent.purpose is Purpose.TEST or came.user is None:
        return redirect("console:provider-tested", transaction_id=came.sent.id)
    if came.sent.form:
        context = {"form": came.sent.form, "back": onward(came.sent.onward, came.user)}
        return page(request, "resume.html", context)
    return led_to(came.sent.onward, came.user, came.step)


def _refused(request: HttpRequest, refused: ProviderRefused) -> HttpResponse:
    sent = refused.transaction
    back = reverse("entrance:me") if sent and sent.purpose is not Purpose.SIGN_IN else ""
    context: dict[str, Any] = {"sentence": told(refused), "back": back}
    if sent and sent.form and request.user.is_authenticated:
        # What was typed is offered once more, to who may still send it.
        context |= {"target": sent.form.target, "kept": sent.form.fields}
        context["providers"] = providers_of(request.user.pk)
    return page(request, "provider_refused.html", context, HTTPStatus.FORBIDDEN)
