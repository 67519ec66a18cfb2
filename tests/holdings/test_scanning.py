"""Where a scanner is set, nobody can read what it has not called clean."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.clamd import EICAR, FOUND, MOST_BYTES, running
from tests.holdings.conftest import objects
from tests.promises.world import NOW
from trustkeep.accounts.gate import Passage
from trustkeep.connectors.clamd import Clamd
from trustkeep.holdings import files, scanning, uploads
from trustkeep.holdings.files import NewFile
from trustkeep.holdings.models import File, FileVersion
from trustkeep.holdings.scanning import MalwareFound, NotScanned, TooLargeToScan
from trustkeep.ui.bodies import Body

pytestmark = [pytest.mark.django_db, pytest.mark.asvs("5.4.3")]


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[None]:
    with running(tmp_path / "clamd") as address:
        scanning.joined.scanner = Clamd(address)
        yield
        scanning.joined.scanner = None


def keep(way: Passage, content: bytes) -> None:
    files.keep_file(
        passage=way,
        new=NewFile("invoice.pdf"),
        source=Body(io.BytesIO(content)),
        by="alice",
        clock=lambda: NOW,
    )


def is_empty(way: Passage) -> bool:
    return not (objects(way.account_id) or File.objects.exists() or FileVersion.objects.exists())


@pytest.mark.usefixtures("scanner")
def test_file__with_malware_is_not_kept(way: Passage) -> None:
    with pytest.raises(MalwareFound, match=FOUND):
        keep(way, b"%PDF-" + EICAR)

    assert is_empty(way)


@pytest.mark.usefixtures("scanner")
def test_file__that_is_clean_is_kept(way: Passage) -> None:
    keep(way, b"%PDF-")

    assert File.objects.count() == 1


@pytest.mark.usefixtures("scanner")
def test_file__that_is_too_large_to_scan_is_not_kept(way: Passage) -> None:
    with pytest.raises(TooLargeToScan, match="invoice"):
        keep(way, b"x" * (MOST_BYTES * 8))

    assert is_empty(way)


@pytest.mark.asvs("16.5.3", "16.5.2")
def test_file__is_not_kept_while_the_scanner_is_away(
    way: Passage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scanning.joined.scanner = Clamd(str(tmp_path / "nobody"))
    try:
        with pytest.raises(NotScanned):
            keep(way, b"%PDF-")
    finally:
        scanning.joined.scanner = None

    assert is_empty(way)
    assert "invoice" not in caplog.text


@pytest.mark.usefixtures("scanner")
def test_upload__in_pieces_is_scanned_as_a_whole(way: Passage) -> None:
    begun = uploads.begin_upload(
        passage=way, new=NewFile("a.bin"), size_bytes=len(EICAR), by="alice", now=NOW
    )
    for offset, piece in ((0, EICAR[:30]), (30, EICAR[30:])):
        uploads.add_piece(
            passage=way,
            upload_id=begun.id,
            offset=offset,
            source=Body(io.BytesIO(piece)),
            clock=lambda: NOW,
        )

    with pytest.raises(MalwareFound):
        uploads.finish_upload(
            passage=way, upload_id=begun.id, sha256="", by="alice", clock=lambda: NOW
        )

    assert not File.objects.exists()
