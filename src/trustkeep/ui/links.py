"""Links to files, the same from pages and from programs; whatever happens to one leaves a trail.

Making, ending and using a link are acts at a door: who and where from stands in the account's
trail, with an entry of the log, before anything is given.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from trustkeep.accounts.gate import Passage
from trustkeep.holdings import queries, sharing
from trustkeep.holdings.sharing import RESUMES_WITHIN, LinkShown, Opened
from trustkeep.identity import access, origins, throttling, trail
from trustkeep.identity.queries import names_of
from trustkeep.kernel.clock import now as present
from trustkeep.ui.contents import content_of
from trustkeep.ui.downloads import Content, download, goes_on, is_known
from trustkeep.ui.pages import shared_link

MADE, ENDED, USED = "link-made", "link-ended", "link-used"
MOST_USES = 100
"""How many of the last uses a page shows."""
_KIND = "link"


@dataclass(frozen=True, slots=True)
class UseShown:
    """Once that a link was used; ``source`` and ``device`` are empty once that is forgotten."""

    at: datetime
    source: str
    device: str
    entry_index: int | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link in a list, its uses the newest first; ``maker`` is empty where a program made it."""

    link: LinkShown
    maker: str
    uses: tuple[UseShown, ...]


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a link opens, how long, and how often at most."""

    file_id: uuid.UUID
    lives: timedelta = sharing.LIVES
    most_downloads: int | None = None


def make_link(*, passage: Passage, new: NewLink, by: str, now: datetime) -> tuple[LinkShown, str]:
    """Make a link; returns it and its address, which is shown this once.

    Raises what `sharing.share` raises.
    """
    with transaction.atomic():
        made, secret = sharing.share(
            passage=passage,
            file_id=new.file_id,
            lives=new.lives,
            most_downloads=new.most_downloads,
            by=by,
            now=now,
        )
        _note(MADE, made.id, passage.account_id, now)
    return made, shared_link(secret)


def end_link(*, passage: Passage, link_id: uuid.UUID, now: datetime) -> None:
    """End a link at once; raises NoSuchLink."""
    with transaction.atomic():
        sharing.revoke(passage=passage, link_id=link_id, now=now)
        _note(ENDED, link_id, passage.account_id, now)


def opened(secret: str, *, now: datetime) -> Opened:
    """Return what a link opens; raises LinkRefused, TooManyAttempts."""
    throttling.count_start(source=f"{_KIND}|{origins.present().source}", now=now)
    return sharing.opened(secret, now=now)


def fetched(request: HttpRequest, secret: str, *, now: datetime) -> HttpResponseBase:
    """Give what a link opens, once it is counted and noted; raises LinkRefused, TooManyAttempts.

    With a limit of downloads every answer is the whole and counts: what is given by ranges cannot
    be counted. Without one, a download that broke off goes on for a while as the same.
    """
    found = opened(secret, now=now)
    limited = found.link.most_downloads is not None
    content = _content(found)
    gives = request.method == "GET" and not is_known(request, content)
    if gives and (limited or not _is_same(request, found.link, now)):
        with transaction.atomic():
            sharing.count_download(found.link.id, now=now)
            _note(USED, found.link.id, found.account_id, now)
    return download(request, content, ranges=not limited)


def sha256_of(found: Opened) -> str:
    """Return the digest of what a link opens, for whoever wants to compare."""
    return queries.version_of(found.file).sha256


def link_rows(account_id: uuid.UUID, found: Sequence[LinkShown]) -> list[LinkRow]:
    """Return links with who made them, and when and from where they were used."""
    makers = {one.made_by: _user_id(one.made_by) for one in found}
    names = names_of([one for one in makers.values() if one])
    uses = _uses(account_id, [one.id for one in found if one.downloads])
    return [
        LinkRow(one, names.get(makers[one.made_by], ""), tuple(uses.get(one.id, ())))
        for one in found
    ]


def _uses(account_id: uuid.UUID, links: Collection[uuid.UUID]) -> dict[uuid.UUID, list[UseShown]]:
    about = {f"{_KIND} {one}": one for one in links}
    found: dict[uuid.UUID, list[UseShown]] = {}
    for event in trail.of_account(account_id, USED, about, limit=MOST_USES):
        shown = UseShown(event.at, event.source, event.device, event.entry_index)
        found.setdefault(about[event.detail], []).append(shown)
    return found


def _content(found: Opened) -> Content:
    link_id = found.link.id
    whole = content_of(found.account_id, found.file.id)
    return Content(
        name=whole.name,
        size_bytes=whole.size_bytes,
        sha256=whole.sha256,
        content_type=whole.content_type,
        open=whole.open,
        is_open=lambda: sharing.is_open(link_id, now=present()),
    )


def _is_same(request: HttpRequest, link: LinkShown, now: datetime) -> bool:
    recent = link.used_at is not None and now - link.used_at < RESUMES_WITHIN
    return recent and goes_on(request)


def _note(what: str, link_id: uuid.UUID, account_id: uuid.UUID, now: datetime) -> None:
    access.note(what, now=now, detail=f"{_KIND} {link_id}", account=account_id)


def _user_id(maker: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(maker)
    except ValueError:
        return None
