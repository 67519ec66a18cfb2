"""The directory from a table: a dry run first, then all of it or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.promises.world import NOW, company, days_ago, person
from trustkeep.accounts import queries
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.roles import Role
from trustkeep.identity.actions import admit
from trustkeep.identity.models import User
from trustkeep.identity.roster import (
    MOST_BYTES,
    Change,
    RosterFaulty,
    RosterOutdated,
    RosterUnreadable,
    dry_run,
    take_over,
)

pytestmark = pytest.mark.django_db
TABLE = (
    "Name;E-Mail;First day;Last day\n"
    "Lena Ott;lena@example.com;01.11.2026;\n"
    "Alice Berg;ALICE@example.com;;\n"
    f"Bob;bob@example.com;;{days_ago(0).isoformat()}\n"
    "Carol;carol@example.com;;\n"
).encode()


@pytest.fixture(autouse=True)
def known() -> None:
    company()
    for name in ("Alice", "Bob", "Carol"):
        person(name)


def changes(table: bytes, *, complete: bool = False) -> dict[str, Change]:
    plan = dry_run(table, complete=complete, now=NOW)
    return {row.email.casefold().partition("@")[0]: row.change for row in plan.rows}


def test_dry_run__says_what_each_row_comes_to_and_changes_nothing() -> None:
    before = queries.people()

    assert changes(TABLE) == {
        "lena": Change.JOINS,
        "alice": Change.CHANGES,
        "bob": Change.LEAVES,
        "carol": Change.SAME,
    }
    assert queries.people() == before


def test_table__is_taken_over_as_the_dry_run_said_and_then_says_the_same() -> None:
    bob = queries.person_by_email("bob@example.com")
    user_id = admit(person_id=bob.id, password="Kastanie-7-Fluss", now=NOW)
    plan = dry_run(TABLE, complete=False, now=NOW)

    take_over(TABLE, complete=False, digest=plan.digest, now=NOW)

    assert queries.person_by_email("lena@example.com").joined_date.isoformat() == "2026-11-01"
    assert queries.person_by_email("alice@example.com").name == "Alice Berg"
    assert queries.person(bob.id).left_date == NOW.date()
    assert not User.objects.get(pk=user_id).may_enter(NOW)
    assert set(changes(TABLE).values()) == {Change.SAME}


def test_table__that_is_complete_lets_everybody_leave_who_is_missing() -> None:
    table = b"name,email\nAlice,alice@example.com\n"

    assert changes(table) == {"alice": Change.SAME}
    assert changes(table, complete=True)["bob"] is Change.LEAVES


def test_table__never_locks_the_administrators_out() -> None:
    carol = queries.person_by_email("carol@example.com")
    change_roles(person_id=carol.id, roles=[Role.ADMINISTRATOR], now=NOW)
    table = b"name,email\nAlice,alice@example.com\n"
    plan = dry_run(table, complete=True, now=NOW)

    with pytest.raises(RosterFaulty):
        take_over(table, complete=True, digest=plan.digest, now=NOW)

    assert queries.person_by_email("bob@example.com").left_date is None, "all or nothing"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",lena@example.com,,,", "name"),
        ("Lena,lena,,,", "email"),
        ("Lena,lena@example.com,soon,,", "day"),
        ("Lena,lena@example.com,2026-11-20,2026-11-01,", "order"),
        ("Lena,lena@example.com,,,robot", "kind"),
        ("Alice,alice@example.com,,,\nAlice,Alice@Example.com,,,", "twice"),
    ],
)
def test_row__with_a_fault_is_named_and_nothing_is_taken_over(row: str, fault: str) -> None:
    table = f"name,email,joined,left,kind\nEmil,emil@example.com,,,\n{row}\n".encode()
    plan = dry_run(table, complete=False, now=NOW)

    assert plan.rows[-1].fault == fault
    with pytest.raises(RosterFaulty):
        take_over(table, complete=False, digest=plan.digest, now=NOW)
    assert len(queries.people()) == 3


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (b"", "empty"),
        (b"who,where\na,b\n", "no column email, name"),
        (b'name,email\n"a,b\n', "line"),
        (b"x" * (MOST_BYTES + 1), "larger"),
    ],
)
def test_table__that_is_none_is_refused(table: bytes, told: str) -> None:
    with pytest.raises(RosterUnreadable, match=told):
        dry_run(table, complete=False, now=NOW)


def test_table__of_a_spreadsheet_on_windows_keeps_its_letters() -> None:
    table = "name;email\nJörg Müßig;joerg@example.com\n".encode("cp1252")

    assert dry_run(table, complete=False, now=NOW).rows[0].name == "Jörg Müßig"


def test_consent__does_not_count_for_another_directory_or_table() -> None:
    plan = dry_run(TABLE, complete=False, now=NOW)
    person("Dora")

    take = {"complete": False, "digest": plan.digest, "now": NOW + timedelta(minutes=1)}
    with pytest.raises(RosterOutdated):
        take_over(TABLE + b"Emil;emil@example.com;;\n", **take)  # type: ignore[arg-type]
    change_roles(
        person_id=queries.person_by_email("carol@example.com").id, roles=[Role.DPO], now=NOW
    )
    with pytest.raises(RosterOutdated):
        take_over(TABLE, **take)  # type: ignore[arg-type]


def test_whoever_comes_back__is_in_the_directory_but_not_let_in() -> None:
    bob = queries.person_by_email("bob@example.com")
    user_id = admit(person_id=bob.id, password="Kastanie-7-Fluss", now=NOW)
    for table in (TABLE, b"name,email\nBob,bob@example.com\n"):
        plan = dry_run(table, complete=False, now=NOW)
        take_over(table, complete=False, digest=plan.digest, now=NOW)

    assert queries.person(bob.id).left_date is None
    assert not User.objects.get(pk=user_id).may_enter(NOW)
