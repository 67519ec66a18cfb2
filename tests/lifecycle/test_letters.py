"""Customers and staff are told of every turn of an account, with the numbers that code keeps."""

from __future__ import annotations

import pytest

from tests.letters.wording import faults, written
from trustkeep.letters.kinds import LetterKind
from trustkeep.lifecycle import request_letters
from trustkeep.lifecycle.alarm_letters import DEADLINES, TO_STAFF, Deadline
from trustkeep.lifecycle.deadlines import DELETE_AFTER, LOCK_WITHIN
from trustkeep.lifecycle.letters import (
    ACCOUNT_REINSTATED,
    CONTRACT_ENDING,
    DELETION_NEAR,
    TO_CUSTOMERS,
)

ALL = (*TO_CUSTOMERS, *TO_STAFF)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.slug)
def test_letter__is_whole_in_every_language(kind: LetterKind) -> None:
    assert faults(kind) == []


def test_letters__have_a_slug_each() -> None:
    kinds = [*ALL, *request_letters.LETTERS.values()]

    assert len({kind.slug for kind in kinds}) == len(kinds)


def test_letters__to_customers_go_out_although_the_account_closes() -> None:
    assert [kind for kind in TO_CUSTOMERS if not kind.about_closing] == [ACCOUNT_REINSTATED]


def test_ending__tells_the_numbers_that_are_kept() -> None:
    text = " ".join(written(CONTRACT_ENDING, "en").text().split())

    assert f"No later than {LOCK_WITHIN.total_seconds() / 3600:.0f} hours" in text
    assert f"{DELETE_AFTER.days} days after it" in text


def test_reminder__is_of_no_use_once_deletion_may_start() -> None:
    assert DELETION_NEAR.good_until == "delete_at"


def test_alarm__has_a_word_for_every_deadline() -> None:
    assert set(DEADLINES) == set(Deadline)
