"""An audit finds whatever was changed by somebody who lifted the triggers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.evidence.conftest import Shell, lift_the_guards, set_the_guards
from tests.evidence.logs import BODY, MALLORYS, root
from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence.actions import Draft, append_many, publish_checkpoint
from trustkeep.evidence.audit import BATCH, audit
from trustkeep.evidence.checkpoint import Checkpoint
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry, LogNode, SignedCheckpoint, place_of
from trustkeep.evidence.nodes import LogDamaged
from trustkeep.evidence.tree import leaf_hash

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def add(count: int) -> None:
    append_many([Draft(Kind.CHECK_RESULT, BODY, "backups")] * count, now=NOON)


@pytest.fixture
def _signed(log: None) -> None:
    for count in (2, 5):
        add(count)
        publish_checkpoint(NOON)
    add(3)


@pytest.mark.usefixtures("_signed")
def test_audit__of_an_untouched_log_finds_everything_in_order() -> None:
    leaves = LogEntry.objects.order_by("index").values_list("leaf", flat=True)

    audited = audit()

    assert (audited.size, audited.checkpoints) == (10, 2)
    assert audited.root == root([bytes(leaf) for leaf in leaves])


@pytest.mark.usefixtures("log")
def test_audit__of_an_empty_log_finds_nothing() -> None:
    assert (audit().size, audit().checkpoints) == (0, 0)


@pytest.mark.usefixtures("log")
def test_audit__goes_on_where_a_batch_ends() -> None:
    add(BATCH + 5)

    assert audit().size == BATCH + 5


def rewrite_an_entry() -> None:
    leaf = bytes(LogEntry.objects.get(index=3).leaf).replace(b"backups", b"backUps")
    LogEntry.objects.filter(index=3).update(leaf=leaf, leaf_hash=leaf_hash(leaf), promise="backUps")


def rewrite_an_entry_in_the_open_end() -> None:
    leaf = bytes(LogEntry.objects.get(index=4).leaf)
    LogEntry.objects.filter(index=4).update(leaf=leaf.replace(b"backups", b"backUps"))


def spoil_an_entry() -> None:
    LogEntry.objects.filter(index=3).update(leaf=b"nothing")


def swap_places() -> None:
    row = LogEntry.objects.get(index=3)
    LogEntry.objects.filter(index=4).update(leaf=row.leaf, leaf_hash=row.leaf_hash)


def refile(**columns: object) -> Callable[[], None]:
    return lambda: void(LogEntry.objects.filter(index=3).update(**columns))


def void(_: object) -> None:
    return None


def lose_an_entry() -> None:
    LogEntry.objects.filter(index=3).delete()


def change_a_hash() -> None:
    LogNode.objects.filter(place=place_of(1, 1)).update(hash=bytes(32))


def lose_a_hash() -> None:
    LogNode.objects.filter(place=place_of(1, 1)).delete()


def add_a_hash() -> None:
    LogNode.objects.create(place=place_of(9, 0), hash=bytes(32))


def sign_with_another_key() -> None:
    row = SignedCheckpoint.objects.get(size=2)
    note = checkpoints.sign(Checkpoint(MALLORYS.origin, 2, bytes(row.root)), [MALLORYS])
    SignedCheckpoint.objects.filter(size=2).update(note=note)


def change_a_root() -> None:
    SignedCheckpoint.objects.filter(size=2).update(root=bytes(32))


def swap_notes() -> None:
    note = SignedCheckpoint.objects.get(size=7).note
    SignedCheckpoint.objects.filter(size=2).update(note=note)


def sign_ahead() -> None:
    row = SignedCheckpoint.objects.get(size=7)
    SignedCheckpoint.objects.create(size=99, root=row.root, note=row.note, at=NOON)


@pytest.mark.asvs("16.4.2")
@pytest.mark.usefixtures("_signed")
@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (rewrite_an_entry, "level 1, number 1 was changed"),
        (rewrite_an_entry_in_the_open_end, "entry 4 is not the one that was written"),
        (spoil_an_entry, "entry 3 is unreadable"),
        (swap_places, "entry 4 is not the one that was written"),
        (refile(kind="access"), "entry 3 is filed under another"),
        (refile(promise=None), "entry 3 is filed under another"),
        (refile(at=NOON - timedelta(days=9)), "entry 3 is filed under another"),
        (lose_an_entry, "entry 3 is missing"),
        (change_a_hash, "level 1, number 1 was changed"),
        (lose_a_hash, "level 1, number 1 is missing"),
        (add_a_hash, "belong to no entry"),
        (sign_with_another_key, "checkpoint 2 is not valid"),
        (change_a_root, "checkpoint 2 was signed for another log"),
        (swap_notes, "checkpoint 2 is filed under another"),
        (sign_ahead, "checkpoint 99 was signed for another log"),
    ],
)
def test_audit__names_what_was_tampered_with(tamper: Callable[[], None], reason: str) -> None:
    lift_the_guards()
    tamper()
    set_the_guards()

    with pytest.raises(LogDamaged, match=reason):
        audit()


@pytest.mark.usefixtures("_signed")
def test_audit__notices_that_a_trigger_was_lifted() -> None:
    Shell().execute("DROP TRIGGER evidence_lognode_no_update")

    with pytest.raises(LogDamaged, match="keeps evidence_lognode append-only"):
        audit()
