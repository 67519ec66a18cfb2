"""Appending: what an entry says, how numbers follow, and what a roll-back leaves."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tests.evidence.logs import BODY, root
from trustkeep.evidence import entry as entries
from trustkeep.evidence import tree
from trustkeep.evidence.actions import Draft, append, append_many, start_log
from trustkeep.evidence.canonical import NotCanonical
from trustkeep.evidence.entry import EntryInvalid, commit
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry, LogNode
from trustkeep.evidence.nodes import log_size, stored
from trustkeep.evidence.queries import entry, verifier_key

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def add(count: int = 1) -> None:
    append_many([Draft(Kind.CHECK_RESULT, BODY, "backups")] * count, now=NOON)


@pytest.mark.usefixtures("log")
def test_append__leaves_an_entry_that_commits_to_the_body() -> None:
    account = bytes(range(32))

    appended = append(
        kind=Kind.RECORD_ENTERED, promise_id="backups", account=account, body=BODY, now=NOON
    )

    leaf = entries.parse(appended.leaf)
    assert leaf == entries.Entry(
        type="record-entered",
        at="2026-11-23T12:00:00.123Z",
        seq=0,
        body_digest=commit(appended.salt, BODY),
        promise_id="backups",
        account=account,
    )
    assert appended.leaf_hash == tree.leaf_hash(appended.leaf)
    row = entry(0)
    assert (row.index, row.kind, row.promise) == (0, "record-entered", "backups")
    assert (row.at, row.leaf) == (NOON, appended.leaf)


@pytest.mark.usefixtures("log")
def test_append__takes_another_salt_every_time() -> None:
    salts = {append(kind=Kind.ACCESS, body=BODY, now=NOON).salt for _ in range(3)}

    assert len(salts) == 3


@pytest.mark.usefixtures("log")
def test_append__of_nothing_writes_nothing() -> None:
    assert append_many([], now=NOON) == []
    assert log_size() == 0


def leaves() -> list[bytes]:
    return list(map(bytes, LogEntry.objects.order_by("index").values_list("leaf", flat=True)))


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("batches", [[1] * 9, [0, 3, 1, 4, 0], [7, 9], [2, 2, 2], [255, 1, 1, 300]])
def test_append__one_by_one_and_in_batches_makes_one_tree(batches: list[int]) -> None:
    for count in batches:
        add(count)

    size = sum(batches)
    assert [entries.parse(leaf).seq for leaf in leaves()] == list(range(size))
    assert tree.root(size, stored) == root(leaves())
    assert LogNode.objects.count() == size - size.bit_count()


@pytest.mark.asvs("2.3.3")
@pytest.mark.usefixtures("log")
def test_append__rolled_back_leaves_no_gap() -> None:
    add()

    with transaction.atomic():
        add(3)
        transaction.set_rollback(True)
    add()

    assert list(LogEntry.objects.values_list("index", flat=True)) == [0, 1]
    assert LogNode.objects.count() == 1


@pytest.mark.usefixtures("log")
def test_append__refused_leaves_the_callers_transaction_usable() -> None:
    with transaction.atomic():
        with pytest.raises(EntryInvalid):
            append(kind=Kind.ACCESS, body={}, now=NOON)
        with pytest.raises(NotCanonical):
            append(kind=Kind.ACCESS, body={"share": 0.5}, now=NOON)
        add()

    assert log_size() == 1


@pytest.mark.usefixtures("log")
def test_starting__opens_the_log_once_with_its_key() -> None:
    started = start_log(now=NOON)

    assert started is not None
    assert entry(0).kind == Kind.LOG_STARTED
    body = {
        "origin": "trust.example.org/log",
        "verifier_key": verifier_key(),
        "at": "2026-11-23T12:00:00.123Z",
    }
    assert entries.parse(started.leaf).body_digest == commit(started.salt, body)
    assert start_log(now=NOON + timedelta(days=1)) is None
    assert log_size() == 1


@pytest.mark.usefixtures("shared_log")
def test_append__of_many_threads_keeps_numbers_dense_and_in_order() -> None:
    threads, each = 4, 12
    together = threading.Barrier(threads)

    def write(name: int) -> None:
        together.wait()
        for number in range(each):
            append(kind=Kind.ACCESS, body={"by": name, "number": number}, now=NOON)
        connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(threads)))

    size = threads * each
    assert [entries.parse(leaf).seq for leaf in leaves()] == list(range(size))
    assert tree.root(size, stored) == root(leaves())


@pytest.mark.usefixtures("shared_log")
def test_append__waits_for_the_transaction_before_it() -> None:
    def write() -> int:
        index = append(kind=Kind.ACCESS, body=BODY, now=NOON).index
        connection.close()
        return index

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = append(kind=Kind.ACCESS, body=BODY, now=NOON).index
            second = pool.submit(write)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.2)

        assert (first, second.result()) == (0, 1)
