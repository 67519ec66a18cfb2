"""The log at rest: leaves, the hashes of complete subtrees, and what was signed.

Rows are added and never changed or removed, and entries only under the next number; triggers made
by the migration hold that even against somebody with a database shell.
"""

from __future__ import annotations

import uuid

from django.db import models


class LogEntry(models.Model):
    """One leaf, by its place in the log."""

    index = models.BigIntegerField(primary_key=True)
    leaf_hash = models.BinaryField()
    leaf = models.BinaryField()
    kind = models.CharField(max_length=32)
    promise = models.CharField(max_length=64, null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["promise", "index"], name="log_by_promise")]


class LogNode(models.Model):
    """The hash of a complete subtree above the leaves; ``place`` is made by `place_of`."""

    place = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()


class SignedCheckpoint(models.Model):
    """A checkpoint that was published, with its whole signed note."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()


class LedgerMark(models.Model):
    """Which ledger belongs to this database, and since when it has been quarantined, if it is."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ledger: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    quarantined_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ledger_only_one")]


_LEVEL_SHIFT = 48


def place_of(level: int, number: int) -> int:
    """Return the key of a node: levels apart, neighbours side by side (room for 2^48 leaves)."""
    return (level << _LEVEL_SHIFT) | number
