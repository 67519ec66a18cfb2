"""Security is led by the Chief Technology Officer: exactly one appointment, reconfirmed yearly."""

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
from trustkeep.kernel.texts import Texts
from trustkeep.programme.appointments import APPOINTMENT, RECONFIRM_WITHIN, current
from trustkeep.records import queries


def check(now: datetime) -> Result:
    """Hold with exactly one appointment in force that was reconfirmed in time."""
    records = queries.current(APPOINTMENT, now)
    if not records:
        return cannot_tell("nothing-recorded")
    holders = current(records, now.date())
    if not holders:
        return fails("vacant", subjects=len(records))
    if len(holders) > 1:
        exceptions = tuple(Shortfall(one.id, "several") for one in holders)
        return fails("several", subjects=len(holders), exceptions=exceptions, holders=len(holders))
    holder = holders[0]
    if now >= holder.due_at:
        return fails(
            "not-reconfirmed",
            subjects=1,
            exceptions=(Shortfall(holder.id, "not-reconfirmed-one"),),
            confirmed=holder.confirmed_date,
        )
    return holds("appointed", subjects=1, due_at=holder.due_at, confirmed=holder.confirmed_date)


PROMISE = Promise(
    slug="security-lead",
    section=Section.LEADERSHIP,
    proofs=(Proof.ATTESTED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Leitung der Sicherheit", en="Security lead", fr="Direction de la sécurité"),
    sentence=Texts(
        de="Die Sicherheit wird von der Technischen Leitung (CTO) geführt.",
        en="Security is led by our Chief Technology Officer.",
        fr="La sécurité est dirigée par notre direction technique (CTO).",
    ),
    kept_by=Texts(
        de="Die Bestellung ist mit Person, Vertretung und Beginn erfasst und wird spätestens nach "
        "{reconfirm_days} Tagen bestätigt.",
        en="The appointment is recorded with person, deputy and start, and is reconfirmed within "
        "{reconfirm_days} days.",
        fr="La nomination est enregistrée avec la personne, la suppléance et le début, et confirmée "
        "dans les {reconfirm_days} jours.",
    ),
    proved_by=Texts(
        de="Die Prüfung zählt die geltenden Bestellungen: Es muss genau eine sein.",
        en="The check counts the appointments in force: there has to be exactly one.",
        fr="La vérification compte les nominations en vigueur : il doit y en avoir exactement une.",
    ),
    broken_when=Texts(
        de="Niemand ist bestellt, mehr als eine Person ist bestellt, oder die Bestellung wurde "
        "länger als {reconfirm_days} Tage nicht bestätigt.",
        en="Nobody is appointed, more than one person is, or the appointment has not been "
        "reconfirmed for {reconfirm_days} days.",
        fr="Personne n’est nommé, plusieurs personnes le sont, ou la nomination n’a pas été "
        "confirmée depuis {reconfirm_days} jours.",
    ),
    told_values={"reconfirm_days": RECONFIRM_WITHIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch keine Bestellung erfasst",
            en="no appointment recorded yet",
            fr="aucune nomination enregistrée",
        ),
        "appointed": Texts(
            de="bestellt, zuletzt bestätigt am {confirmed}",
            en="appointed, last confirmed on {confirmed}",
            fr="en fonction, dernière confirmation le {confirmed}",
        ),
        "vacant": Texts(
            de="die Stelle ist unbesetzt", en="the role is vacant", fr="le poste est vacant"
        ),
        "several": Texts(
            de="mehrere Personen sind zugleich bestellt",
            en="several people are appointed at once",
            fr="plusieurs personnes sont nommées à la fois",
        ),
        "not-reconfirmed": Texts(
            de="zuletzt bestätigt am {confirmed}",
            en="last confirmed on {confirmed}",
            fr="dernière confirmation le {confirmed}",
        ),
        "not-reconfirmed-one": Texts(
            de="nicht rechtzeitig bestätigt",
            en="not reconfirmed in time",
            fr="non confirmée à temps",
        ),
    },
    mapping=references(
        iso="5.2 5.4",
        tsc="CC1.2 CC1.3 CC1.5",
        gdpr="24 32",
        caiq="GRC-06.1 GRC-05.1 HRS-09.1",
        vsa_full="PS-4 PS-5",
        isa="1.2.1 1.2.2",
    ),
    enforced_in=(
        "trustkeep.programme.appointments.RECONFIRM_WITHIN",
        "trustkeep.programme.appointments.current",
    ),
    checks=(Check("appointment", check),),
)
