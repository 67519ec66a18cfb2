"""Requests about personal data by the API: from receipt to answer, and a customer's own."""

from __future__ import annotations

import io
import zipfile
from typing import Any, get_args

import pyrage
import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.customers import customer, member
from tests.promises.world import days_ago
from tests.requests.asking import letters, token_in
from trustkeep.accounts.customers import AccountShown, MemberShown
from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.api.request_shapes import RequestState
from trustkeep.identity.scopes import Scope
from trustkeep.lifecycle.requests.models import Decision
from trustkeep.lifecycle.requests.states import State

BOTH = (Scope.REQUESTS_READ, Scope.REQUESTS_WRITE)
ASKED = {
    "kinds": ["access"],
    "name": "Nora Fink",
    "email": "nora@example.org",
    "text": "What do you hold about me?",
}


@pytest.fixture
def dpo(in_person: Program) -> Client:
    return in_person(Role.DPO, *BOTH)


def sent(program: Client, path: str, told: Any = None, **headers: str) -> Any:
    return program.post(
        f"/api/v1/{path}", told or {}, content_type="application/json", headers=headers
    )


def entered(dpo: Client, **told: Any) -> str:
    return str(sent(dpo, "requests", {**ASKED, **told}).json()["id"])


def test_request__goes_from_receipt_to_answer(dpo: Client) -> None:
    address = f"requests/{entered(dpo)}"

    def act(name: str, **told: Any) -> Any:
        answer = sent(dpo, f"{address}/{name}", told)
        assert answer.status_code == 200, (name, answer.json())
        return answer.json()

    assert act("identity", means="call-back")["next"] == "assess"
    assert act("assessment", role="controller", scope="person")["next"] == "decide"
    act("decisions", category="letters")
    assert act("collection")["next"] == "review"
    parts = dpo.get(f"/api/v1/{address}/collected").json()["parts"]
    assert "requests_request" in [part["table"] for part in parts]
    unknown = sent(dpo, f"{address}/review", {"leave_out": ["accounts_person/7"]})
    assert unknown.status_code == 422
    act("review", leave_out=[])
    done = act("answer")

    assert done["request"]["state"] == "fulfilled"
    assert [one["what"] for one in done["story"]][-1] == "answered"
    assert act("closing")["request"]["state"] == "closed"


def test_whole_account__is_prepared_for_a_key_and_fetched_by_the_link(dpo: Client) -> None:
    account = customer()
    alice = member(account)
    key = pyrage.x25519.Identity.generate()
    address = f"requests/{entered(dpo, kinds=['export'], email=alice.email)}"

    def act(name: str, **told: Any) -> Any:
        return sent(dpo, f"{address}/{name}", told)

    act("identity", means="call-back")
    act("assessment", role="instructed", scope="account", account_id=str(account.id))
    assert act("decisions", category="content").json()["next"] == "collect"
    assert act("collection").status_code == 422
    assert act("collection", recipient=str(key.to_public())).json()["next"] == "conclude"
    assert act("answer").json()["request"]["state"] == "fulfilled"
    page = f"/en/your-data/answer/{token_in(letters(alice.email)[-1][2])}/"
    assert "only your key opens" in Client().get(page).content.decode()
    answer = Client().post(page)

    sealed = b"".join(answer)
    archive = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [key])))
    assert {"account.json", "members.json", "files.jsonl"} <= set(archive.namelist())
    assert answer["Content-Disposition"].endswith('HARBOUR-1.zip.age"')
    assert Client().post(page).status_code == 410


def test_request__is_entered_once_however_often_it_is_sent(dpo: Client) -> None:
    key = {"Idempotency-Key": "mail-4711"}

    first, again = sent(dpo, "requests", ASKED, **key), sent(dpo, "requests", ASKED, **key)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert len(dpo.get("/api/v1/requests").json()["items"]) == 1
    assert "status_token" not in first.json()


def test_clock__starts_on_the_day_of_receipt_whoever_received_it(dpo: Client) -> None:
    day = days_ago(20).isoformat()

    late = entered(dpo, received_date=day, channel="letter")

    [first, *_] = dpo.get("/api/v1/requests?open=true").json()["items"]
    assert first["id"] == late
    assert first["received_at"].startswith(day)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": []},
        {"email": "nobody"},
        {"text": " "},
        {"language": "xx"},
        {"channel": "public-form"},
        {"received_date": "2030-01-01"},
        {"received_date": "0001-01-01"},
    ],
)
def test_request__with_a_fault_is_not_entered(dpo: Client, wrong: dict[str, Any]) -> None:
    assert sent(dpo, "requests", {**ASKED, **wrong}).status_code == 422
    assert dpo.get("/api/v1/requests").json()["items"] == []


