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
    delete_by,
    delete_not_before,
)
from trustkeep.lifecycle.kinds import CONTRACT_END
from trustkeep.records import queries


def check(now: datetime) -> Result:
    """Hold if nothing was deleted too early without request and nothing is left too late."""
    ended = [one for one in queries.current(CONTRACT_END, now) if one["ended_at"] <= now]
    if not ended:
        return cannot_tell("nothing-recorded")
    exceptions = tuple(
        Shortfall(one["account"], code) for one in ended if (code := _fault(one, now))
    )
    if exceptions:
        return fails(
            "some",
            subjects=len(ended),
            exceptions=exceptions,
            broken=len(exceptions),
            total=len(ended),
        )
    waiting = [one for one in ended if one.get("deleted_at") is None]
    return holds(
        "all",
        subjects=len(ended),
        due_at=min((delete_by(one["ended_at"]) for one in waiting), default=None),
        warn_at=min((delete_not_before(one["ended_at"]) for one in waiting), default=None),
        deleted=len(ended) - len(waiting),
        waiting=len(waiting),
    )


def _fault(one: queries.Entered, now: datetime) -> str:
    deleted_at = one.get("deleted_at")
    if deleted_at is None:
        return "late" if now >= delete_by(one["ended_at"]) else ""
    if deleted_at < delete_not_before(one["ended_at"]) and not one.get("deleted_on_request"):
        return "early"
    return "late" if deleted_at > delete_by(one["ended_at"]) else ""


PROMISE = Promise(
    slug="deleted-after-contract-end",
    section=Section.DATA,
    proofs=(Proof.ATTESTED,),
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
        de="Zu jedem Vertragsende rechnet das System den frühesten und den spätesten Zeitpunkt der Löschung.",
        en="For every contract end the system computes the earliest and the latest instant of deletion.",
        fr="Pour chaque fin de contrat, le système calcule l’instant le plus tôt et le plus tard de la suppression.",
    ),
    proved_by=Texts(
        de="Die Prüfung vergleicht für jedes Konto Vertragsende und Löschung mit beiden Grenzen.",
        en="The check compares contract end and deletion of every account with both bounds.",
        fr="La vérification compare la fin du contrat et la suppression de chaque compte aux deux bornes.",
    ),
    broken_when=Texts(
        de="Etwas wurde ohne Verlangen vor Ablauf von {days} Tagen gelöscht oder ist {margin_days} Tag danach noch da.",
        en="Anything was deleted before {days} days without a request, or is left {margin_days} day after.",
        fr="Quelque chose fut supprimé avant {days} jours sans demande, ou subsiste {margin_days} jour après.",
    ),
    values={"days": DELETE_AFTER.days, "margin_days": DELETE_MARGIN.days},
    figures={
        "nothing-recorded": Texts(
            de="noch kein Vertragsende erfasst",
            en="no contract end recorded yet",
            fr="aucune fin de contrat enregistrée",
        ),
        "all": Texts(
            de="{deleted:Konto|Konten} fristgerecht gelöscht, {waiting} in der Frist",
            en="{deleted:account|accounts} deleted in time, {waiting} within the period",
            fr="{deleted:compte supprimé|comptes supprimés} à temps, {waiting} dans le délai",
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
    ),
    checks=(Check("deadlines", check),),
)
