"""The lanes: what is prepared at once, bodies where they hold up nobody, the rest in threads."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from trustkeep.site import lanes
from trustkeep.site.edge import MOST_BODY_BYTES
from trustkeep.site.exchange import Environ, asked_of, environ_of
from trustkeep.site.lanes import Lanes
from trustkeep.site.middleware import REFUSAL_KEY
from trustkeep.site.prepared import Headers
from trustkeep.site.streaming import PIPE_BYTES, stream


class Fields:
    """Header fields as the server holds them: in lower case, some more than once."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def get(self, key: str, default: Any = None) -> Any:
        return dict(self.pairs).get(key, default)

    def items(self) -> list[tuple[str, str]]:
        return list(self.pairs)


@dataclass
class Asked:
    """One request."""

    method: str = "GET"
    path: str = "/en/"
    headers: Any = field(default_factory=Fields)
    http_version: str = "2"
    scheme: str = "https"
    query_string: str = ""
    authority: str | None = "trust.example"
    server: str = "192.0.2.9:8443"
    client: str = "192.0.2.1:51000"


class Answered:
    """Catches an answer; `chunks` is the body of the request, an exception among them is raised."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = chunks
        self.answers: list[tuple[int, Headers, bytes]] = []
        self.done = threading.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        self.answers.append((status, headers, body))
        self.done.set()

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        raise AssertionError(file)

    def answer(self) -> tuple[int, Headers, bytes]:
        assert self.done.wait(5), "no answer"
        [answer] = self.answers
        return answer


class Behind:
    """An edge that has one prepared address and tells what reaches it otherwise."""

    def __init__(self) -> None:
        self.seen: list[Environ] = []
        self.go_on = threading.Event()
        self.go_on.set()

    def ready(self, environ: Environ) -> tuple[int, Headers, bytes] | None:
        return (200, [], b"prepared") if environ["PATH_INFO"] == "/prepared/" else None

    def __call__(self, environ: Environ, start_response: Any) -> list[bytes]:
        self.go_on.wait(5)
        self.seen.append(environ)
        if environ["PATH_INFO"] == "/broken/":
            raise ValueError("secret inside")
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever)
    thread.start()
    yield running
    # A body that was not read to its end is closed by the loop, which has to live for that.
    asyncio.run_coroutine_threadsafe(_ended(), running).result(5)
    running.call_soon_threadsafe(running.stop)
    thread.join(5)
    running.close()


async def _ended() -> None:
    gc.collect()
    await asyncio.get_running_loop().shutdown_asyncgens()
    await asyncio.sleep(0)


@pytest.fixture
def behind() -> Behind:
    return Behind()


def taken(behind: Behind, loop: asyncio.AbstractEventLoop, asked: Asked, *body: Any) -> Any:
    answered = Answered(*body)
    Lanes(behind, threads=1).take(loop, asked, answered)  # type: ignore[arg-type]
    return answered.answer()


def test_lanes__give_what_is_prepared_at_once(behind: Behind) -> None:
    answered = Answered()

    Lanes(behind).take(None, Asked(path="/prepared/"), answered)  # type: ignore[arg-type]

    assert answered.answers == [(200, [], b"prepared")]
    assert behind.seen == []


def test_lanes__hand_on_a_body_as_it_came(behind: Behind, loop: asyncio.AbstractEventLoop) -> None:
    asked = Asked("POST", headers=Fields(("content-length", "9")))

    assert taken(behind, loop, asked, b"email=", b"a@b")[2] == b"email=a@b"
    assert behind.seen[0]["CONTENT_LENGTH"] == "9"


def test_lanes__count_a_body_that_did_not_tell_its_length(
    behind: Behind, loop: asyncio.AbstractEventLoop
) -> None:
    assert taken(behind, loop, Asked("POST"), b"abc")[2] == b"abc"
    assert behind.seen[0]["CONTENT_LENGTH"] == "3"


@pytest.mark.asvs("4.3.1", "5.2.1")
def test_lanes__read_no_body_beyond_what_is_accepted(
    behind: Behind, loop: asyncio.AbstractEventLoop
) -> None:
    half = b"x" * (MOST_BODY_BYTES // 2 + 1)

    assert taken(behind, loop, Asked("POST"), half, half, AssertionError("read on"))[2] == b""
    assert behind.seen[0][REFUSAL_KEY] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_lanes__read_nothing_of_what_is_refused_by_its_length(
    behind: Behind, loop: asyncio.AbstractEventLoop
) -> None:
    asked = Asked("POST", headers=Fields(("content-length", str(MOST_BODY_BYTES + 1))))

    taken(behind, loop, asked, AssertionError("read"))

    assert behind.seen[0][REFUSAL_KEY] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_lanes__give_up_on_a_body_that_does_not_come(
    behind: Behind, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "BODY_WITHIN_S", 0.05)

    class Never(Answered):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            await asyncio.sleep(60)
            yield b""

    never = Never()
    Lanes(behind, threads=1).take(loop, Asked("POST"), never)  # type: ignore[arg-type]
    never.answer()

    assert behind.seen[0][REFUSAL_KEY] == HTTPStatus.REQUEST_TIMEOUT


def test_lanes__take_a_broken_body_for_a_bad_request(
    behind: Behind, loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    taken(behind, loop, Asked("POST"), OSError("reset"))

    assert behind.seen[0][REFUSAL_KEY] == HTTPStatus.BAD_REQUEST
    assert [one.msg["event"] for one in caplog.records if isinstance(one.msg, dict)] == [
        "body-broken"
    ]


def test_lanes__answer_what_breaks_without_its_insides(
    behind: Behind, loop: asyncio.AbstractEventLoop
) -> None:
    status, headers, body = taken(behind, loop, Asked(path="/broken/"))

    assert (status, body) == (500, b"")
    assert "Content-Security-Policy" in dict(headers)


def test_lanes__refuse_one_too_many_instead_of_keeping_it_waiting(
    behind: Behind, loop: asyncio.AbstractEventLoop
) -> None:
    behind.go_on.clear()
    full = Lanes(behind, threads=1, most_waiting=2)  # type: ignore[arg-type]
    waiting = [Answered(), Answered(b"body")]
    for method, one in zip(("GET", "POST"), waiting, strict=True):
        full.take(loop, Asked(method), one)

    refused = Answered()
    full.take(loop, Asked(), refused)

    assert (refused.answer()[0], dict(refused.answer()[1])["Retry-After"]) == (503, "2")
    behind.go_on.set()
    assert [one.answer()[0] for one in waiting] == [200, 200]
    again = Answered()
    full.take(loop, Asked(), again)
    assert again.answer()[0] == 200


def test_environ__holds_what_the_request_said() -> None:
    fields = Fields(
        ("accept-language", "de"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("x-forwarded-for", "198.51.100.1"),
        ("x_forwarded_for", "203.0.113.9"),
        ("content-type", "text/plain"),
    )

    environ = environ_of(Asked(path="/fr/été/", headers=fields), b"abc")

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/fr/été/"
    assert environ["HTTP_HOST"] == "trust.example"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["SERVER_PORT"] == "8443"
    assert environ["wsgi.input"].read() == b"abc"
    assert environ["HTTP_X_FORWARDED_FOR"] == "198.51.100.1", "underscores pass for no other field"


def test_environ__of_a_prepared_answer_agrees_with_the_whole() -> None:
    fields = Fields(("host", "one.example"), ("accept-encoding", "br"), ("if-none-match", '"x"'))
    asked, whole = asked_of(Asked(headers=fields)), environ_of(Asked(headers=fields))

    assert {name: whole[name] for name in asked} == asked


class Piped(Answered):
    """Reads an answer as the server reads a file, `most` bytes of it."""

    def __init__(self, most: int = -1) -> None:
        super().__init__()
        self.most = most
        self.reader = ThreadPoolExecutor(1)
        self.read: Any = None

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        self.read = self.reader.submit(self._read, Path(file))

    def _read(self, path: Path) -> bytes:
        with path.open("rb") as pipe:
            return pipe.read(self.most)


def test_stream__gives_all_of_a_long_answer() -> None:
    piped = Piped()

    stream(piped, 200, [], (bytes([number]) * 100_000 for number in range(50)))

    assert piped.read.result(5) == b"".join(bytes([number]) * 100_000 for number in range(50))


def test_stream__makes_no_more_than_the_reader_takes() -> None:
    made = []

    def body() -> Iterator[bytes]:
        for number in range(1000):
            made.append(number)
            yield b"x" * 100_000

    piped = Piped(most=10)
    stream(piped, 200, [], body())

    assert piped.read.result(5) == b"x" * 10
    # What fits into the pipe, the piece that waits, and what the reader has taken ahead.
    assert len(made) <= PIPE_BYTES // 100_000 + 3


def policy_of_threads() -> list[int]:
    """Return the policies of a thread that runs in batches and of one that it started."""
    found: list[int] = []

    def inner() -> None:
        found.append(os.sched_getscheduler(0))

    def outer() -> None:
        lanes.run_in_batches()
        inner()
        child = threading.Thread(target=inner)
        child.start()
        child.join()

    thread = threading.Thread(target=outer)
    thread.start()
    thread.join()
    return found


def test_threads__run_in_batches_with_all_that_they_start() -> None:
    assert policy_of_threads() == [os.SCHED_BATCH, os.SCHED_BATCH]
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_threads__run_as_before_where_the_system_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", refused)

    assert policy_of_threads() == [os.SCHED_OTHER, os.SCHED_OTHER]
