"""Controllers are told of a new sub-processor, with everything that they need to object."""

from __future__ import annotations

import pytest

from tests.letters.wording import faults
from trustkeep.agreements.letters import LETTERS, SUB_PROCESSOR_ANNOUNCED
from trustkeep.letters.kinds import LetterKind


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.slug)
def test_letter__is_whole_in_every_language(kind: LetterKind) -> None:
    assert faults(kind) == []


def test_announcement__tells_everything_about_the_sub_processor_and_until_when_to_object() -> None:
    told = {"name", "address", "task", "categories", "locations", "transfer", "object_by"}

    assert told <= SUB_PROCESSOR_ANNOUNCED.wanted
    assert SUB_PROCESSOR_ANNOUNCED.list_name
