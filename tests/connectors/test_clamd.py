"""ClamAV's daemon is asked, believed word by word, and never waited for without end."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest

from tests.connectors.clamd import EICAR, FOUND, MOST_BYTES, running
from trustkeep.connectors.clamd import PIECE_BYTES, Clamd
from trustkeep.holdings.scanning import BeyondScanner, ScannerSilent


def reader(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(content))


@pytest.mark.asvs("5.4.3")
@pytest.mark.parametrize("before", [0, PIECE_BYTES - 10, PIECE_BYTES * 2])
def test_malware__is_found_wherever_it_lies(tmp_path: Path, before: int) -> None:
    with running(tmp_path / "s") as address:
        assert Clamd(address).scan(reader(b"x" * before + EICAR + b"y" * before)) == FOUND


@pytest.mark.parametrize("content", [b"", b"plain", b"x" * (PIECE_BYTES + 1)])
def test_clean_content__is_clean(tmp_path: Path, content: bytes) -> None:
    with running(tmp_path / "s") as address:
        assert Clamd(address).scan(reader(content)) == ""
        assert Clamd(address).answers()


@pytest.mark.asvs("5.4.3")
def test_content__that_is_more_than_it_takes_is_not_called_clean(tmp_path: Path) -> None:
    with running(tmp_path / "s") as address, pytest.raises(BeyondScanner):
        Clamd(address).scan(reader(b"x" * (MOST_BYTES * 8)))


@pytest.mark.asvs("5.4.3", "16.5.3")
@pytest.mark.parametrize("says", [b"", b"stream: OK FOR NOW\0", b"ERROR\0", b"\xff\0"])
def test_daemon__that_is_not_understood_calls_nothing_clean(tmp_path: Path, says: bytes) -> None:
    with running(tmp_path / "s", says) as address, pytest.raises(ScannerSilent):
        Clamd(address).scan(reader(b"plain"))


@pytest.mark.asvs("5.4.3", "16.5.3")
def test_daemon__that_is_away_or_silent_calls_nothing_clean(tmp_path: Path) -> None:
    away = Clamd(str(tmp_path / "nobody"))
    with pytest.raises(ScannerSilent):
        away.scan(reader(b"plain"))
    assert not away.answers()

    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = Clamd(f"127.0.0.1:{mute.getsockname()[1]}", timeout_s=0.05)
        with pytest.raises(ScannerSilent):
            silent.scan(reader(b"plain"))
        assert not silent.answers()
