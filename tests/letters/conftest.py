"""A company that writes letters, and posts that do what a test tells them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from trustkeep.kernel.texts import Texts
from trustkeep.letters import ports
from trustkeep.letters.actions import queue
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.letters.mail import Mail, Recipient
from trustkeep.vault.keys import installed

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALICE = Recipient("alice@kunde.example", "Alice Ärmel")
ACCOUNT = uuid.UUID("11111111-1111-4111-8111-111111111111")
HOUSE = ports.House(
    "Lindenau",
    "Lindenau Software GmbH",
    "https://trust.example.com",
    "security@lindenau.example",
    "dpo@lindenau.example",
)
ENDING = LetterKind(
    slug="test-ending",
    subject=Texts(
        de="Ihr Vertrag endet am {day}",
        en="Your contract ends on {day}",
        fr="Votre contrat prend fin le {day}",
    ),
    text=Texts(
        de="Der Vertrag von {customer} endet.\n\nAlles wird nach {after:Tag|Tagen} gelöscht.",
        en="The contract of {customer} ends.\n\nEverything is deleted after {after:day|days}.",
        fr="Le contrat de {customer} prend fin.\n\nTout est supprimé après {after:jour|jours}.",
    ),
    constants={"after": 30},
)
RESET = LetterKind(
    slug="test-reset",
    subject=Texts(de="Neues Passwort", en="New password", fr="Nouveau mot de passe"),
    text=Texts(
        de="Der Link gilt bis {until}.",
        en="The link is good until {until}.",
        fr="Le lien est valable jusqu’au {until}.",
    ),
    act=Texts(de="Passwort wählen", en="Choose a password", fr="Choisir un mot de passe"),
    secret_link=True,
    good_until="until",
)
CLOSED = LetterKind(
    slug="test-closed",
    subject=Texts(de="Gelöscht", en="Deleted", fr="Supprimé"),
    text=Texts(de="Alles ist gelöscht.", en="All is deleted.", fr="Tout est supprimé."),
    about_closing=True,
)


@dataclass
class Postbox:
    """A post that takes letters over, or does what `answers` hold, one an attempt."""

    stays_here: bool = False
    answers: list[Exception | Callable[[], None]] = field(default_factory=list)
    taken: list[Mail] = field(default_factory=list)
    tried: int = 0

    def deliver(self, mail: Mail) -> None:
        self.tried += 1
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        self.taken.append(mail)
        if answer:
            answer()


@pytest.fixture
def house(db: None) -> Iterator[None]:
    """Letters are written by a company, and customer accounts have a key."""
    before = ports.joined.house
    ports.joined.house = lambda: HOUSE
    if not installed().versions(ACCOUNT):
        installed().create_account_key(ACCOUNT, now=NOON)
    yield
    ports.joined.house = before


@pytest.fixture
def post(house: None) -> Postbox:
    """A post in good order."""
    return Postbox()


def written(about: str = "a", to: Recipient = ALICE, at: datetime = NOON) -> uuid.UUID:
    """Write a letter about an ending contract; return its id."""
    values: dict[str, Value] = {"day": at.date(), "customer": "Käfer & Söhne"}
    return queue(
        letter=ENDING, to=to, language="de", values=values, account=ACCOUNT, about=about, now=at
    ).id
