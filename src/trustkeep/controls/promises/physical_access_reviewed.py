"""All physical access by employees and contractors is logged and regularly audited."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.roles import Role
from trustkeep.controls.frameworks import references
from trustkeep.controls.promise import (
    Check,
    Promise,
    Proof,
    Result,
    Section,
    Shortfall,
    cannot_tell,
    fails,
    holds,
)
from trustkeep.hosting.access import EXPLAIN_WITHIN, REVIEW, REVIEW_EVERY, newest_by_site
from trustkeep.hosting.assurances import ACCESS_LOG, ASSURANCE, covered
from trustkeep.kernel.texts import Texts
from trustkeep.records import queries
from trustkeep.records.periods import end_of


def check(now: datetime) -> Result:
    """Hold if the newest audit of every site is in time and clean, and the provider's report agrees."""
    audits = newest_by_site(queries.current(REVIEW, now), "period_end_date")
    documents = queries.current(ASSURANCE, now)
    if not audits and not documents:
        return cannot_tell("nothing-recorded")
    shown = covered(documents, ACCESS_LOG, now)
    exceptions = [Shortfall(claim, "not-shown") for claim in shown.missing(ACCESS_LOG)]
    for one in audits:
        code = _fault(one, now)
        if code:
            exceptions.append(Shortfall(str(one.id), code))
    total = len(audits) + len(ACCESS_LOG)
    if exceptions:
        return fails("some", subjects=total, exceptions=tuple(exceptions), broken=len(exceptions))
    if not audits:
        return cannot_tell("no-audit")
    due_at = min(
        shown.due_at(ACCESS_LOG), *(end_of(one["period_end_date"] + REVIEW_EVERY) for one in audits)
    )
    return holds(
        "all",
        subjects=total,
        due_at=due_at,
        sites=len(audits),
        events=sum(one["events"] for one in audits),
    )


def _fault(audit: queries.Entered, now: datetime) -> str:
    if now >= end_of(audit["period_end_date"] + REVIEW_EVERY):
        return "overdue"
    if audit["gaps"]:
        return "gap"
    if audit["unexplained"] and now >= end_of(audit["signed_date"] + EXPLAIN_WITHIN):
        return "unexplained"
    return ""


PROMISE = Promise(
    slug="physical-access-reviewed",
    section=Section.INFRASTRUCTURE,
    proofs=(Proof.INHERITED, Proof.MEASURED),
    owner=Role.SECURITY_LEAD,
    title=Texts(
        de="Zutritt protokolliert und geprüft",
        en="Physical access audited",
        fr="Accès physiques audités",
    ),
    sentence=Texts(
        de="Jeder physische Zutritt von Beschäftigten und Auftragnehmern wird protokolliert und regelmäßig, mindestens alle {review_days} Tage, geprüft.",
        en="All physical access by employees and contractors is logged and audited regularly, at least every {review_days} days.",
        fr="Tout accès physique des salariés et des prestataires est journalisé et audité régulièrement, au moins tous les {review_days} jours.",
    ),
    kept_by=Texts(
        de="Zu jedem Standort gehört eine unterzeichnete Prüfung mit Lücken und Auffälligkeiten; der Anbieter belegt seine eigene.",
        en="Every site has a signed audit with gaps and anomalies; the provider shows its own.",
        fr="Chaque site a un audit signé avec lacunes et anomalies ; l’hébergeur démontre le sien.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest die neueste Prüfung jedes Standorts und den Bericht des Anbieters. Auffälligkeiten sind in {explain_days} Tagen zu klären.",
        en="The check reads the newest audit of every site and the provider’s report. Anomalies are to be explained within {explain_days} days.",
        fr="La vérification lit le dernier audit de chaque site et le rapport de l’hébergeur. Les anomalies sont à expliquer sous {explain_days} jours.",
    ),
    broken_when=Texts(
        de="Eine Prüfung ist überfällig, das Protokoll hat eine Lücke, oder eine Auffälligkeit ist nach {explain_days} Tagen ungeklärt.",
        en="An audit is overdue, the log has a gap, or an anomaly is unexplained after {explain_days} days.",
        fr="Un audit est en retard, le journal a une lacune, ou une anomalie reste inexpliquée après {explain_days} jours.",
    ),
    values={"review_days": REVIEW_EVERY.days},
    told_values={"explain_days": EXPLAIN_WITHIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch nichts erfasst", en="nothing recorded yet", fr="rien d’enregistré"
        ),
        "no-audit": Texts(
            de="noch keine Prüfung erfasst", en="no audit recorded yet", fr="aucun audit enregistré"
        ),
        "all": Texts(
            de="{sites:Standort|Standorte} geprüft, {events:Zutritt|Zutritte}, nichts ungeklärt",
            en="{sites:site|sites} audited, {events:entry|entries}, nothing unexplained",
            fr="{sites:site audité|sites audités}, {events:passage|passages}, rien d’inexpliqué",
        ),
        "some": Texts(
            de="{broken:Mangel|Mängel}",
            en="{broken:shortfall|shortfalls}",
            fr="{broken:écart|écarts}",
        ),
        "overdue": Texts(de="Prüfung überfällig", en="audit overdue", fr="audit en retard"),
        "gap": Texts(de="Lücke im Protokoll", en="gap in the log", fr="lacune dans le journal"),
        "unexplained": Texts(
            de="Auffälligkeit ungeklärt", en="anomaly unexplained", fr="anomalie inexpliquée"
        ),
        "not-shown": Texts(
            de="vom Anbieter nicht belegt",
            en="not shown by the provider",
            fr="non démontré par l’hébergeur",
        ),
    },
    mapping=references(
        iso="7.2 5.18 8.15",
        tsc="CC6.4 CC6.3",
        gdpr="32",
        caiq="LOG-12.1 DCS-09.1 DCS-09.2",
        isa="8.1.5 8.2.5",
    ),
    enforced_in=(
        "trustkeep.hosting.access.REVIEW_EVERY",
        "trustkeep.hosting.access.EXPLAIN_WITHIN",
        "trustkeep.hosting.access.newest_by_site",
    ),
    checks=(Check("audits", check),),
)
