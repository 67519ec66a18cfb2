"""Requests, what was decided, what happened, who has still to confirm an address, and answers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from trustkeep.accounts.models import Account
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle.requests.states import OPEN, OUTCOMES, State


class Request(models.Model):
    """One request; ``sealed`` holds who asks and what for, under the key of ``sealed_for``.

    ``due_at`` is the last instant to answer, extension included, ``first_due_at`` without it;
    ``things`` names single files and records by opaque ids. ``confirmed_at`` is when the customer
    typed that a whole account goes; ``obligation`` is what the engine carries out.
    ``forward_by`` is set once we know that a customer has to decide. ``status_digest`` finds the
    request for who holds its unguessable link. ``sealed`` is emptied a while after closing.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    reference = models.CharField(max_length=16, unique=True)
    kinds = models.JSONField(default=list)
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    sealed = models.BinaryField(default=b"")
    sealed_for: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    status_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=24, default=State.RECEIVED)
    role = models.CharField(max_length=16, blank=True)
    scope = models.CharField(max_length=8, blank=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=64, blank=True)
    things = models.JSONField(default=list)
    received_at = models.DateTimeField(db_index=True)
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    forward_by = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=16, blank=True)
    verified_at = models.DateTimeField(null=True)
    extension_reason = models.CharField(max_length=16, blank=True)
    extended_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    executing_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    obligation: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_digest = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)
    alarmed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state__in=sorted(OPEN)) & Q(answered_at__isnull=True))
                | (~Q(state__in=sorted(OPEN)) & Q(answered_at__isnull=False)),
                name="request_answered_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_at__isnull=True)),
                name="request_closed_with_its_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.RECEIVED, State.IDENTITY_CHECK])
                | Q(state__in=[*sorted(OUTCOMES), State.CLOSED])
                | Q(verified_at__isnull=False),
                name="request_assessed_once_verified",
            ),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True, due_at=F("first_due_at"))
                | Q(extended_at__lte=F("first_due_at"), due_at__gte=F("first_due_at")),
                name="request_extended_within_the_month",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FORWARDED) | Q(role="processor"),
                name="request_forwarded_as_processor",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="request_due")]


class Decision(models.Model):
    """What is done with one category of data, or on which ground it is not.

    A ground that takes two people counts once ``approved_by`` is somebody else than ``by``.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="decisions")
    category = models.CharField(max_length=16)
    ground = models.CharField(max_length=16, blank=True)
    until = models.DateField(null=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "category"], name="decision_once"),
            models.CheckConstraint(
                condition=~Q(approved_by=F("by")), name="decision_approved_by_another"
            ),
        ]


class Happening(models.Model):
    """One step in the story of a request, and what its entry of the log commits to.

    ``sealed`` holds words that were said, empty where there are none; ``letter`` what was written.
    """

    entry_index = models.BigIntegerField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="story")
    at = models.DateTimeField()
    what = models.CharField(max_length=24)
    by = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    salt = models.BinaryField()
    sealed = models.BinaryField(default=b"")
    letter: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)


class Unconfirmed(models.Model):
    """What was sent by the public form and waits for its address to be confirmed.

    ``address_key`` and ``source_key`` are keyed digests that count how often somebody asks.
    ``sealed`` is emptied when it is confirmed; the row goes with its link's end.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64, unique=True)
    address_key = models.CharField(max_length=64, db_index=True)
    source_key = models.CharField(max_length=64, db_index=True)
    sealed = models.BinaryField(default=b"")
    language = models.CharField(max_length=8)
    sent_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)


class Answer(models.Model):
    """The data that a person gets: collected, reviewed for what is about others, then fetched once.

    ``digest`` is that of the link, made when the answer goes out. ``whole``: it is a whole account,
    and ``sealed`` names the age key that it is sealed to.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="answer")
    sealed = models.BinaryField(default=b"")
    sealed_for: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    whole = models.BooleanField(default=False)
    redacted = models.JSONField(default=list)
    collected_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=64, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)


class Restriction(models.Model):
    """A member whose data is only stored (Article 18) until it is lifted, after a notice."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    member: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="restrictions")
    since = models.DateTimeField()
    notice_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(lifted_at__isnull=True), name="restriction_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True)
                | Q(notice_at__isnull=False, notice_at__lt=F("lifted_at")),
                name="restriction_lifted_after_notice",
            ),
        ]
