"""What readers are told of an entry."""

from __future__ import annotations

from trustkeep.controls.entries import _SUMMARIES
from trustkeep.evidence.kinds import Kind


def test_entries__of_every_kind_have_words_for_readers() -> None:
    assert set(_SUMMARIES) == set(Kind)
