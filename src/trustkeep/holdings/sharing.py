"""Links that open one file to somebody without a sign-in, for a time.

The secret stands in the address only; here rests its digest, so a link is shown once. It opens the
current version of its file. It ends with its time, with the last download that it allows, with
whoever ends it, with its file's way into the trash, with the account's gate, and with the
generation: who reopens an account does not reopen its old links. Whoever tries an ended one, or an
invented one, gets the same answer.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from trustkeep.accounts import gate
from trustkeep.holdings.entering import writing
from trustkeep.holdings.files import present_file
from trustkeep.holdings.models import ShareLink
from trustkeep.holdings.queries import FileShown, file_shown, has_words
from trustkeep.kernel.errors import TrustkeepError

LIVES = timedelta(days=7)
"""How long a link opens unless its maker says otherwise."""
LIVES_AT_MOST = timedelta(days=30)
MOST_DOWNLOADS = 1000
"""The largest limit of downloads; a link without one is limited by its time alone."""
MOST_OF_A_FILE = 50
"""How many links may open one file at once."""
RESUMES_WITHIN = timedelta(hours=1)
"""How long after its start a download that broke off may go on without counting again."""
_SECRET_BYTES = 32


class LinkRefused(TrustkeepError):
    """The link is unknown, has ended, was used up, or its account is closed: the answer is one."""

    sentence = "This link does not open anything, or no longer. Ask who gave it to you for another."


class NoSuchLink(TrustkeepError):
    """The link is not in this account."""

    sentence = "This link is not here: it has ended, or never was in your account."


class TooManyLinks(TrustkeepError):
    """More links than anybody keeps an eye on."""

    sentence = "{most} links open this file already. End one that nobody needs any more."


class LinkState(StrEnum):
    """Whether a link opens, or why it does no longer."""

    OPEN = "open"
    ENDED = "ended"
    USED_UP = "used-up"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link of a file; ``downloads`` counts its use, ``most_downloads`` is None without a limit.

    ``made_by`` is an opaque id; ``ended_at`` says when somebody ended it, or its file went.
    """

    id: uuid.UUID
    file_id: uuid.UUID
    file_name: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    ended_at: datetime | None
    downloads: int
    most_downloads: int | None
    used_at: datetime | None
    state: LinkState


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens."""

    account_id: uuid.UUID
    file: FileShown
    link: LinkShown


def share(
    *,
    passage: gate.Passage,
    file_id: uuid.UUID,
    lives: timedelta = LIVES,
    most_downloads: int | None = None,
    by: str,
    now: datetime,
) -> tuple[LinkShown, str]:
    """Make a link; returns it and its secret, which is shown this once.

    Raises NoSuchFile, TooManyLinks, AccountClosed, GenerationPassed.
    """
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with writing(passage, now=now) as account:
        file = present_file(account.id, file_id)
        if _open(ShareLink.objects.filter(file=file), now).count() >= MOST_OF_A_FILE:
            raise TooManyLinks(most=MOST_OF_A_FILE)
        row = ShareLink.objects.create(
            account=account,
            file=file,
            digest=digest_of(secret),
            generation=passage.generation,
            made_at=now,
            made_by=by,
            expires_at=now + min(lives, LIVES_AT_MOST),
            most_opened=min(most_downloads, MOST_DOWNLOADS) if most_downloads else None,
        )
    return _shown(row, now), secret


def revoke(*, passage: gate.Passage, link_id: uuid.UUID, now: datetime) -> None:
    """End a link at once; raises NoSuchLink."""
    with writing(passage, now=now) as account:
        if not end(ShareLink.objects.filter(pk=link_id, account=account), now=now):
            raise NoSuchLink


def end(rows: QuerySet[ShareLink], *, now: datetime) -> int:
    """End links in the caller's transaction; returns how many had not ended."""
    return rows.filter(revoked_at__isnull=True).update(revoked_at=now)


def links(
    account_id: uuid.UUID,
    *,
    now: datetime,
    file_id: uuid.UUID | None = None,
    made_by: str = "",
    text: str = "",
    ended: bool = False,
) -> list[LinkShown]:
    """Return the links of an account that open now, the newest first; with `ended` all of them.

    `text` has to stand in the name of the file. Ended ones are forgotten when their time is over.
    """
    rows = ShareLink.objects.select_related("file").filter(account=account_id)
    rows = rows.filter(file=file_id) if file_id else rows
    rows = rows.filter(made_by=made_by) if made_by else rows
    rows = rows if ended else _open(rows, now)
    found = (_shown(row, now) for row in rows.order_by("-made_at", "-pk"))
    return [one for one in found if has_words(text, one.file_name)]


def opened(secret: str, *, now: datetime) -> Opened:
    """Return what a link opens; raises LinkRefused."""
    rows = ShareLink.objects.select_related("file")
    row = rows.filter(digest=digest_of(secret)).first()
    if row is None or not _is_open(row, now) or _is_used_up(row):
        raise LinkRefused
    return Opened(row.account_id, file_shown(row.file), _shown(row, now))


def is_open(link_id: uuid.UUID, *, now: datetime) -> bool:
    """Return whether a download under way may go on, its last one included."""
    row = ShareLink.objects.select_related("file").filter(pk=link_id).first()
    return row is not None and _is_open(row, now)


def count_download(link_id: uuid.UUID, *, now: datetime) -> None:
    """Count a download that begins; raises LinkRefused where another took the last one."""
    left = Q(most_opened__isnull=True) | Q(opened__lt=F("most_opened"))
    rows = ShareLink.objects.filter(left, pk=link_id)
    if not rows.update(opened=F("opened") + 1, used_at=now):
        raise LinkRefused


def forget_ended(*, now: datetime) -> int:
    """Remove the links whose time is over; returns how many."""
    return ShareLink.objects.filter(expires_at__lte=now).delete()[0]


def digest_of(secret: str) -> str:
    """Return what rests of a secret; 256 random bits need no slow hash: nobody can try them out."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_open(row: ShareLink, now: datetime) -> bool:
    if row.revoked_at or row.expires_at <= now or row.file.trashed_at:
        return False
    passage = gate.passage(row.account_id, now=now)
    return passage.is_open and passage.generation == row.generation


def _is_used_up(row: ShareLink) -> bool:
    return row.most_opened is not None and row.opened >= row.most_opened


def _open(rows: QuerySet[ShareLink], now: datetime) -> QuerySet[ShareLink]:
    used_up = Q(most_opened__isnull=False, opened__gte=F("most_opened"))
    return rows.filter(~used_up, revoked_at__isnull=True, expires_at__gt=now)


def _state(row: ShareLink, now: datetime) -> LinkState:
    if row.revoked_at:
        return LinkState.ENDED
    if row.expires_at <= now:
        return LinkState.EXPIRED
    return LinkState.USED_UP if _is_used_up(row) else LinkState.OPEN


def _shown(row: ShareLink, now: datetime) -> LinkShown:
    return LinkShown(
        id=row.id,
        file_id=row.file.id,
        file_name=file_shown(row.file).name,
        made_at=row.made_at,
        made_by=row.made_by,
        expires_at=row.expires_at,
        ended_at=row.revoked_at,
        downloads=row.opened,
        most_downloads=row.most_opened,
        used_at=row.used_at,
        state=_state(row, now),
    )
