"""Every data store is near, and the provider's settings show nothing open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.promises.world import NOW, checked, codes, entered, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.private_network import PROMISE
from trustkeep.hosting.network import FAULTS, READING, SETTINGS_MAX_AGE

pytestmark = pytest.mark.django_db


def reading(**values: Any) -> None:
    entered(READING, **{"provider": "AWS", "read_at": NOW - timedelta(hours=1), **values})


def test_private_network__is_not_measured_without_a_reading() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL
    assert standing(PROMISE).state is State.NOT_MEASURED


def test_private_network__is_not_measured_with_an_old_reading() -> None:
    reading(read_at=NOW - SETTINGS_MAX_AGE)

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_private_network__is_kept_with_near_stores_and_a_clean_reading() -> None:
    reading()

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


@pytest.mark.parametrize("fault", FAULTS)
def test_private_network__falls_for_each_fault_at_the_provider(fault: str) -> None:
    reading(**{fault: True})

    assert codes(checked(PROMISE)) == [fault]
    assert standing(PROMISE).state is State.NOT_KEPT


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860:4860::8888", "no-such-host.invalid"])
def test_private_network__falls_when_a_store_has_a_public_address(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading()
    monkeypatch.setitem(connection.settings_dict, "HOST", host)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["public-store"]


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "/run/postgresql"])
def test_private_network__is_kept_with_a_private_address(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading()
    monkeypatch.setitem(connection.settings_dict, "HOST", host)

    assert checked(PROMISE).outcome is Outcome.HOLDS
