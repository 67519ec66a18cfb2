"""Who asks and in which words: sealed in the row of the request, gone a while after closing."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from trustkeep.lifecycle.requests.models import Happening, Request
from trustkeep.vault.fields import Place, seal_json, seal_text, unseal_json, unseal_text
from trustkeep.vault.keystore import KeyDestroyed


@dataclass(frozen=True, slots=True)
class Content:
    """What a person told us; ``about`` is which company or address it concerns, in their words.

    ``status_token`` opens the page on which they see where their request stands.
    """

    name: str
    email: str
    text: str
    about: str = ""
    status_token: str = ""


GONE = Content("", "", "")
"""What is left of the words once they were wiped, or the key destroyed."""


def put(row: Request, owner: uuid.UUID, content: Content) -> None:
    """Seal `content` for `row` under the key of `owner`; does not save."""
    row.sealed_for = owner
    row.sealed = seal_json(_place(owner, row.id), asdict(content))


def content_of(row: Request) -> Content:
    """Return what was sealed; `GONE` once it cannot be read any more."""
    if not row.sealed:
        return GONE
    try:
        return Content(**unseal_json(_place(row.sealed_for, row.id), row.sealed))
    except KeyDestroyed:
        return GONE


def move(row: Request, owner: uuid.UUID) -> None:
    """Seal everything of `row` under another key, its story too; does not save `row`."""
    if row.sealed_for == owner:
        return
    before = row.sealed_for
    put(row, owner, content_of(row))
    for one in Happening.objects.filter(request=row).exclude(sealed=b""):
        words = unseal_text(_said(before, one.entry_index), one.sealed)
        one.sealed = seal_text(_said(owner, one.entry_index), words)
        one.save(update_fields=["sealed"])


def seal_words(row: Request, entry_index: int, words: str) -> bytes:
    """Return the token of words said in the story of `row`; empty words need none."""
    return seal_text(_said(row.sealed_for, entry_index), words) if words else b""


def words_of(row: Request, one: Happening) -> str:
    """Return the words of a happening; empty once they cannot be read any more."""
    if not one.sealed:
        return ""
    try:
        return unseal_text(_said(row.sealed_for, one.entry_index), one.sealed)
    except KeyDestroyed:
        return ""


def _place(owner: uuid.UUID, request: uuid.UUID) -> Place:
    return Place(owner, "requests_request", "sealed", str(request))


def _said(owner: uuid.UUID, entry_index: int) -> Place:
    return Place(owner, "requests_happening", "sealed", str(entry_index))
