"""Who works with a customer's account, and their ways in: these move together too.

Somebody who is added gets an invitation and nothing else; somebody who leaves is out in the same
transaction, with every session, token and invitation; a new role begins with new sessions.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from trustkeep.accounts import membership
from trustkeep.accounts.customers import MemberShown, member
from trustkeep.accounts.membership import NewMember
from trustkeep.accounts.roles import MemberRole
from trustkeep.identity import access, invitations, trail
from trustkeep.identity.actions import shut_out
from trustkeep.identity.invitations import Inviter, LinkOf
from trustkeep.identity.models import Invitation, User
from trustkeep.kernel.errors import TrustkeepError


class OwnersOnly(TrustkeepError):
    """An administrator of an account cannot make, change or remove an owner."""

    sentence = "Only an owner of the account can give, change or take the role of an owner."


def add(
    *,
    account_id: uuid.UUID,
    new: NewMember,
    actor_role: MemberRole,
    by: Inviter,
    link: LinkOf,
    now: datetime,
) -> MemberShown:
    """Let somebody join and send the invitation.

    Raises OwnersOnly, AccountClosed, MemberInvalid, and UserExists for an address that has a way in
    already, wherever that is.
    """
    _require_owner(actor_role, new.role)
    with transaction.atomic():
        made = membership.add_member(account_id=account_id, new=new, by=by.actor, now=now)
        trail.rights_changed(made.id, [new.role], account=account_id, now=now)
        invitations.invite_member(member_id=made.id, by=by, link=link, now=now)
    return made


def change_role(
    *,
    account_id: uuid.UUID,
    member_id: uuid.UUID,
    role: MemberRole,
    actor_role: MemberRole,
    by: str,
    now: datetime,
) -> MemberShown:
    """Give a member another role, with new sessions; raises OwnersOnly, NoSuchMember, LastOwner."""
    with transaction.atomic():
        _require_owner(actor_role, role, _role_of(account_id, member_id))
        shown = membership.change_member_role(
            account_id=account_id, member_id=member_id, role=role, by=by, now=now
        )
        trail.rights_changed(member_id, [role], account=account_id, now=now)
        user = User.objects.select_for_update(of=("self",)).filter(member=member_id).first()
        if user is not None:
            user.epoch += 1
            user.save(update_fields=["epoch"])
            access.note("sessions-ended", user=user, now=now, detail="role-changed")
    return shown


def remove(
    *,
    account_id: uuid.UUID,
    member_id: uuid.UUID,
    actor_role: MemberRole,
    by: str,
    now: datetime,
) -> MemberShown:
    """Let a member leave at once and close the way in.

    Raises OwnersOnly, NoSuchMember, LastOwner.
    """
    with transaction.atomic():
        _require_owner(actor_role, _role_of(account_id, member_id))
        shown = membership.member_left(account_id=account_id, member_id=member_id, by=by, now=now)
        Invitation.objects.filter(member=member_id, ended_at__isnull=True).update(ended_at=now)
        trail.rights_changed(member_id, [], account=account_id, now=now)
        user = User.objects.filter(member=member_id, active=True).first()
        if user is not None:
            shut_out(user_id=user.pk, now=now)
    return shown


def _role_of(account_id: uuid.UUID, member_id: uuid.UUID) -> MemberRole:
    return member(account_id, member_id).role


def _require_owner(actor_role: MemberRole, *touched: MemberRole) -> None:
    if MemberRole.OWNER in touched and actor_role is not MemberRole.OWNER:
        raise OwnersOnly
