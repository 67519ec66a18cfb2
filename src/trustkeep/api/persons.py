"""Programs that act in somebody's name: never more than that person, and never a second one."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest

from trustkeep.accounts.customers import AccountShown
from trustkeep.api.accounts import OfAccount
from trustkeep.api.bearers import ApiRequest, Bearer
from trustkeep.api.once import Body, once
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import TokenShown, note_act
from trustkeep.identity.trail import note_read
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError

_BELOW = "api/v1/"
_GAP = re.compile(r"<[^>]*>/?")


class ReferenceWrong(TrustkeepError):
    """What was typed for certainty is not the reference of the contract."""

    sentence = "That is not the reference of this contract."


class NameWrong(TrustkeepError):
    """What was typed for certainty is not the name of the organisation."""

    sentence = "This is not the name as it stands there."


class InPerson(Bearer):
    """Lets in tokens that somebody made in their own name, while that person may do this."""

    def authenticate(self, _request: HttpRequest, token: str) -> TokenShown | None:
        """Return the token; raises ScopeMissing."""
        known = self.known(token)
        if known is not None:
            self.require_scope(known)
        return known if known is None or known.user_id else None


ACCOUNTS_READ = InPerson(Scope.ACCOUNTS_READ)
ACCOUNTS_MANAGE = InPerson(Scope.ACCOUNTS_MANAGE)
ACCOUNTS_END = InPerson(Scope.ACCOUNTS_END)
ACCOUNTS_HOLD = InPerson(Scope.ACCOUNTS_HOLD)
ACCOUNTS_DELETE = InPerson(Scope.ACCOUNTS_DELETE)
REQUESTS_READ = InPerson(Scope.REQUESTS_READ)
REQUESTS_WRITE = InPerson(Scope.REQUESTS_WRITE)
LETTERS_READ = InPerson(Scope.LETTERS_READ)
LETTERS_WRITE = InPerson(Scope.LETTERS_WRITE)
SIGN_IN_RULES = InPerson(Scope.SIGN_IN_RULES)
ATTESTATIONS = InPerson(Scope.ATTESTATIONS)
CONTRACT_END = OfAccount(Scope.CONTRACT_END)
REQUESTS_OWN = OfAccount(Scope.REQUESTS_OWN)


def person(request: ApiRequest) -> str:
    """Return who acts: the id of the user in whose name the program does."""
    return str(request.auth.user_id)


def acted(request: ApiRequest, act: Callable[[], Body]) -> Body:
    """Do once what may be asked twice, and leave it in the trail of who acts."""

    def noted() -> Body:
        with transaction.atomic():
            body = act()
            note(request)
        return body

    return once(request, noted)


def looked_at[Told](what: str, subject: object, look: Callable[[], Told]) -> Told:
    """Return what is gated or a customer's, and leave in the trail that a program was shown it."""
    with transaction.atomic():
        told = look()
        note_read(what=what, subject=str(subject), now=now())
    return told


def note(request: ApiRequest) -> None:
    """Leave in the trail of who acts that a program did it."""
    route = request.resolver_match.route if request.resolver_match else ""
    act = _GAP.sub("", route.removeprefix(_BELOW)).strip("/")
    note_act(request.auth, act=act, now=now())


def require_reference(account: AccountShown, typed: str) -> None:
    """Raise ReferenceWrong unless it was said for certain which contract is meant."""
    if typed.strip() != account.reference:
        raise ReferenceWrong
