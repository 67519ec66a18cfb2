"""The tests' own ground: the encrypted database of a directory that is thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def test_settings__are_those_of_the_throw_away_installation(data_directory: Path) -> None:
    assert settings.INSTALLATION.data == data_directory


@pytest.mark.django_db
def test_database__is_encrypted_in_tests_too(data_directory: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cipher_version")
        assert cursor.fetchone()

    path = Path(connection.settings_dict["NAME"])
    assert data_directory in path.parents
    assert not path.read_bytes().startswith(b"SQLite format 3")


def test_signing_key__comes_from_the_key_store() -> None:
    assert len(str(settings.SECRET_KEY)) == 64
