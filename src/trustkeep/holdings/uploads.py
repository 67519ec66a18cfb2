"""Files that arrive in pieces, so that a broken connection costs one piece and not the whole.

Every piece is a sealed object of its own; the last act joins them into the file. A piece begins
exactly where the pieces before it ended, so two senders cannot mix theirs.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.accounts.gate import Passage, require_open
from trustkeep.holdings import places
from trustkeep.holdings.entering import writing
from trustkeep.holdings.files import MOST_BYTES, Clock, NewFile, cleaned_type, keep_file, sealed
from trustkeep.holdings.folders import present_folder
from trustkeep.holdings.models import Upload, UploadPart
from trustkeep.holdings.queries import FileShown
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.vault.chunked import Source
from trustkeep.vault.files import SealedFileMissing
from trustkeep.vault.shelf import sealed_files

TABLE = "holdings_upload"
LIVES = timedelta(days=2)
"""How long an upload waits for its next piece."""
MOST_AT_ONCE = 100
"""How many uploads of one account may be under way."""


class NoSuchUpload(TrustkeepError):
    """The upload was finished, was given up, or has waited too long."""

    sentence = "This upload is not under way any more. Begin again."


class OffsetWrong(TrustkeepError):
    """A piece does not begin where the last one ended."""

    sentence = "The next piece of this upload begins at {arrived}, not at {offset}."


class UploadTooLarge(TrustkeepError):
    """More than a file may have, or more than was announced."""

    sentence = "This is larger than announced, or than a file may be ({most} bytes)."


class UploadIncomplete(TrustkeepError):
    """Pieces are missing."""

    sentence = "{arrived} of {announced} bytes have arrived. Send the rest, then finish."


class TooManyUploads(TrustkeepError):
    """An account has only so many uploads under way."""

    sentence = "{most} uploads are under way already. Finish or give up one of them."


@dataclass(frozen=True, slots=True)
class UploadShown:
    """An upload under way: ``arrived`` is where the next piece begins."""

    id: uuid.UUID
    name: str
    folder_id: uuid.UUID | None
    size_bytes: int
    arrived: int
    expires_at: datetime


def begin_upload(
    *, passage: Passage, new: NewFile, size_bytes: int, by: str, now: datetime
) -> UploadShown:
    """Announce a file; raises NameInvalid, NoSuchFolder, UploadTooLarge, TooManyUploads."""
    name = places.cleaned(new.name)
    if not 0 <= size_bytes <= MOST_BYTES:
        raise UploadTooLarge(most=MOST_BYTES)
    with writing(passage, now=now) as account:
        if Upload.objects.filter(account=account, expires_at__gt=now).count() >= MOST_AT_ONCE:
            raise TooManyUploads(most=MOST_AT_ONCE)
        row = Upload(
            id=new_id(),
            account=account,
            folder=present_folder(account.id, new.folder_id),
            size_bytes=size_bytes,
            generation=passage.generation,
            made_at=now,
            made_by=by,
            expires_at=now + LIVES,
        )
        told = {"name": name, "content_type": cleaned_type(new.content_type)}
        row.sealed = places.seal(account.id, TABLE, row.id, told)
        row.save(force_insert=True)
    return _shown(row)


def upload(account_id: uuid.UUID, upload_id: uuid.UUID, *, now: datetime) -> UploadShown:
    """Return an upload under way; raises NoSuchUpload."""
    return _shown(_row(account_id, upload_id, now))


def add_piece(
    *, passage: Passage, upload_id: uuid.UUID, offset: int, source: Source, clock: Clock
) -> UploadShown:
    """Keep the next piece; raises NoSuchUpload, OffsetWrong, UploadTooLarge, StorageFull."""
    require_open(passage.account_id, now=clock())
    _require_next(_row(passage.account_id, upload_id, clock()), offset)
    piece = sealed(passage.account_id, source)
    try:
        with writing(passage, now=clock()) as account:
            row = _row(account.id, upload_id, clock())
            _require_next(row, offset)
            _require_room(row, piece.size_bytes)
            if piece.size_bytes:
                UploadPart.objects.create(
                    id=piece.object_id,
                    account=account,
                    upload=row,
                    offset=offset,
                    size_bytes=piece.size_bytes,
                )
            row.arrived += piece.size_bytes
            row.expires_at, row.generation = clock() + LIVES, passage.generation
            row.save()
    except BaseException:
        sealed_files().delete(passage.account_id, piece.object_id)
        raise
    if not piece.size_bytes:
        sealed_files().delete(passage.account_id, piece.object_id)
    return _shown(row)


def finish_upload(
    *, passage: Passage, upload_id: uuid.UUID, sha256: str, by: str, clock: Clock
) -> FileShown:
    """Join the pieces into the file; raises NoSuchUpload, UploadIncomplete, and as `keep_file`."""
    row = _row(passage.account_id, upload_id, clock())
    if row.arrived != row.size_bytes:
        raise UploadIncomplete(arrived=row.arrived, announced=row.size_bytes)
    told = places.unseal(row.account_id, TABLE, row.id, row.sealed)
    new = NewFile(told["name"], row.folder_id, told["content_type"], row.size_bytes, sha256)
    pieces = list(row.parts.order_by("offset").values_list("pk", flat=True))
    source = _Joined(row.account_id, pieces)

    def taken() -> None:
        # Whoever finishes it a second time, or beside us, finds that it is finished.
        _row(passage.account_id, upload_id, clock())
        _forget([row.pk])

    try:
        return keep_file(passage=passage, new=new, source=source, by=by, clock=clock, beside=taken)
    finally:
        source.close()


def give_up(*, passage: Passage, upload_id: uuid.UUID, now: datetime) -> None:
    """Throw the pieces of an upload away; raises NoSuchUpload."""
    with writing(passage, now=now) as account:
        row = _row(account.id, upload_id, now)
        _forget([row.pk])


def forget_stale(*, now: datetime) -> int:
    """Throw away uploads that have waited too long; returns how many."""
    stale = list(Upload.objects.filter(expires_at__lte=now).values_list("pk", flat=True))
    _forget(stale)
    return len(stale)


class _Joined:
    """The pieces of an upload, one after another."""

    def __init__(self, account_id: uuid.UUID, pieces: list[uuid.UUID]) -> None:
        self._account_id, self._left = account_id, pieces
        self._open = None if not pieces else self._next()

    def readinto(self, buffer: bytearray, /) -> int:
        while self._open is not None:
            count = self._open.readinto(buffer)
            if count:
                return count
            self.close()
            self._open = self._next() if self._left else None
        return 0

    def close(self) -> None:
        if self._open is not None:
            self._open.close()

    def _next(self) -> io.BufferedReader:
        return sealed_files().open(self._account_id, self._left.pop(0))


def _forget(uploads: list[uuid.UUID]) -> None:
    with transaction.atomic():
        parts = UploadPart.objects.filter(upload__in=uploads)
        objects = list(parts.values_list("account_id", "pk"))
        parts.delete()
        Upload.objects.filter(pk__in=uploads).delete()
        transaction.on_commit(lambda: _delete_objects(objects))


def _delete_objects(objects: list[tuple[uuid.UUID, uuid.UUID]]) -> None:
    for account_id, object_id in objects:
        try:
            sealed_files().delete(account_id, object_id)
        except SealedFileMissing:
            continue


def _require_next(row: Upload, offset: int) -> None:
    if offset != row.arrived:
        raise OffsetWrong(arrived=row.arrived, offset=offset)


def _require_room(row: Upload, size_bytes: int) -> None:
    if row.arrived + size_bytes > row.size_bytes:
        raise UploadTooLarge(most=MOST_BYTES)


def _row(account_id: uuid.UUID, upload_id: uuid.UUID, now: datetime) -> Upload:
    row = Upload.objects.filter(pk=upload_id, account=account_id, expires_at__gt=now).first()
    if row is None:
        raise NoSuchUpload
    return row


def _shown(row: Upload) -> UploadShown:
    told = places.unseal(row.account_id, TABLE, row.id, row.sealed)
    return UploadShown(
        row.id, told["name"], row.folder_id, row.size_bytes, row.arrived, row.expires_at
    )
