"""What arrives is in memory or sealed, never plain on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trustkeep.vault.spool import MEMORY_BYTES, SealedSpool


@pytest.mark.parametrize(
    "size", [0, 1, 16_384, MEMORY_BYTES, MEMORY_BYTES + 1, 3 * MEMORY_BYTES + 5]
)
@pytest.mark.parametrize("step", [999, 65_536])
def test_spool__gives_back_what_it_took(tmp_path: Path, size: int, step: int) -> None:
    body = os.urandom(size)
    spool = SealedSpool(tmp_path)
    for start in range(0, size, step):
        spool.write(body[start : start + step])

    assert spool.size_bytes == size
    reader = spool.reader()
    assert reader.read() == body
    reader.seek(0)
    assert reader.read(10) == body[:10]
    spool.close()


def test_spool__writes_nothing_plain_and_leaves_nothing(tmp_path: Path) -> None:
    spool = SealedSpool(tmp_path)
    mark = b"in confidence " * 300_000
    spool.write(mark)
    assert spool._file is not None
    reader = spool.reader()

    held = os.pread(spool._file.fileno(), len(mark) * 2, 0)
    assert len(held) > len(mark)
    assert b"in confidence" not in held
    assert list(tmp_path.iterdir()) == []
    reader.close()
    spool.close()
