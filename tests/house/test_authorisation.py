"""The manual's rules of who may do what are those of the guards, and nothing is left out."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import ROOT, SOURCE, modules
from trustkeep.accounts.roles import GRANTS, Permission, Role
from trustkeep.cli.authorisation import ANYBODY, operation_rows, room_rows
from trustkeep.identity.scopes import Scope

OPEN_ROOMS = {
    "/console/sign-in/": "leads to the one door",
}
OPEN_OPERATIONS = {
    "POST `/systems/{system}/confirmations`": "signed with the system's secret",
    "POST `/systems/{system}/status-calls`": "not believed: it makes us ask earlier",
}


def manual() -> str:
    return (ROOT / "docs" / "authorisation.md").read_text("utf-8")


@pytest.mark.asvs("8.1.1")
def test_manual__tells_every_permission_role_and_scope() -> None:
    told = manual()

    for permission in Permission:
        [row] = [line for line in told.splitlines() if line.startswith(f"| {permission.value} |")]
        cells = [cell.strip() for cell in row.split("|")[2:-1]]
        granted = {role for role, cell in zip(Role, cells, strict=True) if cell}
        assert granted == {role for role in Role if permission in GRANTS[role]}
    assert all(f"| `{scope.value}` |" in told for scope in Scope)


@pytest.mark.asvs("8.1.1")
def test_rooms__without_a_guard_are_named() -> None:
    rooms = [row.split("`")[1] for row in room_rows() if row.endswith(f"| {ANYBODY} |")]

    assert sorted(rooms) == sorted(OPEN_ROOMS)


@pytest.mark.asvs("8.1.1", "8.1.2")
def test_operations__for_anybody_are_named() -> None:
    found = [
        row.split("|")[1].strip()
        for row in operation_rows()
        if row.split("|")[2].strip() == ANYBODY
    ]

    assert found == list(OPEN_OPERATIONS)


@pytest.mark.asvs("8.1.2")
def test_manual__tells_the_fields_of_every_operation() -> None:
    told = manual()

    assert all(row in told for row in operation_rows())


@pytest.mark.asvs("8.2.3")
def test_rows__are_never_written_from_whatever_a_request_holds() -> None:
    found = []
    for path in modules():
        text = path.read_text("utf-8")
        where = path.relative_to(SOURCE).as_posix()
        if "ModelForm" in text or "ModelSchema" in text:
            found.append(f"{where}: a form with the fields of a table")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                found += [
                    f"{where}:{node.lineno} **{ast.unparse(one.value)}"
                    for one in node.keywords
                    if one.arg is None and ast.unparse(one.value).startswith("request.")
                ]

    assert found == []
