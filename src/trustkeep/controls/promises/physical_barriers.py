"""The hosting provider uses physical barriers at the perimeter and the building entrances."""

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
from trustkeep.hosting.assurances import ASSURANCE, BARRIERS, REPORT_MAX_AGE, covered
from trustkeep.kernel.texts import Texts
from trustkeep.records import queries


def check(now: datetime) -> Result:
    """Hold if a document in force shows every barrier, with its section cited."""
    documents = queries.current(ASSURANCE, now)
    if not documents:
        return cannot_tell("nothing-recorded")
    shown = covered(documents, BARRIERS, now)
    missing = shown.missing(BARRIERS)
    if missing:
        exceptions = tuple(Shortfall(claim, "not-shown") for claim in missing)
        good = len(BARRIERS) - len(missing)
        return fails(
            "some", subjects=len(BARRIERS), exceptions=exceptions, good=good, total=len(BARRIERS)
        )
    due_at = shown.due_at(BARRIERS)
    return holds(
        "all", subjects=len(BARRIERS), due_at=due_at, total=len(BARRIERS), until=due_at.date()
    )


PROMISE = Promise(
    slug="physical-barriers",
    section=Section.INFRASTRUCTURE,
    proofs=(Proof.INHERITED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Physische Barrieren", en="Physical barriers", fr="Barrières physiques"),
    sentence=Texts(
        de="Unser Hosting-Anbieter schützt seine Rechenzentren mit physischen Barrieren an der Umfriedung und an den Gebäudeeingängen gegen unbefugten Zutritt.",
        en="Our hosting provider uses physical barriers at the perimeter and at building entrances against unauthorised entry.",
        fr="Notre hébergeur protège ses centres de données contre toute entrée non autorisée par des barrières physiques au périmètre et aux entrées des bâtiments.",
    ),
    kept_by=Texts(
        de="Der Anbieter hält die Barrieren vor; wir halten seine Prüfberichte vor und kennen den Abschnitt zu jeder Barriere.",
        en="The provider keeps the barriers; we keep the provider’s audit reports and the section that shows each barrier.",
        fr="L’hébergeur entretient les barrières ; nous conservons ses rapports d’audit et la section qui démontre chacune.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest Zeitraum, Gültigkeit und zitierte Abschnitte der Berichte. Ein Bericht spricht höchstens {report_days} Tage über seinen Zeitraum hinaus, danach nur mit Überbrückungsschreiben.",
        en="The check reads period, validity and cited sections of the reports. A report speaks at most {report_days} days past its period, then only with a bridge letter.",
        fr="La vérification lit la période, la validité et les sections citées des rapports. Un rapport vaut au plus {report_days} jours après sa période, ensuite seulement avec une lettre de transition.",
    ),
    broken_when=Texts(
        de="Ein Bericht ist abgelaufen oder zu alt, oder zu einer Barriere ist kein Abschnitt zitiert.",
        en="A report has expired or is too old, or a barrier has no cited section.",
        fr="Un rapport a expiré ou est trop ancien, ou une barrière n’a pas de section citée.",
    ),
    told_values={"report_days": REPORT_MAX_AGE.days},
    figures={
        "nothing-recorded": Texts(
            de="noch kein Bericht des Anbieters erfasst",
            en="no provider report recorded yet",
            fr="aucun rapport de l’hébergeur enregistré",
        ),
        "all": Texts(
            de="{total:Barriere|Barrieren} belegt bis {until}",
            en="{total:barrier|barriers} shown until {until}",
            fr="{total:barrière démontrée|barrières démontrées} jusqu’au {until}",
        ),
        "some": Texts(
            de="{good} von {total} Barrieren belegt",
            en="{good} of {total} barriers shown",
            fr="{good} sur {total:barrière démontrée|barrières démontrées}",
        ),
        "not-shown": Texts(
            de="ohne gültigen Beleg", en="not shown by a report in force", fr="sans preuve valable"
        ),
    },
    mapping=references(
        iso="7.1 7.2 7.3 7.5",
        tsc="CC6.4",
        gdpr="32",
        caiq="DCS-03.1 DCS-07.1 DCS-09.1",
        vsa_full="SO-4a",
        vsa_core="SI-3c",
        isa="3.1.1 8.1.2 8.1.3",
    ),
    enforced_in=(
        "trustkeep.hosting.assurances.BARRIERS",
        "trustkeep.hosting.assurances.covered",
        "trustkeep.hosting.assurances.REPORT_MAX_AGE",
    ),
    checks=(Check("assurance", check),),
)
