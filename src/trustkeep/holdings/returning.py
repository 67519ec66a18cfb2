"""Giving everything back: the row and the entry of each export, with the digest of the archive."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.accounts import trail
from trustkeep.accounts.gate import AccountClosed, Passage, require_open
from trustkeep.accounts.models import Account
from trustkeep.accounts.opening import locked
from trustkeep.accounts.states import AccountState
from trustkeep.evidence.kinds import Kind
from trustkeep.holdings import archive, exporting, places
from trustkeep.holdings.entering import writing
from trustkeep.holdings.exporting import Member
from trustkeep.holdings.models import Export
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.ids import new_id

TABLE = "holdings_export"
NOTHING_GONE = frozenset(
    {
        AccountState.ACTIVE,
        AccountState.TERMINATING,
        AccountState.LOCKED,
        AccountState.PURGE_PENDING,
    }
)
"""In these everything is still there to be given back, whether or not the doors are shut."""


@dataclass(frozen=True, slots=True)
class ExportShown:
    """One export; without ``finished_at`` it was not read to its end."""

    id: uuid.UUID
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None
    files: int
    records: int
    size_bytes: int
    sha256: str
    recipient: str


def begin_export(
    *,
    passage: Passage,
    more: Iterable[Member],
    recipient: str,
    by: str,
    clock: Callable[[], datetime],
) -> Iterator[bytes]:
    """Return the archive of everything, sealed to an age key if one is given.

    `more` are members that lie outside this part. Raises AccountClosed, RecipientInvalid.
    """
    if recipient:
        archive.recipient(recipient)
    with writing(passage, now=clock()) as account:
        row = _begun(account, recipient, by, clock())
    return _stream(row, more, recipient, clock, lambda: _require_open(passage, clock))


def begin_return(
    *,
    account_id: uuid.UUID,
    more: Iterable[Member],
    recipient: str,
    by: str,
    clock: Callable[[], datetime],
) -> Iterator[bytes]:
    """Return the archive of everything although the doors are shut, sealed to an age key.

    For whoever answers for the account and has been recognised by another way than its doors; the
    caller sees to that. Ends where the deletion begins. Raises AccountClosed, RecipientInvalid.
    """
    archive.recipient(recipient)
    with transaction.atomic():
        row = _begun(_require_whole(locked(account_id)), recipient, by, clock())
    return _stream(row, more, recipient, clock, lambda: _still_whole(account_id))


def exports(account_id: uuid.UUID) -> list[ExportShown]:
    """Return the exports of an account, newest first."""
    return [_shown(row) for row in Export.objects.filter(account=account_id).order_by("-made_at")]


def _begun(account: Account, recipient: str, by: str, now: datetime) -> Export:
    files, records = exporting.counts(account.id)
    row = Export(
        id=new_id(),
        account=account,
        generation=account.generation,
        made_at=now,
        made_by=by,
        files=files,
        records=records,
    )
    _seal(row, "", recipient)
    row.save(force_insert=True)
    body = {"what": "exported", "export": str(row.id), "by": by, "at": isoformat(now)}
    trail.note(account=account, kind=Kind.CUSTOMER_DATA_EXPORTED, body=body, now=now)
    return row


def _require_open(passage: Passage, clock: Callable[[], datetime]) -> None:
    require_open(passage.account_id, now=clock())


def _require_whole(account: Account) -> Account:
    if account.state not in NOTHING_GONE:
        raise AccountClosed
    return account


def _still_whole(account_id: uuid.UUID) -> None:
    _require_whole(Account.objects.only("state").get(pk=account_id))


def _stream(
    row: Export,
    more: Iterable[Member],
    recipient: str,
    clock: Callable[[], datetime],
    require: Callable[[], None],
) -> Iterator[bytes]:
    members = _while(require, _all(row.account_id, more, clock()))
    chunks = archive.zipped(members)
    if recipient:
        chunks = archive.sealed_to(recipient, chunks)
    return archive.measured(chunks, lambda size, sha256: _finish(row, size, sha256, clock()))


def _all(account_id: uuid.UUID, more: Iterable[Member], now: datetime) -> Iterator[Member]:
    yield from more
    yield from exporting.export(account_id, now=now)


def _while(require: Callable[[], None], members: Iterable[Member]) -> Iterator[Member]:
    # The contract may end while the archive is read: then it ends too, in the middle.
    for member in members:
        require()
        yield member


def _finish(row: Export, size: int, sha256: str, now: datetime) -> None:
    _seal(row, sha256, str(_told(row)["recipient"]))
    Export.objects.filter(pk=row.pk).update(finished_at=now, size_bytes=size, sealed=row.sealed)


def _seal(row: Export, sha256: str, recipient: str) -> None:
    told = {"sha256": sha256, "recipient": recipient}
    row.sealed = places.seal(row.account_id, TABLE, row.id, told)


def _told(row: Export) -> dict[str, str]:
    told: dict[str, str] = places.unseal(row.account_id, TABLE, row.id, row.sealed)
    return told


def _shown(row: Export) -> ExportShown:
    told = _told(row)
    return ExportShown(
        id=row.id,
        asked_at=row.made_at,
        asked_by=row.made_by,
        finished_at=row.finished_at,
        files=row.files,
        records=row.records,
        size_bytes=row.size_bytes,
        sha256=told["sha256"],
        recipient=told["recipient"],
    )
