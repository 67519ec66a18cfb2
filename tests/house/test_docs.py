"""The manual and the code say the same."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT, modules
from trustkeep.cli.documents import DOCUMENTS

SETTING = re.compile(r"\bTRUSTKEEP_[A-Z_]+\b")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_docs__made_from_the_code_are_up_to_date(name: str) -> None:
    written = (ROOT / "docs" / name).read_text("utf-8")

    assert written == DOCUMENTS[name](), "run `make docs`"


def test_docs__explain_every_setting() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")
    used = {found for path in modules() for found in SETTING.findall(path.read_text("utf-8"))}

    assert sorted(used - set(SETTING.findall(manual))) == []


def test_docs__link_to_files_that_exist() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_docs__architecture_stays_two_pages() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 110
