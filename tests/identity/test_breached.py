"""Leaked passwords: looked up in a file of the machine, at whichever place they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from trustkeep.identity import passwords
from trustkeep.identity.breached import BreachedList, ListUnusable
from trustkeep.identity.passwords import Reason

LEAKED = ["Kelp-Orbit-7-Umbra", "Grüner-Baum-99", "Another One 5!"]
SAFE = "Quartz-Meadow-41-Lute"


def digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


def written(path: Path, leaked: list[str], end: str = "\r\n") -> Path:
    path.write_bytes("".join(f"{one}:7{end}" for one in sorted(map(digest, leaked))).encode())
    return path


@pytest.fixture
def leaks(tmp_path: Path) -> Iterator[Path]:
    path = written(tmp_path / "leaked.txt", LEAKED)
    passwords.use_breached(path)
    yield path
    passwords.use_breached(None)


@pytest.mark.rule("N10")
@pytest.mark.asvs("6.2.12")
def test_password__that_leaked_is_refused_with_the_reason(leaks: Path) -> None:
    for leaked in LEAKED:
        assert passwords.policy().violations(leaked) == [Reason.BREACHED]
    assert passwords.policy().violations(SAFE) == []
    with translation.override("de"), pytest.raises(passwords.PasswordRefused) as caught:
        passwords.policy().require(LEAKED[0])
    assert "Datenleck" in str(caught.value)


@pytest.mark.asvs("6.2.12")
def test_password__among_the_most_common_is_refused_without_a_file() -> None:
    assert Reason.COMMON in passwords.policy().violations("Password1!")
    assert passwords.policy().violations(LEAKED[0]) == []


@settings(max_examples=25)
@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=40, unique=True))
def test_list__holds_what_is_in_it_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    known = words[: (len(words) + 1) // 2]
    path = written(tmp_path_factory.mktemp("list") / "leaked.txt", known, end="\n")
    found = BreachedList(path)

    assert all(found.holds(one) for one in known)
    assert not any(found.holds(one) for one in words if one not in known)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "password\n",
        "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8:7\n",
        f"{'F' * 40}:1\n{'0' * 40}:1\n",
    ],
    ids=["empty", "words", "small letters", "unsorted"],
)
def test_file__of_another_kind_stops_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "leaked.txt"
    path.write_text(content, "utf-8")

    with pytest.raises(ListUnusable):
        passwords.use_breached(path)
