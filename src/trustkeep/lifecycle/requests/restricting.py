"""Restriction of a member on request, and the notice that has to come before it is lifted."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.accounts import restricting as accounts
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import letters, story
from trustkeep.lifecycle.requests.handling import row_of
from trustkeep.lifecycle.requests.kinds import Scope
from trustkeep.lifecycle.requests.models import Request, Restriction
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.requests.story import What

NOTICE = timedelta(days=7)
"""How long before the lifting of a restriction the person is told (Article 18(3): before)."""


class NoticeNotOver(TrustkeepError):
    """A restriction is lifted only once the person has been told, and had time to object."""

    sentence = (
        "Give notice first: a restriction can be lifted {days} days after the person was told."
    )


def restrict(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Only store the member's data from now on; raises NotNow, AlreadyRestricted, NoSuchMember."""
    with transaction.atomic():
        row = row_of(request_id)
        if row.state != State.IN_PROGRESS or RequestKind.RESTRICTION not in row.kinds:
            raise NotNow
        account_id, member_id = _member(row)
        accounts.restrict_member(account_id=account_id, member_id=member_id, by=by, now=now)
        Restriction.objects.create(request=row, member=member_id, since=now)
        story.note(row, What.RESTRICTED, by=by, now=now)


def give_notice(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Tell the person that the restriction is going to be lifted; raises NotNow."""
    with transaction.atomic():
        row = row_of(request_id)
        found = _present(row)
        if found.notice_at:
            raise NotNow
        found.notice_at = now
        found.save(update_fields=["notice_at"])
        letter = letters.write(letters.lifting(row, now + NOTICE), now=now)
        story.note(row, What.NOTICED, by=by, now=now, letter=letter)


def lift(*, request_id: uuid.UUID, by: str, now: datetime) -> None:
    """Lift the restriction; raises NoticeNotOver, NotNow."""
    with transaction.atomic():
        row = row_of(request_id)
        found = _present(row)
        if found.notice_at is None or now < found.notice_at + NOTICE:
            raise NoticeNotOver(days=NOTICE.days)
        account_id, member_id = _member(row)
        accounts.lift_restriction(account_id=account_id, member_id=member_id, by=by, now=now)
        found.lifted_at = now
        found.save(update_fields=["lifted_at"])
        story.note(row, What.LIFTED, by=by, now=now)


def _present(row: Request) -> Restriction:
    found = Restriction.objects.filter(request=row, lifted_at__isnull=True).first()
    if found is None:
        raise NotNow
    return found


def _member(row: Request) -> tuple[uuid.UUID, uuid.UUID]:
    if row.scope != Scope.MEMBER or row.account_id is None:
        raise NotNow
    return row.account_id, uuid.UUID(row.subject)
