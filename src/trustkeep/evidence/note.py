"""Signed notes (C2SP signed-note v1.0.0): a text and the signatures under it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from trustkeep.evidence.canonical import NotCanonical, from_base64, to_base64

KEY_ID_SIZE = 4
MAX_SIGNATURES = 64
_DASH = "\N{EM DASH} "


class NoteInvalid(Exception):
    """The text is not a signed note; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key, which key, and the bytes."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """Return the line as it stands under a note, with its end."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.raw)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note as read: nothing is verified yet. ``text`` ends in a line feed."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> str:
        """Return the whole note."""
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}"


def key_id(name: str, key_type: int, public_key: bytes) -> bytes:
    """Return the first four bytes of SHA-256(name, LF, type, public key)."""
    tail = bytes([key_type]) + public_key
    return hashlib.sha256(name.encode("utf-8") + b"\n" + tail).digest()[:KEY_ID_SIZE]


def require_name(name: str) -> None:
    """Raise NoteInvalid unless `name` may name a key: not empty, no space, no plus sign."""
    if not name or "+" in name or any(character.isspace() for character in name):
        raise NoteInvalid("a key's name may not be empty nor hold spaces or plus signs")


def parse(encoded: str) -> SignedNote:
    """Split a note at its last empty line; raises NoteInvalid."""
    try:
        encoded.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NoteInvalid("the note holds half a surrogate pair") from error
    text, parted, lines = encoded.rpartition("\n\n")
    if not parted:
        raise NoteInvalid("the signatures are missing: no empty line ends the text")
    text += "\n"
    if any(character < " " and character != "\n" for character in encoded):
        raise NoteInvalid("there is a control character in the note")
    if not lines.endswith("\n"):
        raise NoteInvalid("the last signature line has no end")
    return SignedNote(text, _signatures(lines[:-1].split("\n")))


def _signatures(lines: Sequence[str]) -> tuple[Signature, ...]:
    if len(lines) > MAX_SIGNATURES:
        raise NoteInvalid(f"a note has at most {MAX_SIGNATURES} signatures")
    return tuple(_signature(line) for line in lines)


def _signature(line: str) -> Signature:
    name, space, blob = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NoteInvalid("a signature line is broken")
    require_name(name)
    try:
        raw = from_base64(blob)
    except NotCanonical as error:
        raise NoteInvalid(f"a signature line holds {error}") from error
    if len(raw) <= KEY_ID_SIZE:
        raise NoteInvalid("a signature line holds no signature")
    return Signature(name, raw[:KEY_ID_SIZE], raw[KEY_ID_SIZE:])
