"""Files: kept whole or not at all, under names that are clean, in the own account only."""

from __future__ import annotations

import errno
import hashlib
import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.holdings.conftest import ALICE, at, body_of, kept, objects, older
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import AccountClosed, Passage, require_open
from trustkeep.accounts.models import Account
from trustkeep.accounts.states import AccountState
from trustkeep.holdings import files, folders, places, queries
from trustkeep.holdings.entering import GenerationPassed
from trustkeep.holdings.files import NewFile, StorageFull, WrongHash, WrongSize, keep_file
from trustkeep.holdings.models import File, FileVersion
from trustkeep.holdings.places import NameInvalid, NameTaken
from trustkeep.holdings.queries import NoSuchFile, NoSuchFolder
from trustkeep.vault import chunked

BODY = b"Offer for the harbour, in confidence. " * 5000
SHA256 = hashlib.sha256(BODY).hexdigest()


def test_file__comes_back_as_it_was_kept(way: Passage) -> None:
    one = kept(way, "Angebot.txt", BODY)

    version = queries.version(way.account_id, one.id)
    assert (version.sha256, version.size_bytes, version.number) == (SHA256, len(BODY), 1)
    assert version.content_type == "text/plain"
    assert body_of(way.account_id, version.id) == BODY


def test_file__of_the_same_name_becomes_a_version_whatever_its_case(way: Passage) -> None:
    first = kept(way, "Plan.txt", b"one")

    second = kept(way, "plan.TXT", b"two")

    assert (second.id, second.number, second.name) == (first.id, 2, "plan.TXT")
    assert [one.number for one in queries.versions(way.account_id, first.id)] == [2, 1]
    assert body_of(way.account_id, first.version_id) == b"one"


def test_version__that_is_taken_back_is_a_new_one(way: Passage) -> None:
    first = kept(way, body=b"one")
    kept(way, body=b"two")

    again = files.take_back_version(
        passage=way, file_id=first.id, number=1, by=ALICE, clock=at(NOW)
    )

    assert again.number == 3
    assert body_of(way.account_id, again.version_id) == b"one"


@pytest.mark.parametrize(
    "name",
    ["a" * 255, "Ü" * 200, "文件.pdf", '<b onload=x> & "q".html', "..txt", "a\u0301.txt", "🙂"],
)
def test_name__may_be_long_foreign_or_look_like_markup(way: Passage, name: str) -> None:
    one = kept(way, name)

    assert queries.file(way.account_id, one.id).name == places.cleaned(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        ".",
        "..",
        "a/b",
        "a\\b",
        "a\x00b",
        "a\nb",
        "x" * 256,
        "exe\u202etxt.pdf",
        "\ud800",
    ],
)
def test_name__that_could_mislead_or_escape_is_refused(way: Passage, name: str) -> None:
    with pytest.raises(NameInvalid):
        kept(way, name)

    assert objects(way.account_id) == []


def test_name__rests_in_no_plain_column(way: Passage) -> None:
    one = kept(way, "Kündigung Meier.txt")

    row = File.objects.values().get(pk=one.id)
    assert "Meier" not in str(row)
    assert b"Meier" not in bytes(row["sealed"])


def test_content__that_is_not_what_was_announced_leaves_nothing(way: Passage) -> None:
    for new, error in (
        (NewFile("a", sha256="0" * 64), WrongHash),
        (NewFile("a", size_bytes=len(BODY) + 1), WrongSize),
    ):
        with pytest.raises(error):
            keep_file(passage=way, new=new, source=io.BytesIO(BODY), by=ALICE, clock=at(NOW))

    assert objects(way.account_id) == []
    assert not File.objects.exists()


