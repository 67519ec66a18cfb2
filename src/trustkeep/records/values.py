"""From what a person typed to typed values, and to JSON at rest and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.lines import is_line
from trustkeep.records.kinds import Field, FieldType, RecordKind

MAX_TEXT = 300
MAX_LONG_TEXT = 20_000
_MAX_NUMBER = 2**53 - 1

_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+")
_URL = re.compile(r"https://[^\s/$.?#@][^\x00-\x20\x7f-\xa0\"<>\\^`{|}]{0,2000}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")

# What a text of several lines may hold besides.
_LAYOUT = dict.fromkeys(map(ord, "\r\n\t"), " ")
_YES, _NO = {"yes", "true", "1", "on"}, {"no", "false", "0", "off"}


class InvalidRecord(TrustkeepError):
    """Fields of a record cannot be as given; ``errors`` says which and why, all at once."""

    sentence = "The record has problems: {summary}"

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        told = "; ".join(f"{name}: {error}" for name, error in errors.items())
        super().__init__(summary=told, log=f"InvalidRecord: {', '.join(errors)}")


class _Refused(Exception):
    pass


def checked(kind: RecordKind, given: Mapping[str, object]) -> dict[str, Any]:
    """Return the typed values of all fields that were given; raises InvalidRecord."""
    errors = {
        name: gettext("This kind of record has no such field.")
        for name in given
        if name not in {f.name for f in kind.fields}
    }
    values: dict[str, Any] = {}
    for field in kind.fields:
        raw = given.get(field.name)
        if raw is None or raw == "" or raw == ():
            if field.required and field.type is not FieldType.YES_NO:
                errors[field.name] = gettext("Fill this in.")
            elif field.type is FieldType.YES_NO:
                values[field.name] = False
            continue
        try:
            values[field.name] = _READERS[field.type](field, raw)
        except _Refused as refusal:
            errors[field.name] = str(refusal)
    if errors:
        raise InvalidRecord(errors)
    return values


def to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed values as JSON types; `from_json` reads them back by the kind's fields."""
    return {name: _plain(value) for name, value in values.items()}


def from_json(kind: RecordKind, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return the typed values of what rested; fields that the kind no longer has stay as text."""
    known = {field.name: field for field in kind.fields}
    return {
        name: _READERS[known[name].type](known[name], value) if name in known else value
        for name, value in plain.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _text(longest: int, *, is_long: bool) -> Callable[[Field, object], str]:
    def read(_field: Field, raw: object) -> str:
        text = str(raw).strip()
        if not is_line(text.translate(_LAYOUT) if is_long else text):
            raise _Refused(gettext("Control characters cannot be used."))
        if len(text) > longest:
            raise _Refused(gettext("Use at most {max} characters.").format(max=longest))
        return text

    return read


def _pattern(pattern: re.Pattern[str], needed: str) -> Callable[[Field, object], str]:
    def read(_field: Field, raw: object) -> str:
        text = str(raw).strip()
        if not (pattern.fullmatch(text) and is_line(text)):
            raise _Refused(gettext(needed))
        return text

    return read


def _date(_field: Field, raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise _Refused(gettext("Write a date as 2026-11-23.")) from error


def _instant(_field: Field, raw: object) -> datetime:
    try:
        at = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    except ValueError as error:
        raise _Refused(gettext("Write an instant as 2026-11-23T08:30:00+01:00.")) from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _integer(_field: Field, raw: object) -> int:
    text = str(raw).strip()
    if isinstance(raw, bool) or not re.fullmatch(r"-?[0-9]{1,16}", text):
        raise _Refused(gettext("Write a whole number."))
    if abs(int(text)) > _MAX_NUMBER:
        raise _Refused(gettext("This number is too large."))
    return int(text)


def _yes_no(_field: Field, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().casefold()
    if text not in _YES | _NO:
        raise _Refused(gettext("Write yes or no."))
    return text in _YES


def _choice(field: Field, raw: object) -> str:
    allowed = [choice.value for choice in field.choices]
    if str(raw) not in allowed:
        raise _Refused(gettext("Choose one of: {values}.").format(values=", ".join(allowed)))
    return str(raw)


def _choices(field: Field, raw: object) -> tuple[str, ...]:
    parts = raw if isinstance(raw, list | tuple) else str(raw).split(",")
    return tuple(dict.fromkeys(_choice(field, str(part).strip()) for part in parts))


_READERS: Mapping[FieldType, Callable[[Field, object], Any]] = {
    FieldType.TEXT: _text(MAX_TEXT, is_long=False),
    FieldType.LONG_TEXT: _text(MAX_LONG_TEXT, is_long=True),
    FieldType.DATE: _date,
    FieldType.INSTANT: _instant,
    FieldType.INTEGER: _integer,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.EMAIL: _pattern(_EMAIL, gettext_noop("Write an e-mail address.")),
    FieldType.URL: _pattern(_URL, gettext_noop("Write an address that starts with https://.")),
    FieldType.DIGEST: _pattern(
        _DIGEST, gettext_noop("Write a SHA-256 digest: 64 digits and letters a to f.")
    ),
    FieldType.REFERENCE: _pattern(
        _REFERENCE,
        gettext_noop("Write an id of letters, digits, dots, colons, slashes and hyphens."),
    ),
}
