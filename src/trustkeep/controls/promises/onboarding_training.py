"""Every employee receives onboarding, GDPR and security training within the onboarding period."""

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
    ONBOARDING_WITHIN,
    completions,
    exemptions,
    onboarded,
)
from trustkeep.records import queries


def check(now: datetime) -> Result:
    """Hold if everybody in the staff directory of today has all three trainings, or time left."""
    records = queries.current(COMPLETION, now)
    people = people_active_on(now.date())
    if not people or not records:
        return cannot_tell("nothing-recorded")
    done = completions(records, now.date())
    exempt = exemptions(queries.current(EXEMPTION, now))
    everyone = [onboarded(person, done, exempt) for person in people]
    trained = sum(one.done for one in everyone)
    missing = [one for one in everyone if not one.done]
    late = tuple(Shortfall(one.person, "overdue") for one in missing if one.overdue(now))
    if late:
        return fails(
            "some", subjects=len(everyone), exceptions=late, trained=trained, total=len(everyone)
        )
    due_at = min((one.due_at for one in missing), default=None)
    return holds("all", subjects=len(everyone), due_at=due_at, trained=trained, total=len(everyone))


PROMISE = Promise(
    slug="onboarding-training",
    section=Section.COMPANY,
    proofs=(Proof.ATTESTED,),
    owner=Role.TRAINER,
    title=Texts(de="Schulung zum Einstieg", en="Onboarding training", fr="Formation à l’arrivée"),
    sentence=Texts(
        de="Alle Beschäftigten erhalten in den ersten {onboarding_days} Tagen eine Einarbeitung, "
        "eine Datenschutz- und eine Sicherheitsschulung.",
        en="Every employee receives onboarding training, GDPR training and security training within "
        "the first {onboarding_days} days.",
        fr="Tous les salariés suivent une formation d’intégration, une formation RGPD et une "
        "formation à la sécurité dans les {onboarding_days} premiers jours.",
    ),
    kept_by=Texts(
        de="Wer im Personalverzeichnis steht, hat ab dem Eintritt {onboarding_days} Tage für die "
        "drei Schulungen.",
        en="Whoever is in the staff directory has {onboarding_days} days from joining for the three "
        "trainings.",
        fr="Toute personne de l’annuaire du personnel dispose de {onboarding_days} jours dès son "
        "arrivée pour les trois formations.",
    ),
    proved_by=Texts(
        de="Die Prüfung vergleicht die Abschlüsse mit dem Personalverzeichnis des Tages und nennt "
        "die Grundzahl.",
        en="The check compares completions with the staff directory of the day and prints the total.",
        fr="La vérification compare les formations achevées à l’annuaire du jour et donne le total.",
    ),
    broken_when=Texts(
        de="Eine beschäftigte Person hat nach {onboarding_days} Tagen eine der Schulungen nicht "
        "abgeschlossen.",
        en="An employee has not completed one of the trainings after {onboarding_days} days.",
        fr="Un salarié n’a pas achevé l’une des formations après {onboarding_days} jours.",
    ),
    values={"onboarding_days": ONBOARDING_WITHIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch keine Schulung erfasst",
            en="no training recorded yet",
            fr="aucune formation enregistrée",
        ),
        "all": Texts(
            de="{trained} von {total} Beschäftigten geschult, niemand überfällig",
            en="{trained} of {total} employees trained, nobody overdue",
            fr="{trained} sur {total:salarié formé|salariés formés}, aucun retard",
        ),
        "some": Texts(
            de="{trained} von {total} Beschäftigten",
            en="{trained} of {total} employees",
            fr="{trained} sur {total:salarié|salariés}",
        ),
        "overdue": Texts(de="überfällig", en="overdue", fr="en retard"),
    },
    mapping=references(
        iso="6.3 5.4 5.34",
        tsc="CC1.4 CC2.2 CC1.1",
        gdpr="39(1)(b) 29 32(4)",
        caiq="HRS-11.1 HRS-11.2 HRS-12.1 HRS-13.1",
        vsa_full="PRO-29",
        vsa_core="CORE-25 USP-14",
        isa="2.1.3 9.7.2",
    ),
    enforced_in=(
        "trustkeep.programme.training.ONBOARDING_WITHIN",
        "trustkeep.programme.training.onboarded",
    ),
    checks=(Check("completions", check),),
    warn_before=ONBOARDING_WITHIN / 4,
)
