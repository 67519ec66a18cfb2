"""Everything that is held about a member: rows, letters, tokens, and what they brought here."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from tests.customers import admitted, customer, member
from tests.lifecycle.requesting import file_of, pair_within, record_of
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, letters, read, token_in
from tests.requests.test_collecting import answered, collected
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.models import Member
from trustkeep.accounts.roles import MemberRole
from trustkeep.holdings import looks
from trustkeep.holdings.archive import zipped
from trustkeep.holdings.models import Record
from trustkeep.identity import tokens
from trustkeep.identity.scopes import Scope
from trustkeep.lifecycle import stores
from trustkeep.lifecycle.holders import HOLDERS
from trustkeep.lifecycle.parts import MEMBER
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import collecting, deciding, gathering
from trustkeep.lifecycle.requests.collecting import Collected, DataFetched
from trustkeep.lifecycle.requests.kinds import Category, OurRole
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import NotNow
from trustkeep.vault.shelf import sealed_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def asked_by_bob(role: OurRole = OurRole.CONTROLLER) -> tuple[AccountShown, Received, str]:
    harbour, _, bob, maker = pair_within()
    made = in_progress(RequestKind.ACCESS, account=harbour, member=bob, email=bob.email, role=role)
    return harbour, made, maker


def fetched(made: Received) -> Collected:
    collected(made)
    return collecting.fetch(token=answered(made), now=NOW)


def part(found: Collected, table: str) -> list[dict[str, object]]:
    return next((one["rows"] for one in found.parts if one["table"] == table), [])


def archive_of(found: Collected) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(zipped(found.contents()))))


def test_holders__tell_of_every_table_that_hangs_on_a_member() -> None:
    tables = set(stores.tables(MEMBER)) - gathering.BY_THEMSELVES - gathering.TELLS_NOTHING
    silent = {table for table in tables if not (reach := HOLDERS[table].reach) or not reach.told}

    assert silent == set()


def test_data__holds_the_files_that_a_member_brought_with_their_contents() -> None:
    harbour, made, maker = asked_by_bob()
    for body in (b"first", b"second"):
        file_of(harbour, maker, "bob.txt", body)
    file_of(harbour, "alice", "alice.txt", b"hers")

    found = fetched(made)

    rows = part(found, "holdings_fileversion")
    assert [row["version"] for row in rows] == [1, 2]
    archive = archive_of(found)
    assert sorted(archive.read(name) for name in archive.namelist()) == [b"first", b"second"]
    assert {row["file"] for row in rows} == set(archive.namelist())


def test_data__holds_the_records_that_a_member_made() -> None:
    harbour, made, maker = asked_by_bob()
    record_of(harbour, maker, name="Bob’s")
    record_of(harbour, "alice", name="hers")

    rows = part(fetched(made), "holdings_record")

    assert [row["values"] for row in rows] == [{"name": "Bob’s"}]


def test_data__of_many_records_comes_as_a_file_of_each_collection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering, "MOST_SINGLE", 1)
    harbour, made, maker = asked_by_bob()
    for name in ("one", "two"):
        record_of(harbour, maker, name=name)
    collected(made)
    token = answered(made)
    late = record_of(harbour, maker, name="came after it was read")
    Record.objects.filter(pk=late.id).update(changed_at=NOW + timedelta(seconds=1))

    found = collecting.fetch(token=token, now=NOW + timedelta(minutes=1))

    [row] = part(found, "holdings_record")
    assert (row["collection"], row["records"]) == ("people", 2)
    lines = archive_of(found).read(str(row["file"])).decode().splitlines()
    assert {json.loads(line)["values"]["name"] for line in lines} == {"one", "two"}


def test_data__of_the_doors_holds_tokens_by_name_and_no_secret() -> None:
    harbour, made, maker = asked_by_bob()
    new = tokens.NewToken(name="Bob’s reports", scopes=(Scope.FILES_READ,), account_id=harbour.id)
    _, secret = tokens.issue(new=new, by=maker, now=NOW)

    found = fetched(made)

    assert [row["name"] for row in part(found, "identity_apitoken")] == ["Bob’s reports"]
    assert secret not in json.dumps(found.parts)


def test_data__of_somebody_who_has_left_leaves_the_customers_files_to_the_customer() -> None:
    harbour, made, maker = asked_by_bob()
    file_of(harbour, maker)
    Member.objects.filter(pk=read(made).shown.subject).update(left_at=NOW)

    assert not part(fetched(made), "holdings_fileversion")


def test_data__of_somebody_who_has_left_holds_them_on_the_customers_word() -> None:
    harbour, made, maker = asked_by_bob(OurRole.INSTRUCTED)
    file_of(harbour, maker)
    Member.objects.filter(pk=read(made).shown.subject).update(left_at=NOW)

    assert part(fetched(made), "holdings_fileversion")


def test_data__leaves_out_what_the_review_took_out_with_its_content() -> None:
    harbour, made, maker = asked_by_bob()
    for name in ("a.txt", "b.txt"):
        file_of(harbour, maker, name)
    collected(made, "holdings_fileversion/0")

    found = collecting.fetch(token=answered(made), now=NOW)

    assert len(archive_of(found).namelist()) == 1


def test_data__of_a_refused_category_is_not_given() -> None:
    harbour, made, maker = asked_by_bob()
    file_of(harbour, maker)
    decided(made, Category.CONTENT, "12-5-unfounded")
    deciding.approve(request_id=made.id, category=Category.CONTENT, by="second", now=NOW)
    decided(made, Category.PROFILE)
    collected(made)
    deciding.conclude(request_id=made.id, words="Explained.", by=DPO, now=NOW)

    found = collecting.fetch(token=token_in(letters()[-1][2]), now=NOW)

    assert not part(found, "holdings_fileversion")
    assert part(found, "accounts_member")


def test_data__that_was_deleted_meanwhile_does_not_break_the_archive() -> None:
    harbour, made, maker = asked_by_bob()
    gone = file_of(harbour, maker, "gone.txt")
    file_of(harbour, maker, "here.txt", b"here")
    collected(made)
    token = answered(made)
    sealed_files().delete(harbour.id, gone.version_id)

    archive = archive_of(collecting.fetch(token=token, now=NOW))

    assert [archive.read(name) for name in archive.namelist()] == [b"here"]


def test_collecting__of_a_customers_files_shows_among_the_looks() -> None:
    harbour, made, maker = asked_by_bob()
    file_of(harbour, maker)

    collected(made)

    [look] = looks.told(harbour.id)
    assert read(made).shown.reference in look.reason


def test_collecting__of_rows_alone_is_no_look() -> None:
    harbour = customer()
    member(harbour)
    bob = member(harbour, "Bob", MemberRole.MEMBER)
    admitted(bob)
    made = in_progress(RequestKind.ACCESS, account=harbour, member=bob, email=bob.email)

    collected(made)

    assert looks.told(harbour.id) == []


def test_link__can_be_sent_again_and_the_old_one_ends() -> None:
    _, made, _ = asked_by_bob()
    collected(made)
    old = answered(made)

    collecting.resend(request_id=made.id, by=DPO, now=NOW)

    new = token_in(letters()[-1][2])
    assert letters()[-1][0] == "request-new-link"
    with pytest.raises(DataFetched):
        collecting.fetch(token=old, now=NOW)
    assert collecting.fetch(token=new, now=NOW).parts


def test_link__to_data_that_was_fetched_needs_it_to_be_read_again() -> None:
    _, made, _ = asked_by_bob()
    fetched(made)
    with pytest.raises(NotNow):
        collecting.resend(request_id=made.id, by=DPO, now=NOW)

    collected(made)
    collecting.resend(request_id=made.id, by=DPO, now=NOW)

    assert collecting.fetch(token=token_in(letters()[-1][2]), now=NOW).parts
    assert [one.what for one in read(made).story].count("link-sent-again") == 1


def test_link__is_sent_again_only_after_the_answer() -> None:
    _, made, _ = asked_by_bob()
    collected(made)

    with pytest.raises(NotNow):
        collecting.resend(request_id=made.id, by=DPO, now=NOW)
