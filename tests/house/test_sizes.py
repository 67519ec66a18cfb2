"""Small modules and functions; raising a limit needs a decision record."""

from __future__ import annotations

import ast

from tests.house.source import ROOT, SOURCE, functions, modules, relative

MODULE_LINES = 500
FUNCTION_LINES = 50
VIEW_LINES = 20
TEMPLATE_LINES = 100
STYLE_LINES = 100


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules__stay_readable_in_one_sitting() -> None:
    long = {
        relative(path): lines
        for path in [*modules(), *modules(ROOT / "tests")]
        if (lines := len(path.read_text("utf-8").splitlines())) > MODULE_LINES
    }

    assert long == {}


def test_functions__stay_on_one_screen() -> None:
    long = {
        f"{relative(path)}:{node.name}": length(node)
        for path in modules()
        for node in functions(path)
        if length(node) > FUNCTION_LINES
    }

    assert long == {}


def test_views__parse_permit_call_and_answer() -> None:
    long = {
        f"{relative(path)}:{node.name}": length(node)
        for path in modules()
        if "views" in path.parts or path.stem == "views"
        for node in functions(path)
        if length(node) > VIEW_LINES
    }

    assert long == {}


def test_templates_and_styles__stay_small() -> None:
    limits = {"*.html": TEMPLATE_LINES, "*.css": STYLE_LINES}
    long = {
        relative(path): lines
        for pattern, limit in limits.items()
        for path in SOURCE.rglob(pattern)
        if (lines := len(path.read_text("utf-8").splitlines())) > limit
    }

    assert long == {}
