"""A data processing agreement is offered, complete by law and kept with every customer."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.roles import Role
from trustkeep.agreements.clauses import (
    AGREEMENT,
    POINTS,
    SUBPROCESSOR,
    SUBPROCESSOR_NOTICE,
    TEMPLATE,
    too_early,
    uncovered,
)
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
from trustkeep.kernel.texts import Texts
from trustkeep.records import queries
from trustkeep.records.periods import end_of


def check(now: datetime) -> Result:
    """Hold if the template in force is complete, no active agreement lapsed, no sub-processor early."""
    today = now.date()
    templates = [one for one in queries.current(TEMPLATE, now) if one["effective_date"] <= today]
    if not templates:
        return cannot_tell("nothing-recorded")
    template = max(templates, key=lambda one: one["effective_date"])
    agreements = [
        one
        for one in queries.current(AGREEMENT, now)
        if one.get("contract_end_date") is None or today <= one["contract_end_date"]
    ]
    exceptions = [Shortfall(str(template.id), "uncovered") for _ in uncovered(template.values)]
    exceptions += [
        Shortfall(one["account"], "lapsed")
        for one in agreements
        if one.get("lapses_date") and today > one["lapses_date"]
    ]
    exceptions += [
        Shortfall(str(one.id), "early")
        for one in queries.current(SUBPROCESSOR, now)
        if too_early(one, today)
    ]
    if exceptions:
        return fails(
            "some",
            subjects=1 + len(agreements),
            exceptions=tuple(exceptions),
            broken=len(exceptions),
        )
    due_at = min(
        (end_of(one["lapses_date"]) for one in agreements if one.get("lapses_date")), default=None
    )
    return holds(
        "all",
        subjects=1 + len(agreements),
        due_at=due_at,
        version=template["version"],
        points=len(POINTS),
        customers=len(agreements),
    )


PROMISE = Promise(
    slug="data-processing-agreement",
    section=Section.COMPANY,
    proofs=(Proof.ENFORCED,),
    owner=Role.DPO,
    title=Texts(
        de="Auftragsverarbeitungsvertrag",
        en="Data processing agreement",
        fr="Accord de traitement des données",
    ),
    sentence=Texts(
        de="Wir bieten einen Auftragsverarbeitungsvertrag mit unseren Datenschutzpflichten an, damit uns übermittelte personenbezogene Daten den Schutz erhalten, den das Gesetz verlangt.",
        en="We offer a data processing agreement with our data-protection obligations, so that personal data sent to us gets the protection that the law requires.",
        fr="Nous proposons un accord de traitement des données avec nos obligations de protection des données, afin que les données à caractère personnel qui nous sont transmises reçoivent la protection exigée par la loi.",
    ),
    kept_by=Texts(
        de="Die Vorlage nennt zu jedem der {points} geforderten Punkte ihren Abschnitt; neue Unterauftragsverarbeiter werden {notice_days} Tage vorher angekündigt.",
        en="The template cites its section for each of the {points} points demanded; new sub-processors are announced {notice_days} days ahead.",
        fr="Le modèle cite sa section pour chacun des {points} points exigés ; tout nouveau sous-traitant ultérieur est annoncé {notice_days} jours à l’avance.",
    ),
    proved_by=Texts(
        de="Die Prüfung geht die Punkte von Artikel 28 DSGVO durch und liest die Verträge der aktiven Kunden und das Verzeichnis der Unterauftragsverarbeiter.",
        en="The check walks through the points of Article 28 GDPR and reads the agreements of active customers and the register of sub-processors.",
        fr="La vérification parcourt les points de l’article 28 du RGPD et lit les accords des clients actifs et le registre des sous-traitants ultérieurs.",
    ),
    broken_when=Texts(
        de="Der Vorlage fehlt ein Punkt, der Vertrag eines aktiven Kunden ist ausgelaufen, oder ein Unterauftragsverarbeiter ist vor Ablauf von {notice_days} Tagen tätig.",
        en="The template misses a point, an active customer’s agreement has lapsed, or a sub-processor is active before {notice_days} days have passed.",
        fr="Il manque un point au modèle, l’accord d’un client actif a expiré, ou un sous-traitant ultérieur agit avant {notice_days} jours.",
    ),
    told_values={"points": len(POINTS), "notice_days": SUBPROCESSOR_NOTICE.days},
    figures={
        "nothing-recorded": Texts(
            de="noch keine Vorlage erfasst",
            en="no template recorded yet",
            fr="aucun modèle enregistré",
        ),
        "all": Texts(
            de="Fassung {version} deckt {points:Punkt|Punkte}, {customers:aktiver Kunde|aktive Kunden}",
            en="version {version} covers {points:point|points}, {customers:active customer|active customers}",
            fr="la version {version} couvre {points:point|points}, {customers:client actif|clients actifs}",
        ),
        "some": Texts(
            de="{broken:Mangel|Mängel}",
            en="{broken:shortfall|shortfalls}",
            fr="{broken:écart|écarts}",
        ),
        "uncovered": Texts(
            de="ein Punkt ohne Abschnitt",
            en="a point without a section",
            fr="un point sans section",
        ),
        "lapsed": Texts(de="Vertrag ausgelaufen", en="agreement lapsed", fr="accord expiré"),
        "early": Texts(
            de="vor Ende der Ankündigungsfrist tätig",
            en="active before its notice ended",
            fr="actif avant la fin du préavis",
        ),
    },
    mapping=references(
        iso="5.20 5.34 5.31",
        tsc="P6.1 P6.4 CC9.2 CC2.3",
        gdpr="28(3) 28(4) 28(9)",
        caiq="DSP-13.1 DSP-14.1 STA-09.1",
        vsa_full="DPAC-19 DPAC-20 DPAC-22",
        vsa_core="SI-5f CORE-43 GDPR-1 GDPR-4",
        isa="9.5.2 9.8.1 6.1.1",
    ),
    enforced_in=(
        "trustkeep.agreements.clauses.POINTS",
        "trustkeep.agreements.clauses.SUBPROCESSOR_NOTICE",
        "trustkeep.agreements.clauses.uncovered",
        "trustkeep.agreements.clauses.too_early",
    ),
    checks=(Check("agreement", check),),
)
