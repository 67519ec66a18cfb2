"""Inviting people: one link by mail, good once, for one person, for a few days.

The link's secret rests as a digest. Redeeming it makes the way in, with a password or with an
account at an identity provider; nothing of it exists before. Unknown, used, withdrawn and lapsed
links get one answer.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.accounts import gate
from trustkeep.accounts.customers import NoSuchMember, member_shown
from trustkeep.accounts.models import Member, Person
from trustkeep.accounts.queries import NoSuchPerson, company
from trustkeep.identity import access
from trustkeep.identity.actions import new_user, set_first_password
from trustkeep.identity.letters import INVITATION
from trustkeep.identity.models import Invitation
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.actions import queue
from trustkeep.letters.mail import Recipient

LIFETIME = timedelta(days=7)
"""How long an invitation may be redeemed."""
_SECRET_BYTES = 32


class InvitationRefused(TrustkeepError):
    """The link is unknown, was used or withdrawn, or has lapsed: the answer is one."""

    sentence = "This invitation is not valid, or no longer. Ask who invited you for a new one."


class NotInvited(TrustkeepError):
    """There is no invitation that could be withdrawn."""

    sentence = "No invitation of this person is open."


@dataclass(frozen=True, slots=True)
class Invited:
    """An open invitation: whom it is for, and into which organisation."""

    id: uuid.UUID
    name: str
    email: str
    organisation: str
    until: datetime
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who invites: an actor's id for the record, and a name for the letter."""

    actor: str
    name: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A redeemed invitation: whose way in it made, and who had invited."""

    user_id: uuid.UUID
    inviter: str


type LinkOf = Callable[[str], str]
"""Builds the address that redeems an invitation from its secret."""


def invite_person(
    *, person_id: uuid.UUID, language: str, by: Inviter, link: LinkOf, now: datetime
) -> Invited:
    """Invite somebody of the staff; an older invitation ends. Raises NoSuchPerson, UserExists."""
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        if person is None:
            raise NoSuchPerson(who=person_id)
        return _invite(Invitation(person=person), language, by, link, now)


def invite_member(*, member_id: uuid.UUID, by: Inviter, link: LinkOf, now: datetime) -> Invited:
    """Invite a member of an open account, in the account's language; an older invitation ends.

    Raises NoSuchMember, AccountClosed, UserExists.
    """
    with transaction.atomic():
        members = Member.objects.select_related("account").select_for_update(of=("self",))
        member = members.filter(pk=member_id, left_at__isnull=True).first()
        if member is None:
            raise NoSuchMember(who=member_id)
        if not gate.is_open(member.account, now):
            raise gate.AccountClosed
        return _invite(Invitation(member=member), member.account.language, by, link, now)


def invited(secret: str, *, now: datetime) -> Invited:
    """Return the open invitation of a link; raises InvitationRefused."""
    return _shown(_open(secret, now))


def accept(*, secret: str, password: str, now: datetime) -> uuid.UUID:
    """Redeem an invitation with a first password; returns the user's id.

    Raises InvitationRefused, PasswordRefused; after a refused password the link is still good.
    """
    with transaction.atomic():
        row = _open(secret, now, for_change=True)
        user = new_user(person=row.person, member=row.member)
        set_first_password(user, password, now=now)
        _close(row, now)
        access.note("admitted", user=user, now=now, detail="invitation")
    return user.id


def accept_with_provider(*, secret: str, now: datetime) -> Accepted:
    """Redeem an invitation for a user without a password, to be linked in the same transaction.

    Raises InvitationRefused.
    """
    with transaction.atomic():
        row = _open(secret, now, for_change=True)
        user = new_user(person=row.person, member=row.member)
        user.set_unusable_password()
        user.save(force_insert=True)
        _close(row, now)
        access.note("admitted", user=user, now=now, detail="invitation")
    return Accepted(user.id, row.made_by)


def withdraw_invitation(
    *,
    person_id: uuid.UUID | None = None,
    member_id: uuid.UUID | None = None,
    by: str,
    now: datetime,
) -> None:
    """Take back the open invitation of a person or a member; raises NotInvited."""
    with transaction.atomic():
        rows = Invitation.objects.filter(
            person=person_id, member=member_id, ended_at__isnull=True, expires_at__gt=now
        )
        if not rows.update(ended_at=now):
            raise NotInvited
        access.note("invitation-withdrawn", now=now, detail=by[:64])


def end_invitations_of_account(*, account_id: uuid.UUID, now: datetime) -> int:
    """End every open invitation into an account; returns how many."""
    rows = Invitation.objects.filter(member__account=account_id, ended_at__isnull=True)
    return rows.update(ended_at=now)


def open_invitations(*, now: datetime) -> dict[uuid.UUID, datetime]:
    """Return until when each open invitation is good, by the id of the person or member."""
    rows = Invitation.objects.filter(ended_at__isnull=True, expires_at__gt=now)
    found = rows.values_list("person_id", "member_id", "expires_at")
    return {person or member: until for person, member, until in found if person or member}


def forget_ended(*, now: datetime) -> int:
    """Remove invitations whose time is over; returns how many."""
    return Invitation.objects.filter(expires_at__lte=now - LIFETIME).delete()[0]


def issued(row: Invitation, *, by: str, now: datetime) -> str:
    """Save a new invitation in the place of an older one; returns its secret. Raises UserExists."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row.digest = _digest(secret)
    row.made_by, row.made_at, row.expires_at = by, now, now + LIFETIME
    new_user(person=row.person, member=row.member)
    older = Invitation.objects.filter(person=row.person, member=row.member)
    older.filter(ended_at__isnull=True).update(ended_at=now)
    row.save(force_insert=True)
    return secret


def _invite(row: Invitation, language: str, by: Inviter, link: LinkOf, now: datetime) -> Invited:
    secret = issued(row, by=by.actor, now=now)
    shown = _shown(row)
    queue(
        letter=INVITATION,
        to=Recipient(shown.email, shown.name),
        language=language,
        values={
            "inviter": by.name,
            "organisation": shown.organisation,
            "until": row.expires_at,
            "link": link(secret),
        },
        account=row.member.account_id if row.member else None,
        about=str(row.id),
        now=now,
    )
    access.note("invited", now=now, detail=str(row.id))
    return shown


def _open(secret: str, now: datetime, *, for_change: bool = False) -> Invitation:
    rows = Invitation.objects.select_related("person", "member__account")
    if for_change:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(digest=_digest(secret), ended_at__isnull=True, expires_at__gt=now).first()
    if row is None or not _may_come(row, now):
        raise InvitationRefused
    return row


def _may_come(row: Invitation, now: datetime) -> bool:
    if row.member:
        return row.member.left_at is None and gate.is_open(row.member.account, now)
    assert row.person
    return row.person.left_date is None or now.date() <= row.person.left_date


def _close(row: Invitation, now: datetime) -> None:
    row.ended_at = row.accepted_at = now
    row.save(update_fields=["ended_at", "accepted_at"])


def _shown(row: Invitation) -> Invited:
    if row.member:
        who = member_shown(row.member)
        organisation = row.member.account.legal_name
        return Invited(row.id, who.name, who.email, organisation, row.expires_at, is_staff=False)
    assert row.person
    person = row.person
    return Invited(row.id, person.name, person.email, company().name, row.expires_at, is_staff=True)


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash: nobody can try them out.
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
