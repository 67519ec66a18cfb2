"""What a program may send as a body: JSON, called JSON, with one meaning.

A form of another site cannot send that type, so no browser can be led to send what counts here.
"""

from __future__ import annotations

from typing import Any, override

from django.http import HttpRequest
from ninja.parser import Parser

from trustkeep.kernel import strict_json
from trustkeep.kernel.errors import TrustkeepError

JSON = "application/json"


class MediaTypeRefused(TrustkeepError):
    """The body comes as something else than JSON."""

    sentence = "This address reads {needed} only. Send that, and say so in Content-Type."


def require_json(request: HttpRequest) -> None:
    """Raise MediaTypeRefused for a body that does not come as JSON."""
    if request.content_type != JSON:
        raise MediaTypeRefused(needed=JSON)


def body_of(request: HttpRequest) -> Any:
    """Return what the body says; raises MediaTypeRefused and `strict_json.NotJson`."""
    require_json(request)
    return strict_json.read(request.body)


class JsonOnly(Parser):
    """Reads the bodies of all routes that declare one."""

    @override
    def parse_body(self, request: HttpRequest) -> Any:
        return body_of(request)
