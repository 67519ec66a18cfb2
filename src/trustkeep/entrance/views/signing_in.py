"""Signing in with address and password, and signing out."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trustkeep.entrance.forms.passwords import SignInForm
from trustkeep.entrance.rendering import home_of, page
from trustkeep.identity import sessions
from trustkeep.identity.models import User
from trustkeep.identity.signing_in import SignInRefused
from trustkeep.identity.signing_in import sign_in as sign_in_by_password
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.ui.pages import told

REFUSED, TOO_MANY = 422, 429


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session; a wrong password and an unknown address get the same answer."""
    form = SignInForm(request.POST or None)
    asked = request.POST.get("next") or request.GET.get("next", "")
    status = 200
    if form.is_valid():
        try:
            user = sign_in_by_password(request.session, **form.cleaned_data, now=now())
            return redirect(onward(asked, user))
        except (SignInRefused, TooManyAttempts) as error:
            form.add_error(None, told(error))
            status = TOO_MANY if isinstance(error, TooManyAttempts) else REFUSED
    return page(request, "sign_in.html", {"form": form, "next": asked}, status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and in the browser."""
    user = cast(User, request.user) if request.user.is_authenticated else None
    sessions.sign_out(request.session, user=user, now=now())
    return redirect("entrance:sign-in")


def onward(asked: str, user: User) -> str:
    """Return where to go after signing in: where somebody wanted to, if it is ours, or home."""
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=True)
    return asked if asked.startswith("/") and is_ours else home_of(user)
