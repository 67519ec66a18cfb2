"""The API of customers' accounts: one token, one account, streams of any length."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.customers import customer
from tests.promises.world import LATER, NOW
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.models import Account
from trustkeep.accounts.states import AccountState
from trustkeep.api.models import KeptAnswer
from trustkeep.api.once import UNDER_WAY, UNDER_WAY_FOR
from trustkeep.api.routes import files as routes
from trustkeep.holdings.models import FileVersion
from trustkeep.identity.scopes import IN_PERSON, OF_ACCOUNTS, OF_COMPANY, Scope
from trustkeep.identity.tokens import NewToken, issue
from trustkeep.kernel import clock
from trustkeep.kernel.clock import frozen

BODY = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(BODY)
DIGEST = f"sha-256=:{base64.b64encode(SHA256.digest()).decode()}:"

type Made = Callable[..., Client]


@pytest.fixture
def harbour(published: None) -> AccountShown:
    return customer("Harbour")


@pytest.fixture
def token_of() -> Made:
    def made(account: AccountShown, *scopes: Scope) -> Client:
        wanted = scopes or tuple(OF_ACCOUNTS - IN_PERSON)
        new = NewToken(name="sync", scopes=wanted, account_id=account.id)
        _, secret = issue(new=new, by="alice", now=NOW)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def sync(harbour: AccountShown, token_of: Made) -> Client:
    """Harbour's program, which may do everything in its account."""
    return token_of(harbour)


def sent(
    program: Client,
    path: str = "Offers/a b.bin",
    body: bytes = BODY,
    headers: dict[str, str] | None = None,
) -> Any:
    return program.put(
        f"/api/v1/account/files/content?path={path}",
        body,
        content_type="application/pdf",
        headers=headers or {},
    )


def test_file__is_sent_and_read_by_range(sync: Client) -> None:
    made = sent(sync, headers={"Content-Digest": DIGEST})
    assert made.status_code == 201, made.json()
    assert made.json()["sha256"] == SHA256.hexdigest()
    address = f"/api/v1/account/files/{made.json()['id']}/content"

    whole = sync.get(address)
    part = sync.get(address, headers={"Range": "bytes=1000-1999"})

    assert b"".join(whole.streaming_content) == BODY  # type: ignore[attr-defined]
    assert whole["Content-Length"] == str(len(BODY))
    assert whole["Content-Security-Policy"].startswith("sandbox")
    assert whole["Content-Type"] == "application/octet-stream"
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == BODY[1000:2000]  # type: ignore[attr-defined]
    assert part["Content-Range"] == f"bytes 1000-1999/{len(BODY)}"


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-0", 206, 0, 0),
        ("bytes=511999-", 206, 511999, 511999),
        ("bytes=-1", 206, 511999, 511999),
        ("bytes=-9999999", 206, 0, 511999),
        ("bytes=511990-9999999", 206, 511990, 511999),
        ("bytes=512000-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=5-4", 200, 0, 511999),
        ("bytes=0-1,5-6", 200, 0, 511999),
        ("bytes=-", 200, 0, 511999),
        ("lines=1-2", 200, 0, 511999),
        ("bytes=x-", 200, 0, 511999),
    ],
)
def test_range__at_the_edges(sync: Client, asked: str, status: int, first: int, last: int) -> None:
    address = f"/api/v1/account/files/{sent(sync).json()['id']}/content"

    answer = sync.get(address, headers={"Range": asked})

    assert answer.status_code == status
    if status == 416:
        assert answer["Content-Range"] == f"bytes */{len(BODY)}"
    else:
        got = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert got == BODY[first : last + 1]


