"""A sealed value opens in the place it was written for, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.conftest import ALICE, BOB
from trustkeep.vault.derivation import framed
from trustkeep.vault.sealing import (
    AccountKey,
    Place,
    SealedValueMalformed,
    SealedValueRefused,
    SealedWithOtherVersion,
    key_version,
    seal,
    unseal,
)

KEY = AccountKey(ALICE, 1, os.urandom(32))
PLACE = Place(ALICE, "person", "email", "7")


@given(st.binary(max_size=500), st.text(max_size=20))
def test_sealing__gives_back_what_it_took(value: bytes, row: str) -> None:
    place = replace(PLACE, row=row)

    assert unseal(KEY, place, seal(KEY, place, value)) == value


def test_sealing__never_gives_the_same_token_twice() -> None:
    tokens = {seal(KEY, PLACE, b"same") for _ in range(1000)}

    assert len(tokens) == 1000


def test_sealing__may_be_shared_between_threads() -> None:
    column = KEY.column("person", "email")

    def seal_and_open(row: str) -> bool:
        value = os.urandom(200)
        return all(column.unseal(row, column.seal(row, value)) == value for _ in range(300))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(seal_and_open, map(str, range(16))))


def test_token__is_format_version_nonce_ciphertext_and_tag() -> None:
    token = seal(replace(KEY, version=258, _columns={}), PLACE, b"four")

    assert token[:5] == b"\x01\x00\x00\x01\x02"
    assert len(token) == 1 + 4 + 12 + 4 + 16
    assert key_version(token) == 258


@pytest.mark.asvs("11.3.3")
@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, row="8"),
        replace(PLACE, column="name"),
        replace(PLACE, table="visitor"),
    ],
    ids=["row", "column", "table"],
)
def test_token__is_refused_in_another_place(elsewhere: Place) -> None:
    token = seal(KEY, PLACE, b"alice@example.org")

    with pytest.raises(SealedValueRefused, match="belongs to another row, column or account"):
        unseal(KEY, elsewhere, token)


def test_token__is_refused_in_another_account_even_under_the_same_secret() -> None:
    token = seal(KEY, PLACE, b"alice@example.org")

    with pytest.raises(SealedValueRefused):
        unseal(replace(KEY, account=BOB, _columns={}), replace(PLACE, account=BOB), token)


def test_token__is_refused_under_another_key() -> None:
    token = seal(KEY, PLACE, b"alice@example.org")

    with pytest.raises(SealedValueRefused):
        unseal(AccountKey(ALICE, 1, os.urandom(32)), PLACE, token)


def test_token__of_another_version_names_both_versions() -> None:
    token = seal(KEY, PLACE, b"alice@example.org")

    with pytest.raises(SealedWithOtherVersion, match="version 1 and cannot be opened with version"):
        unseal(AccountKey(ALICE, 2, KEY.secret), PLACE, token)


def test_token__with_a_forged_version_is_refused() -> None:
    token = bytearray(seal(KEY, PLACE, b"alice@example.org"))
    token[4] = 2

    with pytest.raises(SealedValueRefused):
        unseal(AccountKey(ALICE, 2, KEY.secret), PLACE, bytes(token))


@pytest.mark.asvs("11.3.3")
@pytest.mark.parametrize("position", range(33 + 5))
def test_token__is_refused_with_any_bit_changed(position: int) -> None:
    token = bytearray(seal(KEY, PLACE, b"value"))
    token[position] ^= 1

    with pytest.raises((SealedValueRefused, SealedWithOtherVersion, SealedValueMalformed)):
        unseal(KEY, PLACE, bytes(token))


@pytest.mark.parametrize("token", [b"", b"\x01", b"\x01" + bytes(31), b"\x02" + bytes(60)])
def test_token__of_another_form_is_called_damaged(token: bytes) -> None:
    with pytest.raises(SealedValueMalformed, match="damaged"):
        unseal(KEY, PLACE, token)


def test_token__cut_short_after_its_version_is_called_damaged() -> None:
    with pytest.raises(SealedValueMalformed):
        unseal(KEY, PLACE, seal(KEY, PLACE, b"")[:-1])


def test_sealing__refuses_a_key_of_another_account() -> None:
    with pytest.raises(ValueError, match="another account"):
        seal(KEY, replace(PLACE, account=BOB), b"")


def test_key__does_not_show_its_secret() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)


def test_subkeys__differ_by_purpose_and_account() -> None:
    bobs = replace(KEY, account=BOB)

    assert len({KEY.subkey("a"), KEY.subkey("b"), bobs.subkey("a"), KEY.secret}) == 4


def test_blind_index__is_equal_for_equal_values_of_one_column_only() -> None:
    digest = KEY.blind_index("person", "email", "alice@example.org")

    assert digest == KEY.blind_index("person", "email", "alice@example.org")
    assert digest != KEY.blind_index("person", "email", "bob@example.org")
    assert digest != KEY.blind_index("person", "name", "alice@example.org")
    assert digest != replace(KEY, account=BOB).blind_index("person", "email", "alice@example.org")


@given(
    st.lists(st.binary(max_size=6), max_size=4),
    st.lists(st.binary(max_size=6), max_size=4),
)
def test_framed__tells_different_lists_apart(one: list[bytes], other: list[bytes]) -> None:
    assert (framed(*one) == framed(*other)) == (one == other)


def test_sealing__runs_without_django() -> None:
    program = "import sys; sys.modules['django'] = None; import trustkeep.vault.sealing"

    subprocess.run([sys.executable, "-c", program], check=True)
