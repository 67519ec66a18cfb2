"""Where somebody goes after the door: where they wanted to, if it is ours, or home."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from trustkeep.entrance.rendering import home_of
from trustkeep.identity.holding import Onward
from trustkeep.identity.models import User

_STEPS = {
    Onward.PASSWORD: "entrance:password-renew",
    Onward.FACTOR: "entrance:factor",
    Onward.ENROL: "entrance:authenticator",
}


def asked(request: HttpRequest) -> str:
    """Return the address that somebody wanted when the door came between."""
    return request.POST.get("next") or request.GET.get("next", "")


def onward(wanted: str, user: User) -> str:
    """Return where to go after signing in."""
    return wanted if is_ours(wanted) else home_of(user)


def is_ours(wanted: str) -> bool:
    """Tell whether an address is a path of this installation, and nothing that leads elsewhere."""
    fine = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=True)
    return wanted.startswith("/") and fine


def led(request: HttpRequest, user: User, step: Onward) -> HttpResponse:
    """Lead somebody through the open door, or to the step that is missing."""
    return led_to(asked(request), user, step)


def led_to(wanted: str, user: User, step: Onward) -> HttpResponse:
    """Lead somebody to what they wanted before, or to the step that is missing."""
    if step is Onward.IN:
        return redirect(onward(wanted, user))
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(reverse(_STEPS[step]) + query)
