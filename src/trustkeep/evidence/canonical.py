"""One spelling for every value: canonical JSON (RFC 8785) and strict base64. Pure.

What has two spellings cannot be committed to: whoever holds the same value must arrive at the same
bytes. So only text, whole numbers, booleans, null, lists and objects have a canonical form here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

quoted = encode_basestring
"""Write a text as a JSON string."""
MAX_DEPTH = 32
"""How deep lists and objects may lie in each other; hostile input would exhaust the stack."""
MAX_DIGITS = 20
"""Digits of the largest 64-bit number; longer ones are hostile and slow to read."""
_MAX_SAFE_INTEGER = 2**53 - 1

type Json = bool | int | str | Sequence[Json] | Mapping[str, Json] | None


class NotCanonical(ValueError):
    """The value has no canonical form, or the text is not in it; the message says why."""


def canonical(value: object) -> bytes:
    """Return the RFC 8785 form of `value`.

    Raises NotCanonical for floats and other types, for numbers that JavaScript would round, for
    half a surrogate pair, and for more than MAX_DEPTH levels.
    """
    text = _written(value, MAX_DEPTH)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a text holds half a surrogate pair") from error


def _written(value: object, room: int) -> str:
    write = _simple(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return _number(value)
    if not room:
        raise NotCanonical(f"lists and objects lie in each other more than {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        return f"{{{','.join(_members(value, room - 1))}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join([_written(item, room - 1) for item in value])}]"
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def _members(value: Mapping[str, object], room: int) -> list[str]:
    # Most members are simple, and every append waits for them.
    pairs = [(name, value[name]) for name in _in_order(value)]
    return [
        f"{quoted(name)}:{write(item) if (write := _simple(type(item))) else _written(item, room)}"
        for name, item in pairs
    ]


def _number(value: int) -> str:
    if abs(value) > _MAX_SAFE_INTEGER:
        raise NotCanonical("a whole number beyond 2^53-1 cannot be written safely")
    return int.__repr__(value)


_SIMPLE: dict[type, Callable[[Any], str]] = {
    str: quoted,
    bool: {True: "true", False: "false"}.__getitem__,
    int: _number,
    type(None): {None: "null"}.__getitem__,
}
_simple = _SIMPLE.get


def _in_order(names: Iterable[Any]) -> list[str]:
    try:
        ascii_only = "".join(names).isascii()
    except TypeError as error:
        raise NotCanonical("an object's names have to be text") from error
    if ascii_only:
        return sorted(names)
    # RFC 8785 section 3.2.3 sorts names by their UTF-16 code units, not by code points.
    return sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def to_base64(raw: bytes) -> str:
    """Return RFC 4648 section 4 base64 with padding."""
    return base64.b64encode(raw).decode("ascii")


def plain_number(text: str) -> int | None:
    """Return the number of plain decimal digits without leading zeros; None for other texts."""
    is_plain = text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
    return int(text) if is_plain and str(int(text)) == text else None


def from_base64(text: str) -> bytes:
    """Return the bytes of strict base64: padded, one spelling only; raises NotCanonical."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NotCanonical("not base64") from error
    if to_base64(raw) != text:
        raise NotCanonical("base64 in an unusual spelling")
    return raw
