"""API tokens: 256 random bits shown once, kept as a digest, with scopes and an end."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from trustkeep.identity import access
from trustkeep.identity.models import ApiToken
from trustkeep.kernel.errors import TrustkeepError

PREFIX = "tk_"
BY_TOKEN = "token:"  # noqa: S105  (a name, not a secret)
"""How an act of a program begins to name its actor."""
LIFETIME = timedelta(days=90)
LONGEST_LIFETIME = timedelta(days=365)
_TOKEN_BYTES = 32
_HINT = len(PREFIX) + 4
_USED_STEP = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    WRITE_RECORDS = "write:records"
    RUN_CHECKS = "run:checks"
    SCIM = "scim"


class TokenRefused(TrustkeepError):
    """The token is unknown, was revoked, or has ended: the answer is one."""

    sentence = "This token is not valid, or no longer valid."


class NoSuchToken(TrustkeepError):
    """No token has this id."""

    sentence = "There is no token {id}."


class LifetimeInvalid(TrustkeepError):
    """A token lives between a minute and a year."""

    sentence = "A token lives at most {days} days."


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


def make_token(
    *,
    name: str,
    scopes: Iterable[Scope],
    by: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> tuple[TokenShown, str]:
    """Make a token; returns it and its secret, which is shown this once and never again."""
    if not timedelta(minutes=1) <= lifetime <= LONGEST_LIFETIME:
        raise LifetimeInvalid(days=LONGEST_LIFETIME.days)
    secret = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction.atomic():
        row = ApiToken.objects.create(
            name=name,
            hint=secret[:_HINT],
            digest=_digest(secret),
            scopes=sorted(scope.value for scope in scopes),
            made_by=by,
            made_at=now,
            expires_at=now + lifetime,
        )
        access.note("token-made", now=now, detail=str(row.id))
    return _shown(row), secret


def revoke_token(*, token_id: uuid.UUID, now: datetime) -> None:
    """End a token at once; raises NoSuchToken."""
    with transaction.atomic():
        found = ApiToken.objects.filter(pk=token_id, revoked_at__isnull=True)
        if not found.update(revoked_at=now):
            raise NoSuchToken(id=token_id)
        access.note("token-revoked", now=now, detail=str(token_id))


def bearer(secret: str, *, now: datetime) -> TokenShown:
    """Return the token of a secret; raises TokenRefused."""
    row = ApiToken.objects.filter(digest=_digest(secret)).first()
    if row is None or row.revoked_at or row.expires_at <= now:
        raise TokenRefused
    if row.used_at is None or now - row.used_at >= _USED_STEP:
        ApiToken.objects.filter(pk=row.pk).update(used_at=now)
    return _shown(row)


def tokens() -> list[TokenShown]:
    """Return all tokens, the newest first."""
    return [_shown(row) for row in ApiToken.objects.order_by("-made_at")]


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
    )


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash: nobody can try them out.
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
