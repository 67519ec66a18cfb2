"""The receipt: one text file (C2SP tlog-proof v1) that proves one entry offline. Pure.

The format's ``extra`` line is free for the writer. Ours holds canonical JSON with the leaf and,
where the content is public, the body and its salt; so the file alone is enough, with the key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trustkeep.evidence.entry import EntryInvalid, canonical, from_base64, to_base64
from trustkeep.evidence.tree import HASH_SIZE

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
MAX_SIZE = 1024 * 1024
_MAX_PATH = 64


class ReceiptInvalid(Exception):
    """The text is no receipt of ours; the message says where it breaks."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as read: nothing is verified yet."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    leaf: bytes
    salt: bytes | None = None
    body: Mapping[str, Any] | None = None

    def encode(self) -> str:
        """Return the file's text."""
        extra: dict[str, Any] = {"leaf": to_base64(self.leaf)}
        if self.salt is not None and self.body is not None:
            extra |= {"salt": to_base64(self.salt), "body": self.body}
        lines = [HEADER, f"extra {to_base64(canonical(extra))}", f"index {self.index}"]
        lines += [to_base64(step) for step in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse(text: str) -> Receipt:
    """Return the receipt of a file's text; raises ReceiptInvalid."""
    if len(text) > MAX_SIZE:
        raise ReceiptInvalid("the file is too large for a receipt")
    head, parted, checkpoint = text.replace("\r\n", "\n").partition("\n\n")
    lines = head.split("\n")
    if lines[0] != HEADER:
        raise ReceiptInvalid(f"the file does not start with “{HEADER}”: it is not a receipt")
    if not parted:
        raise ReceiptInvalid("the checkpoint is missing: the file was cut off")
    if len(lines) < len(("header", "extra", "index")) or not lines[1].startswith("extra "):
        raise ReceiptInvalid("the line with the entry (“extra …”) is missing")
    leaf, salt, body = _extra(lines[1].removeprefix("extra "))
    return Receipt(_index(lines[2]), _path(lines[3:]), checkpoint, leaf, salt, body)


def _extra(text: str) -> tuple[bytes, bytes | None, Mapping[str, Any] | None]:
    try:
        plain = json.loads(from_base64(text))
        leaf = from_base64(plain["leaf"])
        salt = from_base64(plain["salt"]) if "salt" in plain else None
    except (EntryInvalid, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReceiptInvalid("the line with the entry (“extra …”) is damaged") from error
    body = plain.get("body")
    if body is not None and not isinstance(body, dict):
        raise ReceiptInvalid("the entry's content is damaged")
    return leaf, salt, body


def _index(line: str) -> int:
    number = line.removeprefix("index ")
    plain = number.isascii() and number.isdecimal() and (number == "0" or number[0] != "0")
    if line == number or not plain:
        raise ReceiptInvalid("the line with the entry's number (“index …”) is damaged")
    return int(number)


def _path(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > _MAX_PATH:
        raise ReceiptInvalid("the proof is longer than any tree is high")
    try:
        path = tuple(from_base64(line) for line in lines)
    except EntryInvalid as error:
        raise ReceiptInvalid("a line of the proof is damaged") from error
    if any(len(step) != HASH_SIZE for step in path):
        raise ReceiptInvalid(f"a line of the proof does not hold {HASH_SIZE} bytes")
    return path
