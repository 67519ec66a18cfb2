"""What lies in an account, as plain values; another account's ids are as unknown as invented ones.

Names are found by unsealing those of the account: there is no index of words that could outlive it.
"""

from __future__ import annotations

import io
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Sum

from trustkeep.holdings import places
from trustkeep.holdings.models import File, FileVersion, Folder
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.shelf import sealed_files


class NoSuchFolder(TrustkeepError):
    """The folder is not in this account, or in the trash."""

    sentence = "This folder is not here: it was thrown away, or never was in your account."


class NoSuchFile(TrustkeepError):
    """The file is not in this account, or was deleted for good."""

    sentence = "This file is not here: it was deleted, or never was in your account."


@dataclass(frozen=True, slots=True)
class FolderShown:
    """A folder; ``parent_id`` is None at the top."""

    id: uuid.UUID
    parent_id: uuid.UUID | None
    name: str
    made_at: datetime
    trashed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file and its current version; ``made_by`` is an opaque id."""

    id: uuid.UUID
    folder_id: uuid.UUID | None
    name: str
    number: int
    size_bytes: int
    made_at: datetime
    changed_at: datetime
    trashed_at: datetime | None
    version_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One content of a file; ``sha256`` is that of what was uploaded."""

    id: uuid.UUID
    file_id: uuid.UUID
    number: int
    size_bytes: int
    sha256: str
    content_type: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in one folder; ``trail`` leads to it from the top."""

    trail: tuple[FolderShown, ...]
    folders: tuple[FolderShown, ...]
    files: tuple[FileShown, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """How much an account keeps, the trash included."""

    files: int
    folders: int
    size_bytes: int


def listing(account_id: uuid.UUID, folder_id: uuid.UUID | None = None) -> Listing:
    """Return what lies in a folder, by name; raises NoSuchFolder."""
    trail = _trail(account_id, folder_id)
    folders = Folder.objects.filter(account=account_id, parent=folder_id, trashed_at__isnull=True)
    files = File.objects.filter(account=account_id, folder=folder_id, trashed_at__isnull=True)
    return Listing(
        trail=trail,
        folders=by_name(folder_shown(row) for row in folders),
        files=by_name(file_shown(row) for row in files),
    )


def folders(account_id: uuid.UUID) -> list[FolderShown]:
    """Return every folder that is not in the trash."""
    rows = Folder.objects.filter(account=account_id, trashed_at__isnull=True)
    return [folder_shown(row) for row in rows]


def search(account_id: uuid.UUID, text: str) -> list[FileShown]:
    """Return the files whose names hold all words of `text`; accents and case do not matter."""
    rows = File.objects.filter(account=account_id, trashed_at__isnull=True).iterator()
    return list(by_name(one for row in rows if has_words(text, (one := file_shown(row)).name)))


def file(account_id: uuid.UUID, file_id: uuid.UUID) -> FileShown:
    """Return one file, also from the trash; raises NoSuchFile."""
    row = File.objects.filter(pk=file_id, account=account_id).first()
    if row is None:
        raise NoSuchFile
    return file_shown(row)


def versions(account_id: uuid.UUID, file_id: uuid.UUID) -> list[VersionShown]:
    """Return the versions of a file, newest first."""
    rows = FileVersion.objects.filter(account=account_id, file=file_id).order_by("-number")
    return [version_shown(row) for row in rows]


def version(account_id: uuid.UUID, file_id: uuid.UUID, number: int | None = None) -> VersionShown:
    """Return one version of a file, the current one unless told; raises NoSuchFile."""
    rows = FileVersion.objects.filter(account=account_id, file=file_id).order_by("-number")
    row = rows.first() if number is None else rows.filter(number=number).first()
    if row is None:
        raise NoSuchFile
    return version_shown(row)


def version_of(shown: FileShown) -> VersionShown:
    """Return the current version of a file."""
    return version_shown(FileVersion.objects.get(pk=shown.version_id))


def content(account_id: uuid.UUID, version_id: uuid.UUID) -> io.BufferedReader:
    """Return a seekable reader of one version's content; close it after use."""
    return sealed_files().open(account_id, version_id)


def trashed(account_id: uuid.UUID) -> list[FolderShown | FileShown]:
    """Return what was thrown away as a whole, the newest first; not what lay inside."""
    folders = Folder.objects.filter(account=account_id, trash_id=F("pk"))
    files = File.objects.filter(account=account_id, trash_id=F("pk"))
    rows: list[FolderShown | FileShown] = [*map(folder_shown, folders), *map(file_shown, files)]
    return sorted(rows, key=lambda one: (one.trashed_at, one.name), reverse=True)


def totals(account_id: uuid.UUID) -> Totals:
    """Return how much an account keeps, all versions counted."""
    versions = FileVersion.objects.filter(account=account_id).aggregate(Sum("size_bytes"))
    files = File.objects.filter(account=account_id).aggregate(Count("pk"))
    count = Folder.objects.filter(account=account_id, trashed_at__isnull=True).count()
    return Totals(files["pk__count"], count, versions["size_bytes__sum"] or 0)


def folder_shown(row: Folder) -> FolderShown:
    """Return a row as a plain value."""
    told = places.unseal(row.account_id, "holdings_folder", row.id, row.sealed)
    return FolderShown(row.id, row.parent_id, told["name"], row.made_at, row.trashed_at)


def file_shown(row: File) -> FileShown:
    """Return a row as a plain value."""
    told = places.unseal(row.account_id, "holdings_file", row.id, row.sealed)
    return FileShown(
        id=row.id,
        folder_id=row.folder_id,
        name=told["name"],
        number=row.number,
        size_bytes=row.size_bytes,
        made_at=row.made_at,
        changed_at=row.changed_at,
        trashed_at=row.trashed_at,
        version_id=row.current,
    )


def version_shown(row: FileVersion) -> VersionShown:
    """Return a row as a plain value."""
    told = places.unseal(row.account_id, "holdings_fileversion", row.id, row.sealed)
    return VersionShown(
        id=row.id,
        file_id=row.file_id,
        number=row.number,
        size_bytes=row.size_bytes,
        sha256=told["sha256"],
        content_type=told["content_type"],
        made_at=row.made_at,
        made_by=row.made_by,
    )


def by_name[T: FolderShown | FileShown](found: Iterable[T]) -> tuple[T, ...]:
    """Return things in the order of their names."""
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.name)))


def has_words(text: str, *told: str) -> bool:
    """Return whether all words of `text` stand in what is told."""
    where = folded(" ".join(told))
    return all(word in where for word in folded(text).split())


def folded(text: str) -> str:
    """Return a text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _trail(account_id: uuid.UUID, folder_id: uuid.UUID | None) -> tuple[FolderShown, ...]:
    trail: list[FolderShown] = []
    while folder_id is not None:
        row = Folder.objects.filter(
            pk=folder_id, account=account_id, trashed_at__isnull=True
        ).first()
        if row is None:
            raise NoSuchFolder
        trail.insert(0, folder_shown(row))
        folder_id = row.parent_id
    return tuple(trail)
