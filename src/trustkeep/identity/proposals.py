"""Links of the staff take two people: one asks, an administrator who is somebody else agrees.

Whoever gets hold of an open session could otherwise make a door of their own with it, or take the
owner's away. Until the second word nothing changes; the person is told at each step, and may take
back what was asked. An invitation needs no third one: somebody else wrote it (ADR 19).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from trustkeep.accounts.roles import Permission, may
from trustkeep.identity import access, linking
from trustkeep.identity.handles import RELATED
from trustkeep.identity.models import LinkProposal, User
from trustkeep.identity.notices import tell
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.oidc.refusals import NobodyToAgree, ProposedAlready
from trustkeep.identity.places import proposal_place
from trustkeep.identity.proposal_letters import (
    LINK_ASKED,
    LINK_STOPPED,
    UNLINK_ASKED,
    UNLINK_STOPPED,
)
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.fields import seal_json, unseal_json

LAPSES_AFTER = timedelta(days=7)
"""How long a proposal waits for the second person."""
KEPT_FOR = timedelta(days=30)
"""How long one that has ended is kept; the audit trail keeps what happened."""


class NoSuchProposal(TrustkeepError):
    """It does not exist, or has ended."""

    sentence = "There is nothing under way any more that could be agreed to or stopped."


class TakesTwo(TrustkeepError):
    """Nobody agrees to what they asked for themselves."""

    sentence = "This takes another administrator: nobody agrees to their own link."


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """One proposal under way; ``email`` is what the provider told, and proves nothing."""

    id: uuid.UUID
    user_id: uuid.UUID
    person_id: uuid.UUID | None
    name: str
    removes: bool
    called: str
    issuer: str
    tenant: str
    email: str
    asked_at: datetime
    until: datetime


def ask_link(
    *, user_id: uuid.UUID, account: ProviderAccount, called: str, now: datetime
) -> uuid.UUID:
    """Ask that a proved account be linked to somebody of the staff.

    Raises LinkedAlready, ProposedAlready, NobodyToAgree.
    """
    with transaction.atomic():
        linking.require_free(account)
        row = LinkProposal(
            user=_asker(user_id, now),
            called=called,
            provider=account.provider,
            issuer=account.issuer,
            subject=account.subject,
            tenant=account.tenant,
            object_id=account.object_id,
            asked_at=now,
        )
        row.sealed = seal_json(proposal_place(row), {"email": account.email})
        row.save(force_insert=True)
        access.note("link-asked", user=row.user, now=now, detail=row.provider)
        tell(row.user, LINK_ASKED, now=now, provider=called)
    return row.pk


def ask_unlink(*, user_id: uuid.UUID, identity_id: int, called: str, now: datetime) -> uuid.UUID:
    """Ask that a link be taken away.

    Raises NoSuchLink, NoOtherWayIn, ProposedAlready, NobodyToAgree.
    """
    with transaction.atomic():
        linked = linking.removable(user_id, identity_id)
        row = LinkProposal.objects.create(
            user=_asker(user_id, now),
            identity=linked,
            removes=True,
            called=called,
            provider=linked.provider,
            issuer=linked.issuer,
            subject=linked.subject,
            tenant=linked.tenant,
            object_id=linked.object_id,
            asked_at=now,
        )
        access.note("unlink-asked", user=row.user, now=now, detail=row.provider)
        tell(row.user, UNLINK_ASKED, now=now, provider=called)
    return row.pk


def agree(*, proposal_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    """Agree to what somebody else asked; it is done at once.

    Raises NoSuchProposal, TakesTwo, LinkedAlready, NoSuchLink, NoOtherWayIn.
    """
    with transaction.atomic():
        row = _open(proposal_id, now)
        if by == row.user_id:
            raise TakesTwo
        if not row.user.may_enter(now):
            raise NoSuchProposal
        access.note("link-agreed", user=row.user, now=now, detail=f"{row.provider} {by}"[:64])
        row.agreed_by_id, row.ended_at, row.done = by, now, True
        row.save(update_fields=["agreed_by", "ended_at", "done"])
        _do(row, by, now)


def stop(*, proposal_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    """Refuse it, or take back one's own; raises NoSuchProposal."""
    with transaction.atomic():
        row = _open(proposal_id, now)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        access.note("link-stopped", user=row.user, now=now, detail=f"{row.provider} {by}"[:64])
        letter = UNLINK_STOPPED if row.removes else LINK_STOPPED
        tell(row.user, letter, now=now, provider=row.called)


def forget_ended(*, now: datetime) -> int:
    """Remove proposals that ended or lapsed some time ago; returns how many."""
    late = LinkProposal.objects.filter(ended_at__isnull=True, asked_at__lte=now - LAPSES_AFTER)
    late.update(ended_at=now)
    return LinkProposal.objects.filter(ended_at__lte=now - KEPT_FOR).delete()[0]


def proposal_of(user_id: uuid.UUID, *, now: datetime) -> ProposalShown | None:
    """Return what waits for a second person's word on somebody; None if nothing does."""
    row = _waiting(now).filter(user=user_id).first()
    return _shown(row) if row else None


def waiting_for(reader_id: uuid.UUID, *, now: datetime) -> list[ProposalShown]:
    """Return what an administrator may agree to, the oldest first."""
    rows = _waiting(now).exclude(user=reader_id).order_by("asked_at")
    return [_shown(row) for row in rows if row.user.may_enter(now)]


def _asker(user_id: uuid.UUID, now: datetime) -> User:
    user = User.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=user_id)
    own = LinkProposal.objects.filter(user=user, ended_at__isnull=True)
    if own.filter(asked_at__gt=now - LAPSES_AFTER).exists():
        raise ProposedAlready
    own.update(ended_at=now)
    others = User.objects.select_related(*RELATED).filter(person__isnull=False).exclude(pk=user.pk)
    if not any(may(one.roles, Permission.MANAGE_PEOPLE) and one.may_enter(now) for one in others):
        raise NobodyToAgree
    return user


def _waiting(now: datetime) -> QuerySet[LinkProposal]:
    rows = LinkProposal.objects.select_related(*(f"user__{one}" for one in RELATED))
    return rows.filter(ended_at__isnull=True, asked_at__gt=now - LAPSES_AFTER)


def _open(proposal_id: uuid.UUID, now: datetime) -> LinkProposal:
    row = _waiting(now).select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if row is None:
        raise NoSuchProposal
    return row


def _do(row: LinkProposal, by: uuid.UUID, now: datetime) -> None:
    if row.removes:
        linking.unlink(
            user_id=row.user_id,
            identity_id=row.identity_id or 0,
            called=row.called,
            vouched_by=str(by),
            now=now,
        )
        return
    account = ProviderAccount(
        provider=row.provider,
        issuer=row.issuer,
        subject=row.subject,
        tenant=row.tenant,
        object_id=row.object_id,
    )
    linking.link(
        user_id=row.user_id, account=account, called=row.called, vouched_by=str(by), now=now
    )


def _shown(row: LinkProposal) -> ProposalShown:
    told = unseal_json(proposal_place(row), row.sealed) if row.sealed else {}
    return ProposalShown(
        id=row.pk,
        user_id=row.user_id,
        person_id=row.user.person_id,
        name=row.user.name,
        removes=row.removes,
        called=row.called,
        issuer=row.issuer,
        tenant=row.tenant,
        email=told.get("email", ""),
        asked_at=row.asked_at,
        until=row.asked_at + LAPSES_AFTER,
    )
