"""The mark that makes prepared pages old, across processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from trustkeep.site.generation import Generation


def test_mark__stays_until_something_changes(tmp_path: Path) -> None:
    generation = Generation(tmp_path / "generation")
    before = generation.mark()

    assert generation.mark() == before
    generation.change()
    assert generation.mark() != before


def test_mark__is_seen_changed_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "generation"
    generation = Generation(path)
    before = generation.mark()
    program = (
        "import sys; from pathlib import Path; from trustkeep.site.generation import Generation; "
        "Generation(Path(sys.argv[1])).change()"
    )

    subprocess.run([sys.executable, "-c", program, str(path)], check=True)

    assert generation.mark() != before


def test_mark__of_an_installation_survives_its_opening_again(tmp_path: Path) -> None:
    generation = Generation(tmp_path / "generation")
    generation.change()

    assert Generation(tmp_path / "generation").mark() == generation.mark()
