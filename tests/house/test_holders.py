"""No table without saying whose data it holds."""

from __future__ import annotations

import re

import pytest
from django.apps import apps

from tests.house.source import ROOT
from trustkeep.lifecycle.data_classes import DEMANDS, DataClass, class_of
from trustkeep.lifecycle.holders import HOLDERS, Whose
from trustkeep.lifecycle.second_reader import hanging_tables


def test_holders__name_every_table_and_no_other() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert set(HOLDERS) == tables


KEPT = {
    "systems_delivery",
    "systems_attempt",
    "systems_deed",
    "lifecycle_obligation",
    "lifecycle_step",
    "lifecycle_doomed",
    "lifecycle_hold",
    "lifecycle_plan",
    "lifecycle_approval",
    "lifecycle_deed",
    "lifecycle_issuedreceipt",
    "requests_request",
    "requests_happening",
    "requests_decision",
    "requests_answer",
    "requests_restriction",
}
"""What stays of an account after its erasure: proof, by opaque ids. A new one is decided here."""


@pytest.mark.django_db
def test_holders__say_how_to_erase_every_table_that_hangs_on_an_account() -> None:
    erased = {table for table, holder in HOLDERS.items() if holder.reach is not None}

    assert hanging_tables() - KEPT == erased


def test_holders__that_are_sealed_have_a_sealed_column() -> None:
    sealed = {
        model._meta.db_table
        for model in apps.get_models()
        if "sealed" in {field.name for field in model._meta.fields}
    }

    assert {table for table, holder in HOLDERS.items() if holder.sealed} == sealed


@pytest.mark.asvs("14.1.1")
def test_classes__cover_every_table_and_people_are_never_less_than_personal() -> None:
    harmless = {DataClass.PUBLIC, DataClass.INTERNAL}
    of_people = {
        table for table, holder in HOLDERS.items() if holder.whose in (Whose.STAFF, Whose.CUSTOMERS)
    }

    assert {class_of(table) for table in HOLDERS} == set(DEMANDS) == set(DataClass)
    assert not [table for table in of_people if class_of(table) in harmless]


PLAIN_SECRETS = re.compile(r"secret|token$|code$|verifier|binding")
HASHED = {"digest", "password", "key_digest", "state_digest"}


@pytest.mark.asvs("14.1.2", "14.2.4")
@pytest.mark.parametrize("table", sorted(HOLDERS))
def test_tables__rest_as_their_class_demands(table: str) -> None:
    [model] = [one for one in apps.get_models() if one._meta.db_table == table]
    columns = {field.name for field in model._meta.fields}

    if class_of(table) is DataClass.SECRET:
        assert HOLDERS[table].sealed or any("digest" in one or one in HASHED for one in columns)
        assert not [
            one for one in columns if PLAIN_SECRETS.search(one) and not one.endswith("digest")
        ]
    if class_of(table) is DataClass.ENTRUSTED:
        holds_words = {"TextField", "JSONField", "EmailField", "FileField"}
        assert not [f for f in model._meta.fields if f.get_internal_type() in holds_words]


@pytest.mark.asvs("14.1.2")
def test_manual__tells_what_each_class_demands() -> None:
    page = (ROOT / "docs" / "data.md").read_text("utf-8")

    for name, demands in DEMANDS.items():
        told = (demands.means, demands.rests, demands.readers, demands.logs, demands.ends)
        assert f"| {name} | {' | '.join(told)} |" in page
