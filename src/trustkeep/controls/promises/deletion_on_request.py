"""Data can be deleted on request, through the account manager or the DPO."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.queries import company, has_company
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
from trustkeep.lifecycle.deadlines import REQUEST_MONTHS, request_due
from trustkeep.lifecycle.kinds import ACCOUNT_CARE, DELETION_REQUEST
from trustkeep.records import queries
from trustkeep.records.periods import end_of


def check(now: datetime) -> Result:
    """Hold if both doors are open and no request is late."""
    if not has_company():
        return cannot_tell("nothing-recorded")
    exceptions = [] if company().dpo_email else [Shortfall("dpo", "no-dpo")]
    care = queries.current(ACCOUNT_CARE, now)
    exceptions += [
        Shortfall(one["account"], "no-manager") for one in care if not one.get("manager")
    ]
    requests = queries.current(DELETION_REQUEST, now)
    exceptions += [Shortfall(str(one.id), "late") for one in requests if _late(one, now)]
    if exceptions:
        return fails(
            "some", subjects=len(requests), exceptions=tuple(exceptions), broken=len(exceptions)
        )
    open_ = [one for one in requests if one.get("completed_date") is None]
    due_at = min((end_of(request_due(one["received_date"])) for one in open_), default=None)
    return holds(
        "open",
        subjects=len(requests),
        due_at=due_at,
        done=len(requests) - len(open_),
        waiting=len(open_),
        accounts=len(care),
    )


def _late(one: queries.Entered, now: datetime) -> bool:
    due = request_due(one["received_date"])
    completed = one.get("completed_date")
    return completed > due if completed else now >= end_of(due)


PROMISE = Promise(
    slug="deletion-on-request",
    section=Section.DATA,
    proofs=(Proof.ATTESTED,),
    owner=Role.DPO,
    title=Texts(
        de="Löschung auf Verlangen", en="Deletion on request", fr="Suppression sur demande"
    ),
    sentence=Texts(
        de="Daten können auch auf Verlangen gelöscht werden: über die Kundenbetreuung oder den Datenschutzbeauftragten (DSB). Die Antwort kommt binnen {months} Monat.",
        en="Data can also be deleted on request: through the customer’s account manager or by contacting the data protection officer (DPO). The answer comes within {months} month.",
        fr="Les données peuvent aussi être supprimées sur demande, auprès du responsable de compte ou du délégué à la protection des données (DPO). La réponse vient dans un délai de {months} mois.",
    ),
    kept_by=Texts(
        de="Beide Türen sind benannt; jedes Verlangen hat eine Frist von {months} Monat ab dem Eingang.",
        en="Both doors are named; every request has {months} month from its receipt.",
        fr="Les deux portes sont nommées ; chaque demande a {months} mois dès sa réception.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest die Kontaktdaten des DSB, die Zuständigen je Konto und die Fristen aller Verlangen.",
        en="The check reads the DPO’s contact, the manager of each account and the deadlines of all requests.",
        fr="La vérification lit le contact du DPO, le responsable de chaque compte et les échéances de toutes les demandes.",
    ),
    broken_when=Texts(
        de="Ein Verlangen ist nach {months} Monat nicht erledigt, der DSB hat keine Kontaktadresse, oder ein Konto hat niemanden in der Kundenbetreuung.",
        en="A request is not done after {months} month, the DPO has no contact address, or an account has no account manager.",
        fr="Une demande n’est pas exécutée après {months} mois, le DPO n’a pas d’adresse, ou un compte n’a pas de responsable.",
    ),
    values={"months": REQUEST_MONTHS},
    figures={
        "nothing-recorded": Texts(
            de="noch nichts erfasst", en="nothing recorded yet", fr="rien d’enregistré"
        ),
        "open": Texts(
            de="{done} Verlangen erledigt, {waiting} offen und in der Frist, {accounts:Konto|Konten} betreut",
            en="{done:request|requests} done, {waiting} open and in time, {accounts:account|accounts} with a manager",
            fr="{done:demande exécutée|demandes exécutées}, {waiting} en cours et dans les temps, {accounts:compte suivi|comptes suivis}",
        ),
        "some": Texts(
            de="{broken:Mangel|Mängel}",
            en="{broken:shortfall|shortfalls}",
            fr="{broken:écart|écarts}",
        ),
        "late": Texts(de="überfällig", en="overdue", fr="en retard"),
        "no-dpo": Texts(
            de="DSB ohne Kontaktadresse", en="DPO without a contact", fr="DPO sans contact"
        ),
        "no-manager": Texts(
            de="Konto ohne Kundenbetreuung",
            en="account without an account manager",
            fr="compte sans responsable",
        ),
    },
    mapping=references(
        iso="8.10 5.34",
        tsc="P4.3 P5.1 C1.2",
        gdpr="17 12(3) 28(3)(e)",
        caiq="DSP-16.1 DSP-11.1",
        vsa_full="DPAC-11",
        vsa_core="USP-4 USP-5",
        isa="9.6.1 7.1.1",
    ),
    enforced_in=(
        "trustkeep.lifecycle.deadlines.REQUEST_MONTHS",
        "trustkeep.lifecycle.deadlines.request_due",
    ),
    checks=(Check("requests", check),),
)
