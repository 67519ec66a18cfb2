"""Requests through the real doors, brought as far as a test needs them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.promises.world import NOW
from trustkeep.accounts.customers import AccountShown, MemberShown
from trustkeep.letters.models import Letter
from trustkeep.letters.sealing import opened
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import deciding, handling, queries, receiving
from trustkeep.lifecycle.requests.kinds import Category, Channel, Means, OurRole, Scope
from trustkeep.lifecycle.requests.queries import RequestRead
from trustkeep.lifecycle.requests.receiving import NewRequest, Received

DPO, SECOND = "amelie", "henrik"


def new(*kinds: RequestKind, **told: Any) -> NewRequest:
    """Return what Mallory's neighbour Nora asks by mail."""
    usual = {
        "kinds": kinds or (RequestKind.DELETION,),
        "name": "Nora Fink",
        "email": "nora@example.org",
        "text": "Please delete what you hold about me.",
        "language": "en",
        "channel": Channel.MAIL,
        "received_at": NOW,
    }
    return NewRequest(**{**usual, **told})


def received(*kinds: RequestKind, means: Means | None = None, **told: Any) -> Received:
    """Enter it."""
    asked = new(*kinds, **told)
    return receiving.receive(new=asked, by=DPO, now=asked.received_at, means=means)


def in_progress(
    *kinds: RequestKind,
    account: AccountShown | None = None,
    member: MemberShown | None = None,
    role: OurRole = OurRole.CONTROLLER,
    scope: Scope | None = None,
    things: Sequence[str] = (),
    now: datetime = NOW,
    **told: Any,
) -> Received:
    """Enter it and assess it as ours to decide."""
    made = received(*kinds, means=Means.CALL_BACK, **told)
    handling.assess(
        request_id=made.id,
        role=role,
        scope=scope or (Scope.MEMBER if member else Scope.PERSON),
        things=things,
        account_id=account.id if account else None,
        subject=str(member.id) if member else "",
        by=DPO,
        now=now,
    )
    return made


def decided(
    made: Received, category: Category = Category.LETTERS, ground: str = "", **told: Any
) -> None:
    """Decide about one category."""
    given = {"by": DPO, "now": NOW, **told}
    deciding.decide(request_id=made.id, category=category, ground=ground, **given)


def read(made: Received) -> RequestRead:
    """Return the request as its page shows it."""
    return queries.request(made.id)


def letters(to: str = "") -> list[tuple[str, str, str]]:
    """Return kind, address and text of every letter in the outbox, oldest first."""
    found = []
    # Letters of one instant have no other order than that in which they were written.
    for row in Letter.objects.extra(select={"written": "rowid"}, order_by=["written"]):
        words = opened(row)
        assert words is not None
        if not to or words[0].email == to:
            found.append((row.kind, words[0].email, words[1].text()))
    return found


def kinds_written(to: str = "") -> list[str]:
    """Return the kinds of the letters in the outbox."""
    return sorted(kind for kind, _, _ in letters(to))


def token_in(text: str) -> str:
    """Return the secret at the end of the link in a letter."""
    [link] = [word for word in text.split() if word.startswith("https://") and "your-data" in word]
    return link.rstrip("/").rpartition("/")[2]


def anybody() -> uuid.UUID:
    """Return an id that nobody has."""
    return uuid.uuid4()
