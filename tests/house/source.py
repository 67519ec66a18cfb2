"""The source tree, as the tests of the house read it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "trustkeep"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def modules(below: Path = SOURCE) -> Iterator[Path]:
    """Yield every Python file below a folder, migrations aside."""
    for path in sorted(below.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def layers() -> list[list[str]]:
    """Return the floors from the top down, each with the parts on it."""
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    return [[part.strip() for part in floor.split("|")] for floor in contract["layers"]]


def floor_of(part: str) -> int:
    """Return the floor of a part: 0 for the lowest."""
    for number, parts in enumerate(reversed(layers())):
        if part in parts:
            return number
    raise LookupError(part)


def relative(path: Path) -> str:
    """Return a path as a reader of the repository writes it."""
    return path.relative_to(ROOT).as_posix()
