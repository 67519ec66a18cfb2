"""API tokens: 256 random bits shown once, kept as a digest, with scopes and an end."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.accounts import gate
from trustkeep.identity import access
from trustkeep.identity.handles import RELATED
from trustkeep.identity.models import ApiToken, User
from trustkeep.identity.scopes import (
    OF_ACCOUNTS,
    OF_COMPANY,
    STAFF,
    Scope,
    is_granted,
    longest,
)
from trustkeep.kernel.errors import TrustkeepError

PREFIX = "tk_"
BY_TOKEN = "token:"  # noqa: S105  (a name, not a secret)
"""How an act of a program begins to name its actor."""
LIFETIME = timedelta(days=90)
_TOKEN_BYTES = 32
_HINT = len(PREFIX) + 4
_USED_STEP = timedelta(minutes=1)


class TokenRefused(TrustkeepError):
    """The token is unknown, was revoked, or has ended: the answer is one."""

    sentence = "This token is not valid, or no longer valid."


class NoSuchToken(TrustkeepError):
    """No token has this id."""

    sentence = "There is no token {id}."


class ScopesInvalid(TrustkeepError):
    """A token of a customer does not do what the company's do, nor the other way round."""

    sentence = "A token of this kind cannot have the scopes {scopes}. Choose from: {allowed}."


class LifetimeInvalid(TrustkeepError):
    """A token lives a minute at least, and the shorter the more it may undo."""

    sentence = "A token that may do this lives at most {days} days."


class MakerNeeded(TrustkeepError):
    """A program cannot act in the name of nobody, nor of somebody who may not do it."""

    sentence = (
        "A token with the scopes {scopes} acts as who makes it: somebody who has signed in and may "
        "do that."
    )


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A token without its secret."""

    id: uuid.UUID
    name: str
    hint: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    account_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is for. ``account_id`` binds it to a customer's account, None to the company."""

    name: str
    scopes: tuple[Scope, ...]
    lifetime: timedelta = LIFETIME
    account_id: uuid.UUID | None = None


def make_token(
    *,
    name: str,
    scopes: Iterable[Scope],
    by: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> tuple[TokenShown, str]:
    """Make a token of the company; returns it and its secret, which is shown this once.

    Raises LifetimeInvalid, ScopesInvalid, MakerNeeded.
    """
    return issue(new=NewToken(name=name, scopes=tuple(scopes), lifetime=lifetime), by=by, now=now)


def issue(*, new: NewToken, by: str, now: datetime) -> tuple[TokenShown, str]:
    """Make a token; returns it and its secret, which is shown this once and never again.

    ``by`` is the id of a user, or names what else made it. Raises LifetimeInvalid, ScopesInvalid,
    MakerNeeded.
    """
    maker = _maker(by)
    _require_allowed(new, maker)
    secret = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction.atomic():
        row = ApiToken.objects.create(
            account_id=new.account_id,
            user=maker,
            name=new.name,
            hint=secret[:_HINT],
            digest=_digest(secret),
            scopes=sorted(scope.value for scope in new.scopes),
            made_by=by,
            made_at=now,
            expires_at=now + new.lifetime,
        )
        access.note("token-made", now=now, detail=str(row.id), account=new.account_id)
    return _shown(row), secret


def revoke_token(
    *,
    token_id: uuid.UUID,
    now: datetime,
    account_id: uuid.UUID | None = None,
    user_id: uuid.UUID | None = None,
) -> None:
    """End a token at once: one of the account, or one of the company. Raises NoSuchToken.

    With ``user_id`` only one that this user made.
    """
    with transaction.atomic():
        found = ApiToken.objects.filter(pk=token_id, account=account_id, revoked_at__isnull=True)
        if user_id is not None:
            found = found.filter(user=user_id)
        if not found.update(revoked_at=now):
            raise NoSuchToken(id=token_id)
        access.note("token-revoked", now=now, detail=str(token_id), account=account_id)


def end_tokens_of_account(*, account_id: uuid.UUID, now: datetime) -> int:
    """End every token of an account for good, whatever becomes of the account; returns how many."""
    rows = ApiToken.objects.filter(account=account_id, revoked_at__isnull=True)
    return rows.update(revoked_at=now)


def bearer(secret: str, *, now: datetime) -> TokenShown:
    """Return the token of a secret, with what its maker may still do; raises TokenRefused."""
    rows = ApiToken.objects.select_related("account", *(f"user__{one}" for one in RELATED))
    row = rows.filter(digest=_digest(secret)).first()
    if row is None or row.revoked_at or row.expires_at <= now or not _may_act(row, now):
        raise TokenRefused
    row.scopes = [one for one in row.scopes if is_granted(row.user, Scope(one))]
    if row.used_at is None or now - row.used_at >= _USED_STEP:
        ApiToken.objects.filter(pk=row.pk).update(used_at=now)
    return _shown(row)


def note_act(token: TokenShown, *, act: str, now: datetime) -> None:
    """Leave in the trail of a token's maker that a program acted in their name."""
    maker = User.objects.select_related(*RELATED).filter(pk__in=[token.user_id]).first()
    access.note("acted-by-token", now=now, user=maker, detail=f"{act} {token.id}")


def tokens(
    account_id: uuid.UUID | None = None, user_id: uuid.UUID | None = None
) -> list[TokenShown]:
    """Return the tokens of an account, or of the company, the newest first; or only a user's."""
    rows = ApiToken.objects.filter(account=account_id).order_by("-made_at")
    if user_id is not None:
        rows = rows.filter(user=user_id)
    return [_shown(row) for row in rows]


def _require_allowed(new: NewToken, maker: User | None) -> None:
    wanted = set(new.scopes)
    allowed = OF_ACCOUNTS if new.account_id else OF_COMPANY | set(STAFF)
    if not wanted or not wanted <= allowed:
        told = ", ".join(sorted(wanted)) or "–"
        raise ScopesInvalid(scopes=told, allowed=", ".join(sorted(allowed)))
    foreign = maker and maker.member and maker.account_id != new.account_id
    if foreign or not all(is_granted(maker, one) for one in wanted):
        raise MakerNeeded(scopes=", ".join(sorted(wanted)))
    if not timedelta(minutes=1) <= new.lifetime <= longest(wanted):
        raise LifetimeInvalid(days=longest(wanted).days)


def _may_act(row: ApiToken, now: datetime) -> bool:
    if row.account and not gate.is_open(row.account, now):
        return False
    return row.user is None or row.user.may_enter(now)


def _maker(by: str) -> User | None:
    try:
        return User.objects.filter(pk=uuid.UUID(by)).first()
    except ValueError:
        return None


def _shown(row: ApiToken) -> TokenShown:
    return TokenShown(
        id=row.id,
        name=row.name,
        hint=row.hint,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        account_id=row.account_id,
        user_id=row.user_id,
    )


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash: nobody can try them out.
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
