"""The addresses of tiles, and which of them a log of a size has published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustkeep.evidence import tiles
from trustkeep.evidence.tiles import ENTRIES, MAX_LEVEL, NoSuchTile, Tile


@given(st.none() | st.integers(0, MAX_LEVEL), st.integers(0, 10**18 - 1), st.integers(1, 256))
def test_tile__has_one_address(level: int | None, number: int, width: int) -> None:
    tile = Tile(level, number, width)

    assert tiles.parse(tile.path()) == tile


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", Tile(0, 0)),
        ("0/x001/x234/067", Tile(0, 1234067)),
        ("63/x001/000.p/255", Tile(63, 1000, 255)),
        (f"{ENTRIES}/042.p/1", Tile(None, 42, 1)),
    ],
)
def test_tile__is_read_as_the_specification_writes_it(path: str, tile: Tile) -> None:
    assert tiles.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "0/0",
        "0/0000",
        "0/x000/001",
        "0/001/x001",
        "00/000",
        "64/000",
        "-1/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/300",
        "0/000.p/01",
        "0/000.p",
        "0/000/",
        "0/000\n",
        "0/\u0660\u0660\u0660",
        "entries/../000",
        "0/" + "x001/" * 6 + "000",
    ],
)
def test_tile__has_no_other_address(path: str) -> None:
    with pytest.raises(NoSuchTile):
        tiles.parse(path)


def test_tiles__of_seventy_thousand_entries_are_those_of_the_specification() -> None:
    size = 70_000

    for tile in (
        Tile(0, 272),
        Tile(None, 272),
        Tile(0, 273, 112),
        Tile(None, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ):
        tiles.require_published(tile, size)
    for tile in (
        Tile(0, 273),
        Tile(0, 273, 113),
        Tile(0, 274, 1),
        Tile(None, 273, 113),
        Tile(1, 1, 18),
        Tile(2, 0, 2),
        Tile(3, 0, 1),
        Tile(63, 10**17, 1),
    ):
        with pytest.raises(NoSuchTile):
            tiles.require_published(tile, size)


def test_tiles__of_older_sizes_stay() -> None:
    tiles.require_published(Tile(0, 0, 3), 300)
