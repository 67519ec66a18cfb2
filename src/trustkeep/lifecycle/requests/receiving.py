"""A request comes in, by whichever door; its clock starts with the receipt."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.accounts import gate
from trustkeep.accounts.addresses import is_email
from trustkeep.accounts.customers import member
from trustkeep.accounts.models import Account
from trustkeep.accounts.queries import company
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.lifecycle.deadlines import request_due_at
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import letters, story
from trustkeep.lifecycle.requests.content import Content, put
from trustkeep.lifecycle.requests.kinds import Channel, Means, Scope
from trustkeep.lifecycle.requests.links import digest, new_token
from trustkeep.lifecycle.requests.models import Request
from trustkeep.lifecycle.requests.states import State
from trustkeep.lifecycle.requests.story import REQUESTER, What
from trustkeep.lifecycle.requests.things import read as read_things
from trustkeep.lifecycle.requests.things import require_in
from trustkeep.vault.fields import COMPANY

MOST_WORDS = 5000
"""Characters that a person may need to say what it is about."""
LONGEST_NAME = 200
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_REFERENCE_LETTERS = 8


class RequestInvalid(TrustkeepError):
    """A request cannot be entered as given."""

    sentence = "{field}: “{value}” cannot be used. Needed: {needed}."


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What somebody asks; ``about`` says in their words whom or what it concerns."""

    kinds: tuple[RequestKind, ...]
    name: str
    email: str
    text: str
    language: str
    channel: Channel
    received_at: datetime
    about: str = ""
    account_id: uuid.UUID | None = None
    scope: Scope | None = None
    subject: str = ""
    things: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A request that was entered; ``status_token`` opens its page for who asked."""

    id: uuid.UUID
    reference: str
    status_token: str
    due_at: datetime


def receive(*, new: NewRequest, by: str, now: datetime, means: Means | None = None) -> Received:
    """Enter a request and write to who asked that it has come in.

    ``means`` says how the identity is known already, if it is. Raises RequestInvalid, NoCompany.
    """
    require_valid(new, now)
    due_at = request_due_at(new.received_at, company().time_zone)
    token = new_token()
    row = Request(
        id=new_id(),
        reference=_new_reference(),
        kinds=[one.value for one in new.kinds],
        channel=new.channel,
        language=new.language,
        status_digest=digest(token),
        state=State.IDENTITY_CHECK if means else State.RECEIVED,
        account_id=new.account_id,
        scope=new.scope or "",
        subject=new.subject,
        things=list(new.things),
        received_at=new.received_at,
        first_due_at=due_at,
        due_at=due_at,
        verified_by=means or "",
        verified_at=now if means else None,
    )
    told = Content(new.name.strip(), new.email.strip(), new.text.strip(), new.about.strip(), token)
    put(row, new.account_id or COMPANY, told)
    with transaction.atomic():
        row.save(force_insert=True)
        letter = letters.write(letters.received(row), now=now)
        story.note(row, What.RECEIVED, by=by, now=now, letter=letter, channel=row.channel)
        if means:
            story.note(row, What.VERIFIED, by=by, now=now, means=means.value)
    return Received(row.id, row.reference, token, due_at)


def receive_from_member(
    *,
    account_id: uuid.UUID,
    member_id: uuid.UUID,
    kinds: tuple[RequestKind, ...],
    text: str,
    language: str,
    things: Sequence[str] = (),
    channel: Channel = Channel.WORKSPACE,
    now: datetime,
) -> Received:
    """Enter what a member asks after signing in: then it is known who asks.

    ``things`` are single files and records of the account that are to be deleted. Raises
    AccountClosed, NoSuchMember, RequestInvalid, ThingUnreadable, NoSuchThing.
    """
    gate.require_open(account_id, now=now)
    named = read_things(things)
    require_in(account_id, named)
    who = member(account_id, member_id, own=True)
    new = NewRequest(
        kinds=kinds,
        name=who.name,
        email=who.email,
        text=text,
        language=language,
        channel=channel,
        received_at=now,
        account_id=account_id,
        scope=Scope.OBJECT if named else Scope.MEMBER,
        subject=str(member_id),
        things=tuple(named),
    )
    return receive(new=new, by=REQUESTER, now=now, means=Means.SIGNED_IN)


def require_valid(new: NewRequest, now: datetime) -> None:
    """Raise RequestInvalid unless a request can be entered as given."""
    if not new.kinds:
        raise RequestInvalid(field="kinds", value="", needed="at least one thing that is asked for")
    if not is_email(new.email.strip()):
        needed = "an e-mail address to answer to"
        raise RequestInvalid(field="email", value=new.email, needed=needed)
    if new.language not in LANGUAGES:
        needed = f"one of {', '.join(LANGUAGES)}"
        raise RequestInvalid(field="language", value=new.language, needed=needed)
    if not new.text.strip() or len(new.text) > MOST_WORDS:
        needed = f"what it is about, in at most {MOST_WORDS} characters"
        raise RequestInvalid(field="text", value=new.text[:20], needed=needed)
    for field in ("name", "about"):
        if len(getattr(new, field)) > LONGEST_NAME:
            needed = f"at most {LONGEST_NAME} characters"
            raise RequestInvalid(field=field, value=getattr(new, field)[:20], needed=needed)
    if new.received_at > now:
        needed = "an instant that is not in the future"
        raise RequestInvalid(field="received_at", value=new.received_at, needed=needed)
    if new.account_id and not Account.objects.filter(pk=new.account_id).exists():
        raise RequestInvalid(field="account", value=new.account_id, needed="a known account")


def _new_reference() -> str:
    """Return what a person reads out on the telephone: no letter that looks like another."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_REFERENCE_LETTERS))
