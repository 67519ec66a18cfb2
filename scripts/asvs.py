"""Which test shows which requirement of the OWASP ASVS 5.0.0, level 2, to hold.

    python -m scripts.asvs  # writes docs/asvs.md

Requirements stand in `docs/asvs.csv` in our own words; tests name them by ``@pytest.mark.asvs``.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "asvs.csv"
DOCUMENT = ROOT / "docs" / "asvs.md"
TESTS = ROOT / "tests"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the standard; ``applies`` is False where ``text`` says why it does not."""

    id: str
    level: int
    chapter: str
    applies: bool
    text: str


def requirements() -> list[Requirement]:
    """Return every requirement of levels one and two, in the standard's order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(
                row["id"],
                int(row["level"]),
                row["chapter"],
                row["applies"] == "yes",
                row["requirement"],
            )
            for row in csv.DictReader(file)
        ]


def marks(marker: str = "asvs") -> dict[str, list[str]]:
    """Return, by what a marker names, the tests that name it."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, ids in _marked(ast.parse(path.read_text("utf-8")), marker):
            for one in ids:
                found.setdefault(one, []).append(f"{path.relative_to(TESTS)}::{name}")
    return found


def document() -> str:
    """Return the table as it stands in the manual."""
    shown_by = marks()
    rows = requirements()
    applying = [row for row in rows if row.applies]
    shown = [row for row in applying if row.id in shown_by]
    lines = [
        "# OWASP ASVS 5.0.0, level 2, row by row",
        "",
        "Made by `make docs` from `docs/asvs.csv` and the marks of the tests; `make test` fails"
        " when they differ. Ids and levels are the standard's, the words are ours.",
        "",
        f"{len(applying)} requirements of levels one and two apply; tests name {len(shown)} of"
        " them. What no test names is not claimed.",
    ]
    for chapter in dict.fromkeys(row.chapter for row in rows):
        lines += ["", f"## {chapter}", "", "| id | level | requirement | shown by |"]
        lines += ["|---|---|---|---|"]
        lines += [_line(row, shown_by) for row in rows if row.chapter == chapter]
    return "\n".join(lines) + "\n"


def _line(row: Requirement, shown_by: Mapping[str, list[str]]) -> str:
    tests = shown_by.get(row.id, [])
    shown = "<br>".join(f"`{test}`" for test in tests) or "no test yet"
    if not row.applies:
        shown = "does not apply"
    text = row.text.replace("|", "\\|").replace("<", "&lt;")
    return f"| {row.id} | {row.level} | {text} | {shown} |"


def _marked(tree: ast.Module, marker: str) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            ids = [one for decorator in node.decorator_list for one in _ids(decorator, marker)]
            if ids:
                yield node.name, ids


def _ids(decorator: ast.expr, marker: str) -> list[str]:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return []
    if decorator.func.attr != marker:
        return []
    return [str(one.value) for one in decorator.args if isinstance(one, ast.Constant)]


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
