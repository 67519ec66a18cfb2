"""Systems, what each was told, every attempt, and what the entries about them commit to."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from trustkeep.kernel.ids import new_id


class System(models.Model):
    """A connected system; its settings rest sealed under the company's key.

    ``failures`` in a row and ``closed_until`` are its circuit breaker: until then nobody asks it.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()
    enabled = models.BooleanField(default=True)
    expects_data = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(retired_at__isnull=True), name="system_name_once"
            )
        ]


class Delivery(models.Model):
    """One instruction to one system, until it is done; ``sealed`` holds identities, if any.

    ``lease`` names who is at it until ``lease_until``; ``reached`` says that the system may have
    acted although its answer was lost.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="deliveries")
    key = models.CharField(max_length=200)
    act = models.CharField(max_length=8)
    account: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    scope = models.CharField(max_length=8)
    reference = models.CharField(max_length=100, blank=True)
    sealed = models.BinaryField(default=b"")
    generation = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=16)
    deadline = models.DateTimeField()
    made_at = models.DateTimeField()
    trying_since = models.DateTimeField()
    state = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16, blank=True)
    trouble = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    misses = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    instructed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)
    called_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    planned = models.PositiveBigIntegerField(null=True)
    matched = models.PositiveBigIntegerField(null=True)
    deleted = models.PositiveBigIntegerField(null=True)
    remaining = models.PositiveBigIntegerField(null=True)
    skipped = models.PositiveBigIntegerField(null=True)
    tracking = models.CharField(max_length=500, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    reached = models.BooleanField(default=False)
    lease: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], name="delivery_key_once"),
            models.CheckConstraint(
                condition=~Q(state="done")
                | (
                    Q(outcome__in=["confirmed", "already-gone"])
                    & (Q(remaining__isnull=True) | Q(remaining=0))
                ),
                name="delivery_done_is_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["account"], name="delivery_by_account"),
        ]


class Attempt(models.Model):
    """One time that a system was asked, and what came back."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    outcome = models.CharField(max_length=16)
    trouble = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once")
        ]


class Message(models.Model):
    """A confirmation that came in: each counts once, so that a copy of it changes nothing."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    message = models.CharField(max_length=100)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "message"], name="message_once")]


class Deed(models.Model):
    """What an entry of the log about a system or a delivery commits to, with its salt."""

    entry_index = models.BigIntegerField(primary_key=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, null=True, related_name="+")
    body = models.JSONField()
    salt = models.BinaryField()
