"""A receipt says everything, always in the same bytes, and names nobody."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.lifecycle.receipt_world import BARE, FULL, LATER
from trustkeep.lifecycle.receipt_plain import NotPlain
from trustkeep.lifecycle.receipts import (
    Receipt,
    ReceiptNamesPerson,
    SystemState,
    canonical_json,
    digest,
    parse,
    plain,
    require_impersonal,
)


@pytest.mark.parametrize("receipt", [FULL, BARE, LATER])
def test_receipt__is_read_back_as_it_was_written(receipt: Receipt) -> None:
    written = canonical_json(receipt)

    assert parse(json.loads(written)) == receipt
    assert canonical_json(parse(json.loads(written))) == written
    assert digest(receipt) == hashlib.sha256(written).hexdigest()


def test_receipt__writes_instants_in_utc_and_leaves_out_what_is_empty() -> None:
    written = plain(FULL)

    assert written["format"] == "trustkeep/deletion-receipt/v1"
    assert written["finished_at"] == "2026-11-23T03:12:44.000Z"
    assert written["backups"] == {"last_gone_date": "2026-12-28"}
    assert "follows" not in written
    assert "keys" not in plain(BARE)


def changed(**members: Any) -> dict[str, Any]:
    return {**plain(FULL), **members}


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ([], "object"),
        (changed(format="other"), "format"),
        (changed(extent="everything"), "extent"),
        (changed(surplus=1), "surplus"),
        (changed(stores={}), "stores"),
        (changed(stores=[{"name": "x"}]), "category"),
        (changed(stores=["x"]), r"stores\[0\]"),
        (changed(issued_at="yesterday"), "issued_at"),
        (changed(issued_at=5), "issued_at"),
        (changed(certificate="x"), "certificate"),
        (changed(evidence={**plain(FULL)["evidence"], "size": True}), "size"),
        (changed(issued_at="2026-11-23T03:15:00Z"), "one way"),
        (changed(keys=[]), "one way"),
        ({k: v for k, v in plain(FULL).items() if k != "tool"}, "tool"),
    ],
)
def test_receipt__that_was_written_otherwise_is_refused(value: Any, where: str) -> None:
    with pytest.raises(NotPlain, match=where):
        parse(value)


def test_receipt__is_complete_only_when_nothing_is_left_and_all_confirmed() -> None:
    all_done = replace(FULL, systems=FULL.systems[:1])
    left_over = replace(FULL.stores[0], remaining=1)
    failed = replace(FULL.verifications[0], passed=False)

    assert all_done.complete
    assert not replace(all_done, stores=(left_over,)).complete
    assert not replace(all_done, verifications=(failed,)).complete
    assert not replace(all_done, verifications=()).complete
    for state in (SystemState.INSTRUCTED, SystemState.UNKNOWN, SystemState.REFUSED):
        waiting = replace(FULL.systems[0], state=state)
        assert not replace(all_done, systems=(waiting,)).complete


def test_receipt__that_would_name_somebody_is_not_issued() -> None:
    named = replace(FULL, exempted=(replace(FULL.exempted[0], scope="Alice@Kunde.example"),))

    require_impersonal(FULL, ["alice@kunde.example", "Alice Ärmel", ""])
    with pytest.raises(ReceiptNamesPerson) as refused:
        require_impersonal(named, ["alice@kunde.example"])
    assert "exempted[0].scope" in str(refused.value)
    assert "alice" not in str(refused.value).lower()
