"""The way from one entry to the signed root, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trustkeep.evidence import queries as evidence


@dataclass(frozen=True, slots=True)
class ProofShown:
    """Hashes in hexadecimal; ``path`` from the leaf upwards."""

    leaf_hash: str
    path: tuple[str, ...]
    root: str
    size: int
    signed_at: datetime
    note: str


def proof_of(index: int) -> ProofShown:
    """Return the inclusion proof of an entry that the newest checkpoint covers."""
    checkpoint = evidence.latest_checkpoint()
    assert checkpoint is not None
    inclusion = evidence.inclusion_proof(index, checkpoint.size)
    return ProofShown(
        leaf_hash=inclusion.leaf_hash.hex(),
        path=tuple(step.hex() for step in inclusion.path),
        root=inclusion.root.hex(),
        size=inclusion.size,
        signed_at=checkpoint.at,
        note=checkpoint.note,
    )
