"""All employees take part in GDPR training at least once a year."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.queries import people_active_on
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
from trustkeep.programme.training import (
    COMPLETION,
    EXEMPTION,
    REPEAT_WITHIN,
    completions,
    exemptions,
    yearly,
)
from trustkeep.records import queries


def check(now: datetime) -> Result:
    """Hold if nobody in the staff directory of today is overdue; the total is printed."""
    records = queries.current(COMPLETION, now)
    people = people_active_on(now.date())
    if not people or not records:
        return cannot_tell("nothing-recorded")
    done = completions(records, now.date())
    exempt = exemptions(queries.current(EXEMPTION, now))
    everyone = [yearly(person, done, exempt) for person in people]
    late = tuple(Shortfall(one.person, "overdue") for one in everyone if one.overdue(now))
    total, good = len(everyone), len(everyone) - len(late)
    if late:
        return fails("some", subjects=total, exceptions=late, current=good, total=total)
    due_at = min(one.due_at for one in everyone)
    return holds("all", subjects=total, due_at=due_at, current=good, total=total)


PROMISE = Promise(
    slug="yearly-gdpr-training",
    section=Section.COMPANY,
    proofs=(Proof.ATTESTED,),
    owner=Role.TRAINER,
    title=Texts(
        de="Jährliche Datenschutzschulung", en="Yearly GDPR training", fr="Formation RGPD annuelle"
    ),
    sentence=Texts(
        de="Alle Beschäftigten nehmen mindestens einmal jährlich, spätestens nach {repeat_days} "
        "Tagen, an einer Datenschutzschulung teil.",
        en="All employees take part in GDPR training at least once a year, after {repeat_days} days "
        "at the latest.",
        fr="Tous les salariés suivent une formation RGPD au moins une fois par an, au plus tard "
        "après {repeat_days} jours.",
    ),
    kept_by=Texts(
        de="Jeder Abschluss gilt {repeat_days} Tage; danach ist die nächste Schulung überfällig.",
        en="Every completion counts for {repeat_days} days; then the next training is overdue.",
        fr="Chaque formation vaut {repeat_days} jours ; ensuite, la suivante est en retard.",
    ),
    proved_by=Texts(
        de="Die Prüfung nimmt das Personalverzeichnis des Tages als Grundzahl und zählt die "
        "gültigen Abschlüsse.",
        en="The check takes the staff directory of the day as the total and counts who is current.",
        fr="La vérification prend l’annuaire du jour comme total et compte les formations valables.",
    ),
    broken_when=Texts(
        de="Die letzte Datenschutzschulung einer beschäftigten Person liegt mehr als {repeat_days} "
        "Tage zurück.",
        en="An employee’s last GDPR training is more than {repeat_days} days ago.",
        fr="La dernière formation RGPD d’un salarié remonte à plus de {repeat_days} jours.",
    ),
    values={"repeat_days": REPEAT_WITHIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch keine Schulung erfasst",
            en="no training recorded yet",
            fr="aucune formation enregistrée",
        ),
        "all": Texts(
            de="{current} von {total} Beschäftigten",
            en="{current} of {total} employees",
            fr="{current} sur {total:salarié|salariés}",
        ),
        "some": Texts(
            de="nur {current} von {total} Beschäftigten",
            en="only {current} of {total} employees",
            fr="seulement {current} sur {total:salarié|salariés}",
        ),
        "overdue": Texts(de="überfällig", en="overdue", fr="en retard"),
    },
    mapping=references(
        iso="6.3 5.4 5.34",
        tsc="CC1.4 CC2.2 CC1.1",
        gdpr="39(1)(b) 29 32(4)",
        caiq="HRS-11.1 HRS-12.1 HRS-12.2 HRS-13.1",
        vsa_full="PRO-29",
        vsa_core="CORE-25 USP-14",
        isa="2.1.3 9.7.2",
    ),
    enforced_in=(
        "trustkeep.programme.training.REPEAT_WITHIN",
        "trustkeep.programme.training.yearly",
    ),
    checks=(Check("completions", check),),
)
