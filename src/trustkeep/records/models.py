"""Records at rest: every version is a row of its own, its values sealed as one document."""

from __future__ import annotations

import uuid

from django.db import models

from trustkeep.kernel.ids import new_id


class Version(models.Model):
    """One version of a record. ``withdrawn`` ends the record; its reason is sealed like values."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    record: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    number = models.PositiveIntegerField()
    kind = models.SlugField(max_length=64)
    sealed = models.BinaryField()
    withdrawn = models.BooleanField(default=False)
    newest = models.BooleanField(default=True)
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    entry_index = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="record_version_once"),
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(newest=True), name="record_newest_once"
            ),
        ]
        indexes = [models.Index(fields=["kind", "newest"], name="record_by_kind")]
