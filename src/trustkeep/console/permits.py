"""Who may enter a room of the console, and what a refused act looks like."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from trustkeep.accounts.customers import AccountShown, NoSuchAccount, account
from trustkeep.accounts.roles import Permission, may
from trustkeep.identity import trail
from trustkeep.identity.models import User
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.pages import private, to_sign_in, told

type Open[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type View[**P] = Callable[Concatenate[StaffRequest, P], HttpResponse]

SHOWN, CONFLICT = (200, 206), 409


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User


def staff[**P](permission: Permission | None = None) -> Callable[[View[P]], Open[P]]:
    """Let in who has signed in, has a role and has `permission`; others sign in, or are refused.

    An action that refuses becomes a page that says why, with what to do next, and status 409.
    """

    def guard(view: View[P]) -> Open[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            known = cast(StaffRequest, request)
            if not known.user.roles or (permission and not may(known.user.roles, permission)):
                raise PermissionDenied
            try:
                return view(known, *args, **kwargs)
            except TrustkeepError as error:
                return _refused(request, error)

        # The manual tells it (`trustkeep.cli.authorisation`).
        vars(guarded)["staff_permission"] = permission
        return cast("Open[P]", guarded)

    return guard


def noted[**P](what: str, of: str = "") -> Callable[[View[P]], View[P]]:
    """Leave a line in the audit trail each time that what is gated, or a customer's, is shown.

    ``what`` is the kind of thing, ``of`` the argument that names it. The line stands before the
    answer goes out.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def shown(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with transaction.atomic():
                answer = view(request, *args, **kwargs)
                if answer.status_code in SHOWN:
                    trail.note_read(what=what, subject=str(kwargs.get(of, "list")), now=now())
            return answer

        return cast("View[P]", shown)

    return decorate


def known_account(account_id: uuid.UUID) -> AccountShown:
    """Return an account; a page that is not there, if there is none."""
    try:
        return account(account_id)
    except NoSuchAccount as error:
        raise Http404(str(account_id)) from error


def actor(request: StaffRequest) -> str:
    """Return who acts, as an opaque id."""
    return str(request.user.pk)


def _refused(request: HttpRequest, error: TrustkeepError) -> HttpResponse:
    return private(request, "console/refused.html", {"sentence": told(error)}, status=CONFLICT)
