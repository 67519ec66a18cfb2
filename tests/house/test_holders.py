"""No table without saying whose data it holds."""

from __future__ import annotations

import pytest
from django.apps import apps

from trustkeep.lifecycle.holders import HOLDERS
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
