"""Locking an account whole, and proving it: every door is tried as the customer."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from trustkeep.holdings.models import ShareLink
from trustkeep.identity.invitations import end_invitations_of_account
from trustkeep.identity.models import Session, User
from trustkeep.identity.resets import end_links_of_account
from trustkeep.identity.tokens import end_tokens_of_account
from trustkeep.letters.actions import cancel_of_account
from trustkeep.lifecycle import doors, telling
from trustkeep.lifecycle.attempts import Ran
from trustkeep.lifecycle.edges import move
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.stages import Stage, StepState, Trouble, Why
from trustkeep.lifecycle.words import TROUBLES


def lock(step: Step, now: datetime) -> Ran:
    """End what the customer holds: sessions by their users' epoch, whatever their number."""
    row = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("account")
        .get(pk=step.obligation_id)
    )
    if row.stage != Stage.TERMINATING:
        return Ran(StepState.NOT_APPLICABLE, reason=Why.ALREADY_DONE)
    users = User.objects.filter(member__account=row.customer.id)
    told = {
        "members": users.count(),
        "sessions": Session.objects.filter(user__in=users, expires_at__gt=now).count(),
        "letters": cancel_of_account(account=row.customer.id, now=now),
    }
    links = ShareLink.objects.filter(account=row.customer.id, revoked_at__isnull=True)
    told["invitations"] = end_invitations_of_account(account_id=row.customer.id, now=now)
    told["links"] = links.update(revoked_at=now)
    # The gate shuts these too; ended, they stay shut when two people let the customer in again.
    told["tokens"] = end_tokens_of_account(account_id=row.customer.id, now=now)
    told["resets"] = end_links_of_account(account_id=row.customer.id, now=now)
    users.update(epoch=F("epoch") + 1)
    telling.keep_contacts(row)
    row.locked_at = now
    move(row, Stage.LOCKED, by="engine", now=now)
    return Ran(told=told)


def probe(step: Step, now: datetime) -> Ran:
    """Try every door; one that opens keeps the step from being done, and calls somebody."""
    tried = doors.probe(step.obligation.customer.id, now=now)
    opened = [one.door for one in tried if not one.refused]
    told = {"refused": [one.door for one in tried if one.refused], "open": opened}
    if opened:
        telling.stalled(step.obligation, step.id, TROUBLES[Trouble.DOOR_OPEN], now)
        return Ran(StepState.DUE, trouble=Trouble.DOOR_OPEN, remaining=len(opened), told=told)
    Obligation.objects.filter(pk=step.obligation_id).update(proved_at=now)
    return Ran(matched=len(tried), remaining=0, told=told)
