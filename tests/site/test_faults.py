"""What breaks at an entrance: it is written down, tells nobody outside, and lets nobody in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.console.conftest import SignedIn, staff
from tests.published import published
from tests.site.test_lanes import Answered, Asked, Behind, behind, loop
from trustkeep.accounts.roles import Role
from trustkeep.console import permits
from trustkeep.site import background, lanes, uploading
from trustkeep.site.edge import MOST_BODY_BYTES
from trustkeep.site.exchange import Environ
from trustkeep.site.generation import Generation
from trustkeep.site.lanes import Lanes
from trustkeep.site.middleware import REFUSAL_KEY
from trustkeep.site.prepared import Headers

__all__ = ["behind", "loop", "published", "staff"]

LONG = Asked("PUT", "/api/v1/account/files/content")


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("secret inside")


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the names of the events that were written down."""
    return [one.msg["event"] for one in caplog.records if isinstance(one.msg, dict)]


@pytest.mark.asvs("16.5.3", "16.3.4")
def test_admission__that_breaks_lets_nobody_bring_more(
    behind: Behind, loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    answered = Answered(b"x" * (MOST_BODY_BYTES + 1))

    Lanes(behind, admits=broken).take(loop, LONG, answered)  # type: ignore[arg-type]
    answered.answer()

    assert behind.seen[0][REFUSAL_KEY] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert events(caplog) == ["admission-broken"]


@pytest.mark.asvs("16.3.4")
def test_long_body__that_breaks_is_a_bad_request_and_makes_room(
    behind: Behind,
    loop: asyncio.AbstractEventLoop,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploading, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(uploading, "spooled", broken)
    open_to_all = Lanes(behind, admits=lambda _: 2**40)  # type: ignore[arg-type]

    for _ in range(2):
        answered = Answered(b"x")
        open_to_all.take(loop, LONG, answered)
        answered.answer()

    assert [one[REFUSAL_KEY] for one in behind.seen] == [HTTPStatus.BAD_REQUEST] * 2
    assert events(caplog) == ["long-body-broken"] * 2


class Gone(Answered):
    """A reader whose connection is lost when the answer begins."""

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        self.done.set()
        raise RuntimeError("gone")


class Streaming(Behind):
    """Answers with more than fits in memory."""

    def __call__(self, environ: Environ, start_response: Any) -> Any:
        start_response("200 OK", [])
        return iter([b"x"])


@pytest.mark.asvs("16.3.4")
def test_stream__that_breaks_makes_room_for_the_next(
    loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    narrow = Lanes(Streaming(), threads=1, most_waiting=1)  # type: ignore[arg-type]

    for _ in range(2):
        gone = Gone()
        narrow.take(loop, Asked(), gone)
        assert gone.done.wait(5)
        assert gone.answers == [], "it was not refused for want of room"
        assert narrow._room.acquire(timeout=5)
        narrow._room.release()

    assert events(caplog) == ["stream-broken"] * 2


@pytest.mark.asvs("16.3.4", "16.5.1")
def test_lanes__that_break_themselves_answer_without_their_insides(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answered = Answered()
    watcher: Any = SimpleNamespace(scope=Asked(), proto=answered)

    lanes._scheduled(None, None, SimpleNamespace(take=broken))(watcher)  # type: ignore[arg-type]

    status, headers, body = answered.answer()
    assert (status, body) == (500, b"")
    assert "Content-Security-Policy" in dict(headers)
    assert events(caplog) == ["lane-broken"]


@pytest.mark.asvs("16.3.4")
def test_watch__goes_on_after_a_look_has_failed(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked, seen = threading.Event(), iter([broken, broken])

    def look() -> int:
        next(seen, looked.set)()
        return 1

    monkeypatch.setattr(background, "_commits_seen", look)
    mark = Generation(tmp_path / "generation")
    before, watch = mark.mark(), background.Watch(mark, look_every_s=0.01)

    watch.start()
    assert looked.wait(5)
    watch.stop()
    watch.join(5)

    assert events(caplog) == ["watch-failed"] * 2
    assert mark.mark() != before, "what cannot be seen may have changed"


@pytest.mark.asvs("16.5.3", "16.5.1", "16.3.4")
def test_permission__that_cannot_be_decided_opens_nothing(
    staff: SignedIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = staff(Role.ADMINISTRATOR)
    browser.raise_request_exception = False
    assert browser.get("/console/audit/").status_code == 200
    monkeypatch.setattr(permits, "may", broken)

    answer = browser.get("/console/audit/")

    assert answer.status_code == 500
    assert b"secret inside" not in answer.content
    assert b"administrator@example.com" not in answer.content
    [fault] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert fault.exc_info


@pytest.mark.asvs("16.3.3", "16.2.5")
@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda b: b.post("/sign-in/", {"email": "mallory@example.com", "password": "x"}), 403),
        (lambda b: b.get("/console/", headers={"Host": "evil.example"}), 400),
        (lambda b: b.get("/api/v1/promises", headers={"Authorization": "Bearer tk_stolen"}), 401),
        (lambda b: b.delete("/en/"), 405),
        (lambda b: b.get("/sign-in/?" + "a=1&" * 2000), 400),
    ],
    ids=["csrf", "host", "token", "method", "parameters"],
)
def test_bypass__that_is_tried_is_written_down_without_who_and_what(
    published: None,
    caplog: pytest.LogCaptureFixture,
    ask: Callable[[Client], Any],
    status: int,
) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert ask(strict).status_code == status

    # Strangers cannot raise the alarm, which listens to errors.
    lines: list[Any] = [one.msg for one in caplog.records]
    [line] = lines
    assert (line["event"], line["status"], line["level"]) == ("request-refused", status, "warning")
    assert not {"mallory@example.com", "tk_stolen", "127.0.0.1"} & set(map(str, line.values()))
