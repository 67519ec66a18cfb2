"""The edge: what it keeps, what it refuses, and the headers on everything that leaves it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from trustkeep.site.assets import Assets
from trustkeep.site.edge import MOST_BODY_BYTES, Edge
from trustkeep.site.generation import Generation
from trustkeep.site.headers import SECURITY_HEADERS
from trustkeep.site.middleware import REFUSAL_KEY
from trustkeep.site.peers import Peers
from trustkeep.site.prepared import Headers
from trustkeep.ui.preparing import PREPARED_UNTIL

SECURITY = {(name.lower(), value) for name, value in SECURITY_HEADERS.items()}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE = "2026-11-23T13:00:00.000Z"


def told(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


class Pages:
    """Stands in for Django: counts how often it is asked."""

    def __init__(self, *headers: tuple[str, str], status: str = "200 OK") -> None:
        self.headers = [("Content-Type", "text/html"), *headers]
        self.status = status
        self.asked = 0
        self.seen: dict[str, Any] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        self.seen = environ
        start_response(self.status, list(self.headers))
        return [f"page {self.asked}".encode()]


class World:
    """An edge in front of `pages`, a clock that can be moved and a mark that can be changed."""

    def __init__(self, tmp_path: Path, application: Any) -> None:
        self.generation = Generation(tmp_path / "generation")
        self.now = NOON.timestamp()
        asset = tmp_path / "base.css"
        asset.write_text("body { color: black }")
        self.assets = Assets(lambda name: str(asset) if name == "ui/base.css" else None)
        self.edge = Edge(
            application=application,
            hosts=frozenset({"trust.example"}),
            generation=self.generation,
            assets=self.assets,
            peers=Peers(()),
            clock=lambda: self.now,
        )

    def get(self, path: str = "/en/", method: str = "GET", **environ: str) -> tuple[str, Any, str]:
        told: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "HTTP_HOST": "trust.example",
            "REMOTE_ADDR": "192.0.2.1",
        }
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: Headers, _: Any = None) -> None:
            answer.update(status=status, headers=headers)

        body = b"".join(self.edge(told | environ, start_response)).decode()
        return answer["status"], answer["headers"], body


@pytest.fixture
def pages() -> Pages:
    return Pages((PREPARED_UNTIL, ONE))


@pytest.fixture
def world(tmp_path: Path, pages: Pages) -> World:
    return World(tmp_path, pages)


def test_edge__gives_a_prepared_page_without_asking_again(world: World, pages: Pages) -> None:
    first = world.get()

    assert world.get() == first
    assert pages.asked == 1
    assert PREPARED_UNTIL.lower() not in {name.lower() for name, _ in first[1]}


def test_edge__asks_again_as_soon_as_anything_has_changed(world: World, pages: Pages) -> None:
    world.get()
    world.generation.change()

    assert world.get()[2] == "page 2"


def test_edge__asks_again_once_a_state_could_have_changed_by_age(
    world: World, pages: Pages
) -> None:
    world.get()
    world.now += 3599
    assert world.get()[2] == "page 1"

    world.now += 1
    assert world.get()[2] == "page 2"


def test_edge__does_not_keep_a_page_that_a_change_overtook(tmp_path: Path) -> None:
    pages = Pages((PREPARED_UNTIL, ONE))

    def changing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = pages(environ, start_response)
        overtaken.generation.change()
        return body

    overtaken = World(tmp_path, changing)
    overtaken.get()

    assert overtaken.get()[2] == "page 2"


@pytest.mark.parametrize(
    "environ",
    [
        {"QUERY_STRING": "a=b"},
        {"REQUEST_METHOD": "POST"},
        {"HTTP_HOST": "other.example"},
    ],
)
def test_edge__keeps_nothing_but_plain_reads_of_its_own_host(
    world: World, pages: Pages, environ: dict[str, str]
) -> None:
    world.get(**environ)
    world.get(**environ)

    assert pages.asked == 2


@pytest.mark.parametrize(
    "pages",
    [
        Pages((PREPARED_UNTIL, ONE), ("Set-Cookie", "a=b")),
        Pages((PREPARED_UNTIL, ONE), ("Vary", "Accept-Language, Cookie")),
        Pages((PREPARED_UNTIL, ONE), status="404 Not Found"),
        Pages(),
    ],
)
def test_edge__keeps_nothing_that_is_not_the_same_for_everybody(
    tmp_path: Path, pages: Pages
) -> None:
    world = World(tmp_path, pages)
    world.get()
    _, headers, body = world.get()

    assert body == "page 2"
    assert PREPARED_UNTIL not in dict(headers)
    assert told(headers)["cache-control"] == "no-store"


def test_edge__head_is_answered_from_the_same_bytes(world: World, pages: Pages) -> None:
    world.get()

    status, headers, body = world.get(method="HEAD")

    assert (status, body, pages.asked) == ("200 OK", "", 1)
    assert told(headers)["content-length"] == str(len("page 1"))


def test_edge__lets_one_thread_renew_a_page_for_all(tmp_path: Path) -> None:
    gate = threading.Event()
    pages = Pages((PREPARED_UNTIL, ONE))

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        gate.wait(5)
        return pages(environ, start_response)

    world = World(tmp_path, slow)
    gate.set()
    world.get()
    gate.clear()
    world.generation.change()
    readers = [threading.Thread(target=world.get) for _ in range(4)]
    for reader in readers:
        reader.start()
    gate.set()
    for reader in readers:
        reader.join(5)

    assert pages.asked == 2


@pytest.mark.parametrize("status", ["200 OK", "302 Found", "400 Bad Request", "404 Not Found"])
def test_edge__puts_every_security_header_on_every_answer(tmp_path: Path, status: str) -> None:
    _, headers, _ = World(tmp_path, Pages(status=status)).get()

    assert told(headers).items() >= SECURITY


def test_edge__lets_a_page_set_its_own_policy(tmp_path: Path) -> None:
    own = ("content-security-policy", "default-src 'none'")

    _, headers, _ = World(tmp_path, Pages(own)).get()

    policies = [value for name, value in headers if name.lower() == own[0]]
    assert policies == [own[1]]


@pytest.mark.asvs("16.5.4", "16.3.4")
def test_edge__answers_even_when_the_application_breaks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise RuntimeError("secret detail")

    status, headers, body = World(tmp_path, broken).get()

    assert status.startswith("500")
    assert "secret detail" not in body
    assert told(headers).items() >= SECURITY
    [line] = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    assert line["event"] == "edge-last-resort"


@pytest.mark.parametrize(
    ("environ", "refusal"),
    [
        ({"REQUEST_METHOD": "TRACE"}, HTTPStatus.METHOD_NOT_ALLOWED),
        ({"REQUEST_METHOD": "BREW"}, HTTPStatus.METHOD_NOT_ALLOWED),
        (
            {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(MOST_BODY_BYTES + 1)},
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ),
        ({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "-1"}, HTTPStatus.BAD_REQUEST),
        (
            {"REQUEST_METHOD": "POST", "HTTP_TRANSFER_ENCODING": "chunked"},
            HTTPStatus.LENGTH_REQUIRED,
        ),
        ({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(MOST_BODY_BYTES)}, None),
        ({"REQUEST_METHOD": "POST"}, None),
    ],
)
def test_edge__has_django_word_what_it_refuses(
    world: World, pages: Pages, environ: dict[str, str], refusal: HTTPStatus | None
) -> None:
    world.get(**environ)

    assert pages.seen.get(REFUSAL_KEY) == refusal


def test_edge__streams_what_streams(tmp_path: Path) -> None:
    class Stream(list[bytes]):
        streaming = True

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Stream:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Stream([b"a", b"b"])

    status, headers, body = World(tmp_path, application).get()

    assert (status, body) == ("200 OK", "ab")
    assert told(headers).items() >= SECURITY


def test_edge__gives_static_files_under_the_name_of_their_content(
    world: World, pages: Pages
) -> None:
    asset = world.assets.asset("ui/base.css")
    assert asset

    status, headers, body = world.get(f"/static/{asset.hashed_name}")

    assert (status, body, pages.asked) == ("200 OK", "body { color: black }", 0)
    assert "immutable" in told(headers)["cache-control"]
    assert told(headers).items() >= SECURITY


@pytest.mark.parametrize(
    "path", ["/static/ui/base.css", "/static/ui/base.000000000000.css", "/static/", "/static"]
)
@pytest.mark.asvs("13.4.3")
def test_edge__leaves_other_names_below_static_to_the_error_page(
    world: World, pages: Pages, path: str
) -> None:
    world.get(path)

    assert pages.asked == 1
