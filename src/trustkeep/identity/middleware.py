"""Who asks, and from where, for every request that reaches Django.

Who has signed in is looked up only when somebody wants to know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from trustkeep.identity import origins, sessions
from trustkeep.identity.models import User
from trustkeep.kernel.clock import now


class Nobody:
    """A reader who has not signed in."""

    pk = None
    is_authenticated = False
    roles: tuple[str, ...] = ()


class SignedIn:
    """Puts the reader into ``request.user``: a `User`, or `Nobody`; says where acts come from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = cast(User, SimpleLazyObject(lambda: _reader(request)))
        source = str(request.META.get("REMOTE_ADDR", ""))
        with origins.arriving(source, request.headers.get("User-Agent", "")):
            return self.get_response(request)


def _reader(request: HttpRequest) -> User | Nobody:
    user = sessions.user_of(request.session, now=now())
    if user is None:
        return Nobody()
    origins.known_as(str(user.pk))
    return user
