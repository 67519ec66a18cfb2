"""Links that let somebody in without an account: 256 random bits, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from trustkeep.letters.actions import HouseUnknown
from trustkeep.letters.ports import joined

CONFIRM_WITHIN = timedelta(hours=48)
"""How long the link in the first mail works."""
FETCH_WITHIN = timedelta(days=14)
"""How long the link to the data works, which works once."""
PATH = "your-data"
"""Below the language: where requests are made and followed."""
_BYTES = 32


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """Return what is kept of a token; random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def confirm_link(language: str, token: str) -> str:
    """Return the address in the mail that confirms an address."""
    return f"{_base(language)}/confirm/{token}/"


def status_link(language: str, token: str) -> str:
    """Return the address at which a person follows a request."""
    return f"{_base(language)}/{token}/"


def answer_link(language: str, token: str) -> str:
    """Return the address at which a person fetches the data, once."""
    return f"{_base(language)}/answer/{token}/"


def _base(language: str) -> str:
    if joined.house is None:
        raise HouseUnknown
    return f"{joined.house().base_url}/{language}/{PATH}"
