"""The words of a letter at rest: sealed in the row that they belong to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from trustkeep.letters.composing import Composed
from trustkeep.letters.mail import Enclosure, Mail, Recipient
from trustkeep.letters.models import Enclosure as EnclosureRow
from trustkeep.letters.models import Letter
from trustkeep.vault.fields import Place, seal_bytes, seal_json, unseal_bytes, unseal_json


def sealed_words(owner: uuid.UUID, letter: uuid.UUID, to: Recipient, words: Composed) -> bytes:
    """Return recipient and words as a token for their row."""
    plain = {
        "sender": words.sender,
        "email": to.email,
        "name": to.name,
        "subject": words.subject,
        "above": words.above,
        "link": words.link,
        "below": words.below,
    }
    return seal_json(_place(owner, letter), plain)


def opened(row: Letter) -> tuple[Recipient, Composed] | None:
    """Return recipient and words of a letter; None once they are wiped."""
    if row.sealed is None:
        return None
    plain = unseal_json(_place(row.sealed_for, row.id), row.sealed)
    words = Composed(
        plain["sender"], plain["subject"], plain["above"], plain["link"], plain["below"]
    )
    return Recipient(plain["email"], plain["name"]), words


def enclosure_rows(letter: Letter, enclosures: Iterable[Enclosure]) -> Iterator[EnclosureRow]:
    """Yield the rows of a letter's enclosures, sealed."""
    for number, one in enumerate(enclosures):
        row = EnclosureRow(letter=letter, number=number, name=one.name, media_type=one.media_type)
        row.sealed = seal_bytes(_enclosure_place(letter.sealed_for, row.id), one.content)
        yield row


def as_mail(row: Letter) -> Mail:
    """Return a letter as the post takes it over; its words have to be there."""
    found = opened(row)
    assert found is not None
    to, words = found
    enclosures = tuple(
        Enclosure(
            one.name,
            one.media_type,
            unseal_bytes(_enclosure_place(row.sealed_for, one.id), one.sealed),
        )
        for one in row.enclosures.order_by("number")
    )
    return Mail(
        id=row.id,
        sender=words.sender,
        to=to,
        subject=words.subject,
        text=words.text(),
        language=row.language,
        written_at=row.queued_at,
        enclosures=enclosures,
        list_name=row.list_name,
    )


def _place(owner: uuid.UUID, letter: uuid.UUID) -> Place:
    return Place(owner, "letters_letter", "sealed", str(letter))


def _enclosure_place(owner: uuid.UUID, enclosure: uuid.UUID) -> Place:
    return Place(owner, "letters_enclosure", "sealed", str(enclosure))
