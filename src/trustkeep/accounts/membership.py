"""Who works with a customer's account: joining, changing roles, leaving.

An account that is open has at least one owner, so that somebody can always end the contract.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.accounts import gate, trail
from trustkeep.accounts.addresses import is_email
from trustkeep.accounts.customers import MemberShown, NoSuchMember, member_place, member_shown
from trustkeep.accounts.models import Account, Member
from trustkeep.accounts.opening import locked
from trustkeep.accounts.roles import MemberRole
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.kernel.lines import is_line
from trustkeep.vault.fields import seal_json


class MemberInvalid(TrustkeepError):
    """Name or address of a member do not fit."""

    sentence = "{field}: “{value}” cannot be used. Needed: {needed}."


class LastOwner(TrustkeepError):
    """An account keeps an owner."""

    sentence = "This is the account’s last owner. Make somebody else an owner first."


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who joins an account."""

    name: str
    email: str
    role: MemberRole = MemberRole.MEMBER


def add_member(*, account_id: uuid.UUID, new: NewMember, by: str, now: datetime) -> MemberShown:
    """Let somebody join an open account; raises NoSuchAccount, AccountClosed, MemberInvalid.

    That an address belongs to one way in is held by `trustkeep.identity`, which gives it.
    """
    if not (new.name.strip() and is_line(new.name)):
        raise MemberInvalid(field="name", value=new.name, needed="a name in one line")
    if not is_email(new.email):
        raise MemberInvalid(field="email", value=new.email, needed="an e-mail address")
    with transaction.atomic():
        account = locked(account_id)
        if not gate.is_open(account, now):
            raise gate.AccountClosed
        row = Member(id=new_id(), account=account, role=new.role, joined_at=now)
        who = {"name": new.name.strip(), "email": new.email.strip()}
        row.sealed = seal_json(member_place(account.id, row.id), who)
        row.save(force_insert=True)
        _note(account, row, "joined", by, now)
    return member_shown(row)


def change_member_role(
    *, account_id: uuid.UUID, member_id: uuid.UUID, role: MemberRole, by: str, now: datetime
) -> MemberShown:
    """Give a member another role; raises NoSuchMember, LastOwner."""
    with transaction.atomic():
        account, row = _present(account_id, member_id)
        if row.role != role:
            if row.role == MemberRole.OWNER:
                require_other_owner(account, row)
            row.role = role
            row.save(update_fields=["role"])
            _note(account, row, "role-changed", by, now)
    return member_shown(row)


def member_left(
    *, account_id: uuid.UUID, member_id: uuid.UUID, by: str, now: datetime
) -> MemberShown:
    """Let a member leave at once; raises NoSuchMember, LastOwner."""
    with transaction.atomic():
        account, row = _present(account_id, member_id)
        if row.role == MemberRole.OWNER:
            require_other_owner(account, row)
        row.left_at = now
        row.save(update_fields=["left_at"])
        _note(account, row, "left", by, now)
    return member_shown(row)


def locked_member(account_id: uuid.UUID, member_id: uuid.UUID) -> tuple[Account, Member]:
    """Return an account, locked, and one of its members, left or not; raises NoSuchMember."""
    account = locked(account_id)
    row = Member.objects.filter(pk=member_id, account=account).first()
    if row is None:
        raise NoSuchMember(who=member_id)
    return account, row


def require_other_owner(account: Account, row: Member) -> None:
    """Raise LastOwner unless somebody besides `row` owns the account."""
    owners = Member.objects.filter(account=account, role=MemberRole.OWNER, left_at__isnull=True)
    if not owners.exclude(pk=row.pk).exists():
        raise LastOwner


def _present(account_id: uuid.UUID, member_id: uuid.UUID) -> tuple[Account, Member]:
    account, row = locked_member(account_id, member_id)
    if row.left_at is not None:
        raise NoSuchMember(who=member_id)
    return account, row


def _note(account: Account, row: Member, what: str, by: str, now: datetime) -> None:
    body = {"member": str(row.id), "what": what, "role": row.role, "by": by, "at": isoformat(now)}
    trail.note(account=account, kind=Kind.MEMBER_CHANGED, body=body, now=now)
