"""Who leads security: appointments, each reconfirmed once a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, one_of, text
from trustkeep.records.kinds import RecordKind
from trustkeep.records.periods import YEAR, end_of
from trustkeep.records.queries import Entered

RECONFIRM_WITHIN = YEAR
"""An appointment that nobody has reconfirmed for this long no longer counts."""

APPOINTMENT = RecordKind(
    slug="appointment",
    title=Texts(de="Bestellung", en="Appointment", fr="Nomination"),
    description=Texts(
        de="Wer die Sicherheit leitet, von wann an und wer vertritt.",
        en="Who leads security, from when, and who deputises.",
        fr="Qui dirige la sécurité, depuis quand, et qui supplée.",
    ),
    fields=(
        one_of(
            "role",
            Texts(de="Funktion", en="Role", fr="Fonction"),
            {
                "chief-technology-officer": Texts(
                    de="Technische Leitung (CTO)",
                    en="Chief Technology Officer",
                    fr="Direction technique (CTO)",
                )
            },
        ),
        text("person", Texts(de="Person", en="Person", fr="Personne")),
        text("deputy", Texts(de="Vertretung", en="Deputy", fr="Suppléance")),
        day("from_date", Texts(de="Beginn", en="From", fr="Début")),
        day("until_date", Texts(de="Ende", en="Until", fr="Fin"), required=False),
        day(
            "confirmed_date",
            Texts(de="Zuletzt bestätigt", en="Last confirmed", fr="Dernière confirmation"),
        ),
    ),
    promises=("security-lead",),
    writers=frozenset({Role.ADMINISTRATOR, Role.SECURITY_LEAD}),
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment, without names."""

    id: str
    from_date: date
    until_date: date | None
    confirmed_date: date

    @property
    def due_at(self) -> datetime:
        """The instant at which it falls without an act: its end, or the missed confirmation."""
        lapse = end_of(self.confirmed_date + RECONFIRM_WITHIN)
        return min(lapse, end_of(self.until_date)) if self.until_date else lapse


def current(records: Iterable[Entered], on: date) -> list[Appointment]:
    """Return the appointments in force on a day."""
    every = (
        Appointment(str(one.id), one["from_date"], one.get("until_date"), one["confirmed_date"])
        for one in records
    )
    return [
        one
        for one in every
        if one.from_date <= on and (one.until_date is None or on <= one.until_date)
    ]
