"""How commands print: tables for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any


def print_json(value: Any) -> None:
    """Print `value` as indented JSON with sorted keys, so that two runs compare line by line."""
    print(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in aligned columns under their heads; the last column runs free."""
    table = [list(heads), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads) - 1)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]).rstrip())


def instant(at: datetime | None) -> str:
    """Write an instant for a terminal; a dash where there is none."""
    return at.strftime("%Y-%m-%d %H:%M:%S UTC") if at else "–"
