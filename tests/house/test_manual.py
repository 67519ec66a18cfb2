"""What README and manual tell people to type exists."""

from __future__ import annotations

import argparse
import re

import pytest
from django.urls import resolve
from django.utils import translation

from tests.house.source import ROOT
from trustkeep.cli.main import build_parser

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
BIGGEST_PICTURE_BYTES = 200_000
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def told() -> list[tuple[str, str]]:
    """Return every piece of code in the manual, with the name of its page."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        blocks = [line for block in FENCE.findall(text) for line in block.splitlines()]
        spans = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
        found += [(page.name, piece.strip()) for piece in (*blocks, *spans)]
    return found


def typed(program: str) -> list[tuple[str, list[str]]]:
    """Return the words after `program` wherever the manual has it typed."""
    start = re.compile(rf"(?:|.*/|.*-m ){program}(?:\.cli\.main)?\s+(\S.*)")
    matches = [(page, start.fullmatch(piece.partition("  #")[0].strip())) for page, piece in told()]
    return [(page, match[1].split()) for page, match in matches if match]


def acts(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return what can follow a command, by name."""
    groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(groups[0].choices) if groups else {}


def test_manual__names_commands_that_exist() -> None:
    commands = acts(build_parser()[0])
    unknown = []
    for page, words in typed("trustkeep"):
        command = commands.get(words[0])
        known_acts = acts(command) if command else {}
        is_act = len(words) < 2 or not known_acts or words[1].strip("|…") in "|".join(known_acts)
        if not (command and is_act):
            unknown.append(f"{page}: trustkeep {' '.join(words)}")

    assert unknown == []


def test_manual__names_options_that_exist() -> None:
    commands = acts(build_parser()[0])
    unknown = []
    for page, words in typed("trustkeep"):
        command = commands[words[0]]
        parser = acts(command).get(words[1], command) if len(words) > 1 else command
        known = {option for action in parser._actions for option in action.option_strings}
        unknown += [f"{page}: {word}" for word in words if word[:2] == "--" and word not in known]

    assert unknown == []


def test_manual__names_targets_of_make_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert {words[0] for _, words in typed("make")} <= targets


@pytest.mark.parametrize("page", ["reading.md", "staff.md", "api.md"])
def test_manual__names_addresses_that_exist(page: str) -> None:
    addresses = {
        address.replace("NUMBER", "0")
        for name, piece in told()
        if name == page
        for address in re.findall(r"(?:^|\$BASE|[\s\"])(/[a-z.][^\s\"?`&]*)", piece)
        if not address.endswith(("…", "/tile/", "/trust-log/", "/v1/"))
    }

    assert addresses
    for address in addresses:
        language = address[1:3] if address[3:4] == "/" else "en"
        with translation.override(language):
            resolve(address)


def test_manual__shows_small_pictures() -> None:
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < BIGGEST_PICTURE_BYTES, picture.name
