"""An overview of the policies is available to customers on request, within the published time."""

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
from trustkeep.disclosure.requests import (
    ANSWER_WITHIN,
    DOCUMENT_REQUEST,
    POLICY_OVERVIEW,
    requests_for,
)
from trustkeep.kernel.texts import Texts
from trustkeep.programme.policies import POLICY
from trustkeep.records import queries


def check(now: datetime) -> Result:
    """Hold if there is something to give an overview of and no request waits too long."""
    policies = queries.current(POLICY, now)
    if not policies:
        return cannot_tell("nothing-recorded")
    silent = [one for one in policies if not str(one.get("overview") or "").strip()]
    if silent:
        exceptions = tuple(Shortfall(str(one.id), "no-overview-one") for one in silent)
        return fails(
            "no-overview", subjects=len(policies), exceptions=exceptions, missing=len(silent)
        )
    asked = requests_for(POLICY_OVERVIEW, queries.current(DOCUMENT_REQUEST, now), now)
    if asked.overdue:
        exceptions = tuple(Shortfall(one, "overdue-one") for one in asked.overdue)
        return fails("overdue", subjects=asked.total, exceptions=exceptions, late=len(exceptions))
    return holds(
        "ready",
        subjects=len(policies),
        due_at=asked.next_due_at,
        policies=len(policies),
        total=asked.total,
    )


PROMISE = Promise(
    slug="policy-overview",
    section=Section.COMPANY,
    proofs=(Proof.ENFORCED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(
        de="Überblick über die Richtlinien", en="Policy overview", fr="Aperçu des politiques"
    ),
    sentence=Texts(
        de="Kunden erhalten auf Anfrage innerhalb von {answer_days} Tagen einen Überblick über "
        "diese Richtlinien.",
        en="Customers receive an overview of these policies on request, within {answer_days} days.",
        fr="Les clients reçoivent sur demande, sous {answer_days} jours, un aperçu de ces politiques.",
    ),
    kept_by=Texts(
        de="Jede Richtlinie hat einen Absatz für den Überblick; jede Anfrage hat eine Frist von "
        "{answer_days} Tagen.",
        en="Every policy carries its paragraph of the overview; every request has {answer_days} days.",
        fr="Chaque politique comporte son paragraphe d’aperçu ; chaque demande a {answer_days} jours.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest Richtlinien und Anfragen mit dem Datum ihrer Antwort.",
        en="The check reads the policies, and the requests with the date of their answer.",
        fr="La vérification lit les politiques, et les demandes avec la date de leur réponse.",
    ),
    broken_when=Texts(
        de="Eine Anfrage ist nach {answer_days} Tagen unbeantwortet, oder einer Richtlinie fehlt "
        "der Überblick.",
        en="A request is unanswered after {answer_days} days, or a policy has no overview.",
        fr="Une demande reste sans réponse après {answer_days} jours, ou une politique n’a pas "
        "d’aperçu.",
    ),
    values={"answer_days": ANSWER_WITHIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch keine Richtlinie erfasst",
            en="no policy recorded yet",
            fr="aucune politique enregistrée",
        ),
        "no-overview": Texts(
            de="{missing:Richtlinie|Richtlinien} ohne Überblick",
            en="{missing:policy|policies} without an overview",
            fr="{missing:politique|politiques} sans aperçu",
        ),
        "no-overview-one": Texts(de="ohne Überblick", en="without an overview", fr="sans aperçu"),
        "overdue": Texts(
            de="{late:Anfrage|Anfragen} überfällig",
            en="{late:request|requests} overdue",
            fr="{late:demande|demandes} en retard",
        ),
        "overdue-one": Texts(de="unbeantwortet", en="unanswered", fr="sans réponse"),
        "ready": Texts(
            de="Überblick über {policies:Richtlinie|Richtlinien} bereit, {total:Anfrage|Anfragen} bisher",
            en="overview of {policies:policy|policies} ready, {total:request|requests} so far",
            fr="aperçu de {policies:politique|politiques} prêt, {total:demande|demandes} à ce jour",
        ),
    },
    mapping=references(
        iso="5.1 5.20 5.37",
        tsc="CC2.3 CC5.3",
        gdpr="24(2) 28(3)(h)",
        caiq="GRC-01.1 STA-03.1",
        vsa_full="SO-5c PS-1",
        vsa_core="SI-5b CORE-11",
        isa="1.1.1 6.1.1",
    ),
    enforced_in=(
        "trustkeep.disclosure.requests.ANSWER_WITHIN",
        "trustkeep.disclosure.requests.requests_for",
    ),
    checks=(Check("requests", check),),
    warn_before=ANSWER_WITHIN / 2,
)
