"""Everything that is held about one person, part by part, as the list of holders names it.

What a customer keeps here is the customer's: a member gets files and records that they brought if
the customer is who asks, or while they may read them anyway. Contents are named here and read when
they are fetched, so a large one never rests in an answer.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from trustkeep.accounts import customers, gate, trail
from trustkeep.accounts import queries as staff
from trustkeep.holdings import collections, exporting
from trustkeep.holdings.exporting import Member
from trustkeep.identity import erasing as doors
from trustkeep.kernel.clock import isoformat
from trustkeep.letters import recipients
from trustkeep.lifecycle import stores
from trustkeep.lifecycle.holders import HOLDERS
from trustkeep.lifecycle.parts import MEMBER
from trustkeep.lifecycle.requests.content import content_of, words_of
from trustkeep.lifecycle.requests.kinds import Category, OurRole, Scope
from trustkeep.lifecycle.requests.models import Happening, Request, Restriction
from trustkeep.lifecycle.stores import Extent
from trustkeep.vault.shelf import sealed_files

type Part = dict[str, Any]

CONTENTS, RECORDS = "holdings_fileversion", "holdings_record"
MOST_SINGLE = 500
"""So many records are read one by one before they go out; of more, each collection as a whole."""
BY_THEMSELVES = frozenset(
    {
        "accounts_member",
        "identity_user",
        "identity_identity",
        "identity_session",
        "identity_accessevent",
    }
)
"""Tables of a member that are told by the part they belong to, opened and in words."""
TELLS_NOTHING = frozenset({"api_keptanswer", "identity_providertransaction"})
"""Tables of a member that hold ids and digests for a day, and nothing that could be told."""
_CATEGORIES: Mapping[str, Category] = {
    "accounts_member": Category.PROFILE,
    "accounts_person": Category.STAFF,
    "accounts_accountact": Category.AUDIT,
    "letters_letter": Category.LETTERS,
    CONTENTS: Category.CONTENT,
    RECORDS: Category.CONTENT,
}


def parts_about(row: Request, now: datetime) -> list[Part]:
    """Return every part that holds anything about who asked, with why and how long."""
    found = {**_of_subject(row, now), **_of_address(row)}
    return [
        {"table": table, "why": HOLDERS[table].why, "kept": HOLDERS[table].fate, "rows": rows}
        for table, rows in found.items()
        if rows
    ]


def category_of(table: str) -> Category | None:
    """Return to which category of decisions a part belongs."""
    if table.startswith("identity_"):
        return Category.SIGN_IN
    return _CATEGORIES.get(table)


def contents_of(account_id: uuid.UUID, parts: Iterable[Part]) -> Iterator[Member]:
    """Give the contents that parts name, one after another; what is gone meanwhile is left out."""
    for part in parts:
        if part["table"] == CONTENTS:
            yield from _files(account_id, part["rows"])
        if part["table"] == RECORDS:
            yield from _shelves(account_id, part["rows"])


def _of_subject(row: Request, now: datetime) -> dict[str, list[Any]]:
    if row.scope == Scope.MEMBER and row.account_id:
        member_id = uuid.UUID(row.subject)
        found = _of_member(row.account_id, member_id)
        if _may_have_content(row, member_id, now):
            found |= _of_content(row.account_id, doors.maker_of(member_id), now)
        return found
    people = {one.email.casefold(): one for one in staff.people()}
    person = people.get(content_of(row).email.casefold())
    if person is None:
        return {}
    told = {
        "name": person.name,
        "email": person.email,
        "works_as": person.kind,
        "roles": [role.value for role in person.roles],
        "joined": person.joined_date.isoformat(),
        "left": person.left_date.isoformat() if person.left_date else "",
    }
    return {"accounts_person": [told], "identity_user": doors.about(person_id=person.id)}


def _of_member(account_id: uuid.UUID, member_id: uuid.UUID) -> dict[str, list[Any]]:
    who = customers.member(account_id, member_id, own=True)
    told = {
        "name": who.name,
        "email": who.email,
        "role": who.role.value,
        "joined_at": isoformat(who.joined_at),
        "left_at": isoformat(who.left_at) if who.left_at else "",
    }
    acts = [dict(act.body) for act in trail.acts(account_id) if str(member_id) in str(act.body)]
    return {
        "accounts_member": [told],
        "identity_user": doors.about(member_id=member_id),
        **_of_tables(Extent(account_id, MEMBER, str(member_id))),
        "accounts_accountact": acts,
        "requests_restriction": _restrictions(member_id),
    }


def _of_tables(extent: Extent) -> dict[str, list[Any]]:
    """Return what the list of holders tells of each table that hangs on a member."""
    tables = set(stores.tables(MEMBER)) - BY_THEMSELVES - TELLS_NOTHING
    return {table: [_plain(one) for one in stores.told(table, extent)] for table in sorted(tables)}


def _may_have_content(row: Request, member_id: uuid.UUID, now: datetime) -> bool:
    assert row.account_id
    if not gate.passage(row.account_id, now=now).is_open:
        return False
    who = customers.member(row.account_id, member_id, own=True)
    return row.role == OurRole.INSTRUCTED or who.left_at is None


def _of_content(account_id: uuid.UUID, makers: list[str], now: datetime) -> dict[str, list[Any]]:
    if not makers:
        return {}
    files = [
        {
            "id": str(version.id),
            "file": path,
            "name": one.name,
            "version": version.number,
            "size_bytes": version.size_bytes,
            "sha256": version.sha256,
            "content_type": version.content_type,
            "uploaded_at": isoformat(version.made_at),
            "in_trash": one.trashed_at is not None,
        }
        for path, one, version in exporting.made_by(account_id, makers)
    ]
    return {CONTENTS: files, RECORDS: _records(account_id, makers, now)}


def _records(account_id: uuid.UUID, makers: list[str], now: datetime) -> list[Any]:
    found = collections.made_by(account_id, makers)
    if collections.count_made_by(account_id, makers) <= MOST_SINGLE:
        return [{"collection": one.collection, **_record(one)} for one in found]
    counts: dict[str, int] = {}
    for one in found:
        counts[one.collection] = counts.get(one.collection, 0) + 1
    return [
        {
            "collection": name,
            "records": count,
            "file": f"records/{number}.jsonl",
            "as_of": isoformat(now),
            "made_by": makers,
        }
        for number, (name, count) in enumerate(counts.items(), 1)
    ]


def _record(one: collections.RecordShown) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "values": dict(one.values),
        "made_at": isoformat(one.made_at),
        "changed_at": isoformat(one.changed_at),
        "in_trash": one.deleted_at is not None,
    }


def _files(account_id: uuid.UUID, rows: Iterable[Any]) -> Iterator[Member]:
    for one in rows:
        if one is None or not sealed_files().holds(account_id, uuid.UUID(one["id"])):
            continue
        at = datetime.fromisoformat(one["uploaded_at"])
        yield Member(one["file"], at, exporting.chunks_of(account_id, uuid.UUID(one["id"])))


def _shelves(account_id: uuid.UUID, rows: Iterable[Any]) -> Iterator[Member]:
    for one in rows:
        if one is not None and "file" in one:
            at = datetime.fromisoformat(one["as_of"])
            lines = _lines(account_id, one["made_by"], one["collection"], at)
            yield Member(one["file"], at, lines)


def _lines(account_id: uuid.UUID, makers: list[str], name: str, at: datetime) -> Iterator[bytes]:
    """Give the records of a collection as they were read: what changed since was read by nobody."""
    for one in collections.made_by(account_id, makers):
        if one.collection == name and one.changed_at <= at:
            yield json.dumps(_record(one), ensure_ascii=False).encode() + b"\n"


def _restrictions(member_id: uuid.UUID) -> list[Any]:
    rows = Restriction.objects.filter(member=member_id).order_by("since")
    return [_plain(one) for one in rows.values("since", "notice_at", "lifted_at")]


def _of_address(row: Request) -> dict[str, list[Any]]:
    email = content_of(row).email
    letters = [
        {"sent_at": isoformat(one.shown.queued_at), "subject": one.shown.subject, "text": one.text}
        for one in recipients.letters_to(email)
    ]
    return {"letters_letter": letters, "requests_request": _requests_of(email)}


def _requests_of(email: str) -> list[Any]:
    # Who asked rests sealed, so every request that still has its words is opened.
    rows = Request.objects.exclude(sealed=b"").order_by("received_at")
    return [_request(row) for row in rows if content_of(row).email.casefold() == email.casefold()]


def _request(row: Request) -> dict[str, Any]:
    told = content_of(row)
    steps = Happening.objects.filter(request=row).order_by("at", "entry_index")
    return {
        "reference": row.reference,
        "asked_for": row.kinds,
        "received_at": isoformat(row.received_at),
        "state": row.state,
        "name": told.name,
        "email": told.email,
        "text": told.text,
        "story": [
            {"at": isoformat(one.at), "what": one.what, "words": words_of(row, one)}
            for one in steps
        ],
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns as JSON types."""
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return isoformat(value)
    return str(value) if isinstance(value, (uuid.UUID, date)) else value
