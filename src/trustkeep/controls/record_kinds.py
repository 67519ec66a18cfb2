"""All kinds of records, by the part that owns them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trustkeep.agreements.clauses import AGREEMENT, SUBPROCESSOR, TEMPLATE
from trustkeep.disclosure.requests import DOCUMENT_REQUEST
from trustkeep.hosting.access import GRANT, REVIEW, STATEMENT
from trustkeep.hosting.assurances import ASSURANCE
from trustkeep.hosting.network import READING
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.kinds import (
    BACKUP,
    RESTORE_DRILL,
)
from trustkeep.programme.appointments import APPOINTMENT
from trustkeep.programme.pentests import FINDING, PENTEST
from trustkeep.programme.policies import POLICY
from trustkeep.programme.training import COMPLETION, EXEMPTION
from trustkeep.records import queries
from trustkeep.records.kinds import RecordKind

SHELVES: Mapping[str, tuple[Texts, tuple[RecordKind, ...]]] = {
    "programme": (
        Texts(de="Sicherheitsprogramm", en="Security programme", fr="Programme de sécurité"),
        (APPOINTMENT, POLICY, COMPLETION, EXEMPTION, PENTEST, FINDING),
    ),
    "hosting": (
        Texts(de="Hosting", en="Hosting", fr="Hébergement"),
        (ASSURANCE, REVIEW, GRANT, STATEMENT, READING),
    ),
    "lifecycle": (
        Texts(de="Konten und Daten", en="Accounts and data", fr="Comptes et données"),
        (BACKUP, RESTORE_DRILL),
    ),
    "agreements": (
        Texts(
            de="Verträge und Auskünfte", en="Agreements and documents", fr="Accords et documents"
        ),
        (TEMPLATE, SUBPROCESSOR, AGREEMENT, DOCUMENT_REQUEST),
    ),
}
BY_SLUG = {kind.slug: kind for _, kinds in SHELVES.values() for kind in kinds}


class UnknownKind(TrustkeepError):
    """No kind of record has this slug."""

    sentence = "There is no kind of record “{slug}”. `trustkeep record kinds` lists them all."


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind on its shelf, with how many records of it count."""

    kind: RecordKind
    title: str
    description: str
    count: int


@dataclass(frozen=True, slots=True)
class ShelfShown:
    """The kinds of one part."""

    title: str
    kinds: tuple[KindShown, ...]


def kind_called(slug: str) -> RecordKind:
    """Return a kind by its slug; raises UnknownKind."""
    try:
        return BY_SLUG[slug]
    except KeyError:
        raise UnknownKind(slug=slug) from None


def kinds_for(promise: str) -> list[RecordKind]:
    """Return the kinds that the checks of a promise read."""
    return [kind for kind in BY_SLUG.values() if promise in kind.promises]


def shelves(language: str) -> list[ShelfShown]:
    """Return all kinds by part."""
    return [
        ShelfShown(
            title[language],
            tuple(
                KindShown(
                    kind, kind.title[language], kind.description[language], queries.count(kind)
                )
                for kind in kinds
            ),
        )
        for title, kinds in SHELVES.values()
    ]


def may_enter(roles: Iterable[str], kind: RecordKind) -> bool:
    """Return whether any of `roles` may enter records of this kind."""
    return bool(kind.writers & set(roles))
