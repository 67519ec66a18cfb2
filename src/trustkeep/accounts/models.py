"""The company that publishes the page, and the people who work for it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from trustkeep.kernel.ids import new_id


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

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
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