def test_content__that_is_known_is_not_sent_again(sync: Client) -> None:
    address = f"/api/v1/account/files/{sent(sync).json()['id']}/content"
    tag = sync.get(address)["ETag"]

    assert sync.get(address, headers={"If-None-Match": tag}).status_code == 304
    changed = sync.get(address, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert changed.status_code == 200


def test_file__with_a_wrong_digest_is_refused(sync: Client) -> None:
    for digest, status in (("sha-256=:AAAA:", 400), (DIGEST, 422), ("md5=:AA==:", 400)):
        answer = sent(sync, body=b"other", headers={"Content-Digest": digest})
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
    assert sync.get("/api/v1/account/files").json()["items"] == []


def test_file__sent_twice_with_a_key_is_kept_once(sync: Client) -> None:
    headers = {"Content-Digest": DIGEST, "Idempotency-Key": "k1"}

    first, again = sent(sync, headers=headers).json(), sent(sync, headers=headers).json()

    assert first == again
    assert first["number"] == 1
    assert sent(sync, path="other", headers=headers).status_code == 422


def test_files__are_listed_by_folder_and_found_by_name(sync: Client) -> None:
    for path in ("Offers/2026/Müller.pdf", "Offers/b.pdf", "c.pdf"):
        assert sent(sync, path).status_code == 201

    [offers] = sync.get("/api/v1/account/folders").json()["items"]
    inside = sync.get(f"/api/v1/account/files?folder_id={offers['id']}").json()["items"]
    found = sync.get("/api/v1/account/files?q=muller").json()["items"]
    page = sync.get("/api/v1/account/files?q=pdf&limit=2")

    assert [one["name"] for one in inside] == ["b.pdf"]
    assert [one["name"] for one in found] == ["Müller.pdf"]
    assert page.json()["next"]
    assert 'rel="next"' in page["Link"]


def test_file__is_thrown_away_and_taken_back(sync: Client) -> None:
    one = sent(sync, "a.pdf").json()

    assert sync.delete(f"/api/v1/account/files/{one['id']}").status_code == 204
    assert sync.get("/api/v1/account/files").json()["items"] == []
    back = sync.post(f"/api/v1/account/files/{one['id']}/restore", content_type="application/json")
    assert back.json()["name"] == "a.pdf"


def test_upload__goes_on_where_it_broke_off(sync: Client) -> None:
    begun = sync.post(
        "/api/v1/account/uploads",
        {"path": "big/film.bin", "size_bytes": len(BODY)},
        content_type="application/json",
    ).json()
    address = f"/api/v1/account/uploads/{begun['id']}"

    def piece(offset: int, body: bytes) -> Any:
        return sync.patch(
            address,
            body,
            content_type="application/octet-stream",
            headers={"Upload-Offset": str(offset)},
        )

    assert piece(0, BODY[:1000]).json()["arrived"] == 1000
    wrong = piece(999, BODY[999:])
    assert wrong.status_code == 409
    assert "1000" in wrong.json()["detail"]
    arrived = sync.get(address).json()["arrived"]
    assert piece(arrived, BODY[arrived:]).json()["arrived"] == len(BODY)
    bad = sync.post(f"{address}/finish", {"sha256": "0" * 64}, content_type="application/json")
    assert bad.status_code == 422
    done = sync.post(
        f"{address}/finish", {"sha256": SHA256.hexdigest()}, content_type="application/json"
    )
    assert done.status_code == 201
    assert done.json()["sha256"] == SHA256.hexdigest()
    assert sync.get(address).status_code == 404


def test_records__are_kept_changed_and_deleted(sync: Client) -> None:
    made = sync.post(
        "/api/v1/account/records",
        {"collection": "Calls", "values": {"name": "Müller"}},
        content_type="application/json",
    ).json()
    address = f"/api/v1/account/records/{made['id']}"
    change = {"values": {"name": "Meier"}, "number": 1}

    assert sync.put(address, change, content_type="application/json").json()["number"] == 2
    assert sync.put(address, change, content_type="application/json").status_code == 409
    found = sync.get("/api/v1/account/records?collection=calls&q=meier").json()["items"]
    assert [one["values"] for one in found] == [{"name": "Meier"}]
    assert sync.delete(address).status_code == 204
    assert sync.get(address).status_code == 404
    assert sync.get("/api/v1/account/records?collection=nothing").status_code == 404


def test_export__holds_account_files_and_records(sync: Client, harbour: AccountShown) -> None:
    sent(sync, "a.pdf")

    answer = sync.post("/api/v1/account/export", {}, content_type="application/json")

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert archive.read("files/a.pdf") == BODY
    assert json.loads(archive.read("account.json"))["legal_name"] == harbour.legal_name
    [told] = sync.get("/api/v1/account/exports").json()["items"]
    assert told["finished_at"]
    bad = sync.post("/api/v1/account/export", {"recipient": "x"}, content_type="application/json")
    assert bad.status_code == 422


def test_account__tells_how_much_it_keeps(sync: Client) -> None:
    sent(sync, "a.pdf")

    told = sync.get("/api/v1/account").json()

    assert (told["files"], told["size_bytes"], told["records"]) == (1, len(BODY), 0)


def test_ids__of_another_account_are_unknown(sync: Client, token_of: Made) -> None:
    one = sent(sync, "Offers/a.pdf").json()
    record = sync.post(
        "/api/v1/account/records",
        {"collection": "c", "values": {}},
        content_type="application/json",
    ).json()
    upload = sync.post(
        "/api/v1/account/uploads", {"path": "x", "size_bytes": 9}, content_type="application/json"
    ).json()
    stranger = token_of(customer("Quarry"))

    for path in (
        f"files/{one['id']}",
        f"files/{one['id']}/content",
        f"files/{one['id']}/versions",
        f"folders?parent_id={one['folder_id']}",
        f"files?folder_id={one['folder_id']}",
        f"records/{record['id']}",
        f"uploads/{upload['id']}",
    ):
        assert stranger.get(f"/api/v1/account/{path}").status_code == 404, path
    for path in (f"files/{one['id']}", f"records/{record['id']}", f"uploads/{upload['id']}"):
        assert stranger.delete(f"/api/v1/account/{path}").status_code == 404, path
    assert stranger.get("/api/v1/account/files?q=pdf").json()["items"] == []


def test_token__does_what_its_scopes_say_and_no_more(
    harbour: AccountShown, token_of: Made, program: Any
) -> None:
    reading = token_of(harbour, Scope.FILES_READ)

    assert reading.get("/api/v1/account/files").status_code == 200
    assert sent(reading).status_code == 403
    assert reading.get("/api/v1/account/records?collection=c").status_code == 403
    assert (
        reading.post("/api/v1/account/export", {}, content_type="application/json").status_code
        == 403
    )
    assert reading.get("/api/v1/promises").status_code == 403
    assert program(*OF_COMPANY).get("/api/v1/account/files").status_code == 403
    assert Client().get("/api/v1/account/files").status_code == 401


def test_token__ends_with_the_contract(sync: Client) -> None:
    Account.objects.update(state=AccountState.TERMINATING, ends_at=LATER)

    assert sync.get("/api/v1/account").status_code == 200
    with frozen(LATER):
        assert sync.get("/api/v1/account").status_code == 401
        assert sent(sync).status_code == 401


@pytest.mark.parametrize("path", ["%2E%2E/x", "a/%00", "%5C", "x" * 256])
def test_path__that_could_escape_is_refused(sync: Client, path: str) -> None:
    assert sent(sync, path).status_code == 422


def test_id__that_was_invented_is_unknown(sync: Client) -> None:
    assert sync.get(f"/api/v1/account/files/{uuid.uuid4()}").status_code == 404


def test_file__that_is_sent_twice_at_once_becomes_one_version(
    sync: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = routes._kept
    second: list[int] = []

    def slowly(*given: Any) -> Any:
        if not second:
            second.append(0)
            second[0] = sent(sync, headers={"Idempotency-Key": "k9"}).status_code
        return keep(*given)

    monkeypatch.setattr(routes, "_kept", slowly)

    first = sent(sync, headers={"Idempotency-Key": "k9"})
    third = sent(sync, headers={"Idempotency-Key": "k9"})

    assert (first.status_code, second, third.status_code) == (201, [409], 201)
    assert first.json() == third.json()
    assert FileVersion.objects.count() == 1


def test_key__of_a_request_that_failed_is_free_and_of_a_killed_one_after_a_while(
    sync: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(routes, "_kept", broken)
        with pytest.raises(OSError, match="broken"):
            sent(sync, headers={"Idempotency-Key": "k9"})
    assert not KeptAnswer.objects.exists()

    assert sent(sync, headers={"Idempotency-Key": "k9"}).status_code == 201
    old = clock.now() - UNDER_WAY_FOR
    KeptAnswer.objects.update(body=UNDER_WAY, at=old)
    assert sent(sync, headers={"Idempotency-Key": "k9"}).status_code == 201
