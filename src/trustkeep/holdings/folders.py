"""Making, renaming and moving folders."""

from __future__ import annotations

import uuid
from datetime import datetime

from trustkeep.accounts.gate import Passage
from trustkeep.accounts.models import Account
from trustkeep.holdings import places
from trustkeep.holdings.entering import writing
from trustkeep.holdings.models import Folder
from trustkeep.holdings.places import NameTaken
from trustkeep.holdings.queries import FolderShown, NoSuchFolder, folder_shown
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id

TABLE = "holdings_folder"
MOST_DEEP = 32
"""How deep folders may lie in each other."""


class FolderTooDeep(TrustkeepError):
    """Folders lie in each other only so deep."""

    sentence = "Folders may lie in each other {most} deep, not deeper."


class FolderInItself(TrustkeepError):
    """A folder cannot be moved into itself or below."""

    sentence = "A folder cannot be moved into itself. Choose another place."


def make_folder(
    *, passage: Passage, name: str, parent_id: uuid.UUID | None, by: str, now: datetime
) -> FolderShown:
    """Make a folder; raises NameInvalid, NameTaken, NoSuchFolder, FolderTooDeep."""
    kept = places.cleaned(name)
    with writing(passage, now=now) as account:
        parent = present_folder(account.id, parent_id)
        _require_depth(parent)
        require_free(account.id, kept, parent_id)
        row = Folder(
            id=new_id(),
            account=account,
            generation=passage.generation,
            made_at=now,
            made_by=by,
            parent=parent,
        )
        _name(row, kept)
        row.save(force_insert=True)
    return folder_shown(row)


def change_folder(
    *, passage: Passage, folder_id: uuid.UUID, name: str, parent_id: uuid.UUID | None, now: datetime
) -> FolderShown:
    """Give a folder another name or place; raises also FolderInItself."""
    kept = places.cleaned(name)
    with writing(passage, now=now) as account:
        row = present_folder(account.id, folder_id)
        assert row is not None, "an id was given"
        parent = present_folder(account.id, parent_id)
        if parent and row.pk in [parent.pk, *_above(parent)]:
            raise FolderInItself
        _require_depth(parent)
        require_free(account.id, kept, parent_id, but=row.pk)
        row.parent, row.generation = parent, passage.generation
        _name(row, kept)
        row.save()
    return folder_shown(row)


def folder_at(*, passage: Passage, path: list[str], by: str, now: datetime) -> uuid.UUID | None:
    """Return the folder at a path of names, made where it is missing; None for the top."""
    parent_id: uuid.UUID | None = None
    for name in path:
        found = _called(passage.account_id, places.cleaned(name), parent_id)
        if found is None:
            made = make_folder(passage=passage, name=name, parent_id=parent_id, by=by, now=now)
            parent_id = made.id
        else:
            parent_id = found.pk
    return parent_id


def present_folder(account_id: uuid.UUID, folder_id: uuid.UUID | None) -> Folder | None:
    """Return the row of a folder outside the trash, None for the top; raises NoSuchFolder."""
    if folder_id is None:
        return None
    row = Folder.objects.filter(pk=folder_id, account=account_id, trashed_at__isnull=True).first()
    if row is None:
        raise NoSuchFolder
    return row


def require_free(
    account_id: uuid.UUID, name: str, parent_id: uuid.UUID | None, but: uuid.UUID | None = None
) -> None:
    """Raise NameTaken where another folder has the name."""
    found = _called(account_id, name, parent_id)
    if found is not None and found.pk != but:
        raise NameTaken(name=name)


def rename(account: Account, row: Folder, name: str) -> None:
    """Give a row another name without saving it."""
    assert row.account_id == account.id
    _name(row, name)


def _name(row: Folder, name: str) -> None:
    row.sealed = places.seal(row.account_id, TABLE, row.id, {"name": name})
    row.name_index = places.index_of(row.account_id, TABLE, name)


def _called(account_id: uuid.UUID, name: str, parent_id: uuid.UUID | None) -> Folder | None:
    return Folder.objects.filter(
        account=account_id,
        parent=parent_id,
        name_index__in=places.indexes_of(account_id, TABLE, name),
        trashed_at__isnull=True,
    ).first()


def _above(row: Folder) -> list[uuid.UUID]:
    found: list[uuid.UUID] = []
    parent_id = row.parent_id
    while parent_id is not None:
        found.append(parent_id)
        parent_id = Folder.objects.values_list("parent_id", flat=True).get(pk=parent_id)
    return found


def _require_depth(parent: Folder | None) -> None:
    if parent is not None and len(_above(parent)) + 2 > MOST_DEEP:
        raise FolderTooDeep(most=MOST_DEEP)
