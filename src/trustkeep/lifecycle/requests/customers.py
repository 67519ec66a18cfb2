"""Requests as a customer's side sees them: a member's own, and what the account has to decide."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q

from trustkeep.accounts.customers import member
from trustkeep.accounts.queries import company
from trustkeep.accounts.roles import MemberRole
from trustkeep.lifecycle.requests.content import content_of
from trustkeep.lifecycle.requests.handling import NoSuchRequest
from trustkeep.lifecycle.requests.kinds import OurRole, Scope
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.queries import RequestShown, shown

MANAGERS = (MemberRole.OWNER, MemberRole.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request; ``status_token`` opens its page where it is one's own, and is empty otherwise."""

    shown: RequestShown
    text: str
    status_token: str

    @property
    def is_own(self) -> bool:
        """Whether who reads has asked this."""
        return bool(self.status_token)


def seen_by(account_id: uuid.UUID, member_id: uuid.UUID) -> list[OwnRequest]:
    """Return what a member asked, and to who manages the account what the customer decides.

    The newest first. What members ask about themselves is nobody else's to read.
    """
    who = member(account_id, member_id, own=True)
    zone, found = company().time_zone, []
    rows = Request.objects.select_related("account").filter(account=account_id)
    for row in rows.order_by("-received_at"):
        told = content_of(row)
        own = bool(who.email) and told.email.casefold() == who.email.casefold()
        if own or (who.role in MANAGERS and _is_the_customers(row)):
            token = told.status_token if own else ""
            found.append(OwnRequest(shown(row, zone), told.text, token))
    return found


def one_seen_by(account_id: uuid.UUID, member_id: uuid.UUID, request_id: uuid.UUID) -> OwnRequest:
    """Return one of them; raises NoSuchRequest."""
    for one in seen_by(account_id, member_id):
        if one.shown.id == request_id:
            return one
    raise NoSuchRequest(which=request_id)


def waiting(account_id: uuid.UUID) -> int:
    """Return how many open requests concern what a customer keeps."""
    rows = Request.objects.filter(account=account_id, answered_at__isnull=True)
    return rows.filter(Q(role=OurRole.PROCESSOR) | Q(scope=Scope.ACCOUNT)).count()


def _is_the_customers(row: Request) -> bool:
    return row.role == OurRole.PROCESSOR or row.scope in (Scope.ACCOUNT, Scope.OBJECT)
