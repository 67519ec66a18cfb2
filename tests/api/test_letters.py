"""Letters by the API: listed by state, read, brought again, called off, and shown before."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.api.test_requests import ASKED, sent
from tests.customers import customer
from tests.promises.world import NOW
from trustkeep.accounts.roles import Role
from trustkeep.identity.models import AccessEvent
from trustkeep.identity.scopes import Scope
from trustkeep.letters import queries
from trustkeep.letters.models import Letter

BOTH = (Scope.LETTERS_READ, Scope.LETTERS_WRITE, Scope.REQUESTS_READ, Scope.REQUESTS_WRITE)


@pytest.fixture
def dpo(in_person: Program) -> Client:
    return in_person(Role.DPO, *BOTH)


def listed(dpo: Client, query: str = "") -> Any:
    answer = dpo.get(f"/api/v1/letters{query}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def asked(dpo: Client, **told: Any) -> str:
    return str(sent(dpo, "requests", {**ASKED, **told}).json()["id"])


def test_letters__are_listed_by_state_and_page(dpo: Client) -> None:
    for _ in range(3):
        asked(dpo)
    first, second = listed(dpo, "?limit=2"), listed(dpo)["items"]
    rest = listed(dpo, f"?limit=2&cursor={first['next']}")

    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in second]
    assert rest["next"] is None
    assert listed(dpo, "?state=failed")["items"] == []
    Letter.objects.filter(pk=second[0]["id"]).update(state="failed", ended_at=NOW)
    assert [one["id"] for one in listed(dpo, "?state=failed")["items"]] == [second[0]["id"]]
    assert dpo.get("/api/v1/letters?state=lost").status_code == 422
    assert dpo.get("/api/v1/letters?cursor=nowhere").status_code == 422


def test_letter__is_read_without_the_link_that_lets_somebody_in_and_leaves_a_line(
    dpo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "stays_here", lambda: False)
    asked(dpo)
    [one] = listed(dpo)["items"]

    read = dpo.get(f"/api/v1/letters/{one['id']}").json()

    assert read["to"] == "nora@example.org"
    assert read["link_withheld"]
    assert "your-data" not in read["text"]
    assert AccessEvent.objects.filter(detail=f"letter {one['id']}").exists()


def test_letter__that_waits_is_called_off_and_one_that_failed_comes_again(dpo: Client) -> None:
    asked(dpo)
    [one] = listed(dpo)["items"]

    assert sent(dpo, f"letters/{one['id']}/try-again").status_code == 409
    assert sent(dpo, f"letters/{one['id']}/call-off").json()["state"] == "cancelled"
    Letter.objects.update(state="failed", ended_at=NOW)
    assert sent(dpo, f"letters/{one['id']}/try-again").json()["state"] == "waiting"


def test_letters__are_not_for_who_may_not_manage_them(in_person: Program, dpo: Client) -> None:
    reader = in_person(Role.DPO, Scope.LETTERS_READ)
    asked(dpo)
    [one] = listed(dpo)["items"]

    assert sent(reader, f"letters/{one['id']}/call-off").status_code == 403
    assert Client().get("/api/v1/letters").status_code == 401


def test_answer__is_read_before_it_goes_out(dpo: Client) -> None:
    request = asked(dpo)
    address = f"requests/{request}"
    sent(dpo, f"{address}/identity", {"means": "call-back"})
    sent(dpo, f"{address}/assessment", {"role": "controller", "scope": "person"})
    assert sent(dpo, f"{address}/answer/preview").status_code == 409
    sent(dpo, f"{address}/decisions", {"category": "letters", "ground": "12-5-excessive"})
    sent(dpo, f"{address}/decisions", {"category": "letters", "ground": "11-2"})
    before = Letter.objects.count()

    told = sent(dpo, f"{address}/answer/preview", {"words": "We cannot tell who you are."})
    asking = sent(dpo, f"{address}/question/preview", {"words": "Which account?"})
    longer = sent(dpo, f"{address}/extension/preview", {"reason": "complexity", "months": 2})

    [letter] = told.json()["letters"]
    assert letter["to"] == "nora@example.org"
    assert "We cannot tell who you are." in letter["text"]
    assert "your-data/" not in letter["text"]
    assert "Which account?" in asking.json()["letters"][0]["text"]
    assert "complex" in longer.json()["letters"][0]["text"]
    assert Letter.objects.count() == before


def test_forwarding__is_read_before_it_goes_out(dpo: Client) -> None:
    account = customer()
    request = asked(dpo)
    sent(dpo, f"requests/{request}/identity", {"means": "call-back"})
    wanted = {"role": "processor", "scope": "person", "account_id": str(account.id)}
    sent(dpo, f"requests/{request}/assessment", wanted)

    told = sent(dpo, f"requests/{request}/forwarding/preview").json()["letters"]

    assert [one["to"] for one in told] == ["privacy@harbour.example", "nora@example.org"]
