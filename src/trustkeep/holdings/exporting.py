"""Everything an account keeps, as members of an archive, one after another in constant memory."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from trustkeep.holdings import collections, queries
from trustkeep.holdings.models import FileVersion, Folder
from trustkeep.holdings.queries import FileShown, VersionShown
from trustkeep.kernel.clock import isoformat

CHUNK_BYTES = 1024 * 1024
MOST_SEGMENT_BYTES = 200
"""File systems take names of 255 bytes; longer ones are shortened and told in full in the index."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive."""

    path: str
    at: datetime
    chunks: Iterable[bytes]


def export(account_id: uuid.UUID, *, now: datetime) -> Iterator[Member]:
    """Give everything of an account: files with all versions, trash included, and records."""
    names = _folder_paths(account_id)
    yield from _contents(account_id, names)
    for shelf in collections.collections(account_id):
        rows = collections.all_records(account_id, shelf.id, shelf.name)
        yield Member(f"records/{_segment(shelf.name, shelf.id)}.jsonl", now, _record_lines(rows))
    yield Member("files.jsonl", now, _file_lines(account_id, names))


def made_by(
    account_id: uuid.UUID, makers: Collection[str]
) -> Iterator[tuple[str, FileShown, VersionShown]]:
    """Give each content that somebody brought, with its path in the archive."""
    names = _folder_paths(account_id)
    rows = FileVersion.objects.filter(account=account_id, made_by__in=makers)
    for row in rows.select_related("file").order_by("file", "number").iterator(chunk_size=500):
        one, version = queries.file_shown(row.file), queries.version_shown(row)
        yield _path(one, version, names), one, version


def chunks_of(account_id: uuid.UUID, version_id: uuid.UUID) -> Iterator[bytes]:
    """Give one content, piece by piece."""
    return _chunks(account_id, version_id)


def counts(account_id: uuid.UUID) -> tuple[int, int]:
    """Return how many contents and records an export gives."""
    contents = FileVersion.objects.filter(account=account_id).count()
    return contents, collections.count_records(account_id)


def as_json(value: object) -> bytes:
    """Return a value as the archive writes it."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def _contents(account_id: uuid.UUID, names: dict[uuid.UUID, str]) -> Iterator[Member]:
    for one, version in _versions(account_id):
        yield Member(_path(one, version, names), version.made_at, _chunks(account_id, version.id))


def _chunks(account_id: uuid.UUID, version_id: uuid.UUID) -> Iterator[bytes]:
    with queries.content(account_id, version_id) as reader:
        while chunk := reader.read(CHUNK_BYTES):
            yield chunk


def _versions(account_id: uuid.UUID) -> Iterator[tuple[FileShown, VersionShown]]:
    rows = FileVersion.objects.filter(account=account_id).select_related("file")
    for row in rows.order_by("file", "number").iterator(chunk_size=500):
        yield queries.file_shown(row.file), queries.version_shown(row)


def _path(one: FileShown, version: VersionShown, names: dict[uuid.UUID, str]) -> str:
    folder = names[one.folder_id] if one.folder_id else ""
    root = "trash" if one.trashed_at else "files"
    if one.trashed_at:
        # Things of one name may have been thrown away from one place.
        root = f"trash/{one.id}"
    if version.number != one.number:
        root = f"versions/{version.number}/{root}"
    return f"{root}/{folder}{_segment(one.name, one.id)}"


def _folder_paths(account_id: uuid.UUID) -> dict[uuid.UUID, str]:
    rows = {row.pk: row for row in Folder.objects.filter(account=account_id)}
    told = {pk: _segment(queries.folder_shown(row).name, pk) for pk, row in rows.items()}
    paths: dict[uuid.UUID, str] = {}
    for pk in rows:
        parts: list[str] = []
        at: uuid.UUID | None = pk
        while at is not None:
            parts.insert(0, told[at])
            at = rows[at].parent_id
        paths[pk] = "".join(f"{part}/" for part in parts)
    return paths


def _segment(name: str, row_id: uuid.UUID) -> str:
    if len(name.encode()) <= MOST_SEGMENT_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    keep = f"~{row_id.hex[:8]}" + (f".{ending}" if dot and len(ending) <= 10 else "")
    short = (stem or name).encode()[: MOST_SEGMENT_BYTES - len(keep)].decode("utf-8", "ignore")
    return short + keep


def _record_lines(rows: Iterable[collections.RecordShown]) -> Iterator[bytes]:
    for row in rows:
        told = {
            "id": str(row.id),
            "values": row.values,
            "number": row.number,
            "made_at": isoformat(row.made_at),
            "changed_at": isoformat(row.changed_at),
        }
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _file_lines(account_id: uuid.UUID, names: dict[uuid.UUID, str]) -> Iterator[bytes]:
    for one, version in _versions(account_id):
        told = {
            "path": _path(one, version, names),
            "id": str(one.id),
            "name": one.name,
            "version": version.number,
            "is_current": version.number == one.number,
            "size_bytes": version.size_bytes,
            "sha256": version.sha256,
            "content_type": version.content_type,
            "uploaded_at": isoformat(version.made_at),
            "in_trash": one.trashed_at is not None,
        }
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"
