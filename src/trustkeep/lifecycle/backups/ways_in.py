"""Shutting every way in that was shut since a backup; in doubt it is shut, and never opened."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import is_password_usable, make_password
from django.db import transaction
from django.db.models import F

from trustkeep.accounts.models import Member, Person
from trustkeep.accounts.restricting import erase_member
from trustkeep.accounts.roles import MemberRole
from trustkeep.evidence.ledger import GONE
from trustkeep.holdings.models import ShareLink
from trustkeep.identity.models import (
    ApiToken,
    Authenticator,
    Identity,
    Invitation,
    Passkey,
    PasswordReset,
    ProviderTransaction,
    RecoveryCode,
    Session,
    User,
)
from trustkeep.lifecycle.backups.facts import PLAIN_MEMBER, instant, plain, ways_of_users
from trustkeep.vault.keystore import KeyDestroyed

type Told = Mapping[str, Mapping[str, Any]]
"""The newest fact by subject, all of one kind."""

_WAYS = {
    model._meta.model_name: model for model in (Passkey, Authenticator, Identity, RecoveryCode)
}
_POWER = (MemberRole.MEMBER, MemberRole.ADMINISTRATOR, MemberRole.OWNER)
REVOCATIONS = "revocations"


def end_what_was_open(*, now: datetime) -> Counter[str]:
    """End sessions, invitations, links for passwords and shared links, whichever they are."""
    invitations = Invitation.objects.filter(ended_at__isnull=True)
    links = ShareLink.objects.filter(revoked_at__isnull=True)
    ended = {
        "sessions": Session.objects.all().delete()[0],
        "invitations": invitations.update(ended_at=now),
        "links": links.update(revoked_at=now),
    }
    PasswordReset.objects.filter(ended_at__isnull=True).update(ended_at=now)
    ProviderTransaction.objects.all().delete()
    User.objects.update(epoch=F("epoch") + 1)
    return Counter(ended)


def people(told: Told) -> Counter[str]:
    """Let nobody of the staff back in, and give back no role."""
    done: Counter[str] = Counter()
    for row in Person.objects.all():
        known = told.get(str(row.id))
        if known is None or known == GONE:
            continue
        left = date.fromisoformat(known["left"]) if known["left"] else None
        roles = [role for role in row.roles if role in known["roles"]]
        ends = left if left and (row.left_date is None or left < row.left_date) else row.left_date
        if (ends, roles) != (row.left_date, list(row.roles)):
            Person.objects.filter(pk=row.pk).update(left_date=ends, roles=roles)
            done[REVOCATIONS] += 1
    return done


def members(told: Told, *, now: datetime) -> Counter[str]:
    """Let no member back in, restrict and erase again, and give back no role."""
    done: Counter[str] = Counter()
    for row in Member.objects.all():
        known = told.get(str(row.id))
        if known is None:
            continue
        known = PLAIN_MEMBER if known == GONE else known
        if known["erased_at"] and row.erased_at is None:
            _erase_member(row, instant(known["left_at"]) or now, now)
            done["people"] += 1
            continue
        changes = _member_changes(row, known)
        if changes:
            Member.objects.filter(pk=row.pk).update(**changes)
            done[REVOCATIONS] += 1
    return done


def users(told: Told) -> Counter[str]:
    """Shut out who was shut out, and take back passwords and factors that have changed since.

    Who is concerned makes a new password by mail, as after forgetting it.
    """
    done: Counter[str] = Counter()
    ways = ways_of_users()
    for row in User.objects.all():
        known = told.get(str(row.id))
        if known is None:
            continue
        if known == GONE:
            done[REVOCATIONS] += 1
            # The rows themselves go with the account or the member that is erased again.
            _shut(row)
        elif _take_back(row, known, ways.get(str(row.id), [])):
            done[REVOCATIONS] += 1
    return done


def tokens(told: Told, *, now: datetime) -> Counter[str]:
    """Revoke the tokens that were revoked."""
    done: Counter[str] = Counter()
    for row in ApiToken.objects.filter(revoked_at__isnull=True):
        known = told.get(str(row.id))
        if known == GONE or (known and known["revoked_at"]):
            ApiToken.objects.filter(pk=row.pk).update(revoked_at=now)
            done[REVOCATIONS] += 1
    return done


def _member_changes(row: Member, known: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if known["left_at"] and row.left_at is None:
        changes["left_at"] = instant(known["left_at"])
    if bool(known["restricted_at"]) != bool(row.restricted_at):
        changes["restricted_at"] = instant(known["restricted_at"])
    role = MemberRole(known["role"])
    if _POWER.index(role) < _POWER.index(MemberRole(row.role)):
        changes["role"] = role
    return changes


def _erase_member(row: Member, left_at: datetime, now: datetime) -> None:
    # Whether somebody else owns the account was asked when it was erased the first time.
    Member.objects.filter(pk=row.pk).update(role=MemberRole.MEMBER, left_at=row.left_at or left_at)
    with suppress(KeyDestroyed), transaction.atomic():
        erase_member(account_id=row.account_id, member_id=row.id, by="reconciliation", now=now)


def _take_back(row: User, known: Mapping[str, Any], ways: list[str]) -> bool:
    gone = [way for way in ways if way not in known["ways"]]
    for way in gone:
        name, _, key = way.partition(":")
        pk: Any = int(key) if key.isdecimal() else uuid.UUID(key)
        _WAYS[name]._default_manager.filter(pk=pk).delete()
    if row.active and not known["active"]:
        _shut(row)
        return True
    changed = known["password"] != plain(row.password_changed_at)
    is_other = changed or known["sso"] != row.single_sign_on
    if is_other and is_password_usable(row.password):
        User.objects.filter(pk=row.pk).update(password=make_password(None))
        return True
    return bool(gone)


def _shut(row: User) -> None:
    User.objects.filter(pk=row.pk).update(active=False, password=make_password(None))
