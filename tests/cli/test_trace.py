"""``trustkeep trace``: one promise, hop by hop."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Type
from tests.published import published
from trustkeep.cli.main import FAILED, OK
from trustkeep.controls import catalogue

__all__ = ["published"]

pytestmark = pytest.mark.usefixtures("published")


def test_trace__leads_from_the_sentence_to_code_schedule_and_test(type_: Type) -> None:
    told = type_("trace", "password-policy")

    assert told.code == OK
    assert "src/trustkeep/controls/promises/password_policy.py" in told.out
    assert "src/trustkeep/identity/passwords.py:" in told.out
    assert "doors: every 6 hours, evidence good for 26 hours" in told.out
    assert "tests/promises/test_password_policy.py" in told.out


@pytest.mark.parametrize("slug", [promise.slug for promise in catalogue.CATALOGUE])
def test_trace__finds_every_hop_of_every_promise(type_: Type, slug: str) -> None:
    hops = type_("trace", slug, "--json").json

    assert all(hops.values())
    assert all(":1 " not in place for place in hops["enforced"])


def test_trace__names_the_command_that_lists_the_promises(type_: Type) -> None:
    told = type_("trace", "nope")

    assert told.code == FAILED
    assert "trustkeep promises" in told.err
