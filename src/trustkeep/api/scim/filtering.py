"""The filters that identity providers send: one comparison, or two of them joined by ``and``.

``userName eq "a@example.com"``, ``externalId eq "7"``, ``id eq "…"``, ``active eq true``,
``emails[type eq "work"].value eq "…"`` (RFC 7644 section 3.4.2.2). Anything else is refused rather
than answered with everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trustkeep.accounts.queries import PersonShown
from trustkeep.api.scim.documents import Document
from trustkeep.api.scim.errors import invalid
from trustkeep.identity.handles import spelled
from trustkeep.kernel import strict_json
from trustkeep.kernel.strict_json import NotJson

type Test = Callable[[PersonShown, Document], bool]

_COMPARISON = re.compile(r"\s*([A-Za-z.]+(?:\[[^\]]*\])?(?:\.[A-Za-z]+)?)\s+eq\s+(.+?)\s*", re.I)
_EMAIL = re.compile(r"emails(\[[^\]]*\])?(\.value)?", re.I)
_JOIN = re.compile(r'\s+and\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', re.I)
_TRUTHS = ("true", "false")
LONGEST = 1000


def parsed(text: str) -> Test:
    """Return the test that a filter stands for; raises ScimError."""
    if len(text) > LONGEST:
        raise invalid("The filter is too long.", "invalidFilter")
    tests = [_comparison(part) for part in _JOIN.split(text)]
    return lambda person, document: all(test(person, document) for test in tests)


def _comparison(text: str) -> Test:
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise invalid("Only eq, and several of it joined by and, is understood.", "invalidFilter")
    name, value = found[1], _value(found[2])
    if _EMAIL.fullmatch(name) or name.casefold() == "username":
        return lambda person, _: spelled(person.email) == spelled(str(value))
    if name.casefold() == "externalid":
        return lambda person, _: person.external_id == value
    if name.casefold() == "id":
        return lambda person, _: str(person.id) == value
    if name.casefold() == "active":
        return lambda _, document: document["active"] is value
    raise invalid(f"{name} cannot be filtered by.", "invalidFilter")


def _value(text: str) -> str | bool:
    try:
        value = strict_json.read(text.casefold() if text.casefold() in _TRUTHS else text)
    except NotJson as error:
        raise invalid("The value stands in quotation marks.", "invalidFilter") from error
    if not isinstance(value, (str, bool)):
        raise invalid("The value is a text, true or false.", "invalidFilter")
    return value
