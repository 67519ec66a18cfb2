"""Letters on their way: one row a letter, its words and its recipient sealed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from trustkeep.kernel.ids import new_id


class Letter(models.Model):
    """One letter to one recipient, from being written to being forgotten.

    ``once`` is a keyed digest of kind, subject and recipient. ``sealed_for`` names whose key seals
    it. ``leased_until`` is set while somebody is delivering it. ``wiped_at`` tells when recipient
    and words were removed; what stays is that a letter of this kind went out, and when.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    kind = models.SlugField(max_length=64)
    about = models.CharField(max_length=128, blank=True)
    account: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    about_closing = models.BooleanField(default=False)
    once = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=8)
    list_name = models.CharField(max_length=64, blank=True)
    secret_link = models.BooleanField(default=False)
    sealed_for: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=64, blank=True)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    good_until = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    wiped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | Q(~Q(state="waiting"), ended_at__isnull=False),
                name="letter_ends_with_its_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(sealed__isnull=False),
                name="letter_waits_with_its_words",
            ),
            models.CheckConstraint(
                condition=Q(sealed__isnull=False, wiped_at__isnull=True)
                | Q(sealed__isnull=True, wiped_at__isnull=False),
                name="letter_wiped_has_no_words",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="letter_due"),
            models.Index(fields=["account", "state"], name="letter_of_account"),
            models.Index(fields=["queued_at"], name="letter_newest"),
        ]


class Enclosure(models.Model):
    """A file inside a letter; it goes with the letter's words."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="enclosures")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="enclosure_number_once")
        ]


class Act(models.Model):
    """What an entry of the log about a letter commits to, with its salt."""

    entry_index = models.BigIntegerField(primary_key=True)
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="acts")
    body = models.JSONField()
    salt = models.BinaryField()
