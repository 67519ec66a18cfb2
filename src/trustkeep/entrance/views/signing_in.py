"""Signing in with address and password, and signing out."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trustkeep.entrance.forms.passwords import SignInForm
from trustkeep.entrance.onward import asked, led
from trustkeep.entrance.rendering import page
from trustkeep.identity import sessions
from trustkeep.identity.models import User
from trustkeep.identity.offers import offered
from trustkeep.identity.signing_in import SignInRefused
from trustkeep.identity.signing_in import sign_in as sign_in_by_password
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.ui.leading import leading_to_providers
from trustkeep.ui.pages import told
from trustkeep.ui.scripts import WITH_SCRIPTS

REFUSED, TOO_MANY = 422, 429


@leading_to_providers(WITH_SCRIPTS)
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session; a wrong password and an unknown address get the same answer."""
    form = SignInForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            user, step = sign_in_by_password(request.session, **form.cleaned_data, now=now())
            return led(request, user, step)
        except (SignInRefused, TooManyAttempts) as error:
            form.add_error(None, told(error))
            status = TOO_MANY if isinstance(error, TooManyAttempts) else REFUSED
    context = {"form": form, "next": asked(request), "providers": offered()}
    return page(request, "sign_in.html", context, status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and in the browser."""
    user = cast(User, request.user) if request.user.is_authenticated else None
    sessions.sign_out(request.session, user=user, now=now())
    response = redirect("entrance:sign-in")
    # Whoever sits down here next finds nothing that the browser kept of the pages.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
