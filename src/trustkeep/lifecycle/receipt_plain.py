"""Dataclasses as JSON types and back, strictly: what is read is what was written. Pure."""

from __future__ import annotations

import types
import typing
import uuid
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from trustkeep.kernel.clock import isoformat


class NotPlain(ValueError):
    """A value is not what was written; the message says where."""


def to_plain(value: Any) -> Any:
    """Return `value` as JSON types; what is None or empty by default is left out."""
    match value:
        case StrEnum():
            return value.value
        case datetime():
            return isoformat(value)
        case date():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case tuple():
            return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: to_plain(getattr(value, one.name))
            for one in fields(value)
            if one.default is MISSING or getattr(value, one.name) != one.default
        }
    return value


def from_plain[T](kind: type[T], value: object, fixed: Mapping[str, Any] | None = None) -> T:
    """Return the dataclass `kind` that `to_plain` wrote; raises NotPlain.

    ``fixed`` are members that have to stand in the object beside the fields, as they are.
    """
    if not isinstance(value, Mapping):
        raise NotPlain("it is not an object")
    told = dict(value)
    for name, expected in (fixed or {}).items():
        if told.pop(name, None) != expected:
            raise NotPlain(f"“{name}” is not “{expected}”")
    result: T = _read(kind, told, "")
    if {**(fixed or {}), **to_plain(result)} != value:
        raise NotPlain("it is not written in the one way in which this form is written")
    return result


def _read(kind: Any, value: Any, path: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        [inner] = [one for one in arguments if one is not types.NoneType]
        return None if value is None else _read(inner, value, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise NotPlain(f"“{path}” is not a list")
        items = enumerate(value)
        return tuple(_read(arguments[0], item, f"{path}[{number}]") for number, item in items)
    if is_dataclass(kind):
        return _read_fields(kind, value, path)
    return _read_simple(kind, value, path)


def _read_fields(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise NotPlain(f"“{path}” is not an object")
    hints = typing.get_type_hints(kind)
    known = {one.name: one for one in fields(kind)}
    for name in value:
        if name not in known:
            raise NotPlain(f"“{path}.{name}” is unknown".replace("“.", "“"))
    missing = [name for name, one in known.items() if one.default is MISSING and name not in value]
    if missing:
        raise NotPlain(f"“{path}.{missing[0]}” is missing".replace("“.", "“"))
    return kind(**{n: _read(hints[n], v, f"{path}.{n}".lstrip(".")) for n, v in value.items()})


def _read_simple(kind: Any, value: Any, path: str) -> Any:
    if kind in (int, bool, str):
        if type(value) is not kind:
            raise NotPlain(f"“{path}” is not of the right type")
        return value
    if not isinstance(value, str):
        raise NotPlain(f"“{path}” is not a text")
    readers = {datetime: datetime.fromisoformat, date: date.fromisoformat}
    try:
        return readers.get(kind, kind)(value)
    except ValueError as error:
        raise NotPlain(f"“{path}” cannot be “{value}”") from error
