"""Records: JSON objects, sealed as a whole, changed only over what was read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.holdings.conftest import ALICE, older
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import Passage, require_open
from trustkeep.holdings import collections
from trustkeep.holdings.collections import (
    DELETED_KEPT_FOR,
    MOST_BYTES,
    NoSuchCollection,
    NoSuchRow,
    RecordChanged,
    RecordInvalid,
    RecordShown,
)
from trustkeep.holdings.entering import GenerationPassed
from trustkeep.holdings.models import Record


def entered(way: Passage, **values: Any) -> RecordShown:
    return collections.enter_record(
        passage=way, collection="Calls", values=values, by=ALICE, now=NOW
    )


def changed(way: Passage, one: RecordShown, number: int | None = None) -> RecordShown:
    return collections.change_record(
        passage=way, record_id=one.id, values={"name": "Zoë"}, by=ALICE, now=NOW, number=number
    )


def test_record__comes_back_and_is_found_by_its_words(way: Passage) -> None:
    entered(way, name="Meier", minutes=12)
    entered(way, name="Müller", minutes=3)

    found = collections.records(way.account_id, "calls")
    assert {one.values["name"] for one in found} == {"Meier", "Müller"}
    assert [r.values for r in collections.records(way.account_id, "Calls", "MULLER")] == [
        {"name": "Müller", "minutes": 3}
    ]
    assert [(c.name, c.count) for c in collections.collections(way.account_id)] == [("Calls", 2)]


def test_record__rests_sealed(way: Passage) -> None:
    entered(way, name="Meier")

    assert b"Meier" not in b"".join(
        bytes(row) for row in Record.objects.values_list("sealed", flat=True)
    )


@pytest.mark.parametrize(
    "values", [[], "text", None, {"x": float("nan")}, {"x": "y" * MOST_BYTES}, {"x": object()}]
)
def test_record__is_a_small_json_object(way: Passage, values: Any) -> None:
    with pytest.raises(RecordInvalid):
        collections.enter_record(passage=way, collection="c", values=values, by=ALICE, now=NOW)


def test_change__over_another_change_is_refused(way: Passage) -> None:
    one = entered(way, name="Zoe")
    assert changed(way, one, number=1).number == 2

    with pytest.raises(RecordChanged):
        changed(way, one, number=1)


def test_record__that_was_deleted_comes_back_for_a_time(way: Passage) -> None:
    one, other = entered(way, a=1), entered(way, a=2)
    for row in (one, other):
        collections.delete_record(passage=way, record_id=row.id, now=NOW)

    assert collections.records(way.account_id, "Calls") == []
    assert len(collections.deleted_records(way.account_id)) == 2
    collections.take_back_record(passage=way, record_id=one.id, now=NOW)
    assert collections.forget_deleted(now=NOW + DELETED_KEPT_FOR - timedelta(seconds=1)) == 0
    assert collections.forget_deleted(now=NOW + DELETED_KEPT_FOR) == 1
    assert [r.id for r in collections.records(way.account_id, "Calls")] == [one.id]


def test_record__of_another_account_is_unknown(way: Passage, quarry: AccountShown) -> None:
    one = entered(way, a=1)
    other = require_open(quarry.id, now=NOW)

    with pytest.raises(NoSuchRow):
        collections.record(quarry.id, one.id)
    with pytest.raises(NoSuchRow):
        changed(other, one)
    with pytest.raises(NoSuchRow):
        collections.delete_record(passage=other, record_id=one.id, now=NOW)
    with pytest.raises(NoSuchCollection):
        collections.records(quarry.id, "Calls")


def test_record__of_a_passed_generation_is_not_kept(way: Passage) -> None:
    with pytest.raises(GenerationPassed):
        entered(older(way), a=1)
