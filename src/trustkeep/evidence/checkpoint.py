"""Checkpoints (C2SP tlog-checkpoint v1.0.0): the size and root of the log, signed with Ed25519.

The one module outside the vault that imports `cryptography`: whoever verifies needs the signature
and nothing else of us.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from trustkeep.evidence import note
from trustkeep.evidence.canonical import NotCanonical, from_base64, plain_number, to_base64
from trustkeep.evidence.note import NoteInvalid, Signature, SignedNote
from trustkeep.evidence.tree import HASH_SIZE

ED25519 = 0x01
PUBLIC_KEY_SIZE = 32
_LINES = 3


class CheckpointInvalid(Exception):
    """The note is no checkpoint, or no known key has signed it; the message says which."""


class KeyInvalid(Exception):
    """The text is no verifier key; the message says what is wrong with it."""


class Signer(Protocol):
    """What signs checkpoints: the vault's key in the product, a bare key in tests."""

    origin: str

    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


class Ed25519Signer:
    """Signs with a 32-byte seed (RFC 8032) under the log's origin, a URL without its scheme."""

    def __init__(self, origin: str, seed: bytes) -> None:
        note.require_name(origin)
        self.origin = origin
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        return note.key_id(self.name, ED25519, self.public_key)

    def encode(self) -> str:
        """Return the one-line form: name, key id and key, joined by plus signs."""
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([ED25519]) + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Return the key of a line; raises KeyInvalid."""
        name, _, rest = text.strip().partition("+")
        hexed, _, blob = rest.partition("+")
        try:
            raw = from_base64(blob)
            note.require_name(name)
        except (NotCanonical, NoteInvalid) as error:
            raise KeyInvalid(f"the verifier key is broken: {error}") from error
        if len(raw) != 1 + PUBLIC_KEY_SIZE or raw[0] != ED25519:
            raise KeyInvalid("the verifier key is not an Ed25519 key")
        key = cls(name, raw[1:])
        if key.id.hex() != hexed:
            raise KeyInvalid("the verifier key is damaged: its id does not fit the key")
        return key

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Return whether `signature` is this key's under `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: which log, how many entries, their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text of the note."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def sign(checkpoint: Checkpoint, signers: Iterable[Signer]) -> str:
    """Return the signed note of a checkpoint, one signature a signer."""
    text = checkpoint.text()
    message = text.encode("utf-8")
    signatures = tuple(
        Signature(
            signer.origin,
            note.key_id(signer.origin, ED25519, signer.public_key),
            signer.sign(message),
        )
        for signer in signers
    )
    return SignedNote(text, signatures).encode()


def parse(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text; raises CheckpointInvalid. Extension lines pass."""
    lines = text.split("\n")
    if len(lines) <= _LINES or lines[-1] or not all(lines[:-1]):
        raise CheckpointInvalid("a checkpoint has a line each for origin, size and root")
    origin, size_text, root = lines[:_LINES]
    size = plain_number(size_text)
    if size is None:
        raise CheckpointInvalid("the checkpoint's size is no plain number")
    try:
        raw = from_base64(root)
    except NotCanonical as error:
        raise CheckpointInvalid("the checkpoint's root is not base64") from error
    if len(raw) != HASH_SIZE:
        raise CheckpointInvalid(f"the checkpoint's root has {len(raw)} bytes, not {HASH_SIZE}")
    return Checkpoint(origin, size, raw)


def verify(encoded: str, keys: Iterable[VerifierKey]) -> tuple[Checkpoint, VerifierKey]:
    """Return the checkpoint of a note, and which of `keys` has signed it as the log it names.

    Unknown signatures are passed over; a known key with a bad signature spoils the note. Raises
    CheckpointInvalid.
    """
    try:
        signed = note.parse(encoded)
    except NoteInvalid as error:
        raise CheckpointInvalid(f"the checkpoint is no signed note: {error}") from error
    known = {(key.name, key.id): key for key in keys}
    checkpoint = parse(signed.text)
    message = signed.text.encode("utf-8")
    signed_by: VerifierKey | None = None
    for signature in signed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.verify(message, signature.raw):
            raise CheckpointInvalid(f"the signature of {key.name} does not fit the checkpoint")
        if key.name == checkpoint.origin:
            signed_by = key
    if signed_by is None:
        raise CheckpointInvalid(
            "no key that you gave has signed the checkpoint: it is another log's, or a forgery"
        )
    return checkpoint, signed_by
