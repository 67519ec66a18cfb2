"""A log in memory, made as RFC 6962 defines it: slow, obvious, and what ours is held against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence import tree
from trustkeep.evidence.checkpoint import Checkpoint, Ed25519Signer, VerifierKey
from trustkeep.evidence.entry import SALT_SIZE, Entry, commit
from trustkeep.evidence.receipt import Content, Receipt
from trustkeep.evidence.tree import Place

ORIGIN = "trust.example.org/log"
SIGNER = Ed25519Signer(ORIGIN, bytes(range(32)))
KEY = VerifierKey(ORIGIN, SIGNER.public_key)
MALLORYS = Ed25519Signer(ORIGIN, bytes(reversed(range(32))))

AT = "2026-11-23T08:30:00.000Z"
BODY: Mapping[str, Any] = {"check": "backups", "outcome": "holds", "checked": 12}
SALT = bytes(range(SALT_SIZE))


def root(entries: Sequence[bytes]) -> bytes:
    """The Merkle tree hash, word for word as RFC 6962 section 2.1 puts it."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    both = root(entries[:split]) + root(entries[split:])
    return hashlib.sha256(b"\x01" + both).digest()


@dataclass
class Log:
    """Entries in memory; every hash is computed from them anew."""

    entries: list[bytes] = field(default_factory=list)

    def nodes(self, places: Sequence[Place]) -> dict[Place, bytes]:
        found = {}
        for level, number in places:
            leaves = self.entries[number << level : (number + 1) << level]
            assert len(leaves) == 1 << level, "only complete subtrees may be asked for"
            found[level, number] = root(leaves)
        return found

    def checkpoint(self, signer: Ed25519Signer = SIGNER) -> str:
        found = Checkpoint(signer.origin, len(self.entries), root(self.entries))
        return checkpoints.sign(found, [signer])

    def receipt(self, index: int, content: Content | None = None) -> Receipt:
        path = tree.inclusion_path(index, len(self.entries), self.nodes)
        return Receipt(index, tuple(path), self.checkpoint(), self.entries[index], content)


def numbered(count: int) -> Log:
    """A log of entries that are only bytes."""
    return Log([f"entry {number}".encode() for number in range(count)])


def written(count: int) -> Log:
    """A log of leaves as the product writes them."""
    digest = commit(SALT, BODY)
    return Log(
        [Entry("check-result", AT, number, digest, "backups").encode() for number in range(count)]
    )
