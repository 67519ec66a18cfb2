"""The public form: an address is confirmed by a link in a mail before anything is entered.

Whoever sends the form gets the same answer, whoever they are and whether or not a mail goes out, so
it tells nothing about anybody. How often is limited for an address and for a source; no third party
is asked whether somebody is human.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import letters
from trustkeep.lifecycle.requests.kinds import Channel, Means
from trustkeep.lifecycle.requests.links import CONFIRM_WITHIN, digest, new_token
from trustkeep.lifecycle.requests.models import Unconfirmed
from trustkeep.lifecycle.requests.receiving import NewRequest, Received, receive, require_valid
from trustkeep.lifecycle.requests.story import REQUESTER
from trustkeep.vault.fields import COMPANY, Place, blind_indexes, seal_json, unseal_json

LIMIT_WINDOW = timedelta(hours=24)
MOST_PER_ADDRESS = 3
"""Mails to one address in the window; what comes after is not sent, and nobody is told."""
MOST_PER_SOURCE = 20
"""Forms from one network address in the window."""
_UNKNOWN_SOURCE = "unknown"


class TooManyForms(TrustkeepError):
    """One source has sent too many forms."""

    sentence = "Too many requests came from your network. Write to our data protection officer."


class LinkEnded(TrustkeepError):
    """A link was used, has ended, or never was: the answer is one."""

    sentence = "This link has been used or has ended. Send the form again if you still need it."


@dataclass(frozen=True, slots=True)
class Form:
    """What is typed into the public form."""

    kinds: tuple[RequestKind, ...]
    name: str
    email: str
    text: str
    language: str
    about: str = ""


def send_form(*, form: Form, source: str, now: datetime) -> None:
    """Keep the form and write a link to the address, unless it has had several today.

    Raises RequestInvalid, TooManyForms.
    """
    require_valid(_new(form, now), now)
    source_keys = _keys("source_key", source or _UNKNOWN_SOURCE)
    address_keys = _keys("address_key", form.email.strip().casefold())
    recent = Unconfirmed.objects.filter(sent_at__gt=now - LIMIT_WINDOW)
    with transaction.atomic():
        if recent.filter(source_key__in=source_keys).count() >= MOST_PER_SOURCE:
            raise TooManyForms
        is_over = recent.filter(address_key__in=address_keys).count() >= MOST_PER_ADDRESS
        token = new_token()
        row = Unconfirmed(
            id=new_id(),
            digest=digest(token),
            address_key=address_keys[0],
            source_key=source_keys[0],
            language=form.language,
            sent_at=now,
            expires_at=now + CONFIRM_WITHIN,
        )
        # What is over the limit is counted and not kept: there is nobody it could be told to.
        if not is_over:
            row.sealed = seal_json(_place(row), asdict(form))
            letters.write_confirmation(
                name=form.name,
                email=form.email,
                kinds=form.kinds,
                language=form.language,
                token=token,
                now=now,
            )
        row.save(force_insert=True)


def is_waiting(token: str, *, now: datetime) -> bool:
    """Return whether a link of a mail still confirms something."""
    return _row(token, now) is not None


def confirm(*, token: str, now: datetime) -> Received:
    """Enter the request whose address is hereby confirmed; raises LinkEnded.

    It counts as received when the form was sent.
    """
    with transaction.atomic():
        row = _row(token, now)
        if row is None:
            raise LinkEnded
        form = unseal_json(_place(row), row.sealed)
        form["kinds"] = tuple(RequestKind(one) for one in form["kinds"])
        # Two who follow one link in the same instant: only one of them changes the row.
        left = Unconfirmed.objects.filter(pk=row.pk, confirmed_at__isnull=True)
        if not left.update(sealed=b"", confirmed_at=now):
            raise LinkEnded
        new = _new(Form(**form), row.sent_at)
        return receive(new=new, by=REQUESTER, now=now, means=Means.EMAIL_LINK)


def forget_unconfirmed(*, now: datetime) -> int:
    """Remove forms whose link has ended; return how many."""
    return Unconfirmed.objects.filter(expires_at__lte=now).delete()[0]


def _new(form: Form, received_at: datetime) -> NewRequest:
    return NewRequest(
        kinds=form.kinds,
        name=form.name,
        email=form.email,
        text=form.text,
        language=form.language,
        channel=Channel.PUBLIC_FORM,
        received_at=received_at,
        about=form.about,
    )


def _row(token: str, now: datetime) -> Unconfirmed | None:
    waiting = Unconfirmed.objects.filter(confirmed_at__isnull=True, expires_at__gt=now)
    return waiting.filter(digest=digest(token)).exclude(sealed=b"").first()


def _keys(column: str, value: str) -> list[str]:
    return blind_indexes(COMPANY, "requests_unconfirmed", column, value)


def _place(row: Unconfirmed) -> Place:
    return Place(COMPANY, "requests_unconfirmed", "sealed", str(row.id))
