"""Storing somebody's data and nothing else (Article 18 GDPR), and erasing one member.

While a member is restricted, nobody reads name and address but the member, and whoever needs them
for a legal claim and says why: that leaves an entry.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from trustkeep.accounts import trail
from trustkeep.accounts.customers import MemberShown, member_place, member_shown
from trustkeep.accounts.membership import locked_member, require_other_owner
from trustkeep.accounts.models import Account, Member
from trustkeep.accounts.roles import MemberRole
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.fields import seal_json


class AlreadyRestricted(TrustkeepError):
    """A member is restricted once."""

    sentence = "This member is restricted already."


class NotRestricted(TrustkeepError):
    """There is no restriction to lift, or to look behind."""

    sentence = "This member is not restricted."


class ClaimUnexplained(TrustkeepError):
    """What is restricted is read for a legal claim only, and only with a reason."""

    sentence = "Say for which legal claim you need it. The member may ask for this reason."


def restrict_member(
    *, account_id: uuid.UUID, member_id: uuid.UUID, by: str, now: datetime
) -> MemberShown:
    """Only store a member's data from now on; raises NoSuchMember, AlreadyRestricted."""
    with transaction.atomic():
        account, row = locked_member(account_id, member_id)
        if row.restricted_at:
            raise AlreadyRestricted
        row.restricted_at = now
        row.save(update_fields=["restricted_at"])
        _note(account, row, "restricted", by, now)
    return member_shown(row)


def lift_restriction(
    *, account_id: uuid.UUID, member_id: uuid.UUID, by: str, now: datetime
) -> MemberShown:
    """End a restriction; who lifts it has told the member before. Raises NotRestricted."""
    with transaction.atomic():
        account, row = locked_member(account_id, member_id)
        if row.restricted_at is None:
            raise NotRestricted
        row.restricted_at = None
        row.save(update_fields=["restricted_at"])
        _note(account, row, "restriction-lifted", by, now)
    return member_shown(row)


def read_for_claim(
    *, account_id: uuid.UUID, member_id: uuid.UUID, reason: str, by: str, now: datetime
) -> MemberShown:
    """Return a restricted member's data for a legal claim, and note who read it and why.

    Raises ClaimUnexplained, NotRestricted, NoSuchMember.
    """
    if not reason.strip():
        raise ClaimUnexplained
    with transaction.atomic():
        account, row = locked_member(account_id, member_id)
        if row.restricted_at is None:
            raise NotRestricted
        _note(account, row, "read-for-claim", by, now, reason=reason.strip())
    return member_shown(row, own=True)


def erase_member(
    *, account_id: uuid.UUID, member_id: uuid.UUID, by: str, now: datetime
) -> MemberShown:
    """Erase a member's name and address for good; safe to run twice.

    The row stays, since entries name its opaque id. Raises NoSuchMember, LastOwner.
    """
    with transaction.atomic():
        account, row = locked_member(account_id, member_id)
        if row.erased_at is None:
            if row.role == MemberRole.OWNER and row.left_at is None:
                require_other_owner(account, row)
            row.sealed = seal_json(member_place(account.id, row.id), {"name": "", "email": ""})
            row.erased_at, row.left_at = now, row.left_at or now
            row.save()
            _note(account, row, "erased", by, now)
    return member_shown(row)


def _note(account: Account, row: Member, what: str, by: str, now: datetime, **told: str) -> None:
    body = {"member": str(row.id), "what": what, "by": by, "at": isoformat(now), **told}
    trail.note(account=account, kind=Kind.MEMBER_CHANGED, body=body, now=now)
