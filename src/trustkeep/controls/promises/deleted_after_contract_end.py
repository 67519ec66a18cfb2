"""All data is deleted from production after a period that is neither shorter nor longer."""

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
from trustkeep.lifecycle.deadlines import (
    DELETE_AFTER,
    DELETE_MARGIN,
    delete_not_before,
)
from trustkeep.lifecycle.ends import ContractEnd, contract_ends


def check(now: datetime) -> Result:
    """Hold if nothing was deleted too early without request and nothing is left too late."""
    ended = [one for one in contract_ends(now) if one.back_at is None]
    if not ended:
        return cannot_tell("nothing-recorded")
    exceptions = tuple(
        Shortfall(str(one.account), code) for one in ended if (code := _fault(one, now))
    )
    if exceptions:
        return fails(
            "some",
            subjects=len(ended),
            exceptions=exceptions,
            broken=len(exceptions),
            total=len(ended),
        )
    waiting = [one for one in ended if one.erased_at is None]
    free = [one for one in waiting if not one.held]
    return holds(
        "all",
        subjects=len(ended),
        due_at=min((one.done_by for one in free), default=None),
        warn_at=min((one.not_before for one in free), default=None),
        deleted=len(ended) - len(waiting),
        waiting=len(free),
        held=len(waiting) - len(free),
    )


def _fault(one: ContractEnd, now: datetime) -> str:
    if one.begun_at and one.begun_at < delete_not_before(one.ended_at) and not one.on_request:
        return "early"
    if one.erased_at is None:
        # What the law wants kept is no breach while it does; everything else is still due.
        due_at = one.rest_done_by if one.held else one.done_by
        return "late" if due_at is not None and now >= due_at else ""
    return "late" if one.erased_at > one.done_by else ""


PROMISE = Promise(
    slug="deleted-after-contract-end",
    section=Section.DATA,
    proofs=(Proof.ENFORCED,),
    owner=Role.DPO,
    title=Texts(
        de="Gelöscht nach Vertragsende",
        en="Deleted after contract end",
        fr="Supprimé après la fin du contrat",
    ),
    sentence=Texts(
        de="Alle erhobenen Daten werden nach einer Frist von {days} Tagen aus der Produktivumgebung gelöscht; die Löschung dauert höchstens {margin_days} Tag.",
        en="All data collected is deleted from production after a period of {days} days; deletion takes {margin_days} day at most.",
        fr="Toutes les données collectées sont supprimées de l’environnement de production après un délai de {days} jours ; la suppression dure au plus {margin_days} jour.",
    ),
    kept_by=Texts(
        de="Mit dem Vertragsende stehen frühester und spätester Zeitpunkt fest. Schritte, die jeden Absturz überstehen, leeren dann alle Tabellen, Dateien und angebundenen Systeme und zerstören den Schlüssel des Kontos.",
        en="The contract’s end fixes the earliest and the latest instant. Steps that survive any crash then empty every table, file and connected system, and destroy the account’s key.",
        fr="La fin du contrat fixe l’instant le plus tôt et le plus tard. Des étapes qui survivent à toute panne vident alors chaque table, fichier et système connecté, et détruisent la clé du compte.",
    ),
    proved_by=Texts(
        de="Ein zweiter Leser bestätigt auf anderem Weg, dass nichts übrig ist; die Prüfung vergleicht Beginn und Ende jeder Löschung mit beiden Grenzen. Jede Löschung hat eine Quittung.",
        en="A second reader confirms by another way that nothing is left; the check compares start and end of every deletion with both bounds. Every deletion has a receipt.",
        fr="Un second lecteur confirme par une autre voie qu’il ne reste rien ; la vérification compare le début et la fin de chaque suppression aux deux bornes. Chaque suppression a un reçu.",
    ),
    broken_when=Texts(
        de="Etwas wurde ohne Verlangen vor Ablauf von {days} Tagen gelöscht oder ist {margin_days} Tag danach noch da. Was vorher einer Löschsperre unterlag, zählt ab deren Aufhebung, oder ab dem Tag, an dem sie zu prüfen war und nicht geprüft wurde.",
        en="Anything was deleted before {days} days without a request, or is left {margin_days} day after. What a legal hold has kept since before then counts from its release, or from the day on which its review was missed.",
        fr="Quelque chose fut supprimé avant {days} jours sans demande, ou subsiste {margin_days} jour après. Ce qui était gelé avant compte à partir de la levée du gel, ou du jour où sa revue a été manquée.",
    ),
    values={"days": DELETE_AFTER.days, "margin_days": DELETE_MARGIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch kein Vertragsende erfasst",
            en="no contract end recorded yet",
            fr="aucune fin de contrat enregistrée",
        ),
        "all": Texts(
            de="{deleted:Konto|Konten} fristgerecht gelöscht, {waiting} in der Frist, {held} unter Löschsperre",
            en="{deleted:account|accounts} deleted in time, {waiting} within the period, {held} under legal hold",
            fr="{deleted:compte supprimé|comptes supprimés} à temps, {waiting} dans le délai, {held} gelés",
        ),
        "some": Texts(
            de="{broken} von {total} Konten zu früh oder zu spät",
            en="{broken} of {total:account|accounts} too early or too late",
            fr="{broken} sur {total:compte|comptes} trop tôt ou trop tard",
        ),
        "early": Texts(de="zu früh gelöscht", en="deleted too early", fr="supprimé trop tôt"),
        "late": Texts(
            de="zu spät oder noch nicht gelöscht",
            en="late or not deleted",
            fr="en retard ou non supprimé",
        ),
    },
    mapping=references(
        iso="8.10 5.33 5.34 7.14 8.13",
        tsc="C1.2 P4.2 P4.3 CC6.5",
        gdpr="17 28(3)(g) 5(1)(e)",
        caiq="DSP-16.1 DSP-02.1 DSP-11.1 CEK-14.1",
        vsa_full="DPAC-11",
        vsa_core="CORE-37 USP-4 USP-5",
        isa="5.3.3 9.6.1 7.1.1",
    ),
    enforced_in=(
        "trustkeep.lifecycle.deadlines.DELETE_AFTER",
        "trustkeep.lifecycle.deadlines.DELETE_MARGIN",
        "trustkeep.lifecycle.deadlines.delete_by",
        "trustkeep.lifecycle.stepping.run_step",
        "trustkeep.lifecycle.second_reader.read",
    ),
    checks=(Check("deadlines", check),),
)
