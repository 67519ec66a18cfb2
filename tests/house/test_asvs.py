"""Every mark names a requirement that there is, and the manual says which are shown."""

from __future__ import annotations

from scripts import asvs


def test_marks__name_requirements_of_the_standard() -> None:
    known = {row.id for row in asvs.requirements()}
    levels_above = {mark for mark in asvs.marks() if mark not in known and mark.count(".") == 2}

    assert {mark for mark in asvs.marks() if mark.count(".") != 2} == set()
    assert not levels_above & {row.id for row in asvs.requirements() if not row.applies}


def test_manual__says_which_requirements_are_shown() -> None:
    written = asvs.DOCUMENT.read_text("utf-8")

    assert written == asvs.document(), "run `make docs`"
