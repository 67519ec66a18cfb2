"""Who may enter a customer's rooms: its own members, while the account is open, and nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from trustkeep.accounts import gate
from trustkeep.accounts.gate import AccountClosed, Passage
from trustkeep.accounts.models import Member
from trustkeep.accounts.roles import MemberRole
from trustkeep.holdings.files import StorageFull
from trustkeep.identity.models import User
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.pages import private, to_sign_in, told

type Open[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
type View[**P] = Callable[Concatenate[MemberRequest, P], HttpResponseBase]

CONFLICT, GONE, NO_ROOM = 409, 410, 507
_STATUSES: Mapping[type[TrustkeepError], int] = {AccountClosed: GONE, StorageFull: NO_ROOM}
MANAGERS = (MemberRole.OWNER, MemberRole.ADMINISTRATOR)


class MemberRequest(HttpRequest):
    """A request of a member, of the one account that this member sees.

    ``passage`` carries the generation that every write has to bring along.
    """

    user: User
    member: Member
    account_id: uuid.UUID
    passage: Passage


def member[**P](*roles: MemberRole) -> Callable[[View[P]], Open[P]]:
    """Let in members, or only those with one of `roles`; others sign in, or are refused.

    The gate is asked for every request, so nothing opens after the contract's end. An action that
    refuses becomes a page that says why, and status 409.
    """

    def guard(view: View[P]) -> Open[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            user = cast(User, request.user)
            if user.member is None or (roles and user.member.role not in roles):
                raise PermissionDenied
            known = cast(MemberRequest, request)
            known.member, known.account_id = user.member, user.member.account_id
            try:
                known.passage = gate.require_open(known.account_id, now=now())
                return view(known, *args, **kwargs)
            except TrustkeepError as error:
                return _refused(request, error)

        # The manual tells it (`trustkeep.cli.authorisation`).
        vars(guarded)["member_roles"] = roles
        return cast("Open[P]", guarded)

    return guard


def actor(request: MemberRequest) -> str:
    """Return who acts, as an opaque id."""
    return str(request.user.pk)


def role_of(request: MemberRequest) -> MemberRole:
    """Return the role of whoever asks."""
    return MemberRole(request.member.role)


def _refused(request: HttpRequest, error: TrustkeepError) -> HttpResponse:
    status = _STATUSES.get(type(error), CONFLICT)
    context = {"sentence": told(error), "reads": request.method in ("GET", "HEAD")}
    return private(request, "workspace/refused.html", context, status=status)
