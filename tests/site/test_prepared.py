"""Answers made once: encodings, tags, expiry, and a shelf that does not grow without end."""

from __future__ import annotations

import gzip
import threading

import brotli
import pytest
from django.utils.datastructures import CaseInsensitiveMapping

from trustkeep.site.headers import SECURITY_HEADERS
from trustkeep.site.prepared import Headers, Prepared, Shelf, preferred, prepare

OK, NOT_MODIFIED = 200, 304

BODY = b"<p>kept</p>" * 500
HTML = [("Content-Type", "text/html; charset=utf-8")]


class Started:
    """What an answer begins with."""

    def __init__(self, status: int, headers: Headers) -> None:
        self.status = status
        self.headers = CaseInsensitiveMapping(dict(headers))


def made(body: bytes = BODY, headers: Headers = HTML) -> Prepared:
    return prepare(body, headers, until=0, mark=b"")


def given(prepared: Prepared, method: str = "GET", **headers: str) -> tuple[Started, bytes]:
    environ = {"REQUEST_METHOD": method} | {f"HTTP_{k}": v for k, v in headers.items()}
    status, headers_given, body = prepared.answer(environ)
    return Started(status, headers_given), body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", "identity"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("BR;q=1.0", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.0,gzip;q=0", "identity"),
        ("*", "identity"),
        (";;,,q=", "identity"),
    ],
)
def test_preferred__follows_the_header(accepted: str, encoding: str) -> None:
    assert preferred(accepted) == encoding


def test_answer__holds_the_same_page_in_every_encoding() -> None:
    _, plain = given(made())
    zipped, gzipped = given(made(), ACCEPT_ENCODING="gzip")
    smaller, brotlied = given(made(), ACCEPT_ENCODING="gzip, br")

    assert plain == gzip.decompress(gzipped) == brotli.decompress(brotlied) == BODY
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert smaller.headers["Content-Encoding"] == "br"
    assert smaller.headers["Content-Length"] == str(len(brotlied))
    assert smaller.headers["Vary"] == "Accept-Encoding"


def test_answer__leaves_small_and_compressed_things_as_they_are() -> None:
    small, _ = given(made(b"tiny"), ACCEPT_ENCODING="br")
    picture, body = given(made(BODY, [("Content-Type", "image/png")]), ACCEPT_ENCODING="br")

    assert "Content-Encoding" not in small.headers
    assert "Content-Encoding" not in picture.headers
    assert body == BODY


def test_answer__carries_all_security_headers_also_when_nothing_has_changed() -> None:
    whole, _ = given(made())
    unchanged, body = given(made(), IF_NONE_MATCH=whole.headers["ETag"])

    assert whole.status == OK
    assert unchanged.status == NOT_MODIFIED
    assert body == b""
    assert "Content-Length" not in unchanged.headers
    for started in (whole, unchanged):
        assert {name: started.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert started.headers["Cache-Control"] == "no-cache"


def test_answer__knows_a_weakened_tag_a_list_of_tags_and_any() -> None:
    tag = given(made())[0].headers["ETag"]

    for seen in (f"W/{tag}", f'"other", {tag}', "*"):
        assert given(made(), IF_NONE_MATCH=seen)[0].status == NOT_MODIFIED
    assert given(made(), IF_NONE_MATCH='"other"')[0].status == OK


def test_answer__differs_in_its_tag_by_encoding() -> None:
    tags = {
        given(made(), ACCEPT_ENCODING=encoding)[0].headers["ETag"]
        for encoding in ("", "gzip", "br")
    }

    assert len(tags) == 3


def test_answer__to_head_has_headers_only() -> None:
    started, body = given(made(), "HEAD")

    assert body == b""
    assert started.headers["Content-Length"] == str(len(BODY))


def test_answer__keeps_what_the_page_says_of_caching() -> None:
    headers = [*HTML, ("Cache-Control", "public, max-age=60"), ("ETag", '"old"')]
    started, _ = given(made(BODY, headers))

    assert started.headers["Cache-Control"] == "public, max-age=60"
    assert started.headers["ETag"] != '"old"'


def test_shelf__lets_the_oldest_go_when_it_is_full() -> None:
    one = made(b"x" * 400, [("Content-Type", "image/png")])
    shelf = Shelf(most_bytes=1000)

    for path in ("/a", "/b", "/c"):
        shelf.put(path, one)

    assert shelf.get("/a") is None
    assert shelf.get("/b") is shelf.get("/c") is one


def test_shelf__does_not_keep_what_is_larger_than_itself() -> None:
    shelf = Shelf(most_bytes=100)
    shelf.put("/a", made(b"small"))

    shelf.put("/a", made())

    assert shelf.get("/a") is None


def test_shelf__counts_a_replaced_answer_once() -> None:
    one = made(b"x" * 400, [("Content-Type", "image/png")])
    shelf = Shelf(most_bytes=1000)

    for _ in range(10):
        shelf.put("/a", one)
    shelf.put("/b", one)

    assert shelf.get("/a") is one


def test_shelf__lets_one_thread_at_a_time_renew_a_known_answer() -> None:
    shelf = Shelf()
    shelf.put("/a", made())
    entered = threading.Event()

    def other() -> None:
        with shelf.turn("/a"):
            entered.set()

    with shelf.turn("/a"):
        waiting = threading.Thread(target=other)
        waiting.start()
        assert not entered.wait(0.05)
    waiting.join(5)

    assert entered.is_set()


def test_answer__carries_nothing_of_the_request_it_was_made_for() -> None:
    started, _ = given(made(BODY, [*HTML, ("X-Request-Id", "4f2a")]))

    assert "X-Request-Id" not in started.headers
