"""What has to be erased when, the steps to it, what holds it up, and what proves it.

Rules of the promise that the database itself holds: a step is never done with anything remaining;
nothing is not applicable without a reason; one account has one open obligation of its whole; the
times of an obligation stand in their order.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from trustkeep.accounts.models import Account, Person
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle.stages import ENDED, Phase, Stage, StepState


class Obligation(models.Model):
    """What is owed: an account, or a part of it, locked and erased within its times.

    ``trusted_at`` is T0, the contract's end or the request. ``commitment`` is how the log names the
    account: it outlives the account's key. ``phase`` is the earliest phase with an open step.
    ``policy`` is a snapshot of the numbers that were published when it was taken on. ``part`` says
    by opaque ids what of an account or a person is meant (`trustkeep.lifecycle.parts`). ``sealed``
    holds who gets the receipt, and by which address a person is known, under the company's key,
    until it closes for good. Only what is owed to one person may be without an account.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="obligations"
    )
    scope = models.CharField(max_length=8, default="account")
    reference = models.CharField(max_length=100, blank=True)
    cause = models.CharField(max_length=32)
    request = models.CharField(max_length=64, blank=True)
    generation = models.PositiveIntegerField(default=1)
    commitment = models.BinaryField()
    sealed = models.BinaryField(default=b"")
    policy = models.JSONField(default=dict)
    part = models.JSONField(default=dict)
    trusted_at = models.DateTimeField()
    lock_by = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    done_by = models.DateTimeField()
    stage = models.CharField(max_length=16)
    stage_at = models.DateTimeField()
    phase = models.PositiveSmallIntegerField(default=Phase.LOCK)
    hold_count = models.PositiveIntegerField(default=0)
    plan_digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    locked_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    key_destroyed_at = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "scope", "reference", "generation"],
                name="obligation_generation_once",
            ),
            models.UniqueConstraint(
                fields=["account", "scope", "reference"],
                condition=~Q(stage__in=sorted(ENDED)),
                name="obligation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(not_before__gte=F("trusted_at"), done_by__gt=F("not_before")),
                name="obligation_times_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=(Stage.PURGED, Stage.CLOSED)) | Q(erased_at__isnull=False),
                name="obligation_purged_when_erased",
            ),
            models.UniqueConstraint(
                fields=["scope", "reference"],
                condition=Q(account__isnull=True) & ~Q(stage__in=sorted(ENDED)),
                name="obligation_open_once_without_account",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(scope="person"),
                name="obligation_of_an_account_or_a_person",
            ),
        ]
        indexes = [models.Index(fields=["stage", "done_by"], name="obligation_by_stage")]

    @property
    def customer(self) -> Account:
        """The account, for all that is owed to one."""
        assert self.account is not None, self.scope
        return self.account


class Step(models.Model):
    """One thing to do for an obligation; ``target`` is a table, a system, or which letter.

    ``lease`` names who is at it until ``lease_until``. ``key`` is the idempotency key that others
    see; ``rank`` orders steps that are due together. ``outside``: later phases do not wait for it.
    ``since`` is no column: when the worker that is at it read its clock (`attempts.lease_until`).
    """

    since: float | None = None

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16)
    target = models.CharField(max_length=100, blank=True)
    phase = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField(default=0)
    outside = models.BooleanField(default=False)
    destructive = models.BooleanField(default=False)
    key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=16, default=StepState.DUE)
    reason = models.CharField(max_length=32, blank=True)
    trouble = models.CharField(max_length=32, blank=True)
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    misses = models.PositiveIntegerField(default=0)
    lease: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    matched = models.PositiveBigIntegerField(null=True)
    deleted = models.PositiveBigIntegerField(null=True)
    remaining = models.PositiveBigIntegerField(null=True)
    bytes = models.PositiveBigIntegerField(null=True)
    told = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)
    entry_index = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["obligation", "kind", "target"], name="step_once"),
            models.CheckConstraint(
                condition=~Q(state=StepState.DONE) | Q(remaining__isnull=True) | Q(remaining=0),
                name="step_done_leaves_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(state=StepState.NOT_APPLICABLE) | ~Q(reason=""),
                name="step_not_applicable_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(lease__isnull=True, lease_until__isnull=True)
                | Q(lease__isnull=False, lease_until__isnull=False),
                name="step_lease_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=(StepState.DUE, StepState.AWAITING)),
                name="step_due",
            )
        ]


class Doomed(models.Model):
    """A sealed file that a part takes away: looked for on the disk until the obligation closes."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="doomed")
    object: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["obligation", "object"], name="doomed_once")]


class Hold(models.Model):
    """A legal hold: whose word keeps an account, or one store of it, from being erased.

    ``sealed`` holds the reason, under the company's key. ``told`` says whether the customer was.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    store = models.CharField(max_length=64, blank=True)
    basis = models.CharField(max_length=32)
    sealed = models.BinaryField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    review_date = models.DateField()
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=64)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(released_at__gte=F("placed_at")),
                name="hold_ends_after_it_began",
            )
        ]


class Plan(models.Model):
    """A dry run: how much each store holds, and the digest that an approval binds to."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="plans")
    digest = models.CharField(max_length=64)
    counts = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["obligation", "digest"], name="plan_digest_once")
        ]


class Approval(models.Model):
    """One person's yes to one thing; what needs two people finds two rows of different people."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="approvals")
    what = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "what", "digest", "by"], name="approval_once"
            )
        ]


class Deed(models.Model):
    """What an entry of the log about an account's end commits to, by opaque ids, with its salt."""

    entry_index = models.BigIntegerField(primary_key=True)
    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, null=True, related_name="deeds"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="deeds")
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    body = models.JSONField()
    salt = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="deed_by_time")]


class IssuedReceipt(models.Model):
    """A receipt as it was issued; ``sealed`` holds it under the company's key."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="receipts")
    why = models.CharField(max_length=32, blank=True)
    issued_at = models.DateTimeField()
    entry_index = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["obligation", "why"], name="receipt_once")]


class ClockMark(models.Model):
    """The latest instant that was ever believed, and the one that is doubted, if any.

    ``vouched_by`` has said that the clock is right, and waits for a second person who does.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    highest_at = models.DateTimeField()
    doubted_since = models.DateTimeField(null=True)
    vouched_by = models.CharField(max_length=64, blank=True)
    vouched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="clock_mark_only_one")]
