"""Throwing away, taking back, and deleting for good.

What is thrown away together comes back together: everything under a folder carries the folder's id
as its ``trash_id``. After `KEPT_FOR` the timetable deletes it for good. Links to what is thrown
away end with that, and do not come back with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.accounts.gate import Passage
from trustkeep.holdings import sharing
from trustkeep.holdings.entering import writing
from trustkeep.holdings.files import called, label, present_file
from trustkeep.holdings.folders import present_folder, rename, require_free
from trustkeep.holdings.models import File, FileVersion, Folder, ShareLink
from trustkeep.holdings.places import NameTaken
from trustkeep.holdings.queries import NoSuchFile, file_shown, folder_shown
from trustkeep.vault.files import SealedFileMissing
from trustkeep.vault.shelf import sealed_files

KEPT_FOR = timedelta(days=30)
"""How long what was thrown away can be taken back."""

_BATCH = 200


def throw_file(*, passage: Passage, file_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """Put a file into the trash; returns what takes it back. Raises NoSuchFile."""
    with writing(passage, now=now) as account:
        row = present_file(account.id, file_id)
        File.objects.filter(pk=row.pk).update(trashed_at=now, trash_id=row.pk)
        sharing.end(ShareLink.objects.filter(file=row), now=now)
    return row.pk


def throw_folder(*, passage: Passage, folder_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """Put a folder and all it holds into the trash; raises NoSuchFolder."""
    with writing(passage, now=now) as account:
        row = present_folder(account.id, folder_id)
        assert row is not None, "an id was given"
        inside = _below(row)
        for rows in (Folder.objects.filter(pk__in=inside), File.objects.filter(folder__in=inside)):
            rows.filter(trashed_at__isnull=True).update(trashed_at=now, trash_id=row.pk)
        sharing.end(ShareLink.objects.filter(file__folder__in=inside), now=now)
    return row.pk


def take_back(*, passage: Passage, trash_id: uuid.UUID, now: datetime) -> None:
    """Put back what was thrown away together; raises NoSuchFile.

    It comes back under another name where its own is taken, and at the top where its place is gone.
    """
    with writing(passage, now=now) as account:
        folder = Folder.objects.filter(pk=trash_id, account=account, trash_id=trash_id).first()
        one = File.objects.filter(pk=trash_id, account=account, trash_id=trash_id).first()
        if folder is not None:
            _land_folder(folder)
        elif one is not None:
            _land_file(one)
        else:
            raise NoSuchFile
        for model in (Folder, File):
            rows = model._default_manager.filter(account=account, trash_id=trash_id)
            rows.update(trashed_at=None, trash_id=None)


def delete_for_good(*, passage: Passage, trash_id: uuid.UUID, now: datetime) -> int:
    """Delete what lies in the trash under one id; returns how many files. Raises NoSuchFile."""
    with writing(passage, now=now) as account:
        known = Folder.objects.filter(account=account, trash_id=trash_id).exists()
        files = list(File.objects.filter(account=account, trash_id=trash_id))
        if not known and not files:
            raise NoSuchFile
        _delete_files(files)
        _delete_folders(Folder.objects.filter(account=account, trash_id=trash_id))
    return len(files)


def empty_old(*, now: datetime, held: Collection[uuid.UUID] = ()) -> int:
    """Delete for good what has been in the trash for too long; returns how many files.

    Nothing of the accounts in `held`.
    """
    count, until = 0, now - KEPT_FOR
    while True:
        with transaction.atomic():
            rows = File.objects.filter(trashed_at__lte=until).exclude(account__in=held)
            files = list(rows.order_by("pk")[:_BATCH])
            _delete_files(files)
        if not files:
            break
        count += len(files)
    with transaction.atomic():
        folders = Folder.objects.filter(trashed_at__lte=until, files__isnull=True)
        _delete_folders(folders.exclude(account__in=held))
    return count


def _below(row: Folder) -> list[uuid.UUID]:
    found, level = [row.pk], [row.pk]
    while level:
        below = Folder.objects.filter(parent__in=level, trashed_at__isnull=True)
        level = list(below.values_list("pk", flat=True))
        found += level
    return found


def _land_folder(row: Folder) -> None:
    if row.parent_id and not _is_present(row.parent_id):
        row.parent = None
    name = folder_shown(row).name
    for candidate in _candidates(name):
        try:
            require_free(row.account_id, candidate, row.parent_id)
        except NameTaken:
            continue
        rename(row.account, row, candidate)
        row.save()
        return


def _land_file(row: File) -> None:
    if row.folder_id and not _is_present(row.folder_id):
        row.folder = None
    name = file_shown(row).name
    free = (one for one in _candidates(name) if not called(row.account_id, one, row.folder_id))
    label(row, next(free))
    row.save()


def _candidates(name: str) -> Iterable[str]:
    yield name
    stem, dot, ending = name.rpartition(".")
    for number in range(2, 10_000):
        yield f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"


def _is_present(folder_id: uuid.UUID) -> bool:
    return Folder.objects.filter(pk=folder_id, trashed_at__isnull=True).exists()


def _delete_files(files: list[File]) -> None:
    versions = FileVersion.objects.filter(file__in=files)
    objects = list(versions.values_list("account_id", "pk"))
    File.objects.filter(pk__in=[one.pk for one in files]).delete()
    transaction.on_commit(lambda: _delete_objects(objects))


def _delete_objects(objects: list[tuple[uuid.UUID, uuid.UUID]]) -> None:
    for account_id, object_id in objects:
        try:
            sealed_files().delete(account_id, object_id)
        except SealedFileMissing:
            continue


def _delete_folders(rows: object) -> None:
    # The deepest first: a parent cannot go before what lies in it.
    while True:
        leaves = rows.filter(children__isnull=True, files__isnull=True)  # type: ignore[attr-defined]
        found = list(leaves.values_list("pk", flat=True)[:_BATCH])
        if not found:
            return
        Folder.objects.filter(pk__in=found).delete()
