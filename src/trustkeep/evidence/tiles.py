"""Addresses of the log's tiles (C2SP tlog-tiles v0.1.0). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
ENTRIES = "entries"
MAX_LEVEL = 63
_PATH = re.compile(
    r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class NoSuchTile(Exception):
    """The address names no tile that this log has published."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile: ``level`` is None for entries; ``width`` counts its hashes or entries (1 to 256)."""

    level: int | None
    number: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Return the address below ``tile/``."""
        groups = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        level = ENTRIES if self.level is None else self.level
        return f"{level}/{'/'.join(reversed(groups))}{partial}"


def parse(path: str) -> Tile:
    """Return the tile of an address below ``tile/``; raises NoSuchTile."""
    found = _PATH.fullmatch(path)
    if not found:
        raise NoSuchTile(path)
    kind, groups, width = found.groups()
    level = None if kind == ENTRIES else int(kind)
    tile = Tile(level, int(re.sub(r"[x/]", "", groups)), int(width or TILE_WIDTH))
    # One address a tile: another spelling of the number, or a partial tile as wide as a full one,
    # would be the same bytes under a second name.
    if tile.path() != path or tile.width > TILE_WIDTH or (level or 0) > MAX_LEVEL:
        raise NoSuchTile(path)
    return tile


def require_published(tile: Tile, size: int) -> None:
    """Raise NoSuchTile unless a checkpoint of `size` entries covers the whole tile.

    A partial tile goes on being served when the log has grown: readers of an older checkpoint
    still ask for it.
    """
    hashes = size >> (TILE_HEIGHT * (tile.level or 0))
    first = tile.number * TILE_WIDTH
    if tile.width > hashes - first:
        raise NoSuchTile(tile.path())
