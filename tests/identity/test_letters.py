"""Every letter about a way in says the same in three languages and leaves nothing open."""

from __future__ import annotations

import pytest

from tests.letters.wording import faults, written
from trustkeep.identity import letters
from trustkeep.identity.letters import RECOVERY_CODE_USED
from trustkeep.identity.proposal_letters import PROPOSAL_LETTERS
from trustkeep.identity.rescue_letters import RESCUE_LETTERS
from trustkeep.letters.kinds import LetterKind

LETTERS = (*letters.LETTERS, *RESCUE_LETTERS, *PROPOSAL_LETTERS)


@pytest.mark.asvs("6.3.7")
@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.slug)
def test_letter__is_whole_in_every_language(kind: LetterKind) -> None:
    assert faults(kind) == []


def test_letters__have_a_slug_each() -> None:
    assert len({kind.slug for kind in LETTERS}) == len(LETTERS)


def test_letters__with_a_way_in_keep_it_from_the_staff_and_end() -> None:
    inside = {kind.slug for kind in LETTERS if kind.secret_link}

    assert inside == {"invitation", "password-reset"}
    assert all(kind.good_until for kind in LETTERS if kind.secret_link)


def test_letter__counts_in_each_language() -> None:
    german, french = (
        " ".join(written(RECOVERY_CODE_USED, one).text().split()) for one in ("de", "fr")
    )

    assert "7 Codes sind noch übrig." in german
    assert "Il en reste 7 codes." in french
