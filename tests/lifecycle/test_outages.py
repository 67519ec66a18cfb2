"""A full disk and a locked database: nothing half is left, and everybody is told what goes on."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.customers import PASSWORD
from tests.lifecycle.outages import full_database, full_disk, locked_database
from tests.lifecycle.test_faults import checksums
from tests.lifecycle.world import A_MINUTE, JONAS, ended, harbour, house, pass_time, step_of, turn
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.cli import main as cli
from trustkeep.evidence.actions import append, publish_checkpoint
from trustkeep.evidence.audit import audit
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry
from trustkeep.holdings.models import FileVersion
from trustkeep.identity.scopes import IN_PERSON, OF_ACCOUNTS
from trustkeep.identity.tokens import NewToken, issue
from trustkeep.kernel import clock
from trustkeep.letters.models import Letter
from trustkeep.lifecycle import stepping
from trustkeep.lifecycle.attempts import LEASE
from trustkeep.lifecycle.backups import making, ports
from trustkeep.lifecycle.backups.making import BackupUnwritable, NoRoomForBackup, make_backup
from trustkeep.lifecycle.issuing import all_of
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.stages import Stage, StepKind
from trustkeep.lifecycle.terminating import end_contract
from trustkeep.site.errors import RETRY_AFTER_S
from trustkeep.vault.outages import Outage
from trustkeep.vault.shelf import sealed_files

pytestmark = pytest.mark.django_db(transaction=True)

type Outages = Callable[[], AbstractContextManager[None]]
ROOM, LONG = 16 << 20, bytes(24 << 20)


@pytest.fixture(params=["full", "busy"])
def outage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Outages:
    """Each of the two things that a database can have against us."""
    begin = full_database if request.param == "full" else locked_database
    return lambda: begin(monkeypatch)


def expected(request: pytest.FixtureRequest) -> tuple[int, Outage]:
    full = "full" in request.node.name
    return (507, Outage.FULL) if full else (503, Outage.BUSY)


def program_of(account: AccountShown) -> Client:
    new = NewToken(name="sync", scopes=tuple(OF_ACCOUNTS - IN_PERSON), account_id=account.id)
    _, secret = issue(new=new, by="alice", now=NOW)
    return Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)


def browser_of(account: AccountShown) -> Client:
    browser = Client(raise_request_exception=False)
    email = f"alice@{account.reference.lower()}.example"
    assert browser.post("/sign-in/", {"email": email, "password": PASSWORD}).status_code == 302
    return browser


def upload(program: Client, body: bytes = b"plan") -> Any:
    address = "/api/v1/account/files/content?path=plan.txt"
    return program.put(address, body, content_type="text/plain")


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [one.msg for one in caplog.records if isinstance(one.msg, dict)]


def left_on_disk(account: uuid.UUID) -> list[Path]:
    place, partial = sealed_files().place_of(account), sealed_files().partial
    return [path for path in (*place.glob("*/*"), *partial.glob("*")) if path.is_file()]


@pytest.mark.when("disk-full", "database-locked")
def test_upload__in_an_outage_keeps_nothing_and_says_when_to_come_again(
    outage: Outages, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    house()
    account = harbour()
    program, (status, what) = program_of(account), expected(request)

    with outage():
        answer = upload(program)

    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == str(RETRY_AFTER_S[what])
    assert answer.json()["detail"].startswith("Nothing was changed")
    assert ("storage-failing", what) in [(one["event"], one.get("what")) for one in events(caplog)]
    assert left_on_disk(account.id) == []
    assert not FileVersion.objects.exists()
    assert upload(program).status_code == 201


@pytest.mark.when("disk-full")
def test_upload__that_finds_no_room_for_its_bytes_leaves_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house()
    account = harbour()
    program = program_of(account)

    with full_disk(ROOM):
        answer = upload(program, LONG)

    assert answer.status_code == 507, answer.content
    assert "Retry-After" in answer
    assert "no room left" in answer.json()["detail"]
    assert left_on_disk(account.id) == []
    assert upload(program).status_code == 201


@pytest.mark.when("disk-full", "database-locked")
def test_page__in_an_outage_tells_a_person_that_nothing_was_changed(
    outage: Outages, request: pytest.FixtureRequest
) -> None:
    house()
    browser, (status, what) = browser_of(harbour()), expected(request)
    plan = io.BytesIO(b"plan")
    plan.name = "plan.txt"

    with outage():
        answer = browser.post("/app/files/upload/", {"file": plan, "folder": ""})

    assert answer.status_code == status
    assert answer["Retry-After"] == str(RETRY_AFTER_S[what])
    assert "Nothing was changed" in answer.content.decode()
    assert "database" not in answer.content.decode()


@pytest.mark.when("disk-full", "database-locked")
def test_lock__in_an_outage_is_done_once_it_is_over_and_the_gate_was_shut_all_along(
    outage: Outages, monkeypatch: pytest.MonkeyPatch
) -> None:
    house()
    account = harbour()
    row = ended(account)

    with outage(), pytest.raises(OperationalError):
        turn(NOW)
    program = program_of(account)

    monkeypatch.setattr(clock, "now", lambda: NOW + A_MINUTE)
    assert upload(program).status_code in (401, 403)
    turn(NOW + LEASE)
    row.refresh_from_db()
    assert row.stage == Stage.LOCKED
    assert LogEntry.objects.filter(kind=Kind.ACCOUNT_LOCKED.value).count() == 1


@pytest.mark.when("disk-full", "database-locked")
def test_purge__through_outages_is_done_once_and_touches_nobody_else(outage: Outages) -> None:
    house()
    other, account = harbour("Lagoon"), harbour()
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before, NOW)
    before = checksums(other.id)
    at, outages = row.not_before, 0

    for _ in range(8):
        with outage():
            try:
                turn(at)
            except OperationalError:
                outages += 1
        at += LEASE
        # A few steps get through, and the next outage comes in the middle.
        stepping.run_due(worker="one", now=at, most=7)
        at += A_MINUTE
    for _ in range(8):
        turn(at)
        at += A_MINUTE

    row.refresh_from_db()
    assert row.stage == Stage.PURGED
    assert outages > 4
    assert len(all_of(account.id)) == 1
    assert LogEntry.objects.filter(kind=Kind.RECEIPT_ISSUED.value).count() == 1
    deleted = Letter.objects.filter(about=str(row.id), kind="account-deleted")
    assert deleted.count() == len(set(deleted.values_list("once", flat=True))) == 2
    members = step_of(row, StepKind.ROWS, "accounts_member")
    assert (members.matched, members.deleted, members.remaining) == (2, 2, 0)
    assert checksums(other.id) == before
    assert audit().size == LogEntry.objects.count()


@pytest.mark.when("disk-full", "database-locked")
def test_end_of_a_contract__in_an_outage_leaves_neither_row_nor_letter_nor_entry(
    outage: Outages,
) -> None:
    house()
    account = harbour()
    entries, letters = LogEntry.objects.count(), Letter.objects.count()

    with outage(), pytest.raises(OperationalError):
        end_contract(account_id=account.id, by=JONAS, now=NOW)

    assert (LogEntry.objects.count(), Letter.objects.count()) == (entries, letters)
    assert not Obligation.objects.exists()
    assert ended(account).stage == Stage.TERMINATING


@pytest.mark.when("disk-full", "database-locked")
def test_log__in_an_outage_takes_nothing_and_goes_on_without_a_gap(outage: Outages) -> None:
    house()
    size = LogEntry.objects.count()

    with outage(), pytest.raises(OperationalError):
        append(kind=Kind.CHECK_RESULT, body={"number": 0}, now=NOW)

    written = append(kind=Kind.CHECK_RESULT, body={"number": 1}, now=NOW).index
    assert written == size
    publish_checkpoint(NOW)
    assert audit().size == written + 1


@pytest.mark.when("disk-full", "database-locked")
def test_backup__in_an_outage_says_so_and_is_made_once_it_is_over(
    outage: Outages, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house()
    publish_checkpoint(NOW)
    where = ports.places()
    monkeypatch.setattr(making, "places", lambda: where.__class__(**_moved(where, tmp_path)))
    refused = NoRoomForBackup if expected(request)[1] is Outage.FULL else BackupUnwritable

    with outage(), pytest.raises(refused) as told:
        make_backup(by=JONAS, now=NOW)

    assert "earlier backups are untouched" in str(told.value)
    make_backup(by=JONAS, now=NOW + A_MINUTE)
    assert not list(tmp_path.glob(".*.part*"))


def _moved(where: Any, folder: Path) -> dict[str, Any]:
    told = {name: getattr(where, name) for name in where.__slots__}
    return told | {"backups": folder, "database": Path(connection.settings_dict["NAME"])}


@pytest.mark.when("disk-full", "database-locked")
def test_command__in_an_outage_ends_with_a_sentence(
    outage: Outages, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    house()
    account = harbour()

    with outage():
        code = cli.main(["accounts", "end", account.reference])

    told = capsys.readouterr().err
    assert code == cli.FAILED
    assert "Traceback" not in told
    assert ("The disk is full" if expected(request)[1] is Outage.FULL else "to itself") in told
    assert "nothing was changed" in told.lower()
