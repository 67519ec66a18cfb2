"""What is written about a request, in the language of who asked; planned first, so it can be read.

A letter is planned from the row, shown to whoever sends it, and written into the outbox in the same
transaction as what it tells. Letters about requests are the company's own: they go out although the
account they concern is closed.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from trustkeep.accounts.models import Account
from trustkeep.accounts.queries import company
from trustkeep.kernel.texts import LANGUAGES, Texts
from trustkeep.kernel.writing import number
from trustkeep.letters.actions import HouseUnknown, queue
from trustkeep.letters.composing import compose
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.letters.mail import Enclosure, Recipient
from trustkeep.letters.ports import joined
from trustkeep.letters.queries import WITHHELD
from trustkeep.lifecycle.deadlines import last_day, local_day, request_due_at
from trustkeep.lifecycle.issuing import Issued, enclosures
from trustkeep.lifecycle.receipt_words import CATEGORIES, METHODS, SYSTEM_STATES
from trustkeep.lifecycle.receipts import Category as ReceiptCategory
from trustkeep.lifecycle.receipts import Method, Receipt
from trustkeep.lifecycle.request_letters import RequestKind, Step, letter_about, right_name
from trustkeep.lifecycle.requests import wording
from trustkeep.lifecycle.requests.content import content_of
from trustkeep.lifecycle.requests.kinds import (
    CATEGORY_TEXTS,
    EXTENSION_TEXTS,
    GROUNDS,
    Category,
    ExtensionReason,
)
from trustkeep.lifecycle.requests.links import (
    CONFIRM_WITHIN,
    FETCH_WITHIN,
    answer_link,
    confirm_link,
    status_link,
)
from trustkeep.lifecycle.requests.models import Decision, Request
from trustkeep.lifecycle.telling import contacts

_COLON = Texts(de=":", en=":", fr="\u00a0:")


@dataclass(frozen=True, slots=True)
class Planned:
    """A letter as it would go out."""

    kind: LetterKind
    to: Recipient
    language: str
    values: Mapping[str, Value]
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as whoever sends it reads it; links that let somebody in are left out."""

    to: str
    subject: str
    text: str


def write(planned: Planned, *, now: datetime) -> uuid.UUID | None:
    """Put a letter into the outbox, in the caller's transaction; None if nobody can be reached."""
    if not planned.to.email:
        return None
    made = queue(
        letter=planned.kind,
        to=planned.to,
        language=planned.language,
        values=planned.values,
        enclosures=planned.enclosures,
        now=now,
    )
    return made.id


def write_confirmation(
    *, name: str, email: str, kinds: Sequence[RequestKind], language: str, token: str, now: datetime
) -> None:
    """Write the link that confirms the address of who sent the public form."""
    zone = company().time_zone
    values: dict[str, Value] = {
        "received": local_day(now, zone),
        "until": now + CONFIRM_WITHIN,
        "due": last_day(request_due_at(now, zone), zone),
        "link": confirm_link(language, token),
    }
    letter = letter_about(kinds, Step.IDENTITY)
    queue(letter=letter, to=Recipient(email, name), language=language, values=values, now=now)


def preview(planned: Planned) -> Preview:
    """Return the words of a planned letter."""
    if joined.house is None:
        raise HouseUnknown
    words = compose(planned.kind, planned.to.name, planned.language, planned.values, joined.house())
    link = WITHHELD if planned.kind.secret_link else None
    return Preview(planned.to.email, words.subject, words.text(link))


def received(row: Request) -> Planned:
    """Plan the letter that says that a request has come in, and until when it is answered."""
    return _to_requester(row, _step(row, Step.RECEIVED), {"due": _last_day(row.due_at)})


def question(row: Request, words: str) -> Planned:
    """Plan a question to who asked."""
    return _to_requester(row, wording.QUESTION, {"question": words})


def extension(row: Request, reason: ExtensionReason, due_at: datetime) -> Planned:
    """Plan the letter that says why an answer takes longer, and until when."""
    told: dict[str, Value] = {
        "reason": EXTENSION_TEXTS[reason][row.language],
        "due": _last_day(due_at),
        "authority": wording.AUTHORITY[row.language],
    }
    return _to_requester(row, _step(row, Step.EXTENDED), told)


def forwarded(row: Request, now: datetime) -> Planned:
    """Plan the letter that says who decides instead of us; it tells nothing of the data."""
    assert row.account is not None
    day = local_day(now, company().time_zone)
    told: dict[str, Value] = {"controller": row.account.legal_name, "day": day}
    return _to_requester(row, _step(row, Step.FORWARDED), told)


def to_controller(row: Request, account: Account, email: str) -> Planned:
    """Plan the letter that brings a request to the customer whose processor we are."""
    who = content_of(row)
    values: dict[str, Value] = {
        "reference": row.reference,
        "kinds": kinds_told(row, account.language),
        "received": _received_day(row),
        "name": who.name or "–",
        "email": who.email,
        "text": who.text,
    }
    return Planned(wording.TO_CONTROLLER, Recipient(email), account.language, values)


def withdrawn(row: Request) -> Planned:
    """Plan the letter that confirms that a request was taken back."""
    return _to_requester(row, wording.WITHDRAWN, {})


