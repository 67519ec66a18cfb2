"""Which state of the source this software was made from, as far as that can be told.

A wheel that was installed from a repository names its commit (PEP 610); a checkout has it beside
the source. Anything else says nothing rather than something that may be wrong.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import metadata
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_CHECKOUT = Path(__file__).parents[3]
DISTRIBUTION = "trustkeep"


@cache
def commit() -> str:
    """Return the commit, or nothing."""
    return _of_distribution() or of_checkout(_CHECKOUT)


def of_checkout(root: Path) -> str:
    """Return the commit that a checkout stands at; nothing where there is none."""
    place = root / ".git"
    if place.is_file():
        # A second checkout of one repository keeps only its own head.
        place = root / place.read_text("utf-8").removeprefix("gitdir:").strip()
    head = _text(place / "HEAD")
    if not head.startswith("ref:"):
        return _commit_in(head)
    name = head.removeprefix("ref:").strip()
    common = place / (_text(place / "commondir") or ".")
    return _commit_in(_text(common / name)) or _packed(_text(common / "packed-refs"), name)


def _of_distribution() -> str:
    try:
        told = metadata.distribution(DISTRIBUTION).read_text("direct_url.json") or "{}"
    except metadata.PackageNotFoundError:
        return ""
    return _commit_in(str(json.loads(told).get("vcs_info", {}).get("commit_id", "")))


def _packed(refs: str, name: str) -> str:
    for line in refs.splitlines():
        found, _, ref = line.partition(" ")
        if ref == name:
            return _commit_in(found)
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        return ""


def _commit_in(text: str) -> str:
    return text if _COMMIT.fullmatch(text) else ""
