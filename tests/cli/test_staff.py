"""`trustkeep staff`: people, their roles, their way in."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.promises.world import company
from trustkeep.identity.signing_in import SignInRefused, sign_in
from trustkeep.identity.store import SessionStore
from trustkeep.kernel.clock import now

PASSWORD = "Kelp-Orbit-7-Umbra"


def signs_in(email: str, password: str = PASSWORD) -> bool:
    try:
        sign_in(SessionStore(), email=email, password=password, now=now())
    except SignInRefused:
        return False
    return True


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return str(file)


@pytest.fixture
def ada(type_: Type, password_file: str) -> str:
    company()
    options = ("--name", "Ada Lang", "--role", "dpo", "--password-file", password_file)
    assert type_("staff", "add", "ada@example.com", *options).code == 0
    return "ada@example.com"


def test_add__lets_somebody_in(ada: str, type_: Type) -> None:
    [told] = type_("staff", "list", "--json").json

    assert (told["email"], told["roles"], told["signs_in"]) == (ada, ["dpo"], True)
    assert signs_in(ada)


def test_add__takes_a_password_from_standard_input(
    type_: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))

    said = type_("staff", "add", "b@example.com", "--name", "Bo Berg", "--password-file", "-")

    assert said.code == 0
    assert signs_in("b@example.com")


def test_add__with_a_weak_password_enters_nobody(type_: Type, tmp_path: Path) -> None:
    weak = tmp_path / "weak"
    weak.write_text("short")

    said = type_("staff", "add", "b@x.example", "--name", "B", "--password-file", str(weak))

    assert said.code == 1
    assert "characters" in said.err
    assert type_("staff", "list", "--json").json == []


def test_add__without_a_way_in_needs_no_password(type_: Type) -> None:
    said = type_("staff", "add", "c@example.com", "--name", "C", "--joined", "2026-01-05")

    assert said.code == 0
    [told] = type_("staff", "list", "--json").json
    assert (told["joined"], told["signs_in"]) == ("2026-01-05", False)


def test_roles__are_replaced(ada: str, type_: Type) -> None:
    type_("staff", "roles", ada, "--role", "trainer", "--role", "auditor")

    assert type_("staff", "list", "--json").json[0]["roles"] == ["trainer", "auditor"]


def test_password__replaces_the_old_one(ada: str, type_: Type, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.write_text("Quartz-Meadow-4-Finch")

    assert type_("staff", "password", ada, "--password-file", str(new)).code == 0
    assert not signs_in(ada)
    assert signs_in(ada, "Quartz-Meadow-4-Finch")


def test_left__ends_the_way_in_today_and_keeps_it_until_a_later_day(ada: str, type_: Type) -> None:
    type_("staff", "left", ada, "--on", str(date(2999, 1, 1)))
    assert signs_in(ada)

    type_("staff", "left", ada)
    assert not signs_in(ada)
    assert type_("staff", "list", "--json").json[0]["signs_in"] is False


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("roles", "nobody@example.com"), 1, "nobody “nobody@example.com”"),
        (("add", "no-address", "--name", "A"), 1, "e-mail address"),
        (("roles", "ada@example.com", "--role", "king"), 2, "invalid choice"),
        (("left", "ada@example.com", "--on", "soon"), 2, "invalid"),
        (("password", "ada@example.com"), 1, "No password was given"),
        ((), 2, "required"),
    ],
)
def test_staff__says_what_was_wrong(
    ada: str, type_: Type, words: tuple[str, ...], code: int, told: str
) -> None:
    said = type_("staff", *words)

    assert said.code == code
    assert told in said.err


def test_list__reads_as_a_table(ada: str, type_: Type) -> None:
    lines = type_("staff", "list").out.splitlines()

    assert lines[0].split() == ["E-MAIL", "NAME", "SIGNS", "IN", "SINCE", "UNTIL", "ROLES"]
    assert ada in lines[1]


def test_import__is_a_dry_run_unless_told(ada: str, type_: Type, tmp_path: Path) -> None:
    table = tmp_path / "staff.csv"
    table.write_text("name,email\nAda Lang,ada@example.com\nBo Berg,bo@example.com\n")

    told = type_("staff", "import", str(table), "--json").json
    assert [(row["email"], row["change"]) for row in told["rows"]] == [("bo@example.com", "joins")]
    assert len(type_("staff", "list", "--json").json) == 1
    assert type_("staff", "import", str(table), "--apply").code == 0
    assert len(type_("staff", "list", "--json").json) == 2


def test_import__of_a_table_with_faults_ends_with_an_error(
    ada: str, type_: Type, tmp_path: Path
) -> None:
    table = tmp_path / "staff.csv"
    table.write_text("name,email\nBo Berg,nowhere\n")

    said = type_("staff", "import", str(table), "--apply")

    assert said.code == 1
    assert "nothing was changed" in said.err
