"""The second step at the door, and the door for passkeys."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trustkeep.entrance.forms.factors import CodeForm
from trustkeep.entrance.forms.passwords import SignInForm
from trustkeep.entrance.onward import asked, led
from trustkeep.entrance.rendering import page
from trustkeep.identity import factors, holding, passkeys, stepping_up
from trustkeep.identity.factors import CodeRefused
from trustkeep.identity.holding import Held, Onward
from trustkeep.identity.models import User
from trustkeep.identity.passkeys import PasskeyRefused
from trustkeep.identity.signing_in import sign_in_by_passkey
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.pages import told
from trustkeep.ui.scripts import WITH_SCRIPTS

REFUSED, TOO_MANY = 422, 429


@csp_override(WITH_SCRIPTS)
@sensitive_post_parameters("code", "answer")
def factor(request: HttpRequest) -> HttpResponse:
    """Ask who waits for a second factor, and open the session once it is shown."""
    waiting = holding.held(request.session, now=now())
    if waiting is None or waiting.missing is not Onward.FACTOR:
        return redirect("entrance:sign-in")
    form = CodeForm(request.POST if "code" in request.POST else None)
    error: TrustkeepError | None = None
    try:
        if _shown(request, waiting, form):
            return led(request, waiting.user, Onward.IN)
    except (CodeRefused, PasskeyRefused, TooManyAttempts) as refused:
        error = refused
    own = factors.factors_of(waiting.user)
    context = {
        "form": form,
        "own": own,
        "error": told(error) if error else "",
        "next": asked(request),
    }
    return page(request, "factor.html", context, status_of(error))


@require_POST
def question(request: HttpRequest) -> HttpResponse:
    """Return what to ask the device: for a passkey of who is known here, or for anybody's."""
    waiting = holding.held(request.session, now=now())
    known = cast(User, request.user) if request.user.is_authenticated else None
    user = known or (waiting.user if waiting else None)
    told_as_json = passkeys.question(user, request.session, now=now())
    return HttpResponse(told_as_json, content_type="application/json")


@csp_override(WITH_SCRIPTS)
@require_POST
@sensitive_post_parameters("answer")
def passkey(request: HttpRequest) -> HttpResponse:
    """Open a session for a passkey alone, where its device verified its user."""
    try:
        user, step = sign_in_by_passkey(
            request.session, answer=request.POST.get("answer", ""), now=now()
        )
    except (PasskeyRefused, TooManyAttempts) as error:
        context = {"form": SignInForm(), "next": asked(request), "error": told(error)}
        return page(request, "sign_in.html", context, status_of(error))
    return led(request, user, step)


def status_of(error: TrustkeepError | None) -> int:
    """Return the status of a page that shows this error."""
    if error is None:
        return 200
    return TOO_MANY if isinstance(error, TooManyAttempts) else REFUSED


def _shown(request: HttpRequest, waiting: Held, form: CodeForm) -> bool:
    if answer := request.POST.get("answer"):
        amr = passkeys.prove(waiting.user, request.session, answer=answer, now=now())
    elif form.is_valid():
        amr = stepping_up.prove_code(waiting.user, form.cleaned_data["code"], now=now())
    else:
        return False
    holding.complete(request.session, waiting, amr=amr, now=now())
    return True
