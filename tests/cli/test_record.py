"""`trustkeep record`: facts entered from a terminal move the promises that stand on them."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.promises.world import company
from trustkeep.controls import catalogue
from trustkeep.controls.models import Observation
from trustkeep.kernel.clock import now

POLICY = {
    "title": "Access control",
    "version": "1.0",
    "owner": "Alice",
    "author": "Alice",
    "approver": "Bob",
    "approved_date": "2026-01-05",
    "reviewed_date": str(now().date()),
    "overview": "Who may do what.",
}
VALUES = [f"{name}={value}" for name, value in POLICY.items()]


@pytest.fixture
def policy(type_: Type) -> str:
    company()
    return str(type_("record", "add", "policy", *VALUES, "--json").json["id"])


def test_kinds__list_every_kind_with_its_promises(type_: Type) -> None:
    kinds = {one["kind"]: one for one in type_("record", "kinds", "--json").json}

    assert "security-policies" in kinds["policy"]["promises"]
    assert {slug for one in kinds.values() for slug in one["promises"]} <= set(catalogue.BY_SLUG)
    assert "policy" in type_("record", "kinds").out


def test_fields__tell_what_a_record_needs(type_: Type) -> None:
    told = type_("record", "fields", "policy", "--json").json

    assert set(POLICY) <= {one["name"] for one in told}
    assert "required" in type_("record", "fields", "policy").out


def test_add__moves_the_promise_at_once(policy: str) -> None:
    assert Observation.objects.get(promise="security-policies").outcome == "holds"


def test_add__takes_json(type_: Type, tmp_path: Path) -> None:
    company()
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(POLICY))

    assert type_("record", "add", "policy", "--file", str(file)).code == 0
    [told] = type_("record", "list", "policy", "--json").json
    assert told["values"] == POLICY


def test_amend__keeps_what_is_not_named(policy: str, type_: Type) -> None:
    type_("record", "amend", "policy", policy, "version=2.0")

    newest, oldest = type_("record", "history", "policy", policy, "--json").json
    assert newest["values"] == POLICY | {"version": "2.0"}
    assert (oldest["number"], oldest["values"]) == (1, POLICY)


def test_withdraw__takes_it_from_the_list_and_keeps_its_history(policy: str, type_: Type) -> None:
    type_("record", "withdraw", "policy", policy, "--reason", "entered twice")

    assert type_("record", "list", "policy", "--json").json == []
    history = type_("record", "history", "policy", policy, "--json").json
    assert [one["withdrawn"] for one in history] == [True, False]
    newest = Observation.objects.filter(promise="security-policies").latest("first_at")
    assert newest.outcome == "cannot-tell"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "policy", "title=A"), "approver"),
        (("add", "policy", "nonsense"), "write NAME=VALUE"),
        (("add", "policy", *VALUES, "colour=red"), "colour"),
        (("add", "policy", "--file", "no-such-file"), "no-such-file"),
        (("add", "nothing", "a=b"), "no kind of record “nothing”"),
        (("history", "policy", str(uuid.UUID(int=0))), "no open record"),
        (("withdraw", "policy", str(uuid.UUID(int=0)), "--reason", "x"), "no open record"),
    ],
)
def test_record__says_what_was_wrong_and_enters_nothing(
    type_: Type, words: tuple[str, ...], told: str
) -> None:
    said = type_("record", *words)

    assert said.code == 1
    assert told in said.err
    assert type_("record", "list", "policy", "--json").json == []
