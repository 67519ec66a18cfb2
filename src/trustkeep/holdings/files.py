"""Keeping files: new ones, new versions, other names and places.

A content is sealed on the disk first and entered second. Where entering fails (the account was
locked meanwhile, the name is taken by a folder that went), the object is removed again; where the
process is killed between the two, `trustkeep.holdings.sweeping` finds it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from trustkeep.accounts.gate import Passage, require_open
from trustkeep.accounts.models import Account
from trustkeep.holdings import places
from trustkeep.holdings.entering import writing
from trustkeep.holdings.folders import present_folder
from trustkeep.holdings.models import File, FileVersion
from trustkeep.holdings.places import NameTaken
from trustkeep.holdings.queries import FileShown, NoSuchFile, file_shown
from trustkeep.holdings.scanning import require_clean
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.vault.chunked import Source
from trustkeep.vault.files import SealedFile
from trustkeep.vault.outages import NO_ROOM
from trustkeep.vault.shelf import sealed_files

TABLE = "holdings_file"
VERSION_TABLE = "holdings_fileversion"
MOST_BYTES = 64 * 1024**3
"""How large one file may be."""

UNKNOWN_TYPE = "application/octet-stream"
_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)

type Clock = Callable[[], datetime]
"""Asked when a write is to be committed, which may be long after it began."""


class WrongHash(TrustkeepError):
    """What arrived is not what was announced."""

    sentence = (
        "What arrived is not what was sent: the SHA-256 differs. Nothing was kept; send it again."
    )


class WrongSize(TrustkeepError):
    """Fewer or more bytes arrived than were announced."""

    sentence = (
        "{arrived} of {announced} bytes arrived: the connection broke off. Nothing was kept; "
        "send it again."
    )


class StorageFull(TrustkeepError):
    """The disk has no room left."""

    sentence = (
        "There is no room left for this file. Nothing was kept. Tell your account manager, "
        "and try again later."
    )


@dataclass(frozen=True, slots=True)
class NewFile:
    """What is to be kept; size and SHA-256 are checked where they are given."""

    name: str
    folder_id: uuid.UUID | None = None
    content_type: str = UNKNOWN_TYPE
    size_bytes: int | None = None
    sha256: str = ""


def keep_file(
    *,
    passage: Passage,
    new: NewFile,
    source: Source,
    by: str,
    clock: Clock,
    beside: Callable[[], None] = lambda: None,
) -> FileShown:
    """Keep all of `source` as a file; as a new version where the folder has one of this name.

    ``beside`` is done in the transaction that enters the file, so that both are done or neither.
    Raises NameInvalid, NoSuchFolder, WrongHash, WrongSize, StorageFull, MalwareFound, NotScanned,
    TooLargeToScan, AccountClosed and GenerationPassed; nothing is left behind then.
    """
    name = places.cleaned(new.name)
    require_open(passage.account_id, now=clock())
    present_folder(passage.account_id, new.folder_id)
    content = sealed(passage.account_id, source)
    try:
        _require_announced(new, content)
        require_clean(passage.account_id, content, name)
        with writing(passage, now=clock()) as account:
            beside()
            return enter(account, passage, new, name, content, by, clock())
    except BaseException:
        sealed_files().delete(passage.account_id, content.object_id)
        raise


def sealed(account_id: uuid.UUID, source: Source) -> SealedFile:
    """Seal a source on the disk under a new id; raises StorageFull."""
    try:
        return sealed_files().write(account_id, new_id(), source)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(log="no room on the disk for a customer's file") from error
        raise


def enter(
    account: Account,
    passage: Passage,
    new: NewFile,
    name: str,
    content: SealedFile,
    by: str,
    now: datetime,
) -> FileShown:
    """Enter a sealed content as a file, in the caller's `writing`."""
    row = called(account.id, name, new.folder_id)
    if row is None:
        row = File(
            id=new_id(),
            account=account,
            folder=present_folder(account.id, new.folder_id),
            made_at=now,
            made_by=by,
            number=0,
        )
    label(row, name)
    row.generation, row.changed_at = passage.generation, now
    row.current, row.size_bytes, row.number = content.object_id, content.size_bytes, row.number + 1
    row.save()
    _enter_version(row, passage, new, content, by, now)
    return file_shown(row)


