"""What the hosting provider proves: dated assurance documents, with the section for each claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, one_of, text
from trustkeep.records.kinds import Field, RecordKind
from trustkeep.records.periods import YEAR, end_of
from trustkeep.records.queries import Entered

REPORT_MAX_AGE = YEAR
"""A report speaks this long past the end of its period; then a bridge letter has to."""
BRIDGE_MAX = timedelta(days=92)
"""A bridge letter covers at most this long (three months)."""

BARRIERS = {
    "perimeter": Texts(de="Umfriedung", en="Perimeter", fr="Périmètre"),
    "building_entrance": Texts(
        de="Gebäudeeingänge", en="Building entrances", fr="Entrées du bâtiment"
    ),
}
POINTS = {
    "main_entrances": Texts(de="Haupteingänge", en="Main entrances", fr="Entrées principales"),
    "emergency_exits": Texts(de="Notausgänge", en="Emergency exits", fr="Sorties de secours"),
    "roof_hatches": Texts(de="Dachluken", en="Roof hatches", fr="Trappes de toit"),
    "dock_doors": Texts(de="Ladetore", en="Dock doors", fr="Portes de quai"),
}
SENSORS = {
    "door_contacts": Texts(de="Türkontakte", en="Door contacts", fr="Contacts de porte"),
    "glass_break": Texts(
        de="Glasbruchmelder", en="Glass-break sensors", fr="Détecteurs de bris de vitre"
    ),
    "motion": Texts(de="Bewegungsmelder", en="Motion detectors", fr="Détecteurs de mouvement"),
}
ACCESS_LOG = {
    "access_logged": Texts(de="Zutritt protokolliert", en="Access logged", fr="Accès journalisés"),
    "access_audited": Texts(de="Protokolle geprüft", en="Logs audited", fr="Journaux audités"),
}


def _cited(labels: dict[str, Texts]) -> tuple[Field, ...]:
    hint = Texts(
        de="Abschnitt des Dokuments, der dies belegt",
        en="Section of the document that shows this",
        fr="Section du document qui le démontre",
    )
    return tuple(text(name, label, required=False, hint=hint) for name, label in labels.items())


ASSURANCE = RecordKind(
    slug="assurance",
    title=Texts(
        de="Nachweis des Hosting-Anbieters",
        en="Provider assurance",
        fr="Attestation de l’hébergeur",
    ),
    description=Texts(
        de="Bericht oder Zertifikat des Anbieters: Zeitraum, Gültigkeit und belegte Aussagen.",
        en="A report or certificate of the provider: period, validity, and what it shows.",
        fr="Un rapport ou certificat de l’hébergeur : période, validité et points démontrés.",
    ),
    fields=(
        text("provider", Texts(de="Anbieter", en="Provider", fr="Hébergeur")),
        one_of(
            "type",
            Texts(de="Art", en="Type", fr="Type"),
            {
                name: Texts(de=label, en=label, fr=label)
                for name, label in {
                    "soc2-type2": "SOC 2 type 2",
                    "soc3": "SOC 3",
                    "iso-27001": "ISO/IEC 27001",
                    "c5": "BSI C5",
                }.items()
            },
        ),
        text("issuer", Texts(de="Aussteller", en="Issuer", fr="Émetteur")),
        text("scope", Texts(de="Geltungsbereich", en="Scope", fr="Périmètre")),
        day(
            "period_end_date", Texts(de="Ende des Zeitraums", en="Period ends", fr="Fin de période")
        ),
        day(
            "valid_until_date",
            Texts(de="Gültig bis", en="Valid until", fr="Valable jusqu’au"),
            required=False,
        ),
        day(
            "bridge_until_date",
            Texts(
                de="Überbrückt bis", en="Bridge letter until", fr="Lettre de transition jusqu’au"
            ),
            required=False,
        ),
        *_cited(BARRIERS),
        *_cited(POINTS),
        *_cited(SENSORS),
        *_cited(ACCESS_LOG),
    ),
    promises=("physical-barriers", "intrusion-detection", "physical-access-reviewed"),
    writers=frozenset({Role.SECURITY_LEAD, Role.PROGRAMME_MANAGER}),
)


@dataclass(frozen=True, slots=True)
class Covered:
    """What the documents in force show: per claim, until when; missing claims are not in it."""

    until: dict[str, datetime]

    def missing(self, claims: Iterable[str]) -> tuple[str, ...]:
        """Return the claims that no document in force shows."""
        return tuple(claim for claim in claims if claim not in self.until)

    def due_at(self, claims: Iterable[str]) -> datetime:
        """Return when the first of `claims` loses its last document."""
        return min(self.until[claim] for claim in claims)


def speaks_until(one: Entered) -> datetime:
    """Return the instant at which a document no longer counts: too old, or expired."""
    period_end: date = one["period_end_date"]
    last = period_end + REPORT_MAX_AGE
    bridge: date | None = one.get("bridge_until_date")
    if bridge:
        last = max(last, min(bridge, last + BRIDGE_MAX))
    valid: date | None = one.get("valid_until_date")
    return end_of(min(last, valid) if valid else last)


def covered(records: Iterable[Entered], claims: Iterable[str], now: datetime) -> Covered:
    """Return which of `claims` documents in force show, each with a section cited."""
    wanted = tuple(claims)
    until: dict[str, datetime] = {}
    for one in records:
        end = speaks_until(one)
        for claim in wanted:
            if now < end and str(one.get(claim) or "").strip():
                until[claim] = max(until.get(claim, end), end)
    return Covered(until)
