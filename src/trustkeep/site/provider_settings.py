"""What the settings of identity providers may be."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

from trustkeep.site.web_addresses import HOST, parted

_SLUG = re.compile(r"[a-z][a-z0-9-]{0,30}")
_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TAKEN = ("google", "microsoft")


def _issuer(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    parts = parted(value)
    return value if not value or (parts and parts.scheme == "https") else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def readable(value: object) -> str | None:
    """Return the path of a file that can be read, or nothing at all."""
    if not isinstance(value, str):
        return None
    return value if not value or os.access(value, os.R_OK) else None


def _slug(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return value if _SLUG.fullmatch(value) and value not in _TAKEN else None


def _tenants(value: object) -> tuple[str, ...] | None:
    return _matching(value, _TENANT)


def _domains(value: object) -> tuple[str, ...] | None:
    return _matching(value, HOST)


def _matching(value: object, fits: re.Pattern[str]) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return None
    found = tuple(str(one).casefold() for one in value)
    return found if all(map(fits.fullmatch, found)) else None


PROVIDER_RULES: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "oidc_google_issuer": ("an https address such as https://accounts.google.com", _issuer),
    "oidc_google_client_id": ("the client id that Google gave you", _text),
    "oidc_google_client_secret": ("the client secret that Google gave you", _text),
    "oidc_google_client_secret_file": ("the path of a file that can be read", readable),
    "oidc_google_domains": ("a list of Google Workspace domains", _domains),
    "oidc_microsoft_issuer": (
        "an https address such as https://login.microsoftonline.com/organizations/v2.0",
        _issuer,
    ),
    "oidc_microsoft_client_id": ("the application (client) id of your registration", _text),
    "oidc_microsoft_client_secret": ("the value of a client secret", _text),
    "oidc_microsoft_client_secret_file": ("the path of a file that can be read", readable),
    "oidc_microsoft_client_key_file": ("the path of a PEM file that can be read", readable),
    "oidc_microsoft_tenants": ("a list of tenant ids, such as 00000000-0000-…", _tenants),
    "oidc_microsoft_guests": ("true or false", _yes_or_no),
    "oidc_microsoft_consumers": ("true or false", _yes_or_no),
    "oidc_microsoft_factor_context": ("an authentication context such as c1", _text),
    "oidc_generic_issuer": ("an https address such as https://idp.example.com", _issuer),
    "oidc_generic_name": ("what people call the provider", _text),
    "oidc_generic_slug": ("lower-case letters, digits and hyphens", _slug),
    "oidc_generic_client_id": ("the client id that the provider gave you", _text),
    "oidc_generic_client_secret": ("the client secret that the provider gave you", _text),
    "oidc_generic_client_secret_file": ("the path of a file that can be read", readable),
    "oidc_generic_client_key_file": ("the path of a PEM file that can be read", readable),
    "oidc_ca_file": ("the path of a PEM file that can be read", readable),
}
"""For each setting: what is allowed, in words, and what returns the value or None."""
