"""`trustkeep accounts`: what can be done from a terminal."""

from __future__ import annotations

import json

import pytest

from tests.promises.world import person
from trustkeep.accounts.customers import account_by_reference
from trustkeep.accounts.models import Account
from trustkeep.cli.main import main
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.stepping import run_due

pytestmark = pytest.mark.django_db


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["accounts", *arguments]) == 0
    return capsys.readouterr().out


def test_accounts__live_from_opening_to_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert "is open" in told(capsys, "open", "C-1", "--name", "Harbour GmbH")
    assert "ends 2099-01-01T00:00" not in told(capsys, "list")
    assert "deleted between" in told(capsys, "end", "C-1", "--on", "2027-05-31")
    assert "goes on" in told(capsys, "call-off", "c-1")
    told(capsys, "end", "C-1")
    run_due(worker="test", now=now())

    listed = json.loads(told(capsys, "list", "--json"))
    assert [(one["reference"], one["state"]) for one in listed] == [("C-1", "locked")]
    plan = json.loads(told(capsys, "plan", "C-1", "--json"))
    assert plan["stores"]["accounts_accountact"] == 1
    assert "doors tried" in told(capsys, "show", "C-1")
    assert "Somebody else" in told(capsys, "delete", "C-1", "--door", "dpo")
    assert told(capsys, "receipt", "C-1") == ""


def test_accounts__are_changed_where_something_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "open", "C-1", "--name", "Harbour GmbH", "--dpo-contact", "dpo@harbour.example")
    manager = person("Mira")

    told(capsys, "change", "C-1", "--manager", manager.email, "--domain", "harbour.example")

    one = account_by_reference("C-1")
    assert (one.manager_id, one.domains) == (manager.id, ("harbour.example",))
    assert (one.legal_name, one.dpo_contact) == ("Harbour GmbH", "dpo@harbour.example")
    assert main(["accounts", "change", "C-1", "--dpo-contact", "nobody"]) == 1


def test_accounts__count_the_command_line_as_one_person(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "open", "C-1", "--name", "Harbour GmbH")
    told(capsys, "end", "C-1")
    run_due(worker="test", now=now())

    assert "second person" in told(capsys, "reinstate", "C-1")
    assert main(["accounts", "reinstate", "C-1"]) == 1
    assert Account.objects.get().state == "locked"


def test_accounts__are_held_and_released(capsys: pytest.CaptureFixture[str]) -> None:
    owner = person("Mira")
    told(capsys, "open", "C-1", "--name", "Harbour GmbH")
    review = now().date().fromordinal(now().date().toordinal() + 30).isoformat()
    hold = ("--reason", "3 O 1/26", "--owner", owner.email, "--review", review)

    assert main(["accounts", "hold", "C-1", "--basis", "whim", *hold]) == 1
    assert main(["accounts", "hold", "C-1", "--basis", "litigation", *hold, "--store", "x"]) == 1
    assert "in force" in told(capsys, "hold", "C-1", "--basis", "litigation", *hold)
    assert "1 confirmed until" in told(capsys, "review", "C-1", "--review", review)
    assert "1 lifted" in told(capsys, "release", "C-1")
    assert "believed" in told(capsys, "clock")
