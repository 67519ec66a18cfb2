"""Signing where the log stands: only when it grew, and never two stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.evidence.conftest import lift_the_guards
from tests.evidence.logs import BODY, KEY, ORIGIN
from trustkeep.evidence import checkpoint as checkpoints
from trustkeep.evidence import signing, tree
from trustkeep.evidence.actions import Draft, LogWentBack, append_many, publish_checkpoint
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry, SignedCheckpoint
from trustkeep.evidence.queries import consistency_proof, latest_checkpoint
from trustkeep.evidence.signing import NoSigner

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def add(count: int) -> None:
    append_many([Draft(Kind.CHECK_RESULT, BODY, "backups")] * count, now=NOON)


@pytest.mark.usefixtures("log")
def test_checkpoint__of_an_empty_log_is_not_signed() -> None:
    assert publish_checkpoint(NOON) is None
    assert latest_checkpoint() is None


@pytest.mark.usefixtures("log")
def test_checkpoint__signs_every_entry_there_is() -> None:
    add(5)

    published = publish_checkpoint(NOON)

    latest = latest_checkpoint()
    assert published is not None
    assert latest is not None
    assert (published.origin, published.size) == (ORIGIN, 5)
    assert (latest.size, latest.root, latest.at) == (5, published.root, NOON)
    assert checkpoints.verify(latest.note, [KEY]) == (published, KEY)


@pytest.mark.usefixtures("log")
def test_checkpoint__is_not_signed_again_while_nothing_was_added() -> None:
    add(5)
    publish_checkpoint(NOON)

    assert publish_checkpoint(NOON + timedelta(hours=1)) is None
    assert SignedCheckpoint.objects.count() == 1


@pytest.mark.usefixtures("log")
def test_checkpoint__continues_every_one_before_it() -> None:
    published = []
    for count in (1, 2, 4, 1):
        add(count)
        published.append(publish_checkpoint(NOON))

    for old, new in pairwise(published):
        assert old
        assert new
        proof = consistency_proof(old.size, new.size)
        assert (proof.old_root, proof.new_root) == (old.root, new.root)
        tree.verify_consistency(old.size, new.size, old.root, new.root, proof.path)


@pytest.mark.asvs("16.4.2")
@pytest.mark.usefixtures("log")
def test_checkpoint__of_a_log_that_was_cut_is_not_signed() -> None:
    add(5)
    publish_checkpoint(NOON)
    lift_the_guards()
    LogEntry.objects.filter(index=4).delete()

    with pytest.raises(LogWentBack, match="checkpoint 5, log 4"):
        publish_checkpoint(NOON)

    assert SignedCheckpoint.objects.count() == 1


@pytest.mark.asvs("16.4.2")
@pytest.mark.usefixtures("log")
def test_checkpoint__of_a_log_that_was_rewritten_is_not_signed() -> None:
    add(5)
    publish_checkpoint(NOON)
    lift_the_guards()
    LogEntry.objects.filter(index=4).update(leaf_hash=bytes(32))
    add(1)

    with pytest.raises(LogWentBack):
        publish_checkpoint(NOON)

    assert SignedCheckpoint.objects.count() == 1


@pytest.mark.django_db
def test_checkpoint__without_a_signer_is_a_fault_of_the_wiring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signing, "_installed", [])
    add(1)

    with pytest.raises(NoSigner):
        publish_checkpoint(NOON)