def test_disk__that_is_full_is_told_and_leaves_nothing(
    way: Passage, monkeypatch: pytest.MonkeyPatch, data_directory: Path
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(chunked, "_pump", full)

    with pytest.raises(StorageFull):
        kept(way, body=BODY)

    assert objects(way.account_id) == []
    assert list((data_directory / "objects" / ".partial").iterdir()) == []
    assert not File.objects.exists()


def test_source__that_breaks_off_leaves_nothing(way: Passage) -> None:
    class Broken(io.BytesIO):
        def readinto(self, buffer: object, /) -> int:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        keep_file(passage=way, new=NewFile("a"), source=Broken(), by=ALICE, clock=at(NOW))

    assert objects(way.account_id) == []


def test_file__of_another_account_is_unknown(
    way: Passage, quarry: AccountShown, harbour: AccountShown
) -> None:
    one = kept(way)
    other = require_open(quarry.id, now=NOW)

    with pytest.raises(NoSuchFile):
        queries.file(quarry.id, one.id)
    with pytest.raises(NoSuchFile):
        queries.version(quarry.id, one.id)
    with pytest.raises(NoSuchFile):
        files.change_file(passage=other, file_id=one.id, name="b", folder_id=None, now=NOW)
    assert queries.search(quarry.id, "plan") == []


def test_folder__of_another_account_takes_no_file(way: Passage, quarry: AccountShown) -> None:
    other = require_open(quarry.id, now=NOW)
    theirs = folders.make_folder(passage=other, name="Theirs", parent_id=None, by=ALICE, now=NOW)

    with pytest.raises(NoSuchFolder):
        kept(way, folder_id=theirs.id)
    with pytest.raises(NoSuchFolder):
        queries.listing(way.account_id, theirs.id)

    assert objects(way.account_id) == []


def test_account__that_is_closed_keeps_nothing(way: Passage) -> None:
    Account.objects.update(state=AccountState.TERMINATING, ends_at=NOW)

    with pytest.raises(AccountClosed):
        kept(way)

    assert objects(way.account_id) == []


def test_account__that_closes_while_a_file_arrives_keeps_nothing(way: Passage) -> None:
    end = NOW + timedelta(minutes=1)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=end)
    instants = iter([NOW, end])

    with pytest.raises(AccountClosed):
        keep_file(
            passage=way,
            new=NewFile("a"),
            source=io.BytesIO(BODY),
            by=ALICE,
            clock=lambda: next(instants, end),
        )

    assert objects(way.account_id) == []


def test_write__of_a_passed_generation_fails(way: Passage) -> None:
    with pytest.raises(GenerationPassed):
        kept(older(way))

    assert objects(way.account_id) == []


@pytest.mark.asvs("2.3.4")
def test_write__that_races_with_the_lock_fails(way: Passage) -> None:
    class Locking(io.BytesIO):
        def readinto(self, buffer: object, /) -> int:
            Account.objects.update(generation=way.generation + 1)
            return super().readinto(buffer)  # type: ignore[arg-type]

    with pytest.raises(GenerationPassed):
        keep_file(passage=way, new=NewFile("a"), source=Locking(BODY), by=ALICE, clock=at(NOW))

    assert objects(way.account_id) == []
    assert not FileVersion.objects.exists()


def test_file__moves_and_is_renamed_but_not_onto_another(way: Passage) -> None:
    one, _ = kept(way, "a"), kept(way, "b")
    into = folders.make_folder(passage=way, name="Deep", parent_id=None, by=ALICE, now=NOW)

    with pytest.raises(NameTaken):
        files.change_file(passage=way, file_id=one.id, name="B", folder_id=None, now=NOW)
    files.change_file(passage=way, file_id=one.id, name="B", folder_id=into.id, now=NOW)

    assert [f.name for f in queries.listing(way.account_id, into.id).files] == ["B"]
    assert [f.name for f in queries.listing(way.account_id).files] == ["b"]


def test_database__holds_that_names_are_there_once(way: Passage) -> None:
    one, other = kept(way, "a"), kept(way, "b")
    index = File.objects.values_list("name_index", flat=True).get(pk=one.id)

    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=other.id).update(name_index=index)


def test_search__finds_words_whatever_case_and_accent(way: Passage) -> None:
    kept(way, "Kündigung Müller.txt")
    kept(way, "Offer.txt")

    assert [one.name for one in queries.search(way.account_id, "MULLER kundigung")] == [
        "Kündigung Müller.txt"
    ]


def test_object__without_a_row_is_swept_once_it_is_old(way: Passage) -> None:
    from trustkeep.holdings import sweeping

    kept(way)
    lost = files.sealed(way.account_id, io.BytesIO(b"lost")).object_id
    now = NOW.now(NOW.tzinfo)

    assert sweeping.sweep(now=now) == 0
    assert sweeping.sweep(now=now + sweeping.OLD_ENOUGH + timedelta(minutes=1)) == 1
    assert lost not in objects(way.account_id)
    assert len(objects(way.account_id)) == 1


def test_totals__count_every_version(way: Passage) -> None:
    kept(way, body=b"12345")
    kept(way, body=b"123")

    assert queries.totals(way.account_id).size_bytes == 8
    assert uuid.UUID(int=0) not in objects(way.account_id)
