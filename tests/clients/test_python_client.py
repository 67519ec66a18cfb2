"""The Python client against the real server, and every example of its README."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house.source import ROOT
from tests.live import Demo, free_ports, sign_ins
from trustkeep_client import Broken, Client, Desk, Refused
from trustkeep_client import client as module

README = ROOT / "clients" / "python" / "README.md"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    port, http_port = free_ports(2)
    demo = Demo(tmp_path_factory.mktemp("client") / "data", port, http_port)
    demo.start()
    yield demo
    demo.stop()


@pytest.fixture
def client(demo: Demo) -> Client:
    return Client(
        f"https://localhost:{demo.port}",
        token=sign_ins(demo)["account_token"],
        ca_file=str(demo.data / "tls" / "ca.pem"),
    )


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file of a few pieces, the last one short."""
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(2 * module.PIECE_BYTES + 12345))
    return path


def test_file__goes_and_comes_back(client: Client, tmp_path: Path) -> None:
    small = tmp_path / "small.txt"
    small.write_text("Größe zählt nicht.", "utf-8")

    sent = client.upload(small, "Client/small.txt")
    copy = client.download(sent["id"], tmp_path / "copy.txt")

    assert copy.read_bytes() == small.read_bytes()
    assert [one["name"] for one in client.files(q="small.txt")] == ["small.txt"]


def test_large_file__goes_in_pieces_over_broken_connections(
    client: Client, big: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([True, False, True, False, False, False])
    piece = Client._piece

    def breaking(self: Client, address: str, offset: int, body: bytes) -> Any:
        if next(failures):
            raise ConnectionResetError
        return piece(self, address, offset, body)

    monkeypatch.setattr(Client, "_piece", breaking)
    sent = client.upload(big, "Client/big.bin")
    assert sent["sha256"] == hashlib.sha256(big.read_bytes()).hexdigest()

    # Half of it is there already, as after a broken download.
    (tmp_path / "copy.bin.part").write_bytes(big.read_bytes()[:1_000_000])
    copy = client.download(sent["id"], tmp_path / "copy.bin")
    assert copy.read_bytes() == big.read_bytes()


def test_upload__gives_up_when_every_connection_breaks(
    client: Client, big: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(Client, "_piece", broken)

    with pytest.raises(Broken):
        client.upload(big, "Client/never.bin")


def test_download__with_a_wrong_beginning_is_thrown_away(client: Client, tmp_path: Path) -> None:
    small = tmp_path / "s.txt"
    small.write_text("right", "utf-8")
    sent = client.upload(small, "Client/s.txt")
    (tmp_path / "t.txt.part").write_text("wr", "utf-8")

    with pytest.raises(Broken):
        client.download(sent["id"], tmp_path / "t.txt")

    assert not list(tmp_path.glob("t.txt*"))


def test_record__with_a_key_is_kept_once(client: Client) -> None:
    one = client.keep_record("Client", {"a": 1}, key="k")
    two = client.keep_record("Client", {"a": 1}, key="k")

    assert one == two
    assert [record["id"] for record in client.records("Client")] == [one["id"]]


def test_refusal__brings_the_servers_sentence(client: Client) -> None:
    with pytest.raises(Refused, match="not here") as refused:
        client.file("00000000-0000-4000-8000-000000000000")

    assert refused.value.status == 404


def test_address__has_to_be_https() -> None:
    with pytest.raises(ValueError, match="https"):
        Client("http://localhost", token="x")


def test_readme__examples_run(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("offer.pdf").write_bytes(b"%PDF-1.7 an offer")
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.S)
    told = "\n".join(blocks)
    told = told.replace("https://localhost:8443", f"https://localhost:{demo.port}")
    told = told.replace("tk_…", sign_ins(demo)["account_token"])
    told = told.replace("ca.pem", str(demo.data / "tls" / "ca.pem"))

    exec(compile(told, str(README), "exec"), {})

    assert Path("copy.pdf").read_bytes() == Path("offer.pdf").read_bytes()
    assert zipfile.ZipFile("everything.zip").testzip() is None
    assert "404 This file is not here" in capsys.readouterr().out


def test_contract_and_requests__are_those_of_the_account(client: Client) -> None:
    contract = client.contract()

    asked = client.ask(["access"], "What do you hold about me?")

    assert contract["course"] is None
    assert asked["reference"] in [one["reference"] for one in client.requests()]
    with pytest.raises(Refused) as refused:
        client.end_contract(contract["legal_name"])
    assert refused.value.status == 403


def test_desk__ends_a_contract_once_and_handles_requests(demo: Demo, tmp_path: Path) -> None:
    desk = Desk(
        f"https://localhost:{demo.port}",
        token=sign_ins(demo)["dpo_token"],
        ca_file=str(demo.data / "tls" / "ca.pem"),
    )
    [account] = desk.accounts("Jansen")
    day = {"last_day": "2028-12-31", "key": "end-jansen"}

    first = desk.end_contract(account["id"], account["reference"], **day)
    assert desk.end_contract(account["id"], account["reference"], **day) == first
    assert desk.account(account["id"])["end"]["lock_by"] == first["lock_by"]
    assert desk.call_off(account["id"], account["reference"])["ends_at"] is None

    asked = {"kinds": ["access"], "email": "nora@example.org", "text": "What do you hold?"}
    made = desk.enter_request(asked)
    assert desk.handle(made["id"], "identity", means="call-back")["next"] == "assess"
    assert made["id"] in [one["id"] for one in desk.requests(only_open=True)]
    [erased] = [one for one in desk.accounts() if desk.account(one["id"])["receipts"]]
    receipt = desk.account(erased["id"])["receipts"][0]
    assert desk.receipt(receipt["id"], tmp_path / "r.tlog-proof").read_text().startswith("c2sp.org")
