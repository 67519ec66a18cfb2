"""A whole account given back on request, also after its end: one archive, for one key.

The doors of the account have no part in it. The staff has checked who asks; the link goes to
somebody whom the customer had named to speak for it; and what the link gives is sealed to an age
key that was told apart from that mail, so the mailbox alone opens nothing. It is given once, ends
where the deletion begins, and moves no deadline.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.accounts.gate import AccountClosed
from trustkeep.accounts.models import Account
from trustkeep.holdings import archive, returning
from trustkeep.holdings.exporting import Member
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.requests import story
from trustkeep.lifecycle.requests.collecting import DataFetched, place_of, waiting
from trustkeep.lifecycle.requests.content import content_of
from trustkeep.lifecycle.requests.handling import row_of
from trustkeep.lifecycle.requests.kinds import Category, is_whole
from trustkeep.lifecycle.requests.models import Answer, Decision, Request
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.requests.story import REQUESTER, What
from trustkeep.lifecycle.telling import contacts
from trustkeep.vault.fields import seal_json, unseal_json
from trustkeep.vault.keystore import KeyDestroyed

_OPEN_TO_IT = (State.IN_PROGRESS, State.FULFILLED, State.PARTLY_REFUSED)

type More = Callable[[uuid.UUID, datetime], Iterator[Member]]
"""Gives what an archive holds beside files and records."""


class NoContact(TrustkeepError):
    """Whoever asks does not speak for the customer."""

    sentence = (
        "A whole account goes to an owner, an administrator or the customer’s contact for data "
        "protection, at the address that we know. Let one of them ask."
    )


class NothingLeft(TrustkeepError):
    """The deletion has begun, or was done."""

    sentence = "The deletion has begun, so there is nothing whole left to give back."


@dataclass(frozen=True, slots=True)
class Returned:
    """The archive of a whole account, while it is made; `reference` is the contract's."""

    chunks: Iterator[bytes]
    reference: str


def prepare(*, request_id: uuid.UUID, recipient: str, by: str, now: datetime) -> None:
    """Say for which age key everything is sealed; the answer then carries the link.

    Preparing it again ends an earlier link. Raises NotNow, NoContact, NothingLeft,
    RecipientInvalid.
    """
    archive.recipient(recipient)
    with transaction.atomic():
        row = row_of(request_id)
        if row.state not in _OPEN_TO_IT or not is_whole(row.kinds, row.role, row.scope):
            raise NotNow
        if Decision.objects.filter(request=row, category=Category.CONTENT).exclude(ground=""):
            raise NotNow
        account = _asked_by_a_contact(row)
        answer = Answer.objects.filter(request=row).first() or Answer(request=row)
        answer.whole, answer.sealed_for = True, account.id
        answer.sealed = seal_json(place_of(answer), {"recipient": recipient.strip()})
        answer.collected_at = answer.reviewed_at = now
        answer.reviewed_by, answer.redacted = by, []
        answer.fetched_at, answer.expires_at, answer.digest = None, None, ""
        answer.save()
        story.note(row, What.COLLECTED, by=by, now=now, whole=1)


def is_waiting(token: str, *, now: datetime) -> bool:
    """Return whether a link gives a whole account."""
    answer = waiting(token, now)
    return answer is not None and answer.whole


def fetch(*, token: str, more: More, clock: Callable[[], datetime]) -> Returned:
    """Give everything to who holds the link, once; raises DataFetched.

    `more` gives what lies outside files and records.
    """
    now = clock()
    with transaction.atomic():
        answer = waiting(token, now)
        if answer is None or not answer.whole:
            raise DataFetched
        account, recipient = answer.request.account, _recipient(answer)
        assert account is not None
        if not Answer.objects.filter(pk=answer.pk, fetched_at__isnull=True).update(
            fetched_at=now, sealed=b""
        ):
            raise DataFetched
        story.note(answer.request, What.FETCHED, by=REQUESTER, now=now)
        try:
            chunks = returning.begin_return(
                account_id=account.id,
                more=more(account.id, now),
                recipient=recipient,
                by=f"request:{answer.request.id}",
                clock=clock,
            )
        except AccountClosed:
            raise DataFetched from None
    return Returned(chunks, account.reference)


def _asked_by_a_contact(row: Request) -> Account:
    account = row.account
    assert account is not None
    if account.state not in returning.NOTHING_GONE:
        raise NothingLeft
    known = {one.email.casefold() for one in contacts(account)}
    if content_of(row).email.casefold() not in known:
        raise NoContact
    return account


def _recipient(answer: Answer) -> str:
    try:
        return str(unseal_json(place_of(answer), answer.sealed)["recipient"])
    except KeyDestroyed:
        raise DataFetched from None
