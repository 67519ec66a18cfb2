"""Every backup that was made here, every drill, and the work that is asked for or under way."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from trustkeep.kernel.ids import new_id


class Backup(models.Model):
    """One verified backup; counts and digests only. ``log_size`` is where the log stood in it.

    ``made_at`` is when the database was copied, so what was deleted later is still in it.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=100, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    log_size = models.BigIntegerField()
    epoch = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    files = models.BigIntegerField()
    rows = models.BigIntegerField()
    encrypted = models.BooleanField()
    verified_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    gone_at = models.DateTimeField(null=True)
    gone_why = models.CharField(max_length=16, blank=True)
    entry_index = models.BigIntegerField()
    body = models.JSONField()
    salt = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("made_at"), verified_at__gte=F("made_at")),
                name="backup_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True, gone_why="")
                | (Q(gone_at__isnull=False) & ~Q(gone_why="")),
                name="backup_gone_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="backup_by_time")]


class Drill(models.Model):
    """One restore that was drilled: what was re-applied, what was looked for, how long it took."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    backup = models.ForeignKey(Backup, on_delete=models.PROTECT, related_name="drills")
    at = models.DateTimeField()
    seconds = models.PositiveIntegerField()
    passed = models.BooleanField()
    body = models.JSONField()
    salt = models.BinaryField()
    entry_index = models.BigIntegerField()
    drilled_by = models.CharField(max_length=64)


class Work(models.Model):
    """A backup or a drill that somebody asked for, or that the timetable has begun.

    ``beat_at`` moves while a process is at it; one that was killed leaves it behind. ``trouble`` is
    the sentence of what went wrong with its values, so that everybody reads it in their language.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=16, blank=True)
    done_bytes = models.BigIntegerField(default=0)
    all_bytes = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    trouble = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(ended_at__isnull=True), name="work_once_at_a_time"
            )
        ]
