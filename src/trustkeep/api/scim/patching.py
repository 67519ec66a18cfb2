"""PATCH operations (RFC 7644 section 3.5.2), in the dialects of Entra and Okta as well.

Entra writes ``Replace`` with a capital, ``"False"`` as a text and dotted paths; Okta leaves the
path out and sends an object. What is not kept here is passed over, as the RFC allows a provider of
a smaller schema; what would take a needed value away is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from trustkeep.api.scim.documents import USER, Document
from trustkeep.api.scim.errors import invalid

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS = 100
_EMAIL = re.compile(r"emails(\[[^\]]*\])?(\.value)?", re.I)
_SIMPLE = {
    name.casefold(): name
    for name in ("active", "userName", "displayName", "externalId", "userType")
}
_NAME_PARTS = {part.casefold(): part for part in ("formatted", "givenName", "familyName")}


def patched(document: Document, request: Mapping[str, Any]) -> Document:
    """Return a User document after the operations of a request; raises ScimError."""
    operations = request.get("Operations")
    if not isinstance(operations, list) or not operations:
        raise invalid("Operations is a list of what to do.", "invalidSyntax")
    if len(operations) > MOST_OPERATIONS:
        raise invalid(f"At most {MOST_OPERATIONS} operations at once.", "tooMany")
    after = {**document, "name": dict(document.get("name", {}))}
    for operation in operations:
        if not isinstance(operation, Mapping):
            raise invalid("An operation is an object.", "invalidSyntax")
        _apply(after, operation)
    return after


def _apply(document: Document, operation: Mapping[str, Any]) -> None:
    act = str(operation.get("op", "")).casefold()
    if act not in ("add", "replace", "remove"):
        raise invalid("op is add, replace or remove.", "invalidSyntax")
    path, value = operation.get("path"), operation.get("value")
    if path is not None and not isinstance(path, str):
        raise invalid("path is a text.", "invalidPath")
    if act == "remove":
        _remove(document, path)
    elif path:
        _put(document, path, value)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            _put(document, str(name), one)
    else:
        raise invalid("An operation without a path brings an object.", "invalidValue")


def _remove(document: Document, path: str | None) -> None:
    if not path:
        raise invalid("remove needs a path.", "noTarget")
    name = _plain(path).casefold()
    if name == "externalid":
        document.pop("externalId", None)
    elif name in ("username", "active"):
        raise invalid(f"{path} cannot be removed.", "mutability")


def _put(document: Document, path: str, value: Any) -> None:
    name = _plain(path)
    known = _SIMPLE.get(name.casefold())
    if known:
        document[known] = value
        if known == "displayName":
            document["name"] = {"formatted": value}
    elif name.casefold() == "name" and isinstance(value, Mapping):
        for part, one in value.items():
            _put_name(document, str(part), one)
    elif name.casefold().startswith("name."):
        _put_name(document, name.partition(".")[2], value)
    elif _EMAIL.fullmatch(name):
        # The address to write to is the one to sign in with; it changes with userName only.
        return


def _put_name(document: Document, part: str, value: Any) -> None:
    known = _NAME_PARTS.get(part.casefold())
    if known is None:
        return
    document["name"][known] = value
    if known == "formatted":
        document["displayName"] = value
        return
    # A new part of the name makes the old whole one wrong.
    parts = [document["name"].get(one) for one in ("givenName", "familyName")]
    if all(parts):
        document.pop("displayName", None)
        document["name"].pop("formatted", None)


def _plain(path: str) -> str:
    return path.removeprefix(f"{USER}:").strip()
