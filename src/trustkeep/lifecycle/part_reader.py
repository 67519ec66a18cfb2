"""The second reader of a part: that nothing is left of one person, or of single things.

It asks the live schema what hangs on a member or a file, opens letters by itself, and looks on the
disk for every sealed file that was taken away.
"""

from __future__ import annotations

import os
import uuid
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from trustkeep.lifecycle import planning, second_reader
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.parts import LETTERS, MEMBER, MEMBERS, TRAIL, Part
from trustkeep.lifecycle.requests.kinds import Category
from trustkeep.lifecycle.second_reader import Left, conditions_of, own_connection
from trustkeep.lifecycle.stores import OBJECTS, ROOTS, key_of
from trustkeep.vault.fields import Place, unseal_json
from trustkeep.vault.keystore import KeyDestroyed
from trustkeep.vault.shelf import sealed_files


def left_of(row: Obligation) -> Left:
    """Return what is left of an obligation, by the reader that fits its scope."""
    if row.scope == ACCOUNT:
        return second_reader.read(planning.extent_of(row))
    return read_part(planning.part_of(row))


def read_part(part: Part) -> Left:
    """Return what is left of a part, by the schema, the raw rows and the disk."""
    with own_connection() as connection:
        found = {
            **_of_member(connection, part),
            **_of_files(connection, part),
            **_of_letters(connection, part),
        }
    return Left(len(found), {store: number for store, number in found.items() if number})


def _of_member(connection: BaseDatabaseWrapper, part: Part) -> dict[str, int]:
    if part.scope != MEMBER:
        return {}
    member, found = uuid.UUID(part.reference), {}
    if part.takes_sign_in:
        conditions = conditions_of(connection, ROOTS[MEMBER])
        conditions.pop(ROOTS[MEMBER])
        for table, condition in conditions.items():
            found[table] = _number(connection, table, condition, [member])
    if part.takes_trail:
        users = [one for one in part.makers if ":" not in one]
        before = _at(connection, part)
        found[TRAIL] = sum(
            _number(connection, TRAIL, "user_id = %s AND at <= %s", [uuid.UUID(user), before])
            for user in users
        )
    if Category.PROFILE in part.granted:
        found[MEMBERS] = _number(connection, MEMBERS, "id = %s AND erased_at IS NULL", [member])
    return found


def _of_files(connection: BaseDatabaseWrapper, part: Part) -> dict[str, int]:
    if not part.takes_content:
        return {}
    makers = ", ".join(["%s"] * len(part.makers))
    found = {
        "holdings_record": sum(
            _number(connection, "holdings_record", "id = %s", [one]) for one in part.records
        )
    }
    for file in part.files:
        for table, condition in conditions_of(connection, ROOTS["file"]).items():
            found[table] = found.get(table, 0) + _number(connection, table, condition, [file])
    if makers:
        for table in ("holdings_file", "holdings_record", "holdings_upload"):
            condition = f"account_id = %s AND made_by IN ({makers})"
            number = _number(connection, table, condition, [part.account, *part.makers])
            found[table] = found.get(table, 0) + number
    found[OBJECTS] = _doomed_on_disk(connection, part)
    return found


def _doomed_on_disk(connection: BaseDatabaseWrapper, part: Part) -> int:
    assert part.account
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT object FROM lifecycle_doomed WHERE obligation_id = %s",
            [key_of(part.obligation)],
        )
        doomed = {str(uuid.UUID(str(row[0]))) for row in cursor.fetchall()}
    place = sealed_files().place_of(part.account)
    return sum(name in doomed for _, _, names in os.walk(place) for name in names)


def _of_letters(connection: BaseDatabaseWrapper, part: Part) -> dict[str, int]:
    if Category.LETTERS not in part.granted or not part.email:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, sealed_for, sealed FROM letters_letter "
            "WHERE sealed IS NOT NULL AND ended_at IS NOT NULL AND queued_at <= %s",
            [_at(connection, part)],
        )
        rows = cursor.fetchall()
    return {LETTERS: sum(_is_to(part.email, *row) for row in rows)}


def _is_to(email: str, letter: object, owner: object, sealed: bytes) -> bool:
    place = Place(uuid.UUID(str(owner)), "letters_letter", "sealed", str(uuid.UUID(str(letter))))
    try:
        told = unseal_json(place, sealed)
    except KeyDestroyed:
        return False
    return str(told["email"]).casefold() == email.casefold()


def _number(connection: BaseDatabaseWrapper, table: str, condition: str, values: list[Any]) -> int:
    """Count rows; a condition with more places than values is about one and the same value."""
    told = values * condition.count("%s") if len(values) == 1 else values
    given = [key_of(one) if isinstance(one, uuid.UUID) else one for one in told]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COUNT(*) FROM "{table}" WHERE {condition}', given)  # noqa: S608  (the schema’s names)
        return int(cursor.fetchone()[0])


def _at(connection: BaseDatabaseWrapper, part: Part) -> Any:
    return connection.ops.adapt_datetimefield_value(part.before)