def change_file(
    *, passage: Passage, file_id: uuid.UUID, name: str, folder_id: uuid.UUID | None, now: datetime
) -> FileShown:
    """Give a file another name or place.

    Raises NameInvalid, NameTaken, NoSuchFile, NoSuchFolder.
    """
    kept = places.cleaned(name)
    with writing(passage, now=now) as account:
        row = present_file(account.id, file_id)
        other = called(account.id, kept, folder_id)
        if other is not None and other.pk != row.pk:
            raise NameTaken(name=kept)
        row.folder, row.generation = present_folder(account.id, folder_id), passage.generation
        label(row, kept)
        row.save()
    return file_shown(row)


def take_back_version(
    *, passage: Passage, file_id: uuid.UUID, number: int, by: str, clock: Clock
) -> FileShown:
    """Make an older version the current one, as a new version with the same content."""
    with writing(passage, now=clock()) as account:
        row = present_file(account.id, file_id)
        older = FileVersion.objects.filter(file=row, number=number).first()
        if older is None:
            raise NoSuchFile
        told = places.unseal(account.id, VERSION_TABLE, older.id, older.sealed)
        name = file_shown(row).name
    new = NewFile(name, row.folder_id, told["content_type"], older.size_bytes, told["sha256"])
    with sealed_files().open(passage.account_id, older.id) as source:
        return keep_file(passage=passage, new=new, source=_Reading(source), by=by, clock=clock)


def present_file(account_id: uuid.UUID, file_id: uuid.UUID) -> File:
    """Return the row of a file that is not in the trash; raises NoSuchFile."""
    row = File.objects.filter(pk=file_id, account=account_id, trashed_at__isnull=True).first()
    if row is None:
        raise NoSuchFile
    return row


def called(account_id: uuid.UUID, name: str, folder_id: uuid.UUID | None) -> File | None:
    """Return the row of the file of this name in a folder."""
    return File.objects.filter(
        account=account_id,
        folder=folder_id,
        name_index__in=places.indexes_of(account_id, TABLE, name),
        trashed_at__isnull=True,
    ).first()


def label(row: File, name: str) -> None:
    """Give a row a name without saving it."""
    row.sealed = places.seal(row.account_id, TABLE, row.id, {"name": name})
    row.name_index = places.index_of(row.account_id, TABLE, name)


def cleaned_type(content_type: str) -> str:
    """Return a media type without parameters; unknown where it is not well formed."""
    told = content_type.partition(";")[0].strip().lower()
    return told if _TYPE.fullmatch(told) else UNKNOWN_TYPE


class _Reading:
    """A buffered reader as a source of bytes."""

    def __init__(self, reader: object) -> None:
        self._reader = reader

    def readinto(self, buffer: bytearray, /) -> int | None:
        count: int | None = self._reader.readinto(buffer)  # type: ignore[attr-defined]
        return count


def _enter_version(
    row: File, passage: Passage, new: NewFile, content: SealedFile, by: str, now: datetime
) -> None:
    told = {"sha256": content.sha256, "content_type": cleaned_type(new.content_type)}
    FileVersion.objects.create(
        id=content.object_id,
        account_id=row.account_id,
        file=row,
        number=row.number,
        size_bytes=content.size_bytes,
        sealed=places.seal(row.account_id, VERSION_TABLE, content.object_id, told),
        generation=passage.generation,
        made_at=now,
        made_by=by,
    )


def _require_announced(new: NewFile, content: SealedFile) -> None:
    if new.size_bytes is not None and content.size_bytes != new.size_bytes:
        raise WrongSize(arrived=content.size_bytes, announced=new.size_bytes)
    if new.sha256 and content.sha256 != new.sha256.lower():
        raise WrongHash
