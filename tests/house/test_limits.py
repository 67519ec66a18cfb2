"""What the manual says of fields, rules and limits is all that there is."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps

from tests.house.source import ROOT, SOURCE, modules
from trustkeep.cli.limits import FORMS, TAKES
from trustkeep.controls.record_kinds import BY_SLUG
from trustkeep.records.kinds import FieldType

WORK_IN_TURNS = {
    "identity/hashing.py": "password hashes at once",
    "site/lanes.py": "requests at work at once",
    "trust/examining.py": "PDFs examined at once",
    "worker/errands.py": "systems told at once",
    "holdings/archive.py": "long answers at once",
    "site/redirect.py": "connections",
    "site/server.py": "connections",
    "site/demo/archive_server.py": "instructions at once to the product of a demo",
    "site/quarantine.py": "requests that wait",
}
"""Modules that begin threads or take turns, and the limit of the manual that bounds them."""

TURNS = {"BoundedSemaphore", "ThreadPoolExecutor", "Thread", "Popen", "run"}
PLACES = {"threading", "subprocess", ""}


def manual() -> str:
    return (ROOT / "docs" / "limits.md").read_text("utf-8")


@pytest.mark.asvs("2.1.1")
def test_manual__tells_what_every_field_takes() -> None:
    assert set(TAKES) == set(FieldType)
    for slug, kind in BY_SLUG.items():
        for field in kind.fields:
            assert f"| {slug} | {field.name} | {field.type.value}" in manual()
    for path in modules():
        part = path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        tree = ast.parse(path.read_text("utf-8"))
        forms = [
            (node.name, field.targets[0].id)
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and node.name.endswith("Form")
            for field in node.body
            if isinstance(field, ast.Assign)
            and isinstance(field.targets[0], ast.Name)
            and "Field" in ast.unparse(field.value)
        ]
        for form, name in forms:
            assert part.startswith(FORMS), f"{part}: say so in trustkeep.cli.limits"
            assert f".{form} | {name} |" in manual()


@pytest.mark.asvs("2.1.2")
def test_manual__tells_every_rule_between_values() -> None:
    for model in apps.get_models():
        for rule in model._meta.constraints:
            assert f"| {model._meta.db_table} | {rule.name.replace('_', ' ')} |" in manual()


@pytest.mark.asvs("2.1.3", "5.1.1", "15.1.3", "15.2.2")
def test_manual__tells_the_limit_of_all_work_that_is_dear() -> None:
    in_turns = {
        path.relative_to(SOURCE).as_posix()
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in TURNS
        and ast.unparse(node.func).rpartition(".")[0] in PLACES
    }

    assert in_turns == set(WORK_IN_TURNS)
    for limit in (*WORK_IN_TURNS.values(), "a customer's file", "unpacked size", "request forms"):
        assert f"| {limit}" in manual()
