"""The receipt: one text file (C2SP tlog-proof v1) that proves one entry offline. Pure.

The format's ``extra`` line is free for the writer. Ours holds canonical JSON with the leaf and,
where the content is public, the body and its salt; so the file alone is enough, with the key. A
content that is not public travels apart, as JSON of the same two fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trustkeep.evidence.canonical import (
    NotCanonical,
    canonical,
    from_base64,
    plain_number,
    to_base64,
)
from trustkeep.evidence.tree import HASH_SIZE

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
MAX_SIZE = 1024 * 1024
_MAX_PATH = 64


class ReceiptInvalid(Exception):
    """The text is no receipt of ours; the message says where it breaks."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry commits to, with the salt that lets anyone check it."""

    salt: bytes
    body: Mapping[str, Any]

    def fields(self) -> dict[str, Any]:
        """Return both as JSON writes them."""
        return {"salt": to_base64(self.salt), "body": self.body}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as read: nothing is verified yet."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    leaf: bytes
    content: Content | None = None

    def encode(self) -> str:
        """Return the file's text."""
        extra: dict[str, Any] = {"leaf": to_base64(self.leaf)}
        if self.content:
            extra |= self.content.fields()
        lines = [HEADER, f"extra {to_base64(canonical(extra))}", f"index {self.index}"]
        lines += [to_base64(step) for step in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse(text: str) -> Receipt:
    """Return the receipt of a file's text; raises ReceiptInvalid.

    Line ends of other systems, and white space around the text, are what copying leaves behind;
    both pass.
    """
    if len(text) > MAX_SIZE:
        raise ReceiptInvalid("the file is too large for a receipt")
    tidy = text.replace("\r\n", "\n").strip() + "\n"
    head, parted, checkpoint = tidy.partition("\n\n")
    lines = head.split("\n")
    if lines[0].rstrip() != HEADER:
        raise ReceiptInvalid(f"the file does not start with “{HEADER}”: it is not a receipt")
    if not parted:
        raise ReceiptInvalid("the checkpoint is missing: the file was cut off")
    if len(lines) < len(("header", "extra", "index")) or not lines[1].startswith("extra "):
        raise ReceiptInvalid("the line with the entry (“extra …”) is missing")
    leaf, content = _extra(lines[1].removeprefix("extra "))
    return Receipt(_index(lines[2]), _path(lines[3:]), checkpoint, leaf, content)


def parse_content(text: str) -> Content:
    """Return the content of JSON with ``salt`` and ``body``; raises ReceiptInvalid."""
    if len(text) > MAX_SIZE:
        raise ReceiptInvalid("the content is too large for an entry")
    content = _content(_object(text.encode("utf-8", "replace"), "the content"))
    if content is None:
        raise ReceiptInvalid("the content lacks its “salt” and “body”")
    return content


def _extra(encoded: str) -> tuple[bytes, Content | None]:
    what = "the line with the entry (“extra …”)"
    try:
        plain = _object(from_base64(encoded), what)
        leaf = from_base64(plain["leaf"])
    except (NotCanonical, KeyError, TypeError) as error:
        raise ReceiptInvalid(f"{what} is damaged") from error
    return leaf, _content(plain)


def _object(raw: bytes, what: str) -> dict[str, Any]:
    try:
        plain = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ReceiptInvalid(f"{what} is damaged: it is not JSON") from error
    if not isinstance(plain, dict):
        raise ReceiptInvalid(f"{what} is damaged: it is not an object")
    return plain


def _content(plain: Mapping[str, Any]) -> Content | None:
    salt, body = plain.get("salt"), plain.get("body")
    if salt is None and body is None:
        return None
    if not isinstance(salt, str) or not isinstance(body, dict):
        raise ReceiptInvalid("the content is damaged: it needs a “salt” and a “body”")
    try:
        return Content(from_base64(salt), body)
    except NotCanonical as error:
        raise ReceiptInvalid(f"the salt of the content is {error}") from error


def _index(line: str) -> int:
    number = plain_number(line.removeprefix("index "))
    if not line.startswith("index ") or number is None:
        raise ReceiptInvalid("the line with the entry's number (“index …”) is damaged")
    return number


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > _MAX_PATH:
        raise ReceiptInvalid("the proof is longer than any tree is high")
    try:
        path = tuple(from_base64(line) for line in lines)
    except NotCanonical as error:
        raise ReceiptInvalid("a line of the proof is damaged") from error
    if any(len(step) != HASH_SIZE for step in path):
        raise ReceiptInvalid(f"a line of the proof does not hold {HASH_SIZE} bytes")
    return path
