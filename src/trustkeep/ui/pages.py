"""Private pages: in the house's frame, kept by no cache; and errors in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext

from trustkeep.accounts import queries as accounts
from trustkeep.kernel.errors import OutOfOrder, TrustkeepError
from trustkeep.ui.words import LANGUAGE_NAMES


def private(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page that is nobody else's, with what every frame shows."""
    frame = {"company": accounts.company().name, "language_names": LANGUAGE_NAMES}
    response = render(request, template, {**frame, **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def told(error: TrustkeepError) -> str:
    """Return an error's sentence in the reader's language.

    Raises the error itself where the machine is at fault: that is told to who operates it.
    """
    if isinstance(error, OutOfOrder):
        raise error
    return gettext(error.sentence).format(**error.values)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead a stranger to the door, and back here afterwards."""
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    response = redirect(f"{reverse('entrance:sign-in')}{'?' if query else ''}{query}")
    add_never_cache_headers(response)
    return response


def invitation_link(secret: str) -> str:
    """Return the address that redeems an invitation, as it stands in the letter."""
    return f"{settings.BASE_URL}{reverse('entrance:invitation', args=[secret])}"


def reset_link(secret: str) -> str:
    """Return the address that resets a password, as it stands in the letter."""
    return f"{settings.BASE_URL}{reverse('entrance:password-reset', args=[secret])}"


def shared_link(secret: str) -> str:
    """Return the address that opens a file to whoever has it."""
    return f"{settings.BASE_URL}{reverse('entrance:shared', args=[secret])}"
