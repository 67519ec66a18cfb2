"""Physical access: who may enter where, and the regular audit of the access logs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, number, one_of, reference, text
from trustkeep.records.kinds import RecordKind
from trustkeep.records.queries import Entered

REVIEW_EVERY = timedelta(days=92)
"""How often physical access logs are audited (quarterly)."""
EXPLAIN_WITHIN = timedelta(days=14)
"""How long an anomaly may stay unexplained."""

_WRITERS = frozenset({Role.SECURITY_LEAD, Role.PROGRAMME_MANAGER})
_SITE = text("site", Texts(de="Standort", en="Site", fr="Site"))

GRANT = RecordKind(
    slug="access-grant",
    title=Texts(de="Zutrittsberechtigung", en="Access grant", fr="Droit d’accès physique"),
    description=Texts(
        de="Wer einen Standort betreten darf; eigenes Personal im Rechenzentrum bricht die Zusage.",
        en="Who may enter a site; own staff in a data centre breaks the promise.",
        fr="Qui peut entrer dans un site ; notre personnel en centre de données rompt l’engagement.",
    ),
    fields=(
        _SITE,
        one_of(
            "operator",
            Texts(de="Betrieben von", en="Operated by", fr="Exploité par"),
            {
                "provider": Texts(de="Anbieter", en="Provider", fr="Hébergeur"),
                "own": Texts(de="uns selbst", en="ourselves", fr="nous-mêmes"),
            },
        ),
        reference("person", Texts(de="Person", en="Person", fr="Personne")),
        day("from_date", Texts(de="Von", en="From", fr="Du")),
        day("until_date", Texts(de="Bis", en="Until", fr="Au"), required=False),
    ),
    promises=("no-staff-in-data-centre",),
    writers=_WRITERS,
)
STATEMENT = RecordKind(
    slug="access-statement",
    title=Texts(
        de="Abgleich mit der Zutrittsliste des Anbieters",
        en="Comparison with the provider’s access list",
        fr="Comparaison avec la liste d’accès de l’hébergeur",
    ),
    description=Texts(
        de="Wann das Personalverzeichnis mit der Zutrittsliste verglichen wurde, und die Treffer.",
        en="When the staff directory was compared with the access list, and the matches.",
        fr="Quand l’annuaire fut comparé à la liste d’accès, et les correspondances.",
    ),
    fields=(
        _SITE,
        day("compared_date", Texts(de="Verglichen am", en="Compared on", fr="Comparée le")),
        number("matches", Texts(de="Treffer", en="Matches", fr="Correspondances")),
    ),
    promises=("no-staff-in-data-centre",),
    writers=_WRITERS,
)
REVIEW = RecordKind(
    slug="access-review",
    title=Texts(
        de="Prüfung der Zutrittsprotokolle", en="Access log audit", fr="Audit des journaux d’accès"
    ),
    description=Texts(
        de="Eine abgeschlossene Prüfung mit Zeitraum, Auffälligkeiten und Lücken im Protokoll.",
        en="One finished audit with its period, anomalies and gaps in the log.",
        fr="Un audit achevé avec sa période, les anomalies et les lacunes du journal.",
    ),
    fields=(
        _SITE,
        day("period_end_date", Texts(de="Geprüft bis", en="Audited up to", fr="Audité jusqu’au")),
        day("signed_date", Texts(de="Unterzeichnet am", en="Signed on", fr="Signé le")),
        number("events", Texts(de="Ereignisse", en="Events", fr="Événements")),
        number("gaps", Texts(de="Lücken", en="Gaps", fr="Lacunes")),
        number("anomalies", Texts(de="Auffälligkeiten", en="Anomalies", fr="Anomalies")),
        number(
            "unexplained",
            Texts(de="Davon ungeklärt", en="Of these unexplained", fr="Dont inexpliquées"),
        ),
    ),
    promises=("physical-access-reviewed",),
    writers=_WRITERS,
)


def grants_of_staff(records: Iterable[Entered], staff: Iterable[str], on: date) -> tuple[str, ...]:
    """Return the grants to own staff at sites of a provider that are in force on a day."""
    own = set(staff)
    return tuple(
        str(one.id)
        for one in records
        if one["operator"] == "provider"
        and one["person"] in own
        and one["from_date"] <= on
        and (one.get("until_date") is None or on <= one["until_date"])
    )


def newest_by_site(records: Iterable[Entered], dated: str) -> list[Entered]:
    """Return the newest record of each site by the date field `dated`."""
    newest: dict[str, Entered] = {}
    for one in records:
        site = one["site"].casefold()
        if site not in newest or one[dated] >= newest[site][dated]:
            newest[site] = one
    return list(newest.values())
