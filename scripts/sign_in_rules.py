"""Which test shows which rule of signing in to hold.

    python -m scripts.sign_in_rules  # writes docs/sign-in-rules.md

Rules stand in `docs/sign-in-rules.csv`; tests name them by ``@pytest.mark.rule``. They come from
NIST SP 800-63B-4, OpenID Connect, RFC 9700 and what Google and Microsoft document.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

from scripts.asvs import ROOT, marks

TABLE = ROOT / "docs" / "sign-in-rules.csv"
DOCUMENT = ROOT / "docs" / "sign-in-rules.md"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``applies`` is False where ``text`` says why it is not followed."""

    id: str
    chapter: str
    applies: bool
    text: str


def rules() -> list[Rule]:
    """Return every rule in the table's order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Rule(row["id"], row["chapter"], row["applies"] == "yes", row["rule"])
            for row in csv.DictReader(file)
        ]


def document() -> str:
    """Return the table as it stands in the manual."""
    shown_by = marks("rule")
    found = rules()
    lines = [
        "# Rules of signing in, row by row",
        "",
        "Made by `make docs` from `docs/sign-in-rules.csv` and the marks of the tests; `make test`"
        " fails when they differ, and when a rule is shown by no test.",
    ]
    for chapter in dict.fromkeys(rule.chapter for rule in found):
        lines += ["", f"## {chapter}", "", "| id | rule | shown by |", "|---|---|---|"]
        for rule in found:
            if rule.chapter == chapter:
                tests = "<br>".join(f"`{test}`" for test in shown_by.get(rule.id, []))
                shown = tests if rule.applies else "not followed"
                lines.append(f"| {rule.id} | {rule.text} | {shown} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
