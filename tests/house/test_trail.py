"""No change of rights and no reading of what is gated goes without a line in the audit trail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import SOURCE, modules

RIGHTS = frozenset(
    {
        "add_person",
        "change_roles",
        "person_left",
        "person_came_back",
        "add_member",
        "change_member_role",
        "member_left",
    }
)
"""What changes who may do what, below the part that notes it."""
NOTING = frozenset({"identity/directory.py", "identity/team.py"})
ROLLED_BACK = frozenset({"identity/doors.py", "lifecycle/doors.py"})
"""Probes, which leave nothing behind."""
ADMITTED = frozenset({"site/demo/lives.py"})
"""Enters owners whose admission is noted."""

VIEWS = SOURCE / "console" / "views"
SHOWS_CUSTOMERS = ("account", "audit", "letters", "looks", "requests")
SHOWS_NONE = {
    "account_acts": "shows what an act would do, reached from the account",
    "accounts": "shows names and states only; its table is noted",
    "backups": "shows counts and digests",
    "clock": "shows settings",
    "evidence": "is public",
    "home": "shows what is due",
    "links": "is the staff's own directory",
    "people": "is the staff's own directory",
    "promises": "is public",
    "providers": "shows settings",
    "records": "is the company's own programme",
    "roster": "is the staff's own directory",
    "sign_in_rules": "shows settings",
    "systems": "shows settings and opaque ids",
    "tokens": "shows no token twice",
    "ways_in": "changes only",
    "wordings": "is about to be public",
}
EXEMPT = {
    "looks.accounts": "names of accounts only",
    "looks.begin": "asks for the reason",
    "requests.requests": "numbers, kinds and days, without who asked",
    "requests.enter": "an empty form",
    "letters.again": "changes only",
    "letters.call_off": "changes only",
    "audit.audit": "the trail itself; taking it away is noted",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the name and line of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            yield (node.func.id if isinstance(node.func, ast.Name) else name), node.lineno


def test_rights__change_in_one_place_that_notes_it() -> None:
    found = [
        f"{where}:{line} {name}"
        for path in modules()
        if (where := path.relative_to(SOURCE).as_posix()) not in NOTING | ROLLED_BACK | ADMITTED
        for name, line in calls(ast.parse(path.read_text("utf-8")))
        if name in RIGHTS
    ]

    assert found == [], "go through identity.directory or identity.team, which note it"


def test_rights__are_noted_by_every_function_that_changes_them() -> None:
    silent = []
    for where in sorted(NOTING):
        for node in ast.parse((SOURCE / where).read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                called = {name for name, _ in calls(node)}
                if called & RIGHTS and not called & {"note", "rights_changed"}:
                    silent.append(f"{where} {node.name}")

    assert silent == []


def test_reading__of_what_is_gated_or_a_customers_is_noted() -> None:
    known = {*SHOWS_CUSTOMERS, *SHOWS_NONE}
    assert {path.stem for path in VIEWS.glob("[a-z]*.py")} == known, "say what a new room shows"
    silent = []
    for room in sorted(known):
        for name, node in views(room):
            shows = room in SHOWS_CUSTOMERS or (name == "export" and room == "accounts")
            if shows and f"{room}.{name}" not in EXEMPT and not is_noted(node):
                silent.append(f"{room}.{name}")

    assert silent == [], "put @noted on it, or say here why it shows nothing"


def test_exemptions__name_views_that_exist() -> None:
    existing = {f"{room}.{name}" for room in SHOWS_CUSTOMERS for name, _ in views(room)}

    assert set(EXEMPT) <= existing


def views(room: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the views of a room: what stands behind the guard for the staff."""
    for node in ast.parse((VIEWS / f"{room}.py").read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and "staff" in decorators(node):
            yield node.name, node


def decorators(node: ast.FunctionDef) -> set[str]:
    return {
        one.func.id
        for one in node.decorator_list
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
    }


def is_noted(node: ast.FunctionDef) -> bool:
    return "noted" in decorators(node) or "note_read" in {name for name, _ in calls(node)}


COMMANDS = SOURCE / "cli" / "commands"
PRINT_CUSTOMERS = ("accounts", "audit", "letters", "requests", "systems")
PRINT_NONE = {
    "backup": "counts and digests",
    "check": "results of checks, which are public",
    "demo": "made-up people",
    "docs": "the manual",
    "doctor": "the machine",
    "drill": "counts and digests",
    "init": "the first start",
    "keys": "versions of keys",
    "log": "the evidence log, which is public",
    "manage": "the framework: whoever runs it holds the keys, and leaves no line anywhere",
    "promises": "public",
    "record": "the company's own programme",
    "serve": "the server",
    "staff": "the staff's own directory",
    "token": "no token twice",
    "trace": "promises, which are public",
    "verify": "files that somebody has",
}
PRINTS = frozenset({"print", "print_json", "print_table", "write", "write_text"})
SILENT = {
    "accounts._list": "names and states only",
    "accounts._plan": "counts; making it is an act of its own",
    "audit._list": "the trail itself; taking it away is noted",
    "requests._list": "numbers, kinds and days, without who asked",
    "requests._print_erasure": "counts, behind requests._show",
    "systems._list": "settings",
    "systems._try": "what a system answered to nobody's name",
    "systems._plan": "counts",
    "systems._deliveries": "opaque ids",
    "systems._print_added": "settings",
    "letters._send": "counts",
}
ACTS = {
    "accounts": {
        "open",
        "change",
        "end",
        "call_off",
        "reinstate",
        "hold",
        "review",
        "release",
        "approve",
        "delete",
        "clock",
    },
    "letters": {"try_again", "cancel", "bounced"},
    "requests": {"received", "plan", "approve", "advance"},
    "systems": {"add", "rotate", "retire", "again"},
    "audit": set(),
}
"""Acts that print what they did, and leave entries of their own."""

ROUTES = SOURCE / "api" / "routes"
ANSWER_CUSTOMERS = ("letters", "lifecycle", "requests")
ANSWER_NONE = {
    "account": "a customer's own",
    "bounces": "takes reports only",
    "collections": "a customer's own",
    "contract": "a customer's own",
    "evidence": "is public",
    "files": "a customer's own",
    "links": "a customer's own",
    "opening": "changes only",
    "own_requests": "a customer's own",
    "previews": "answers through looked_at, and no GET",
    "promises": "are public",
    "records": "is the company's own programme",
    "sign_in": "settings",
    "systems": "settings, opaque ids, and whether an account is open",
    "uploads": "a customer's own",
}
UNNOTED = {"lifecycle.all_accounts": "names and states only"}


def test_reading__at_the_command_line_is_noted() -> None:
    known = {*PRINT_CUSTOMERS, *PRINT_NONE}
    found = {path.stem for path in COMMANDS.glob("[a-z]*.py")}
    assert found == known, "say what a new command prints"
    silent = [
        f"{command}.{node.name}"
        for command in PRINT_CUSTOMERS
        for node in functions(COMMANDS / f"{command}.py")
        if called(node) & PRINTS
        and "note_read" not in called(node)
        and node.name.strip("_") not in ACTS[command]
    ]

    assert sorted(silent) == sorted(SILENT), "note the reading, or say why it shows nothing"


def test_reading__by_programs_of_the_staff_is_noted() -> None:
    known = {*ANSWER_CUSTOMERS, *ANSWER_NONE}
    found = {path.stem for path in ROUTES.glob("[a-z]*.py")}
    assert found == known, "say what new routes answer"
    silent = [
        f"{route}.{node.name}"
        for route in ANSWER_CUSTOMERS
        for node in functions(ROUTES / f"{route}.py")
        if reads(node) and "looked_at" not in called(node)
    ]

    assert silent == list(UNNOTED), "answer through looked_at, or say why it shows nothing"


def functions(path: Path) -> list[ast.FunctionDef]:
    """Return the functions of a module."""
    body = ast.parse(path.read_text("utf-8")).body
    return [node for node in body if isinstance(node, ast.FunctionDef)]


def called(node: ast.FunctionDef) -> set[str]:
    return {name for name, _ in calls(node)}


def reads(node: ast.FunctionDef) -> bool:
    """Whether a route answers to GET."""
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "get"
        for one in node.decorator_list
    )
