"""Files that arrive in pieces."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest

from tests.holdings.conftest import ALICE, at, body_of, objects, older
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import Passage, require_open
from trustkeep.holdings import uploads
from trustkeep.holdings.entering import GenerationPassed
from trustkeep.holdings.files import NewFile, WrongHash, keep_file
from trustkeep.holdings.queries import FileShown
from trustkeep.holdings.uploads import (
    LIVES,
    MOST_AT_ONCE,
    NoSuchUpload,
    OffsetWrong,
    TooManyUploads,
    UploadIncomplete,
    UploadShown,
    UploadTooLarge,
)
from trustkeep.vault.files import SealedFileMissing

BODY = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(BODY).hexdigest()


def begun(way: Passage, size: int = len(BODY)) -> UploadShown:
    return uploads.begin_upload(
        passage=way, new=NewFile("big.bin"), size_bytes=size, by=ALICE, now=NOW
    )


def piece(way: Passage, one: UploadShown, offset: int, body: bytes) -> UploadShown:
    return uploads.add_piece(
        passage=way, upload_id=one.id, offset=offset, source=io.BytesIO(body), clock=at(NOW)
    )


def test_upload__joins_its_pieces(way: Passage) -> None:
    one = begun(way)
    for offset in range(0, len(BODY), 100_000):
        piece(way, one, offset, BODY[offset : offset + 100_000])

    kept = uploads.finish_upload(
        passage=way, upload_id=one.id, sha256=SHA256, by=ALICE, clock=at(NOW)
    )

    assert body_of(way.account_id, kept.version_id) == BODY
    assert objects(way.account_id) == [kept.version_id]


def test_upload__of_nothing_is_an_empty_file(way: Passage) -> None:
    one = begun(way, 0)

    kept = uploads.finish_upload(passage=way, upload_id=one.id, sha256="", by=ALICE, clock=at(NOW))

    assert kept.size_bytes == 0


def test_piece__begins_where_the_last_one_ended(way: Passage) -> None:
    one = begun(way)
    piece(way, one, 0, b"12345")

    for offset in (0, 4, 6):
        with pytest.raises(OffsetWrong):
            piece(way, one, offset, b"x")

    assert uploads.upload(way.account_id, one.id, now=NOW).arrived == 5
    assert len(objects(way.account_id)) == 1


def test_pieces__are_not_more_than_was_announced(way: Passage) -> None:
    one = begun(way, 3)

    with pytest.raises(UploadTooLarge):
        piece(way, one, 0, b"1234")

    assert objects(way.account_id) == []


def test_upload__is_not_finished_before_all_is_there_or_with_a_wrong_hash(way: Passage) -> None:
    one = begun(way)
    piece(way, one, 0, BODY[:10])
    with pytest.raises(UploadIncomplete):
        uploads.finish_upload(passage=way, upload_id=one.id, sha256="", by=ALICE, clock=at(NOW))
    piece(way, one, 10, BODY[10:])

    with pytest.raises(WrongHash):
        uploads.finish_upload(
            passage=way, upload_id=one.id, sha256="0" * 64, by=ALICE, clock=at(NOW)
        )

    uploads.finish_upload(passage=way, upload_id=one.id, sha256=SHA256, by=ALICE, clock=at(NOW))


def test_upload__of_another_account_is_unknown(way: Passage, quarry: AccountShown) -> None:
    one = begun(way)
    other = require_open(quarry.id, now=NOW)

    with pytest.raises(NoSuchUpload):
        piece(other, one, 0, b"x")
    with pytest.raises(NoSuchUpload):
        uploads.upload(quarry.id, one.id, now=NOW)


def test_piece__of_a_passed_generation_fails(way: Passage) -> None:
    one = begun(way)

    with pytest.raises(GenerationPassed):
        piece(older(way), one, 0, b"x")

    assert objects(way.account_id) == []


def test_upload__that_waits_too_long_is_thrown_away(way: Passage) -> None:
    one = begun(way)
    piece(way, one, 0, b"12345")

    assert uploads.forget_stale(now=NOW + LIVES - timedelta(seconds=1)) == 0
    assert uploads.forget_stale(now=NOW + LIVES) == 1

    assert objects(way.account_id) == []
    with pytest.raises(NoSuchUpload):
        uploads.upload(way.account_id, one.id, now=NOW)


def test_upload__that_is_given_up_leaves_nothing(way: Passage) -> None:
    one = begun(way)
    piece(way, one, 0, b"12345")

    uploads.give_up(passage=way, upload_id=one.id, now=NOW)

    assert objects(way.account_id) == []


@pytest.mark.asvs("2.3.2")
def test_uploads__under_way_are_limited(way: Passage) -> None:
    for _ in range(MOST_AT_ONCE):
        begun(way)

    with pytest.raises(TooManyUploads):
        begun(way)


@pytest.mark.when("two-at-once")
def test_finishing__twice_or_by_two_at_once_keeps_one_file(
    way: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, answers = begun(way), []
    piece(way, one, 0, BODY)

    def finish() -> None:
        answers.append(
            uploads.finish_upload(
                passage=way, upload_id=one.id, sha256=SHA256, by=ALICE, clock=at(NOW)
            )
        )

    def beside(**told: Any) -> FileShown:
        # Both have looked before either has entered anything.
        monkeypatch.setattr(uploads, "keep_file", keep_file)
        finish()
        return keep_file(**told)

    monkeypatch.setattr(uploads, "keep_file", beside)
    with pytest.raises((NoSuchUpload, SealedFileMissing)):
        finish()
    with pytest.raises(NoSuchUpload):
        finish()

    [kept] = answers
    assert kept.number == 1
    assert objects(way.account_id) == [kept.version_id]
