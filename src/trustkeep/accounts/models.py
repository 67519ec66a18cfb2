"""The company that publishes the page, the people who work for it, and its customers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from trustkeep.accounts.roles import MemberRole
from trustkeep.accounts.states import AccountState
from trustkeep.kernel.ids import new_id

LONGEST_EXTERNAL_ID = 128
"""Characters of the id by which another directory knows somebody."""


class Company(models.Model):
    """The one company of this installation: what it is called and whom to turn to."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253)
    languages = models.JSONField(default=list)
    default_language = models.CharField(max_length=8)
    dpo_name = models.CharField(max_length=200, blank=True)
    dpo_email = models.EmailField(blank=True)
    security_email = models.EmailField()
    time_zone = models.CharField(max_length=64)
    founded_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="company_only_one")]


class Person(models.Model):
    """One member of the staff, from joining to leaving; the population of training and access."""

    class Kind(models.TextChoices):
        EMPLOYEE = "employee"
        CONTRACTOR = "contractor"

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.EMPLOYEE)
    roles = models.JSONField(default=list)
    joined_date = models.DateField()
    left_date = models.DateField(null=True)
    external_id = models.CharField(max_length=LONGEST_EXTERNAL_ID, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="person_external_once"
            ),
            models.CheckConstraint(
                condition=Q(left_date__isnull=True) | Q(left_date__gte=F("joined_date")),
                name="person_leaves_after_joining",
            ),
        ]


class Act(models.Model):
    """What an entry of the log about the company or a person commits to, with its salt."""

    entry_index = models.BigIntegerField(primary_key=True)
    body = models.JSONField()
    salt = models.BinaryField()


class Account(models.Model):
    """A customer organisation: the contract, and where its account stands between start and end.

    The contract is the company's own knowledge and stays as long as the law asks; what the customer
    entrusts rests elsewhere, under the account's own key. ``ends_at`` is the instant from which on
    nothing opens for the customer, whatever any job has done. ``generation`` goes into every write
    below the account and moves when writing has to end. ``sealed`` holds what
    `trustkeep.accounts.kept` says: the salt of the log's commitment, the customer's contact.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    legal_name = models.CharField(max_length=200)
    reference = models.CharField(max_length=64)
    domains = models.JSONField(default=list)
    language = models.CharField(max_length=8)
    time_zone = models.CharField(max_length=64)
    contract_start_date = models.DateField()
    ends_at = models.DateTimeField(null=True)
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    synthetic = models.BooleanField(default=False)
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value) for state in AccountState],
        default=AccountState.ACTIVE,
    )
    state_at = models.DateTimeField()
    generation = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("reference"), name="account_reference_once"),
            models.CheckConstraint(
                condition=Q(state=AccountState.ACTIVE, ends_at__isnull=True)
                | (~Q(state=AccountState.ACTIVE) & Q(ends_at__isnull=False)),
                name="account_ends_unless_active",
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="account_by_state")]


class Member(models.Model):
    """Somebody who works with a customer's account; name and address rest under its key.

    While ``restricted_at`` is set they are stored and nothing else (Article 18 GDPR); with
    ``erased_at`` they are gone, and the row only says that there was somebody.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="members")
    sealed = models.BinaryField()
    role = models.CharField(
        max_length=16, choices=[(role.value, role.value) for role in MemberRole]
    )
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    restricted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(left_at__isnull=False),
                name="member_erased_has_left",
            )
        ]


class AccountAct(models.Model):
    """What an entry of the log about an account commits to; it dies with the account's key."""

    entry_index = models.BigIntegerField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="account_act_by_time")]
