"""Sealing as the other parts use it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.vault.conftest import ALICE, NOON
from trustkeep.vault.fields import (
    COMPANY,
    Place,
    blind_indexes,
    seal_json,
    seal_text,
    unseal_json,
    unseal_text,
)
from trustkeep.vault.keys import KeyRing
from trustkeep.vault.keystore import KeyDestroyed
from trustkeep.vault.sealing import SealedValueRefused

PLACE = Place(ALICE, "record", "value", "1")


@pytest.mark.usefixtures("installed")
def test_field__gives_back_text_and_json() -> None:
    value = {"name": "Aïcha", "days": [1, None, True]}

    assert unseal_json(PLACE, seal_json(PLACE, value)) == value
    assert unseal_text(PLACE, memoryview(seal_text(PLACE, "Zürich"))) == "Zürich"


@pytest.mark.usefixtures("installed")
def test_field__refuses_what_json_cannot_hold() -> None:
    with pytest.raises(TypeError):
        seal_json(PLACE, object())
    with pytest.raises(ValueError, match="JSON"):
        seal_json(PLACE, float("nan"))


@pytest.mark.usefixtures("installed")
def test_field__cannot_be_read_as_the_company() -> None:
    token = seal_text(PLACE, "alice")

    with pytest.raises(SealedValueRefused):
        unseal_text(replace(PLACE, account=COMPANY), token)


def test_field__stays_readable_until_its_key_is_destroyed(installed: KeyRing) -> None:
    old = seal_text(PLACE, "before")
    installed.rotate_account_key(ALICE, now=NOON)
    new = seal_text(PLACE, "after")

    assert (unseal_text(PLACE, old), unseal_text(PLACE, new)) == ("before", "after")

    installed.destroy_account_key(ALICE, now=NOON)
    for token in (old, new):
        with pytest.raises(KeyDestroyed):
            unseal_text(PLACE, token)


def test_blind_indexes__find_a_value_through_rotations(installed: KeyRing) -> None:
    (before,) = blind_indexes(ALICE, "person", "email", "alice@example.org")

    installed.rotate_account_key(ALICE, now=NOON)
    installed.rotate_account_key(ALICE, now=NOON)
    installed.destroy_account_key(ALICE, now=NOON, version=2)
    after = blind_indexes(ALICE, "person", "email", "alice@example.org")

    assert len(after) == 2
    assert after[0] != before
    assert after[1] == before
