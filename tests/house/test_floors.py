"""A part may only look down: by import, by foreign key, and in what it says of itself."""

from __future__ import annotations

import ast
import re

from django.apps import apps

from tests.house.source import ROOT, SOURCE, floor_of, layers, modules, relative


def parts() -> set[str]:
    return {path.parent.name for path in SOURCE.glob("*/__init__.py")}


def test_floors__name_every_part_once() -> None:
    named = [part for floor in layers() for part in floor]

    assert sorted(named) == sorted(set(named))
    assert set(named) == parts()


def test_floors__are_what_every_part_says_of_itself() -> None:
    for part in parts():
        docstring = ast.get_docstring(ast.parse((SOURCE / part / "__init__.py").read_text())) or ""
        assert docstring.startswith(f"Floor {floor_of(part)}: "), part


def test_floors__are_printed_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")

    for part in parts():
        assert re.search(rf"\| {floor_of(part)} \|[^\n]*`{part}`", text), part


def test_floors__hold_for_foreign_keys_given_as_strings() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and not isinstance(field.related_model, str)
        and field.related_model is not None
        and model._meta.app_label in parts()
        and field.related_model._meta.app_label in parts()
        and floor_of(field.related_model._meta.app_label) > floor_of(model._meta.app_label)
    ]

    assert upward == []


def test_floors__are_not_joined_by_signals() -> None:
    signalling = [
        relative(path)
        for path in modules()
        if re.search(
            r"from django\.(db\.models|core|dispatch)[\w.]*signals? import|@receiver",
            path.read_text("utf-8"),
        )
    ]

    assert signalling == []


def test_floors__keep_requests_out_of_the_parts_below_the_pages() -> None:
    below = [part for part in parts() if floor_of(part) < floor_of("ui")]
    knowing = [
        relative(path)
        for part in below
        for path in modules(SOURCE / part)
        if "HttpRequest" in path.read_text("utf-8") and path.name != "middleware.py"
    ]

    assert knowing == []


def test_house__has_no_rooms_for_leftovers() -> None:
    banned = {"utils", "helpers", "common", "services", "managers", "signals", "misc"}

    assert [relative(path) for path in modules() if path.stem in banned] == []
