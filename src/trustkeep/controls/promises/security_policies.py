"""A set of internal security policies, each updated and reviewed at least once a year."""

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
from trustkeep.programme.policies import POLICY, REVIEW_WITHIN, approved_by_second_person
from trustkeep.records import queries
from trustkeep.records.periods import due_after_a_year


def check(now: datetime) -> Result:
    """Hold if every policy has two people behind it and a review in the last year."""
    policies = queries.current(POLICY, now)
    if not policies:
        return cannot_tell("nothing-recorded")
    exceptions = tuple(
        Shortfall(str(one.id), code)
        for one in policies
        for code, broken in (
            ("overdue-one", now >= due_after_a_year(one["reviewed_date"])),
            ("same-person", not approved_by_second_person(one["author"], one["approver"])),
        )
        if broken
    )
    total, good = len(policies), len(policies) - len({one.subject for one in exceptions})
    if exceptions:
        return fails("some", subjects=total, exceptions=exceptions, good=good, total=total)
    due_at = min(due_after_a_year(one["reviewed_date"]) for one in policies)
    return holds("all", subjects=total, due_at=due_at, total=total)


PROMISE = Promise(
    slug="security-policies",
    section=Section.COMPANY,
    proofs=(Proof.ATTESTED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Sicherheitsrichtlinien", en="Security policies", fr="Politiques de sécurité"),
    sentence=Texts(
        de="Wir haben interne Sicherheitsrichtlinien; jede wird mindestens einmal jährlich, "
        "spätestens nach {review_days} Tagen, aktualisiert und überprüft.",
        en="We maintain a set of internal security policies; each is updated and reviewed at least "
        "once a year, after {review_days} days at the latest.",
        fr="Nous disposons de politiques de sécurité internes ; chacune est mise à jour et revue au "
        "moins une fois par an, au plus tard après {review_days} jours.",
    ),
    kept_by=Texts(
        de="Jede Richtlinie hat eine verantwortliche Person; wer sie freigibt, hat sie nicht verfasst.",
        en="Every policy has an owner; who approves it did not write it.",
        fr="Chaque politique a un responsable ; qui l’approuve ne l’a pas rédigée.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest von jeder Richtlinie das Datum der letzten Überprüfung und die "
        "Freigabe.",
        en="The check reads the last review and the approval of every policy.",
        fr="La vérification lit la dernière revue et l’approbation de chaque politique.",
    ),
    broken_when=Texts(
        de="Eine Richtlinie wurde länger als {review_days} Tage nicht überprüft oder von derselben "
        "Person verfasst und freigegeben.",
        en="A policy has not been reviewed for {review_days} days, or one person both wrote and "
        "approved it.",
        fr="Une politique n’a pas été revue depuis {review_days} jours, ou la même personne l’a "
        "rédigée et approuvée.",
    ),
    values={"review_days": REVIEW_WITHIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch keine Richtlinie erfasst",
            en="no policy recorded yet",
            fr="aucune politique enregistrée",
        ),
        "all": Texts(
            de="{total:Richtlinie|Richtlinien}, alle im letzten Jahr überprüft",
            en="{total:policy|policies}, all reviewed within the last year",
            fr="{total:politique|politiques}, toutes revues dans l’année",
        ),
        "some": Texts(
            de="{good} von {total} Richtlinien in Ordnung",
            en="{good} of {total} policies in order",
            fr="{good} sur {total:politique|politiques} en règle",
        ),
        "overdue-one": Texts(
            de="Überprüfung überfällig", en="review overdue", fr="revue en retard"
        ),
        "same-person": Texts(
            de="von derselben Person verfasst und freigegeben",
            en="written and approved by one person",
            fr="rédigée et approuvée par la même personne",
        ),
    },
    mapping=references(
        iso="5.1 5.36 5.37",
        tsc="CC5.3 CC2.2 CC1.3",
        gdpr="24(2) 32",
        caiq="GRC-01.1 GRC-01.2 GRC-03.1 GRC-04.1",
        vsa_full="SO-5c PS-1 PS-2 PS-7",
        vsa_core="SI-5b CORE-11 CORE-12",
        isa="1.1.1 1.5.1",
    ),
    enforced_in=(
        "trustkeep.programme.policies.REVIEW_WITHIN",
        "trustkeep.records.periods.due_after_a_year",
    ),
    checks=(Check("reviews", check),),
)
