"""What happens when something goes wrong, what the operator sees, and which test shows it.

    python -m scripts.bad_input  # writes docs/bad-input.md

Situations stand in `docs/bad-input.csv`; tests name them by ``@pytest.mark.when``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

from scripts.asvs import ROOT, marks

TABLE = ROOT / "docs" / "bad-input.csv"
DOCUMENT = ROOT / "docs" / "bad-input.md"
BEHAVIOURS = "Behaviours"
"""The chapter whose rows say what is always so; nothing has to be done about them."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Something that goes wrong; what is seen of it, and what to do."""

    id: str
    chapter: str
    text: str
    seen: str
    act: str


def situations() -> list[Situation]:
    """Return every situation in the table's order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Situation(row["id"], row["chapter"], row["situation"], row["operator"], row["act"])
            for row in csv.DictReader(file)
        ]


def document() -> str:
    """Return the table as it stands in the manual."""
    shown_by, found = marks("when"), situations()
    lines = [
        "# What happens when something goes wrong",
        "",
        "For who operates an installation. Made by `make docs` from `docs/bad-input.csv` and the"
        " marks of the tests; `make test` fails when they differ, and when a row is shown by no"
        " test. The events are those of [What is logged](operations.md#what-is-logged).",
    ]
    for chapter in dict.fromkeys(one.chapter for one in found):
        head = ("What is kept", "How") if chapter == BEHAVIOURS else ("When", "What you see")
        lines += ["", f"## {chapter}", ""]
        lines += [f"| {head[0]} | {head[1]} | What to do | Shown by |", "|---|---|---|---|"]
        for one in found:
            if one.chapter == chapter:
                tests = "<br>".join(f"`{test}`" for test in shown_by.get(one.id, []))
                lines.append(f"| {one.text} | {one.seen} | {one.act} | {tests} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
