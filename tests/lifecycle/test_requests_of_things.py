"""Deleting single files and records on the customer’s word, and nothing beside them."""

from __future__ import annotations

import uuid

import pytest

from tests.lifecycle.requesting import (
    approved,
    carried_out,
    erasure,
    file_of,
    obligation,
    of_things,
    on_disk,
    pair_within,
    planned,
    record_of,
    turned,
)
from tests.promises.world import NOW
from tests.requests.asking import DPO, SECOND, letters
from tests.systems.simulator import CONFIRMED, Simulator, connected, use
from trustkeep.accounts.customers import AccountShown
from trustkeep.holdings import queries
from trustkeep.holdings.models import File, FileVersion
from trustkeep.holdings.queries import FileShown
from trustkeep.lifecycle.issuing import all_for
from trustkeep.lifecycle.models import Doomed
from trustkeep.lifecycle.owing import NoSuchThing
from trustkeep.lifecycle.planning import SecondPersonNeeded
from trustkeep.lifecycle.requests.states import NotNow
from trustkeep.lifecycle.stages import Stage
from trustkeep.lifecycle.systems.models import Delivery
from trustkeep.lifecycle.systems.ports import Answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("asked_house")]
HARBOUR_NAME = "Harbour GmbH"


def shop(*answers: Answer | Exception) -> Simulator:
    simulator = Simulator(list(answers))
    use({"shop": simulator})
    connected("shop")
    return simulator


def test_deletion__of_single_things_takes_all_versions_and_the_trash_and_nothing_else() -> None:
    from trustkeep.accounts.gate import require_open
    from trustkeep.holdings import trash

    harbour, _, _, maker = pair_within()
    lagoon, _, _, other = pair_within("Lagoon")
    for body in (b"1", b"2", b"3"):
        gone = file_of(harbour, maker, "gone.txt", body)
    thrown = file_of(harbour, maker, "thrown.txt")
    trash.throw_file(passage=require_open(harbour.id, now=NOW), file_id=thrown.id, now=NOW)
    record = record_of(harbour, maker, name="Nora")
    file_of(harbour, maker, "stays.txt")
    record_of(harbour, maker, name="Otto")
    file_of(lagoon, other, "gone.txt")
    before = everything(lagoon), everything(harbour)
    things = (f"file:{gone.id}", f"file:{thrown.id}", f"record:{record.id}")
    made = of_things(harbour, *things)

    plan = planned(made).plan
    assert plan is not None
    assert (plan.files, plan.counts["holdings_fileversion"], plan.bytes) == (4, 4, 7)
    approved(made)
    turned()

    assert erasure(made).is_done
    assert everything(lagoon) == before[0]
    ids = {gone.id.hex, thrown.id.hex, record.id.hex}
    spared = [row for row in before[1] if not any(one in row for one in ids)]
    assert everything(harbour) == spared
    assert len(on_disk(harbour)) == 1


def everything(account: AccountShown) -> list[str]:
    """Every row of files and records of an account, byte for byte, and its files on the disk."""
    from django.db import connection

    found = []
    for table in ("holdings_file", "holdings_fileversion", "holdings_record"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            rows = [repr(row) for row in cursor.fetchall()]
        found += [f"{table} {row}" for row in rows if account.id.hex in row]
    return found


def test_deletion__of_single_things_is_told_to_the_customer_with_its_receipt() -> None:
    harbour, alice, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")

    carried_out(made)

    told = [text for kind, to, text in letters(alice.email) if kind == "part-deleted"]
    [receipt] = all_for(erasure(made).id)
    assert len(told) == 1
    assert str(receipt.id) in told[0]
    assert receipt.receipt.contract.customer == HARBOUR_NAME


def test_deletion__of_things_that_are_not_there_is_refused_when_it_is_settled() -> None:
    harbour, _, _, maker = pair_within()
    lagoon, *_ = pair_within("Lagoon")
    others = file_of(lagoon, maker)

    for thing in (f"file:{others.id}", f"record:{uuid.uuid4()}"):
        with pytest.raises(NoSuchThing):
            of_things(harbour, thing)


def test_deletion__of_customers_content_takes_two_people() -> None:
    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    planned(made)

    with pytest.raises(SecondPersonNeeded):
        approved(made, by=DPO)
    turned()

    assert queries.file(harbour.id, gone.id)
    approved(made, by=SECOND)
    with pytest.raises(NotNow):
        approved(made, by="third")


def test_deletion__finds_a_version_that_arrives_while_it_deletes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from trustkeep.lifecycle import parts

    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    unlink = parts._unlink
    late: list[FileShown] = []

    def and_then(*rest: object) -> int:
        count = unlink(*rest)  # type: ignore[arg-type]
        if not late:
            late.append(file_of(harbour, maker, body=b"written while the old ones went"))
        return count

    monkeypatch.setattr(parts, "_unlink", and_then)
    carried_out(made)

    assert late[0].id == gone.id
    assert not File.objects.filter(pk=gone.id).exists()
    assert not FileVersion.objects.filter(file=gone.id).exists()
    assert on_disk(harbour) == []


def test_deletion__that_left_a_sealed_file_is_found_out_by_the_second_reader() -> None:
    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    planned(made)
    approved(made)
    from trustkeep.lifecycle import part_reader, planning
    from trustkeep.vault.shelf import sealed_files

    path = next(sealed_files().place_of(harbour.id).glob("*/*"))
    body = path.read_bytes()
    turned(minutes=1)
    path.write_bytes(body)

    left = part_reader.read_part(planning.part_of(obligation(made)))

    assert dict(left.stores) == {"objects": 1}


def test_deletion__closes_after_its_watch_and_remembers_nobody() -> None:
    from tests.lifecycle.world import pass_time
    from trustkeep.lifecycle.deadlines import WATCH_FOR

    harbour, _, _, maker = pair_within()
    gone = file_of(harbour, maker)
    made = of_things(harbour, f"file:{gone.id}")
    at = carried_out(made)
    assert Doomed.objects.count() == 1

    pass_time(at + WATCH_FOR, at)

    found = obligation(made)
    assert (found.stage, bytes(found.sealed)) == (Stage.CLOSED, b"")
    assert not Doomed.objects.exists()


def test_deletion__of_single_things_tells_each_system_of_each_thing() -> None:
    shop(CONFIRMED)
    harbour, _, _, maker = pair_within()
    one, two = file_of(harbour, maker, "1"), file_of(harbour, maker, "2")
    made = of_things(harbour, f"file:{one.id}", f"file:{two.id}")

    plan = planned(made).plan
    assert plan is not None
    assert list(plan.systems.values()) == [6]
    approved(made)
    turned()

    told = Delivery.objects.filter(act="erase")
    assert {row.reference for row in told} == {str(one.id), str(two.id)}
