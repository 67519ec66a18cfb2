"""New passwords: asked for by mail, redeemed with a link, or chosen because a rule has grown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from trustkeep.entrance.forms.passwords import ForgottenForm, NewPasswordForm
from trustkeep.entrance.onward import led
from trustkeep.entrance.rendering import page
from trustkeep.entrance.views.factor import status_of
from trustkeep.identity import actions, holding, resets
from trustkeep.identity.authentication import by_password
from trustkeep.identity.holding import Onward
from trustkeep.identity.models import User
from trustkeep.identity.passwords import PasswordRefused
from trustkeep.identity.resets import ResetRefused
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.ui.pages import told
from trustkeep.ui.scripts import WITH_SCRIPTS

GONE = 410


def forgotten(request: HttpRequest) -> HttpResponse:
    """Take an address; the answer is the same for every one."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        try:
            resets.ask(form.cleaned_data["email"], now=now())
        except TooManyAttempts as error:
            form.add_error(None, told(error))
            return page(request, "forgotten.html", {"form": form}, status_of(error))
        minutes = int(resets.LIFETIME.total_seconds()) // 60
        return page(request, "forgotten.html", {"asked": True, "minutes": minutes})
    return page(request, "forgotten.html", {"form": form})


@csp_override(WITH_SCRIPTS)
@sensitive_post_parameters("password")
def redeem(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the owner of a link choose a new password; the second factor is asked for after it."""
    form = NewPasswordForm(request.POST or None)
    try:
        user = resets.user_of(secret, now=now())
        if form.is_valid():
            user = resets.redeem(secret, form.cleaned_data["password"], now=now())
            return _entered(request, user)
    except ResetRefused as error:
        return page(request, "reset_gone.html", {"sentence": told(error)}, GONE)
    except PasswordRefused as error:
        form.add_error("password", told(error))
    return page(request, "new_password.html", {"form": form, "email": user.email})


@csp_override(WITH_SCRIPTS)
@sensitive_post_parameters("password")
def renew(request: HttpRequest) -> HttpResponse:
    """Ask who has proved an outdated password for one that keeps the present rule."""
    waiting = holding.held(request.session, now=now())
    if waiting is None or waiting.missing is not Onward.PASSWORD:
        return redirect("entrance:sign-in")
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            password = form.cleaned_data["password"]
            actions.renew_password(user_id=waiting.user.pk, new=password, now=now())
            return _entered(request, User.objects.get(pk=waiting.user.pk))
        except PasswordRefused as error:
            form.add_error("password", told(error))
    context = {"form": form, "email": waiting.user.email, "outdated": True}
    return page(request, "new_password.html", context)


@require_safe
def change(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Lead password managers to where a password is changed."""
    return redirect("entrance:me")


def _entered(request: HttpRequest, user: User) -> HttpResponse:
    step = holding.enter(request.session, user=user, authentication=by_password(now()), now=now())
    return led(request, user, step)
