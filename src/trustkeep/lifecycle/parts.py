"""What of one person, or which single things of an account, an obligation takes away.

A part is emptied shelf by shelf: a table, or the sealed files, each counted and emptied in batches
like the stores of a whole account. What a customer keeps here is the customer's: a member who goes
leaves files and records behind unless their content was granted as well. A category of data that no
shelf holds is deleted by a person, who says how.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet, Sum

from trustkeep.accounts.models import Member
from trustkeep.accounts.restricting import erase_member
from trustkeep.holdings.models import File, FileVersion, Record, ShareLink, Upload, UploadPart
from trustkeep.identity import erasing as doors
from trustkeep.letters import recipients
from trustkeep.lifecycle import stores
from trustkeep.lifecycle.models import Doomed, Obligation
from trustkeep.lifecycle.requests.kinds import Category
from trustkeep.lifecycle.stores import OBJECTS, Extent
from trustkeep.vault.files import SealedFileMissing
from trustkeep.vault.shelf import sealed_files

MEMBER, PERSON, OBJECT = "member", "person", "object"
"""Scopes that are no whole account."""
MEMBERS, TRAIL, LETTERS = "accounts_member", "identity_accessevent", "letters_letter"
BLANKED = frozenset({MEMBERS, TRAIL, LETTERS})
"""Shelves whose rows stay, without anybody in them."""
_ROWS_AT_ONCE = 500
"""So many ids fit into one statement of every database."""
BY = "request"
"""Who acts, in entries about what a part takes away."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is meant. ``makers`` are the opaque ids under which a member wrote files and records.

    ``email`` is the address by which letters and systems know the person; what was written to it
    after ``before`` stays.
    """

    obligation: uuid.UUID
    account: uuid.UUID | None
    scope: str
    reference: str
    granted: frozenset[Category]
    refused: frozenset[Category]
    files: tuple[uuid.UUID, ...]
    records: tuple[uuid.UUID, ...]
    makers: tuple[str, ...]
    email: str
    before: datetime

    @property
    def takes_sign_in(self) -> bool:
        """Whether the way in goes: nobody signs in without a name, unless that was refused."""
        granted = self.granted & {Category.SIGN_IN, Category.PROFILE}
        return self.scope == MEMBER and bool(granted) and Category.SIGN_IN not in self.refused

    @property
    def takes_trail(self) -> bool:
        """Whether it goes too who did what at the doors, and from where."""
        wanted = self.takes_sign_in or Category.AUDIT in self.granted
        return self.scope == MEMBER and wanted and Category.AUDIT not in self.refused

    @property
    def takes_content(self) -> bool:
        """Whether files and records go, here and in connected systems."""
        return self.account is not None and Category.CONTENT in self.granted

    @property
    def by_hand(self) -> list[Category]:
        """The granted categories that no shelf holds."""
        return sorted(self.granted - _SHELVED[self.scope])


@dataclass(frozen=True, slots=True)
class Shelf:
    """One place; ``erase_some`` takes how many at most, and returns how many went."""

    name: str
    count: Callable[[], int]
    erase_some: Callable[[int, datetime], int]


_SHELVED: Mapping[str, frozenset[Category]] = {
    MEMBER: frozenset(
        {Category.PROFILE, Category.SIGN_IN, Category.AUDIT, Category.CONTENT, Category.LETTERS}
    ),
    PERSON: frozenset({Category.LETTERS}),
    OBJECT: frozenset({Category.CONTENT}),
}


def part_of(row: Obligation, email: str) -> Part:
    """Return what an obligation of a part is about."""
    told: Mapping[str, Any] = row.part
    return Part(
        obligation=row.id,
        account=row.account_id,
        scope=row.scope,
        reference=row.reference,
        granted=frozenset(Category(one) for one in told.get("granted", ())),
        refused=frozenset(Category(one["category"]) for one in told.get("refused", ())),
        files=tuple(uuid.UUID(one) for one in told.get("files", ())),
        records=tuple(uuid.UUID(one) for one in told.get("records", ())),
        makers=tuple(told.get("makers", ())),
        email=email,
        before=row.made_at,
    )


def shelves(part: Part) -> list[Shelf]:
    """Return where anything of a part may lie, what refers before what is referred to."""
    return list(_shelves(part))


def shelf(part: Part, name: str) -> Shelf:
    """Return one shelf by its name."""
    return next(one for one in _shelves(part) if one.name == name)


def size_of(part: Part) -> int:
    """Return the bytes of all contents that go."""
    versions = _versions(part) if part.takes_content else FileVersion.objects.none()
    return int(versions.aggregate(size=Sum("size_bytes"))["size"] or 0)


def _shelves(part: Part) -> Iterator[Shelf]:
    if part.takes_content:
        yield from _content(part)
    if part.takes_trail or part.takes_sign_in:
        yield _trail(part)
    if part.takes_sign_in:
        yield from _sign_in(part)
    if part.scope == MEMBER and Category.PROFILE in part.granted:
        yield Shelf(MEMBERS, partial(_named, part), partial(_blank, part))
    if Category.LETTERS in part.granted and part.email:
        yield Shelf(
            LETTERS,
            lambda: recipients.count_ended_to(part.email, before=part.before),
            lambda _most, now: recipients.erase_to(part.email, before=part.before, now=now),
        )


def _trail(part: Part) -> Shelf:
    member = uuid.UUID(part.reference)
    wipe = doors.wipe_trail if part.takes_trail else doors.unlink_trail
    return Shelf(
        TRAIL,
        partial(doors.count_trail, member),
        lambda _most, now: wipe(member_id=member, now=now),
    )


def _sign_in(part: Part) -> Iterator[Shelf]:
    assert part.account
    extent = Extent(part.account, MEMBER, part.reference)
    for table in stores.tables(MEMBER):
        if table not in (MEMBERS, TRAIL):
            yield table_shelf(table, extent)


def table_shelf(table: str, extent: Extent) -> Shelf:
    """Return a table, as far as its rows belong to an extent."""
    return Shelf(
        table,
        partial(stores.count, table, extent),
        lambda most, _now: stores.erase_some(table, extent, most),
    )


def _named(part: Part) -> int:
    return Member.objects.filter(pk=part.reference, erased_at__isnull=True).count()


def _blank(part: Part, _most: int, now: datetime) -> int:
    if not _named(part):
        return 0
    assert part.account
    erase_member(account_id=part.account, member_id=uuid.UUID(part.reference), by=BY, now=now)
    return 1


def _content(part: Part) -> Iterator[Shelf]:
    files = _files(part)
    pieces = UploadPart.objects.filter(account=part.account, upload__made_by__in=part.makers)
    uploads = Upload.objects.filter(account=part.account, made_by__in=part.makers)
    yield Shelf(
        OBJECTS,
        lambda: sum(1 for _ in _on_disk(part, pieces)),
        lambda most, _now: _unlink(part, pieces, most),
    )
    yield _rows(part, ShareLink.objects.filter(file__in=files))
    yield _rows(part, _versions(part), sealed=True)
    yield _rows(part, files)
    if part.makers:
        yield _rows(part, pieces, sealed=True)
        yield _rows(part, uploads)
    yield _rows(part, _records(part))


def _files(part: Part) -> QuerySet[File]:
    rows = File.objects.filter(account=part.account)
    return rows.filter(pk__in=part.files) | rows.filter(made_by__in=part.makers)


def _versions(part: Part) -> QuerySet[FileVersion]:
    return FileVersion.objects.filter(account=part.account, file__in=_files(part))


def _records(part: Part) -> QuerySet[Record]:
    rows = Record.objects.filter(account=part.account)
    return rows.filter(pk__in=part.records) | rows.filter(made_by__in=part.makers)


def _rows(part: Part, rows: QuerySet[Any], *, sealed: bool = False) -> Shelf:
    table = rows.model._meta.db_table

    def erase_some(most: int, _now: datetime) -> int:
        ids = list(rows.values_list("pk", flat=True)[: min(most, _ROWS_AT_ONCE)])
        if sealed:
            # A content that came after the files were taken away goes with its row.
            _take(part, ids)
        return stores.delete_rows(table, ids)

    return Shelf(table, rows.count, erase_some)


def _on_disk(part: Part, pieces: QuerySet[UploadPart]) -> Iterator[uuid.UUID]:
    assert part.account
    named = set(_versions(part).values_list("pk", flat=True))
    if part.makers:
        named |= set(pieces.values_list("pk", flat=True))
    # What came back after it was taken away, such as from a copy, is named by no row any more.
    named |= set(Doomed.objects.filter(obligation=part.obligation).values_list("object", flat=True))
    yield from (one for one in sorted(named) if sealed_files().holds(part.account, one))


def _unlink(part: Part, pieces: QuerySet[UploadPart], most: int) -> int:
    found = [one for one, _ in zip(_on_disk(part, pieces), range(most), strict=False)]
    _take(part, found)
    return len(found)


def _take(part: Part, ids: Iterable[uuid.UUID]) -> None:
    """Remove sealed files, and remember their names for the second reader first."""
    assert part.account
    wanted = list(ids)
    Doomed.objects.bulk_create(
        [Doomed(obligation_id=part.obligation, object=one) for one in wanted],
        ignore_conflicts=True,
    )
    for object_id in wanted:
        try:
            sealed_files().delete(part.account, object_id)
        except SealedFileMissing:
            continue
