"""Who is signed in, for every request that reaches Django; looked up only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from trustkeep.identity import sessions
from trustkeep.identity.models import User
from trustkeep.kernel.clock import now


class Nobody:
    """A reader who has not signed in."""

    pk = None
    is_authenticated = False
    roles: tuple[str, ...] = ()


class SignedIn:
    """Puts the reader into ``request.user``: a `User`, or `Nobody`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = cast(User, SimpleLazyObject(lambda: _reader(request)))
        return self.get_response(request)


def _reader(request: HttpRequest) -> User | Nobody:
    return sessions.user_of(request.session, now=now()) or Nobody()
