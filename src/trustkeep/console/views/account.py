"""Signing in and out, and one's own password."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trustkeep.console.forms.account import PasswordForm, SignInForm
from trustkeep.console.permits import StaffRequest, staff, told
from trustkeep.console.rendering import bare, page
from trustkeep.identity import actions, sessions
from trustkeep.identity.models import User
from trustkeep.identity.queries import recent_access
from trustkeep.identity.signing_in import SignInRefused
from trustkeep.identity.signing_in import sign_in as sign_in_by_password
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError

REFUSED, TOO_MANY = 422, 429


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session; a wrong password and an unknown address get the same answer."""
    form = SignInForm(request.POST or None)
    onward = _onward(request)
    status = 200
    if form.is_valid():
        try:
            sign_in_by_password(request.session, **form.cleaned_data, now=now())
            return redirect(onward)
        except (SignInRefused, TooManyAttempts) as error:
            form.add_error(None, told(error))
            status = TOO_MANY if isinstance(error, TooManyAttempts) else REFUSED
    return bare(request, "sign_in.html", {"form": form, "next": onward}, status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and in the browser."""
    user = cast(User, request.user) if request.user.is_authenticated else None
    sessions.sign_out(request.session, user=user, now=now())
    return redirect("console:sign-in")


@sensitive_post_parameters("present", "new")
@staff()
def account(request: StaffRequest) -> HttpResponse:
    """Show what happened in one's own name, and change the password."""
    form = PasswordForm(request.POST or None)
    changed = form.is_valid() and _changed(request, form)
    context = {
        "form": PasswordForm() if changed else form,
        "changed": changed,
        "events": recent_access(request.user.pk),
        "room": "account",
    }
    return page(request, "account.html", context)


def _changed(request: StaffRequest, form: PasswordForm) -> bool:
    given = form.cleaned_data
    try:
        actions.change_password(
            user_id=request.user.pk, present=given["present"], new=given["new"], now=now()
        )
    except actions.WrongPassword as error:
        form.add_error("present", told(error))
        return False
    except TrustkeepError as error:
        form.add_error("new", told(error))
        return False
    sessions.renew(request.session, request.user, now=now())
    return True


def _onward(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=True)
    return asked if asked.startswith("/") and is_ours else reverse("console:home")
