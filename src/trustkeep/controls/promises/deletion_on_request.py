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
from trustkeep.lifecycle.deadlines import (
    EXTENSION_MONTHS,
    FORWARD_WORKING_DAYS,
    REQUEST_ALARMS,
    REQUEST_MONTHS,
)
from trustkeep.lifecycle.on_request import deletions
from trustkeep.lifecycle.requests import timekeeping


def check(now: datetime) -> Result:
    """Hold if both doors are open and no request, nor what it deletes, is late or left lying."""
    if not has_company():
        return cannot_tell("nothing-recorded")
    requests, care = timekeeping.clocks(now), timekeeping.care(now)
    deleting = deletions(now)
    exceptions = [] if company().dpo_email else [Shortfall("dpo", "no-dpo")]
    exceptions += [Shortfall(one, "no-manager") for one in care.without_manager]
    exceptions += [Shortfall(one, "late") for one in requests.late]
    exceptions += [Shortfall(one, "not-forwarded") for one in requests.unforwarded]
    exceptions += [Shortfall(one, "late-deletion") for one in deleting.late]
    if exceptions:
        return fails(
            "some", subjects=requests.total, exceptions=tuple(exceptions), broken=len(exceptions)
        )
    return holds(
        "open",
        subjects=requests.total,
        due_at=_first(requests.next_due_at, deleting.next_due_at),
        # A deletion that waits for somebody is at risk at once, however much time there is.
        warn_at=now if deleting.stalled else _first(requests.alarm_at, deleting.alarm_at),
        done=requests.total - requests.waiting,
        waiting=requests.waiting,
        accounts=care.accounts,
    )


def _first(*instants: datetime | None) -> datetime | None:
    return min((one for one in instants if one), default=None)


PROMISE = Promise(
    slug="deletion-on-request",
    section=Section.DATA,
    proofs=(Proof.ENFORCED,),
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
        de="Ein Formular in drei Sprachen, die Adresse des DSB und die Kundenbetreuung nehmen Anfragen an. Jede hat eine Frist von {months:Monat|Monaten} ab dem Eingang; länger dauern darf sie höchstens {extension:weiteren Monat|weitere Monate}, und nur mit Begründung innerhalb der ersten Frist. Was ein Kunde verantwortet, geht binnen {days:Arbeitstag|Arbeitstagen} an ihn.",
        en="A form in three languages, the DPO’s address and the account managers take requests. Each has {months:month|months} from its receipt; it may take {extension:further month|further months} more at most, and only if that is explained within the first time. What a customer is responsible for goes to them within {days:working day|working days}.",
        fr="Un formulaire en trois langues, l’adresse du DPO et les responsables de compte reçoivent les demandes. Chacune a {months:mois|mois} dès sa réception ; {extension:mois de plus|mois de plus} au maximum, et seulement avec une explication dans le premier délai. Ce dont un client est responsable lui est transmis dans les {days:jour ouvrable|jours ouvrables}.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest den Stand und die Fristen aller Anfragen und der Löschungen, die daraus folgen, die Adresse des DSB und wer welches Konto betreut. Nach {alarms} der Frist wird erinnert.",
        en="The check reads where all requests and the deletions that follow from them stand and when they are due, the DPO’s address, and who looks after which account. Reminders go out at {alarms} of the time.",
        fr="La vérification lit l’état et l’échéance de toutes les demandes et des suppressions qui en découlent, l’adresse du DPO et le responsable de chaque compte. Des rappels partent à {alarms} du délai.",
    ),
    broken_when=Texts(
        de="Eine Anfrage wird nicht in ihrer Frist beantwortet oder nicht rechtzeitig weitergeleitet, eine bewilligte Löschung ist in dieser Frist nicht fertig, der DSB hat keine Kontaktadresse, oder ein Konto hat niemanden in der Kundenbetreuung.",
        en="A request is not answered in its time or not passed on in time, a deletion that was granted is not done in that time, the DPO has no contact address, or an account has no account manager.",
        fr="Une demande ne reçoit pas de réponse ou n’est pas transmise à temps, une suppression accordée n’est pas terminée dans ce délai, le DPO n’a pas d’adresse, ou un compte n’a pas de responsable.",
    ),
    values={"months": REQUEST_MONTHS},
    told_values={
        "extension": EXTENSION_MONTHS,
        "days": FORWARD_WORKING_DAYS,
        "alarms": " / ".join(f"{one}\u00a0%" for one in REQUEST_ALARMS),
    },
    figures={
        "nothing-recorded": Texts(
            de="noch nichts erfasst", en="nothing recorded yet", fr="rien d’enregistré"
        ),
        "open": Texts(
            de="{done:Anfrage|Anfragen} beantwortet, {waiting} in der Frist, {accounts:Konto|Konten} betreut",
            en="{done:request|requests} answered, {waiting} within their time, {accounts:account|accounts} looked after",
            fr="{done:demande traitée|demandes traitées}, {waiting} dans les temps, {accounts:compte suivi|comptes suivis}",
        ),
        "some": Texts(
            de="{broken:Mangel|Mängel}",
            en="{broken:shortfall|shortfalls}",
            fr="{broken:écart|écarts}",
        ),
        "not-forwarded": Texts(
            de="nicht an den Verantwortlichen weitergeleitet",
            en="not passed on to the controller",
            fr="non transmise au responsable du traitement",
        ),
        "late": Texts(de="überfällig", en="overdue", fr="en retard"),
        "late-deletion": Texts(
            de="zu spät oder noch nicht gelöscht",
            en="deleted late, or not deleted",
            fr="supprimé en retard ou non supprimé",
        ),
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
        "trustkeep.lifecycle.deadlines.EXTENSION_MONTHS",
        "trustkeep.lifecycle.deadlines.FORWARD_WORKING_DAYS",
        "trustkeep.lifecycle.deadlines.request_due",
        "trustkeep.lifecycle.requests.timekeeping.clocks",
        "trustkeep.lifecycle.on_request.deletions",
        "trustkeep.lifecycle.requests.handling.extend",
        "trustkeep.lifecycle.requests.execution.approve",
        "trustkeep.lifecycle.stepping.run_step",
    ),
    checks=(Check("requests", check),),
)
