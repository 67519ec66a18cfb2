"""No table without saying whose data it holds."""

from __future__ import annotations

from django.apps import apps

from trustkeep.lifecycle.holders import HOLDERS


def test_holders__name_every_table_and_no_other() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert set(HOLDERS) == tables


def test_holders__that_are_sealed_have_a_sealed_column() -> None:
    sealed = {
        model._meta.db_table
        for model in apps.get_models()
        if "sealed" in {field.name for field in model._meta.fields}
    }

    assert {table for table, holder in HOLDERS.items() if holder.sealed} == sealed
