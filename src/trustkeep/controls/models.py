"""What is known of the promises: wordings, results, switches and public notes.

No row is ever changed to tell another story: wordings get a new version, results a new span,
switches and notes an end. Only ``last_at`` of the newest span moves, forward.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from trustkeep.controls.promise import Outcome
from trustkeep.kernel.ids import new_id


class Wording(models.Model):
    """One version of a promise's sentence in all languages, drafted by one, approved by another."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    class Origin(models.TextChoices):
        CATALOGUE = "catalogue"
        STAFF = "staff"

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    promise = models.SlugField(max_length=64)
    version = models.PositiveIntegerField(null=True)
    de = models.TextField()
    en = models.TextField()
    fr = models.TextField()
    values = models.JSONField(default=dict)
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.STAFF)
    reason = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=64)
    approver = models.CharField(max_length=64, blank=True)
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    entry_index = models.PositiveBigIntegerField(null=True)
    entry_salt = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "version"], name="wording_version_once"),
            models.UniqueConstraint(
                fields=["promise"], condition=Q(status="draft"), name="wording_one_draft"
            ),
            models.CheckConstraint(
                condition=~Q(status="published")
                | Q(published_at__isnull=False, version__isnull=False, entry_index__isnull=False),
                name="wording_published_is_proved",
            ),
            models.CheckConstraint(
                condition=~Q(status="published", origin="staff") | ~Q(author=F("approver")),
                name="wording_second_person",
            ),
        ]
        indexes = [models.Index(fields=["promise", "published_at"], name="wording_by_date")]


class Observation(models.Model):
    """Equal results in a row of one check; a new row when the result changes, and once a day."""

    promise = models.SlugField(max_length=64)
    check_name = models.SlugField(max_length=64)
    outcome = models.CharField(max_length=16, choices=[(o.value, o.value) for o in Outcome])
    figure = models.JSONField()
    subjects = models.PositiveIntegerField(default=0)
    exceptions = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    entry_index = models.PositiveBigIntegerField()
    entry_body = models.JSONField()
    entry_salt = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "check_name", "first_at"], name="observation_span_once"
            ),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("first_at")), name="observation_time_runs_forward"
            ),
        ]


class Switch(models.Model):
    """A time in which a person had switched a check off; the page says *not measured* meanwhile."""

    promise = models.SlugField(max_length=64)
    check_name = models.SlugField(max_length=64)
    reason = models.CharField(max_length=500)
    disabled_by = models.CharField(max_length=64)
    disabled_at = models.DateTimeField()
    enabled_by = models.CharField(max_length=64, blank=True)
    enabled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "check_name"],
                condition=Q(enabled_at__isnull=True),
                name="switch_off_once",
            )
        ]


class Note(models.Model):
    """A public note beside a promise; it explains a state and can never change one."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    promise = models.SlugField(max_length=64)
    de = models.TextField()
    en = models.TextField()
    fr = models.TextField()
    author = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    entry_index = models.PositiveBigIntegerField()
    entry_salt = models.BinaryField(default=b"")

    class Meta:
        indexes = [models.Index(fields=["promise", "published_at"], name="note_by_date")]


class Canary(models.Model):
    """A mark that `trustkeep.controls.canary` looks for in raw storage; it lives for one scan."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    mark = models.TextField()
    sealed = models.BinaryField()
