"""Everything comes back: files with versions, records, in one archive, sealed on demand."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pyrage
import pytest

from tests.holdings.conftest import ALICE, at, kept
from tests.promises.world import NOW
from trustkeep.accounts.gate import AccountClosed, Passage
from trustkeep.accounts.models import Account
from trustkeep.accounts.states import AccountState
from trustkeep.holdings import collections, folders, returning, trash
from trustkeep.holdings.archive import RecipientInvalid
from trustkeep.holdings.exporting import Member

LONG = "ü" * 200 + ".txt"


def filled(way: Passage) -> None:
    inside = folders.make_folder(passage=way, name="Offers", parent_id=None, by=ALICE, now=NOW)
    kept(way, "a.txt", b"one", inside.id)
    kept(way, "a.txt", b"two", inside.id)
    kept(way, LONG, b"long")
    gone = kept(way, "gone.txt", b"gone")
    trash.throw_file(passage=way, file_id=gone.id, now=NOW)
    collections.enter_record(
        passage=way, collection="Calls", values={"name": "Müller"}, by=ALICE, now=NOW
    )


def exported(way: Passage, recipient: str = "") -> bytes:
    more = [Member("account.json", NOW, [b"{}"])]
    chunks = returning.begin_export(
        passage=way, more=more, recipient=recipient, by=ALICE, clock=at(NOW)
    )
    return b"".join(chunks)


def test_export__holds_every_version_and_record(way: Passage) -> None:
    filled(way)

    archive = zipfile.ZipFile(io.BytesIO(exported(way)))

    assert archive.testzip() is None
    assert archive.read("files/Offers/a.txt") == b"two"
    assert archive.read("versions/1/files/Offers/a.txt") == b"one"
    [line] = archive.read("records/Calls.jsonl").splitlines()
    assert json.loads(line)["values"] == {"name": "Müller"}
    index = [json.loads(line) for line in archive.read("files.jsonl").splitlines()]
    assert {one["path"] for one in index} <= set(archive.namelist())
    assert {one["name"] for one in index} == {"a.txt", LONG, "gone.txt"}
    for one in index:
        assert hashlib.sha256(archive.read(one["path"])).hexdigest() == one["sha256"]
    assert all(len(part.encode()) <= 255 for n in archive.namelist() for part in n.split("/"))
    assert archive.read("account.json") == b"{}"


def test_export__is_noted_with_the_digest_of_the_archive(way: Passage) -> None:
    filled(way)

    archive = exported(way)

    [one] = returning.exports(way.account_id)
    assert one.sha256 == hashlib.sha256(archive).hexdigest()
    assert (one.size_bytes, one.files, one.records) == (len(archive), 4, 1)
    assert one.finished_at == NOW


def test_export__that_was_not_read_to_its_end_is_not_finished(way: Passage) -> None:
    filled(way)
    chunks = returning.begin_export(passage=way, more=[], recipient="", by=ALICE, clock=at(NOW))
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]

    assert returning.exports(way.account_id)[0].finished_at is None


def test_export__sealed_to_a_key_opens_with_it_alone(way: Passage) -> None:
    filled(way)
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()

    sealed = exported(way, str(mine.to_public()))

    assert zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [mine]))).testzip() is None
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])


def test_export__sealed_ends_its_thread_when_nobody_reads_on(way: Passage) -> None:
    kept(way, "big", b"x" * 20_000_000)
    key = str(pyrage.x25519.Identity.generate().to_public())
    chunks = returning.begin_export(passage=way, more=[], recipient=key, by=ALICE, clock=at(NOW))
    next(chunks)

    chunks.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA", "x" * 400])
def test_export__refuses_what_is_no_public_key(way: Passage, key: str) -> None:
    with pytest.raises(RecipientInvalid):
        exported(way, key)

    assert returning.exports(way.account_id) == []


def test_export__ends_in_the_middle_when_the_contract_does(way: Passage) -> None:
    filled(way)
    end = NOW + timedelta(minutes=1)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=end)
    instants = iter([NOW] * 6)

    with pytest.raises(AccountClosed):
        b"".join(
            returning.begin_export(
                passage=way, more=[], recipient="", by=ALICE, clock=lambda: next(instants, end)
            )
        )
    with pytest.raises(AccountClosed):
        returning.begin_export(passage=way, more=[], recipient="", by=ALICE, clock=at(end))
