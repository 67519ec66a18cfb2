"""Linking accounts at providers to users, and taking them away again.

Whoever is linked has no password any more: it is deleted with the first link, all sessions and
tokens end, and every door refuses a new one. The last link goes only if another way in is enrolled.
A link of somebody on the staff takes a second person (`identity.proposals`); the database holds it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.identity import access
from trustkeep.identity.handles import RELATED
from trustkeep.identity.letters import IDENTITY_LINKED, IDENTITY_UNLINKED
from trustkeep.identity.models import ApiToken, Identity, Passkey, User
from trustkeep.identity.notices import tell
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.kernel.errors import TrustkeepError


class LinkedAlready(TrustkeepError):
    """An account at a provider belongs to one user."""

    sentence = "This account is linked already."


class NoSuchLink(TrustkeepError):
    """The user has no such link."""

    sentence = "This account is not linked to you."


class TakesAnother(TrustkeepError):
    """A link of the staff is nobody's own doing."""

    sentence = "A link of somebody on the staff takes a second person. Ask another administrator."


class NoOtherWayIn(TrustkeepError):
    """Nobody may lock themselves out."""

    sentence = "This is your only way in. Link another account before you take this one away."


@dataclass(frozen=True, slots=True)
class LinkShown:
    """One linked account; ``tenant`` is Entra's tenant or Google's hosted domain, else empty."""

    id: int
    provider: str
    issuer: str
    tenant: str
    linked_at: datetime
    used_at: datetime | None


def link(
    *,
    user_id: uuid.UUID,
    account: ProviderAccount,
    called: str,
    now: datetime,
    vouched_by: str = "",
) -> None:
    """Bind a proved account to a user; password, sessions and tokens are gone with it.

    The person is told by a letter that names the provider as it is ``called``; ``vouched_by`` is
    the second person, whom links of the staff take. Raises LinkedAlready, TakesAnother.
    """
    with transaction.atomic():
        require_free(account)
        user = User.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=user_id)
        require_second(user, vouched_by)
        Identity.objects.create(
            user=user,
            provider=account.provider,
            issuer=account.issuer,
            subject=account.subject,
            tenant=account.tenant,
            object_id=account.object_id,
            linked_at=now,
            of_staff=takes_two(user),
            vouched_by=vouched_by,
        )
        user.set_unusable_password()
        user.single_sign_on = True
        user.epoch += 1
        user.save(update_fields=["password", "single_sign_on", "epoch"])
        tokens = ApiToken.objects.filter(made_by=str(user.pk), revoked_at__isnull=True)
        tokens.update(revoked_at=now)
        access.note("identity-linked", user=user, now=now, detail=account.provider)
        tell(user, IDENTITY_LINKED, now=now, provider=called)


def unlink(
    *, user_id: uuid.UUID, identity_id: int, called: str, now: datetime, vouched_by: str = ""
) -> None:
    """Take a linked account away; all sessions end.

    Raises NoSuchLink, NoOtherWayIn, TakesAnother.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=user_id)
        row = removable(user.pk, identity_id)
        require_second(user, vouched_by)
        others = Identity.objects.filter(user=user).exclude(pk=row.pk)
        row.delete()
        user.single_sign_on = others.exists()
        user.epoch += 1
        user.save(update_fields=["single_sign_on", "epoch"])
        access.note("identity-unlinked", user=user, now=now, detail=row.provider)
        tell(user, IDENTITY_UNLINKED, now=now, provider=called)


def takes_two(user: User) -> bool:
    """Return whether links of this user take a second person."""
    return user.person_id is not None


def require_second(user: User, vouched_by: str) -> None:
    """Raise TakesAnother unless somebody else stands behind a link of the staff."""
    if takes_two(user) and vouched_by in ("", str(user.pk)):
        raise TakesAnother


def require_free(account: ProviderAccount) -> None:
    """Raise LinkedAlready if the account is anybody's."""
    if identity_of(account) is not None or subject_is_known(account):
        raise LinkedAlready


def removable(user_id: uuid.UUID, identity_id: int) -> Identity:
    """Return a link that may go; raises NoSuchLink, NoOtherWayIn."""
    row = Identity.objects.filter(pk=identity_id, user=user_id).first()
    if row is None:
        raise NoSuchLink
    others = Identity.objects.filter(user=user_id).exclude(pk=row.pk)
    if not others.exists() and not Passkey.objects.filter(user=user_id).exists():
        raise NoOtherWayIn
    return row


def identity_of(account: ProviderAccount) -> Identity | None:
    """Return the link of an account: by tenant and object where there are, else by subject."""
    rows = Identity.objects.select_related(*(f"user__{one}" for one in RELATED))
    if account.object_id:
        return rows.filter(tenant=account.tenant, object_id=account.object_id).first()
    return rows.filter(issuer=account.issuer, subject=account.subject).first()


def subject_is_known(account: ProviderAccount) -> bool:
    """Return whether issuer and subject are linked, be it under another object."""
    return Identity.objects.filter(issuer=account.issuer, subject=account.subject).exists()


def links_of(user_id: uuid.UUID) -> list[LinkShown]:
    """Return the linked accounts of a user, the oldest first."""
    return [
        LinkShown(row.pk, row.provider, row.issuer, row.tenant, row.linked_at, row.used_at)
        for row in Identity.objects.filter(user=user_id).order_by("linked_at")
    ]
