"""Documents on request: what was asked for, and whether an answer came in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, one_of, reference
from trustkeep.records.kinds import RecordKind
from trustkeep.records.periods import end_of
from trustkeep.records.queries import Entered

ANSWER_WITHIN = timedelta(days=10)
"""The published time in which a customer's request for a document is answered."""

PENTEST_SUMMARY, POLICY_OVERVIEW = "pentest-summary", "policy-overview"

DOCUMENT_REQUEST = RecordKind(
    slug="document-request",
    title=Texts(de="Dokumentanfrage", en="Document request", fr="Demande de document"),
    description=Texts(
        de="Wann ein Kunde um ein Dokument gebeten hat und wann die Antwort kam.",
        en="When a customer asked for a document, and when the answer came.",
        fr="Quand un client a demandé un document, et quand la réponse est venue.",
    ),
    fields=(
        one_of(
            "document",
            Texts(de="Dokument", en="Document", fr="Document"),
            {
                PENTEST_SUMMARY: Texts(
                    de="Zusammenfassung des Penetrationstests",
                    en="Penetration test summary",
                    fr="Synthèse du test d’intrusion",
                ),
                POLICY_OVERVIEW: Texts(
                    de="Überblick über die Richtlinien",
                    en="Policy overview",
                    fr="Aperçu des politiques",
                ),
            },
        ),
        reference("account", Texts(de="Kundenkonto", en="Customer account", fr="Compte client")),
        day("received_date", Texts(de="Eingegangen am", en="Received on", fr="Reçue le")),
        day(
            "answered_date",
            Texts(de="Beantwortet am", en="Answered on", fr="Réponse le"),
            required=False,
        ),
        one_of(
            "answer",
            Texts(de="Antwort", en="Answer", fr="Réponse"),
            {
                "given": Texts(de="übergeben", en="given", fr="remis"),
                "refused": Texts(de="abgelehnt", en="refused", fr="refusé"),
            },
            required=False,
        ),
    ),
    promises=("pentest-summary", "policy-overview"),
    writers=frozenset({Role.ACCOUNT_MANAGER, Role.SECURITY_LEAD, Role.DPO}),
)


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests for one document: all, those overdue, and when the next one falls due."""

    total: int
    overdue: tuple[str, ...]
    next_due_at: datetime | None


def requests_for(document: str, records: Iterable[Entered], now: datetime) -> Requests:
    """Return where the requests for a document stand."""
    asked = [one for one in records if one["document"] == document]
    open_ = [(str(one.id), _due(one["received_date"])) for one in asked if not _answered(one, now)]
    overdue = tuple(id_ for id_, due_at in open_ if now >= due_at)
    ahead = [due_at for _, due_at in open_ if now < due_at]
    return Requests(len(asked), overdue, min(ahead, default=None))


def _due(received: date) -> datetime:
    return end_of(received + ANSWER_WITHIN)


def _answered(one: Entered, now: datetime) -> bool:
    answered = one.get("answered_date")
    return answered is not None and answered <= now.date()
