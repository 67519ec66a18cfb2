"""Programs of customers: a bearer token bound to one account, at the account's gate."""

from __future__ import annotations

from django.http import HttpRequest

from trustkeep.accounts.gate import Passage, require_open
from trustkeep.api.bearers import ApiRequest, Bearer
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import BY_TOKEN, TokenShown
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError


class NotAnAccounts(TrustkeepError):
    """The token is the company's."""

    sentence = "This takes a token of a customer’s account. A member makes one under “Programs”."


class AccountRequest(ApiRequest):
    """A request of a customer's program, with its passage through the gate."""

    passage: Passage


class OfAccount(Bearer):
    """Lets in tokens of an open account with one scope; a scope of None takes any of them."""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__(scope or Scope.FILES_READ)
        self._any = scope is None

    def authenticate(self, request: HttpRequest, token: str) -> TokenShown | None:
        """Return the token; raises ScopeMissing, NotAnAccounts, AccountClosed."""
        known = self.known(token)
        if known is None:
            return None
        if known.account_id is None:
            raise NotAnAccounts
        if not self._any:
            self.require_scope(known)
        request.passage = require_open(known.account_id, now=now())  # type: ignore[attr-defined]
        return known


ANY = OfAccount()
FILES_READ = OfAccount(Scope.FILES_READ)
FILES_WRITE = OfAccount(Scope.FILES_WRITE)
FILES_SHARE = OfAccount(Scope.FILES_SHARE)
RECORDS_READ = OfAccount(Scope.RECORDS_READ)
RECORDS_WRITE = OfAccount(Scope.RECORDS_WRITE)
EXPORT = OfAccount(Scope.EXPORT)


def program(request: AccountRequest) -> str:
    """Return who acts, as an opaque id."""
    return f"{BY_TOKEN}{request.auth.id}"
