"""The verdict on a receipt, with plain Python and no database: what an auditor runs.

1. Read the receipt.  2. Check the signature under the checkpoint with a key that the reader trusts.
3. Recompute the root from the leaf and the proof.  4. Read the leaf and compare its place.
5. Where the content is included, recompute its commitment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence import entry as entries
from trustkeep.evidence import receipt as receipts
from trustkeep.evidence import tree
from trustkeep.evidence.canonical import NotCanonical
from trustkeep.evidence.checkpoint import Checkpoint, CheckpointInvalid, VerifierKey
from trustkeep.evidence.entry import Entry, EntryInvalid
from trustkeep.evidence.receipt import Content, Receipt, ReceiptInvalid
from trustkeep.evidence.tree import ProofInvalid


class VerificationFailed(Exception):
    """The receipt proves nothing; the message says why, and the class in which step it failed."""


class NotAReceipt(VerificationFailed):
    """The text is not a readable receipt."""


class NotSigned(VerificationFailed):
    """The checkpoint is not signed by a key that the reader trusts."""


class NotIncluded(VerificationFailed):
    """The entry is not in the log that the checkpoint describes."""


class NotOurEntry(VerificationFailed):
    """The leaf is not an entry of this kind of log, or says another place."""


class OtherContent(VerificationFailed):
    """The content is not what the entry commits to."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt proves: this entry was number ``index`` of ``checkpoint.size`` entries.

    ``signed_by`` is the key that vouches for it, ``body`` the content that the entry commits to,
    None if it was not given.
    """

    entry: Entry
    index: int
    checkpoint: Checkpoint
    signed_by: VerifierKey
    body: Mapping[str, Any] | None


def verify_receipt(
    text: str, keys: Iterable[VerifierKey], content: Content | None = None
) -> Verified:
    """Return what the receipt proves; raises a VerificationFailed that says what is wrong.

    ``content`` is what the reader was given apart; it is held against the entry as well.
    """
    receipt = _read(text)
    checkpoint, signed_by = _signed(receipt, keys)
    _included(receipt, checkpoint)
    entry = _entry(receipt)
    body = _committed(receipt.content, entry)
    own_body = _committed(content, entry)
    return Verified(entry, receipt.index, checkpoint, signed_by, body or own_body)


def _read(text: str) -> Receipt:
    try:
        return receipts.parse(text)
    except ReceiptInvalid as error:
        raise NotAReceipt(str(error)) from error


def _signed(receipt: Receipt, keys: Iterable[VerifierKey]) -> tuple[Checkpoint, VerifierKey]:
    try:
        return checkpoints.verify(receipt.checkpoint, keys)
    except CheckpointInvalid as error:
        raise NotSigned(str(error)) from error


def _included(receipt: Receipt, checkpoint: Checkpoint) -> None:
    leaf = tree.leaf_hash(receipt.leaf)
    try:
        tree.verify_inclusion(receipt.index, checkpoint.size, leaf, receipt.path, checkpoint.root)
    except ProofInvalid as error:
        raise NotIncluded(str(error)) from error


def _entry(receipt: Receipt) -> Entry:
    try:
        entry = entries.parse(receipt.leaf)
    except EntryInvalid as error:
        raise NotOurEntry(str(error)) from error
    if entry.seq != receipt.index:
        raise NotOurEntry(f"the entry says it is number {entry.seq}, not {receipt.index}")
    return entry


def _committed(content: Content | None, entry: Entry) -> Mapping[str, Any] | None:
    if content is None:
        return None
    try:
        digest = entries.commit(content.salt, content.body)
    except (EntryInvalid, NotCanonical) as error:
        raise OtherContent(f"the content cannot belong to an entry: {error}") from error
    if digest != entry.body_digest:
        raise OtherContent("the content is not what the entry commits to: it was changed")
    return content.body
