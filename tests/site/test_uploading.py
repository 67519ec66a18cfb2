"""Long bodies and long answers over the real server: sealed on their way, slow for nobody else."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live import Demo, free_ports, sign_ins

MIB = 1024 * 1024
MARK = b"canary-of-an-upload-3f9a1c "


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    port, http_port = free_ports(2)
    demo = Demo(tmp_path_factory.mktemp("uploads") / "data", port, http_port)
    demo.start()
    yield demo
    demo.stop()


def connection(demo: Demo) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=str(demo.data / "tls" / "ca.pem"))
    return http.client.HTTPSConnection("localhost", demo.port, context=context, timeout=60)


def bearer(demo: Demo) -> dict[str, str]:
    return {"Authorization": f"Bearer {sign_ins(demo)['account_token']}"}


def head(demo: Demo) -> bytes:
    lines = (
        "PUT /api/v1/account/files/content?path=broken.bin HTTP/1.1",
        f"Host: localhost:{demo.port}",
        f"Authorization: {bearer(demo)['Authorization']}",
        f"Content-Length: {8 * MIB}",
    )
    return "\r\n".join((*lines, "", "")).encode()


def pieces(count: int) -> Iterator[bytes]:
    block = (MARK * (MIB // len(MARK) + 1))[:MIB]
    for _ in range(count):
        yield block


def put(demo: Demo, path: str, body: Any, **headers: str) -> http.client.HTTPResponse:
    line = connection(demo)
    target = f"/api/v1/account/files/content?path={path}"
    line.request("PUT", target, body, {**bearer(demo), **headers})
    answer = line.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    line.close()
    return answer


def files(demo: Demo, text: str) -> str:
    return demo.get(f"/api/v1/account/files?q={text}", **bearer(demo)).text  # type: ignore[attr-defined, no-any-return]


def is_answered(demo: Demo) -> bool:
    """Return whether a request gets an answer beside everything that is under way."""
    answered = threading.Event()

    def ask() -> None:
        files(demo, "slow")
        answered.set()

    threading.Thread(target=ask).start()
    return answered.wait(20)


def holding(directory: Path, mark: bytes) -> list[Path]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return [path for path in files if mark in path.read_bytes()]


def peak_kib(demo: Demo) -> int:
    """Return the most memory that any process of the demo has used."""
    most = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = status.read_text()
            group = os.getpgid(int(status.parent.name))
            session = os.getsid(int(status.parent.name))
        except OSError:
            continue
        if demo.process.pid in (group, session) or f"PPid:\t{demo.process.pid}\n" in told:
            most = max(most, int(told.partition("VmHWM:")[2].split()[0]))
    return most


def test_upload__of_many_megabytes_takes_little_memory_and_rests_sealed(demo: Demo) -> None:
    count, before = 160, peak_kib(demo)
    whole = hashlib.sha256()
    for piece in pieces(count):
        whole.update(piece)

    answer = put(demo, "big.bin", pieces(count), **{"Content-Length": str(count * MIB)})

    assert answer.status == 201, answer.text  # type: ignore[attr-defined]
    assert f'"sha256": "{whole.hexdigest()}"' in answer.text  # type: ignore[attr-defined]
    assert peak_kib(demo) - before < 96 * 1024
    assert holding(demo.data, MARK.strip()) == []


def test_download__comes_by_range_and_whole(demo: Demo) -> None:
    put(demo, "range.bin", b"0123456789" * 100_000)
    [found] = json.loads(files(demo, "range.bin"))["items"]
    line = connection(demo)
    address = f"/api/v1/account/files/{found['id']}/content"

    line.request("GET", address, headers={**bearer(demo), "Range": "bytes=999990-"})
    part = line.getresponse()
    assert (part.status, part.read()) == (206, b"0123456789")
    line.request("GET", address, headers=bearer(demo))
    whole = line.getresponse()
    assert whole.headers["Content-Length"] == "1000000"
    assert whole.read() == b"0123456789" * 100_000
    line.close()


def test_upload__that_breaks_off_leaves_nothing(demo: Demo) -> None:
    secure = demo.connected()
    secure.sendall(head(demo) + MARK * 200_000)
    secure.close()
    time.sleep(0.5)

    assert '"items": []' in files(demo, "broken.bin")
    assert list((demo.data / "objects" / ".partial").iterdir()) == []


def test_upload__of_a_stranger_is_not_taken(demo: Demo) -> None:
    line = connection(demo)
    line.putrequest("PUT", "/api/v1/account/files/content?path=x")
    line.putheader("Content-Length", str(11 * MIB))
    line.endheaders()

    answer = line.getresponse()

    assert answer.status == 413
    line.close()


def test_slow_readers__hold_up_nobody(demo: Demo) -> None:
    put(demo, "slow.bin", os.urandom(24 * MIB))
    [found] = json.loads(files(demo, "slow.bin"))["items"]
    address = f"/api/v1/account/files/{found['id']}/content"
    lines = [connection(demo) for _ in range(8)]
    for line in lines:
        line.request("GET", address, headers=bearer(demo))

    assert is_answered(demo), "a request waits behind slow readers"
    for line in lines:
        line.close()


def test_slow_senders__hold_up_nobody(demo: Demo) -> None:
    slow = [demo.connected() for _ in range(8)]
    for one in slow:
        one.sendall(head(demo) + b"x")

    assert is_answered(demo), "a request waits behind slow senders"
    for one in slow:
        one.close()
