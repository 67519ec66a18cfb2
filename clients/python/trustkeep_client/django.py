"""Django: refuses every request of a locked account.

MIDDLEWARE = [..., "django.contrib.auth.middleware.AuthenticationMiddleware",
              "trustkeep_client.django.GateMiddleware"]
TRUSTKEEP_GATE = {
    "url": "https://trust.example.com",
    "token": os.environ["TRUSTKEEP_GATE_TOKEN"],
    "account": "shop.accounts.account_of",     # request -> id of the account, or None
    "fail_closed": True,
}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from trustkeep_client.gate import Gate

REFUSED = "This account is closed."


class GateMiddleware:
    """Stands behind the middleware that knows who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        told: dict[str, Any] = settings.TRUSTKEEP_GATE  # type: ignore[misc]
        given = dict(told)
        account: str | Callable[[HttpRequest], Any] = given.pop("account")
        self._account_of = import_string(account) if isinstance(account, str) else account
        self._gate: Gate = given.get("gate") or Gate(given.pop("url"), given.pop("token"), **given)
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        account = self._account_of(request)
        if account is not None and not self._gate.passage(account).is_open:
            answer = HttpResponse(REFUSED, status=403, content_type="text/plain; charset=utf-8")
            answer["Cache-Control"] = "no-store"
            return answer
        return self._get_response(request)
