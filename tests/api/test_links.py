"""Links to files by program: made once, listed, used without a token, and ended."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.api.test_account import BODY, Made, harbour, sent, sync, token_of
from tests.customers import customer
from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.api.models import KeptAnswer
from trustkeep.holdings.sharing import LIVES, LIVES_AT_MOST
from trustkeep.identity.scopes import Scope
from trustkeep.kernel.clock import frozen, isoformat

__all__ = ["harbour", "sync", "token_of"]
LINKS = "/api/v1/account/links"


def shared(program: Client, file_id: str, *, key: str = "", **wanted: object) -> dict[str, object]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = program.post(
        f"/api/v1/account/files/{file_id}/links",
        wanted,
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 201, answer.content.decode()
    told: dict[str, object] = answer.json()
    return told


@pytest.fixture
def file_id(sync: Client) -> str:
    return str(sent(sync, "offer.pdf").json()["id"])


def test_link__is_made_used_and_ended(sync: Client, file_id: str) -> None:
    with frozen(NOW):
        made = shared(sync, file_id, most_downloads=2)
        path = urlsplit(str(made["url"])).path
        answer = Client().get(f"{path}file")

        assert made["expires_at"] == isoformat(NOW + LIVES)
        assert b"".join(answer) == BODY
        [listed] = sync.get(LINKS).json()["items"]
        assert (listed["downloads"], listed["state"]) == (1, "open")
        assert listed["used_at"] == isoformat(NOW)
        assert sync.delete(f"{LINKS}/{made['id']}").status_code == 204
        assert sync.delete(f"{LINKS}/{made['id']}").status_code == 404
        assert Client().get(path).status_code == 404
        assert sync.get(LINKS).json()["items"] == []
        [ended] = sync.get(f"{LINKS}?ended=true&file_id={file_id}&q=offer").json()["items"]
        assert ended["state"] == "ended"


@pytest.mark.asvs("11.4.2", "14.2.4")
def test_link__made_with_a_key_is_one_and_its_address_rests_nowhere(
    sync: Client, file_id: str
) -> None:
    first = shared(sync, file_id, key="k")
    again = shared(sync, file_id, key="k")

    assert again == {**first, "url": None}
    secret = str(first["url"]).rstrip("/").rpartition("/")[2]
    assert secret not in str(list(KeptAnswer.objects.values()))
    assert len(sync.get(LINKS).json()["items"]) == 1


@pytest.mark.asvs("8.2.1", "8.2.2")
def test_link__takes_a_token_that_may_share(
    harbour: AccountShown, token_of: Made, sync: Client, file_id: str
) -> None:
    writing = token_of(harbour, Scope.FILES_READ, Scope.FILES_WRITE)
    theirs = token_of(customer("Quarry"))
    made = shared(sync, file_id)

    address = f"/api/v1/account/files/{file_id}/links"
    for program, status in ((writing, 403), (theirs, 404), (Client(), 401)):
        assert program.post(address, {}, content_type="application/json").status_code == status
        assert program.delete(f"{LINKS}/{made['id']}").status_code == status
    assert [one["id"] for one in writing.get(LINKS).json()["items"]] == [made["id"]]
    assert theirs.get(LINKS).json()["items"] == []
    assert theirs.get(f"{LINKS}?file_id={file_id}").status_code == 404


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    "wanted",
    [{"days": 0}, {"days": LIVES_AT_MOST.days + 1}, {"most_downloads": 0}, {"days": "soon"}],
    ids=["none", "too-long", "no-download", "words"],
)
def test_link__of_another_length_is_refused(
    sync: Client, file_id: str, wanted: dict[str, object]
) -> None:
    address = f"/api/v1/account/files/{file_id}/links"

    assert sync.post(address, wanted, content_type="application/json").status_code == 422


def test_link__opens_as_many_days_as_it_was_told(sync: Client, file_id: str) -> None:
    with frozen(NOW):
        made = shared(sync, file_id, days=LIVES_AT_MOST.days)
    path = urlsplit(str(made["url"])).path

    with frozen(NOW + LIVES_AT_MOST - timedelta(seconds=1)):
        assert Client().get(path).status_code == 200
    with frozen(NOW + LIVES_AT_MOST):
        assert Client().get(path).status_code == 404