@pytest.mark.asvs("2.3.5")
def test_refusal__takes_a_second_person_and_not_a_second_program(
    dpo: Client, in_person: Program
) -> None:
    address = f"requests/{entered(dpo, kinds=['deletion'])}"
    sent(dpo, f"{address}/identity", {"means": "call-back"})
    sent(dpo, f"{address}/assessment", {"role": "controller", "scope": "person"})
    sent(dpo, f"{address}/decisions", {"category": "letters", "ground": "17-3-e"})

    yes = {"category": "letters"}
    assert sent(in_person(Role.DPO, *BOTH), f"{address}/approvals", yes).status_code == 403
    second = in_person(Role.ACCOUNT_MANAGER, *BOTH)
    assert sent(second, f"{address}/approvals", yes).status_code == 200
    assert Decision.objects.get().approved_by


def test_request__is_extended_asked_back_and_gone_on_with(dpo: Client) -> None:
    address = f"requests/{entered(dpo)}"

    asked = sent(dpo, f"{address}/question", {"words": "Which address did you use?"}).json()
    extended = sent(dpo, f"{address}/extension", {"reason": "complexity", "months": 2})

    assert asked["story"][-1]["what"] == "asked"
    told = extended.json()["request"]
    assert told["due_at"] > told["first_due_at"]
    assert sent(dpo, f"{address}/extension", {"reason": "complexity"}).status_code == 409
    too_long = {"reason": "complexity", "months": 3}
    assert sent(dpo, f"{address}/extension", too_long).status_code == 422


@pytest.mark.asvs("8.2.1", "8.2.2")
def test_program__reads_and_handles_as_its_scopes_say(
    dpo: Client, in_person: Program, program: Program
) -> None:
    address = f"requests/{entered(dpo)}"
    reading = in_person(Role.ACCOUNT_MANAGER, Scope.REQUESTS_READ)

    assert reading.get(f"/api/v1/{address}").json()["request"]["name"] == "Nora Fink"
    assert sent(reading, f"{address}/identity", {"means": "shown"}).status_code == 403
    assert program(Scope.READ).get("/api/v1/requests").status_code == 403


@pytest.fixture
def harbour(published: None) -> AccountShown:
    return customer()


def asks(program: Client, **told: Any) -> Any:
    usual = {"kinds": ["access"], "text": "What do you hold about me?"}
    return sent(program, "account/requests", {**usual, **told})


def own(program: Client) -> list[Any]:
    return list(program.get("/api/v1/account/requests").json()["items"])


def of(account: AccountShown, name: str, role: MemberRole) -> MemberShown:
    return member(account, name, role)


def test_members__ask_about_themselves_and_read_where_it_stands(
    harbour: AccountShown, of_member: Program
) -> None:
    bob = of_member(of(harbour, "Bob", MemberRole.MEMBER), Scope.REQUESTS_OWN)

    made = asks(bob)

    assert made.status_code == 201, made.json()
    assert made.json()["state"] == "identity-check"
    assert "/your-data/" in made.json()["status_url"]
    assert [one["reference"] for one in own(bob)] == [made.json()["reference"]]
    one = bob.get(f"/api/v1/account/requests/{made.json()['id']}").json()
    assert one["text"] == "What do you hold about me?"


@pytest.mark.asvs("8.2.2")
def test_owner__reads_what_the_customer_decides_and_not_what_members_ask_of_us(
    harbour: AccountShown, of_member: Program
) -> None:
    alice = of_member(member(harbour), Scope.REQUESTS_OWN, Scope.FILES_WRITE)
    bob = of_member(of(harbour, "Bob", MemberRole.MEMBER), Scope.REQUESTS_OWN)
    carol = of_member(of(harbour, "Carol", MemberRole.MEMBER), Scope.REQUESTS_OWN)
    file = alice.put(
        "/api/v1/account/files/content?path=a.txt", b"a", content_type="text/plain"
    ).json()
    about_bob = asks(bob).json()
    about_file = asks(bob, kinds=["deletion"], things=[f"file:{file['id']}"]).json()

    assert [one["id"] for one in own(alice)] == [about_file["id"]]
    assert own(alice)[0]["status_url"] == ""
    assert own(carol) == []
    address = f"/api/v1/account/requests/{about_bob['id']}"
    assert alice.get(address).status_code == 404
    assert asks(bob, things=["file:00000000-0000-4000-8000-000000000000"]).status_code == 422


def test_states__are_described_as_they_are() -> None:
    assert set(get_args(RequestState)) == set(State)
