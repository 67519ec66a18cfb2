"""Links that open one file to somebody without a sign-in, for a time.

The secret stands in the address only; here rests its digest. A link dies with its end, with the
account's gate, and with the generation: who reopens an account does not reopen its old links.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from trustkeep.accounts import gate
from trustkeep.accounts.gate import Passage
from trustkeep.holdings.entering import writing
from trustkeep.holdings.files import present_file
from trustkeep.holdings.models import ShareLink
from trustkeep.holdings.queries import FileShown, file_shown
from trustkeep.kernel.errors import TrustkeepError

LIVES_AT_MOST = timedelta(days=30)
_SECRET_BYTES = 32


class LinkRefused(TrustkeepError):
    """The link is unknown, has ended, was revoked, or its account is closed: the answer is one."""

    sentence = "This link does not open anything, or no longer. Ask who gave it to you for another."


class NoSuchLink(TrustkeepError):
    """The link is not in this account."""

    sentence = "This link is not here: it was revoked, or never was in your account."


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link that works until `expires_at`; ``opened`` counts how often it was used."""

    id: uuid.UUID
    made_at: datetime
    expires_at: datetime
    opened: int


def share(
    *, passage: Passage, file_id: uuid.UUID, lives: timedelta, by: str, now: datetime
) -> tuple[LinkShown, str]:
    """Make a link; returns it and its secret, which is shown this once. Raises NoSuchFile."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with writing(passage, now=now) as account:
        row = ShareLink.objects.create(
            account=account,
            file=present_file(account.id, file_id),
            digest=digest_of(secret),
            generation=passage.generation,
            made_at=now,
            made_by=by,
            expires_at=now + min(lives, LIVES_AT_MOST),
        )
    return _shown(row), secret


def revoke(*, passage: Passage, link_id: uuid.UUID, now: datetime) -> None:
    """End a link at once; raises NoSuchLink."""
    with writing(passage, now=now) as account:
        links = ShareLink.objects.filter(pk=link_id, account=account, revoked_at__isnull=True)
        if not links.update(revoked_at=now):
            raise NoSuchLink


def links(account_id: uuid.UUID, file_id: uuid.UUID, *, now: datetime) -> list[LinkShown]:
    """Return the links of a file that open now."""
    rows = ShareLink.objects.filter(
        account=account_id, file=file_id, revoked_at__isnull=True, expires_at__gt=now
    )
    return [_shown(row) for row in rows.order_by("made_at")]


def opened(secret: str, *, now: datetime) -> tuple[Passage, FileShown]:
    """Return what a link opens; raises LinkRefused."""
    row = ShareLink.objects.select_related("file").filter(digest=digest_of(secret)).first()
    if row is None or row.revoked_at or row.expires_at <= now or row.file.trashed_at:
        raise LinkRefused
    passage = gate.passage(row.account_id, now=now)
    if not passage.is_open or passage.generation != row.generation:
        raise LinkRefused
    return passage, file_shown(row.file)


def note_opened(secret: str) -> None:
    """Count that a link was used."""
    ShareLink.objects.filter(digest=digest_of(secret)).update(opened=F("opened") + 1)


def forget_ended(*, now: datetime) -> int:
    """Remove the links that open nothing any more; returns how many."""
    return ShareLink.objects.filter(expires_at__lte=now).delete()[0]


def _shown(row: ShareLink) -> LinkShown:
    return LinkShown(row.id, row.made_at, row.expires_at, row.opened)


def digest_of(secret: str) -> str:
    # 256 random bits need no slow hash: nobody can try them out.
    return hashlib.sha256(secret.encode()).hexdigest()