def fetching(row: Request, token: str) -> Planned:
    """Plan the letter with a new link to the data."""
    told: dict[str, Value] = {"days": FETCH_WITHIN.days}
    return _to_requester(row, wording.NEW_LINK, told, answer_link(row.language, token))


def lifting(row: Request, lift_at: datetime) -> Planned:
    """Plan the notice before a restriction is lifted (Article 18(3))."""
    return _to_requester(row, wording.LIFTING, {"lifted": lift_at})


def to_others(row: Request, account: Account) -> list[Planned]:
    """Plan the letters that tell all others who speak for a customer that everything is to go."""
    asker = content_of(row).email.casefold()
    values: dict[str, Value] = {
        "customer": account.legal_name,
        "reference": row.reference,
        "received": _received_day(row),
    }
    return [
        Planned(wording.TO_OTHERS, one, account.language, values)
        for one in contacts(account)
        if one.email.casefold() != asker
    ]


def outcome(
    row: Request,
    decisions: Sequence[Decision],
    words: str,
    answer_token: str = "",
    receipts: Sequence[Issued] = (),
) -> Planned:
    """Plan the answer: what is done with each category, and on which ground what is not.

    Whatever is refused comes with the ways to complain and to go to court (Article 12(4)). What was
    deleted is counted; the receipts that prove it are told by number, `enclosing` puts them in.
    """
    refused = [one for one in decisions if one.ground]
    step = Step.PARTLY_REFUSED if refused else Step.FULFILLED
    if len(refused) == len(decisions):
        step = Step.REFUSED
    kind = _with_lines(_step(row, step), decisions, receipts)
    values: dict[str, Value] = {"reason": words, "authority": wording.AUTHORITY[row.language]}
    if not answer_token:
        return _to_requester(row, replace(kind, act=wording.FOLLOW), values)
    kind = replace(kind, act=wording.FETCH)
    return _to_requester(row, kind, values, answer_link(row.language, answer_token))


def enclosing(planned: Planned, receipts: Sequence[Issued]) -> Planned:
    """Put the receipts of a deletion into a planned letter; raises NotSignedYet for a moment."""
    found = [one for receipt in receipts for one in enclosures(receipt, planned.language)]
    return replace(planned, enclosures=tuple(found))


def kinds_of(row: Request) -> list[RequestKind]:
    """Return what is asked for."""
    return [RequestKind(one) for one in row.kinds]


def kinds_told(row: Request, language: str) -> str:
    """Return what is asked for, as half a sentence."""
    return ", ".join(right_name(one)[language] for one in kinds_of(row))


def _step(row: Request, step: Step) -> LetterKind:
    return letter_about(kinds_of(row), step)


def _with_lines(
    kind: LetterKind, decisions: Sequence[Decision], receipts: Sequence[Issued]
) -> LetterKind:
    # The lines come from closed lists, so they may stand in the text itself, one below another.
    texts = (
        f"{kind.text[language]}\n\n"
        + "\n".join(_line(one, language) for one in decisions)
        + _deleted(receipts, language)
        for language in LANGUAGES
    )
    return replace(kind, text=Texts(*texts))


def _deleted(receipts: Sequence[Issued], language: str) -> str:
    if not receipts:
        return ""
    lines = [
        f"- {CATEGORIES[category][language]}{_COLON[language]} {number(count, language)}, {METHODS[method][language]}"
        for (category, method), count in _counted(receipts[-1].receipt).items()
    ]
    lines += [
        f"- {one.name}{_COLON[language]} {SYSTEM_STATES[one.state][language]}"
        for one in receipts[-1].receipt.systems
    ]
    numbers = ", ".join(str(one.id) for one in receipts)
    ends = wording.PROVED[language].format(numbers=numbers)
    return "\n".join(["", "", wording.DELETED[language], "", *lines, "", ends])


def _line(one: Decision, language: str) -> str:
    category = CATEGORY_TEXTS[Category(one.category)][language]
    if not one.ground:
        return f"- {category}{_COLON[language]} {wording.DONE[language]}"
    ground = GROUNDS[one.ground].text[language]
    return f"- {category}{_COLON[language]} {wording.NOT_DONE[language]}, {ground}{_until(one, language)}"


def _counted(receipt: Receipt) -> Counter[tuple[ReceiptCategory, Method]]:
    """Count what people call things: files as files, without the rows that only name them."""
    counts = Counter[tuple[ReceiptCategory, Method]]()
    removed = {one.category for one in receipt.stores if one.method is Method.FILES_REMOVED}
    for one in receipt.stores:
        names_only = one.method is Method.ROWS_DELETED and one.category in removed
        if one.method is not Method.RESIDUES_CLEARED and not names_only:
            counts[one.category, one.method] += one.records
    return counts


def _received_day(row: Request) -> date:
    return local_day(row.received_at, company().time_zone)


def _last_day(due_at: datetime) -> date:
    return last_day(due_at, company().time_zone)


def _until(one: Decision, language: str) -> str:
    return wording.until(one.until, language) if one.until else ""


def _to_requester(
    row: Request, kind: LetterKind, values: Mapping[str, Value], link: str | None = None
) -> Planned:
    who = content_of(row)
    known: dict[str, Value] = {
        "reference": row.reference,
        "kinds": kinds_told(row, row.language),
        "received": _received_day(row),
        "link": link or status_link(row.language, who.status_token),
    }
    return Planned(kind, Recipient(who.email, who.name), row.language, {**known, **values})
