"""A file by link: given to whoever has it, noted, limited, and answered alike when it is over."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import html5lib
import pytest
from django.conf import settings
from django.test import Client

from tests.customers import admitted, customer, member
from tests.holdings.conftest import ALICE, kept
from tests.lifecycle.world import ended, turn
from tests.promises.world import NOW
from trustkeep.accounts import gate
from trustkeep.accounts.customers import AccountShown
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.queries import entries
from trustkeep.holdings import sharing
from trustkeep.holdings.models import ShareLink
from trustkeep.holdings.queries import FileShown
from trustkeep.holdings.sharing import LIVES, RESUMES_WITHIN, LinkShown
from trustkeep.identity import throttling
from trustkeep.identity.models import AccessEvent
from trustkeep.identity.trail import Wanted, events
from trustkeep.kernel.clock import frozen
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.stages import StepKind
from trustkeep.ui import downloads
from trustkeep.ui.links import NewLink, link_rows, make_link

BODY = b"plan of the harbour"


@pytest.fixture
def harbour(published: None) -> AccountShown:
    account = customer()
    admitted(member(account))
    return account


@pytest.fixture
def file(harbour: AccountShown) -> FileShown:
    return kept(gate.require_open(harbour.id, now=NOW), body=BODY)


def shared(
    file: FileShown, account: AccountShown, most: int | None = None
) -> tuple[LinkShown, str]:
    """Return a link and the path of its page."""
    passage = gate.require_open(account.id, now=NOW)
    new = NewLink(file.id, most_downloads=most)
    made, address = make_link(passage=passage, new=new, by=ALICE, now=NOW)
    return made, urlsplit(address).path


def get(path: str, at: datetime = NOW, **headers: str) -> tuple[int, bytes]:
    with frozen(at):
        answer = Client().get(path, headers=headers)
        return answer.status_code, b"".join(answer)


def _without_own_address(page: bytes) -> str:
    told = re.sub(r"/shared/[^<>\"\s]*", "", page.decode())
    return re.sub(r'value="\w{64}"', "", told)


def uses() -> int:
    return AccessEvent.objects.filter(what="link-used").count()


def test_page__names_file_size_end_and_who_shares(harbour: AccountShown, file: FileShown) -> None:
    link, path = shared(file, harbour)

    with frozen(NOW):
        answer = Client().get(path)

    page = answer.content.decode()
    for told in ("plan.txt", "19\xa0bytes", "Harbour GmbH", link.expires_at.isoformat()[:10]):
        assert told in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert ALICE not in page
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert (uses(), link.downloads) == (0, 0), "a page that was read is no download"


@pytest.mark.asvs("3.2.1", "14.3.2")
def test_content__is_given_as_a_download_that_no_cache_keeps(
    harbour: AccountShown, file: FileShown
) -> None:
    _, path = shared(file, harbour)

    with frozen(NOW):
        answer = Client().get(f"{path}file")
        assert b"".join(answer) == BODY

    assert answer["Content-Disposition"] == 'attachment; filename="plan.txt"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Accept-Ranges"] == "bytes"


def test_download__is_counted_and_noted_with_an_entry_before_it_is_given(
    harbour: AccountShown, file: FileShown
) -> None:
    link, path = shared(file, harbour)

    get(f"{path}file")

    [shown] = sharing.links(harbour.id, now=NOW)
    assert (shown.downloads, shown.used_at) == (1, NOW)
    [row] = link_rows(harbour.id, [shown])
    [use] = row.uses
    assert (use.at, use.source) == (NOW, "127.0.0.1")
    [event] = events(Wanted(what="link-used"))
    assert (event.account, event.detail) == (str(harbour.id), f"link {link.id}")
    assert entries(limit=1)[0].kind == Kind.ACCESS
    assert entries(limit=1)[0].index == use.entry_index
    assert [one.what for one in events(Wanted())][:2] == ["link-used", "link-made"]


def test_download__that_goes_on_is_the_same_one_for_a_while(
    harbour: AccountShown, file: FileShown
) -> None:
    _, path = shared(file, harbour)
    place = f"{path}file"

    assert get(place, Range="bytes=0-4") == (206, b"plan ")
    assert get(place, Range="bytes=5-") == (206, b"of the harbour")
    assert uses() == 1
    assert get(place, NOW + RESUMES_WITHIN, Range="bytes=5-")[0] == 206
    assert uses() == 2
    assert get(place, Range="bytes=-5") == (206, b"rbour"), "from the end is a beginning"
    assert get(place, Range="bytes=99-")[0] == 416
    assert uses() == 3, "what gives nothing and goes on counts for nothing"


def test_download__from_the_middle_first_is_noted(harbour: AccountShown, file: FileShown) -> None:
    _, path = shared(file, harbour)

    assert get(f"{path}file", Range="bytes=1-")[0] == 206
    assert uses() == 1


def test_limit__counts_every_answer_and_gives_no_ranges(
    harbour: AccountShown, file: FileShown
) -> None:
    _, path = shared(file, harbour, most=2)

    assert "2 more downloads" in get(path)[1].decode()
    with frozen(NOW):
        assert Client().head(f"{path}file")["Accept-Ranges"] == "none"
    assert get(f"{path}file", Range="bytes=5-") == (200, BODY)
    assert "1 more download" in get(path)[1].decode()
    assert get(f"{path}file") == (200, BODY)
    assert get(f"{path}file")[0] == 404
    assert get(path)[0] == 404
    assert uses() == 2


def test_content__that_is_known_is_neither_given_nor_counted(
    harbour: AccountShown, file: FileShown
) -> None:
    _, path = shared(file, harbour, most=1)
    with frozen(NOW):
        tag = Client().head(f"{path}file")["ETag"]

    headers = {"If-None-Match": tag}
    assert get(f"{path}file", NOW, **headers) == (304, b"")
    assert uses() == 0


@pytest.mark.asvs("13.4.2", "16.5.1", "8.3.2")
def test_link__that_does_not_open_is_answered_like_one_that_never_was(
    harbour: AccountShown, file: FileShown
) -> None:
    link, path = shared(file, harbour)
    unknown = get("/shared/guessed/", NOW)
    assert unknown[0] == 404
    over = [get(path, NOW + LIVES)]
    passage = gate.require_open(harbour.id, now=NOW)
    sharing.revoke(passage=passage, link_id=link.id, now=NOW)
    over.append(get(path))
    _, path = shared(file, harbour)
    ended(harbour)
    over.append(get(path))
    over.append(get("/shared/guessed/file"))

    told = {_without_own_address(page) for _, page in [unknown, *over]}
    assert {status for status, _ in over} == {404}
    assert len(told) == 1, "the same page, but for its own address and the token of its forms"
    assert all("does not open anything" in page.decode() for _, page in over)
    assert all("plan.txt" not in page.decode() for _, page in over)


def test_lock__ends_the_links_and_a_probe_finds_the_door_shut(
    harbour: AccountShown, file: FileShown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trustkeep.holdings.sharing._is_open", lambda _row, _now: True)
    link, path = shared(file, harbour)
    row = ended(harbour)
    turn(NOW)

    [probe] = row.steps.filter(kind=StepKind.PROBE)
    assert probe.told["open"] == ["link"], "the probe sees a door that does not shut"
    assert Obligation.objects.get(pk=row.pk).proved_at is None
    assert ShareLink.objects.get(pk=link.id).revoked_at == NOW
    monkeypatch.undo()
    turn(NOW + timedelta(days=1))
    probe.refresh_from_db()
    assert "link" in probe.told["refused"]
    assert get(path)[0] == 404


def test_download__breaks_off_when_the_link_ends_under_way(
    harbour: AccountShown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "CHUNK_BYTES", 10)
    monkeypatch.setattr(downloads, "ASK_EVERY_BYTES", 10)
    passage = gate.require_open(harbour.id, now=NOW)
    link, path = shared(kept(passage, body=BODY), harbour)

    with frozen(NOW):
        answer = iter(Client().get(f"{path}file"))
        assert next(answer) == BODY[:10]
        sharing.revoke(passage=passage, link_id=link.id, now=NOW)
        assert list(answer) == []


@pytest.mark.asvs("2.4.1", "6.3.1")
def test_source__that_tries_too_often_waits(
    harbour: AccountShown, file: FileShown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "STARTS_A_MINUTE", 2)
    _, path = shared(file, harbour)

    assert [get(one)[0] for one in ("/shared/a/", path, path)] == [404, 200, 429]
    assert get(f"{path}file")[0] == 429
    with frozen(NOW):
        assert int(Client().get(path)["Retry-After"]) == 60
    assert get(path, NOW + timedelta(minutes=1))[0] == 200


def test_link__only_reads(harbour: AccountShown, file: FileShown) -> None:
    _, path = shared(file, harbour)

    for method in ("POST", "PUT", "DELETE"):
        assert Client().generic(method, path).status_code == 405
        assert Client().generic(method, f"{path}file").status_code == 405


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_pages__are_sound_html_in_every_language(
    harbour: AccountShown, file: FileShown, language: str
) -> None:
    _, path = shared(file, harbour, most=3)
    with frozen(NOW):
        for address in (path, "/shared/guessed/"):
            answer = Client().get(address, headers={"Accept-Language": language})
            assert f'<html lang="{language}">' in answer.content.decode()
            html5lib.HTMLParser(strict=True).parse(answer.content)
