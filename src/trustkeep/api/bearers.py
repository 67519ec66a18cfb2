"""Who asks: a bearer token (RFC 6750), with the scope that the act needs."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from trustkeep.identity import origins
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import BY_TOKEN, TokenRefused, TokenShown, bearer
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError


class ScopeMissing(TrustkeepError):
    """The token is good, but not for this."""

    sentence = "This token may not do that: it lacks the scope “{scope}”."


class ApiRequest(HttpRequest):
    """A request that a known token has made."""

    auth: TokenShown


class Bearer(HttpBearer):
    """Lets in tokens with one scope."""

    openapi_name = "token"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, _request: HttpRequest, token: str) -> TokenShown | None:
        """Return the token; raises ScopeMissing."""
        known = self.known(token)
        if known is not None:
            self.require_scope(known)
        return known

    def known(self, token: str) -> TokenShown | None:
        """Return the token that somebody shows, if it is one."""
        try:
            found = bearer(token, now=now())
        except TokenRefused:
            return None
        origins.known_as(f"{BY_TOKEN}{found.id}")
        return found

    def require_scope(self, known: TokenShown) -> None:
        """Raise ScopeMissing unless the token is for this."""
        if self.scope not in known.scopes:
            raise ScopeMissing(scope=self.scope.value)


READ = Bearer(Scope.READ)
WRITE_RECORDS = Bearer(Scope.WRITE_RECORDS)
RUN_CHECKS = Bearer(Scope.RUN_CHECKS)
READ_GATE = Bearer(Scope.READ_GATE)
READ_SYSTEMS = Bearer(Scope.READ_SYSTEMS)
WRITE_BOUNCES = Bearer(Scope.WRITE_BOUNCES)


def actor(request: ApiRequest) -> str:
    """Return who acts, as an opaque id."""
    return f"{BY_TOKEN}{request.auth.id}"
