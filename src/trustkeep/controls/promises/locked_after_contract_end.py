"""After a contract's end nothing in the account is accessible to the customer within hours."""

from __future__ import annotations

from datetime import datetime, timedelta

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
from trustkeep.lifecycle.deadlines import LOCK_WITHIN
from trustkeep.lifecycle.ends import ContractEnd, contract_ends


def check(now: datetime) -> Result:
    """Hold if every door of every ended contract was tried and shut in time; open ones are due."""
    ended = contract_ends(now)
    if not ended:
        return cannot_tell("nothing-recorded")
    late = [one for one in ended if _shut_at(one, now) > one.lock_by]
    if late:
        exceptions = tuple(Shortfall(str(one.account), "open") for one in late)
        return fails(
            "late", subjects=len(ended), exceptions=exceptions, late=len(late), total=len(ended)
        )
    open_ = [one for one in ended if one.shut_at is None and one.back_at is None]
    slowest = max((_shut_at(one, now) - one.ended_at for one in ended), default=timedelta())
    return holds(
        "all",
        subjects=len(ended),
        due_at=min((one.lock_by for one in open_), default=None),
        warn_at=min((one.ended_at + LOCK_WITHIN / 2 for one in open_), default=None),
        total=len(ended),
        slowest=timedelta(seconds=int(slowest.total_seconds())) if not open_ else LOCK_WITHIN,
    )


def _shut_at(one: ContractEnd, now: datetime) -> datetime:
    """Return when the doors were shut, or now where that is not proved yet."""
    return one.shut_at or one.back_at or now


PROMISE = Promise(
    slug="locked-after-contract-end",
    section=Section.DATA,
    proofs=(Proof.ENFORCED,),
    owner=Role.DPO,
    title=Texts(
        de="Gesperrt nach Vertragsende",
        en="Locked after contract end",
        fr="Verrouillé après la fin du contrat",
    ),
    sentence=Texts(
        de="Wenn ein Kunde seinen Vertrag beendet, sind alle im Konto gespeicherten Daten innerhalb von {hours} Stunden für den Kunden nicht mehr zugänglich.",
        en="When a customer ends its contract, all data stored in the account becomes inaccessible to the customer within {hours} hours.",
        fr="Lorsqu’un client met fin à son contrat, toutes les données stockées dans le compte lui deviennent inaccessibles dans un délai de {hours} heures.",
    ),
    kept_by=Texts(
        de="Jeder Zugriff vergleicht das Vertragsende mit der Uhr und endet in dieser Sekunde; ein Auftrag beendet Sitzungen, Einladungen, Links und Token und versucht danach jede Tür als Kunde.",
        en="Every access compares the contract’s end with the clock and ends in that second; a job ends sessions, invitations, links and tokens, then tries every door as the customer.",
        fr="Chaque accès compare la fin du contrat à l’horloge et cesse à cette seconde ; une tâche met fin aux sessions, invitations, liens et jetons, puis essaie chaque porte comme le client.",
    ),
    proved_by=Texts(
        de="Die Prüfung vergleicht für jedes Konto das Vertragsende mit dem Zeitpunkt, zu dem alle Türen versucht waren und sich weigerten; jeder Versuch steht im Protokoll.",
        en="For every account the check compares the contract’s end with the instant at which every door had been tried and refused; each trial stands in the log.",
        fr="Pour chaque compte, la vérification compare la fin du contrat à l’instant où chaque porte, essayée, a refusé ; chaque essai figure au journal.",
    ),
    broken_when=Texts(
        de="Ein Zugang ist nach {hours} Stunden noch offen.",
        en="Any door is still open after {hours} hours.",
        fr="Un accès est encore ouvert après {hours} heures.",
    ),
    values={"hours": LOCK_WITHIN // timedelta(hours=1)},
    figures={
        "nothing-recorded": Texts(
            de="noch kein Vertragsende erfasst",
            en="no contract end recorded yet",
            fr="aucune fin de contrat enregistrée",
        ),
        "all": Texts(
            de="{total:Vertragsende|Vertragsenden}, alles rechtzeitig geschlossen, höchstens {slowest}",
            en="{total:contract end|contract ends}, all closed in time, {slowest} at most",
            fr="{total:fin de contrat|fins de contrat}, tout fermé à temps, {slowest} au plus",
        ),
        "late": Texts(
            de="{late} von {total} Konten zu spät oder noch offen",
            en="{late} of {total} accounts late or still open",
            fr="{late} sur {total:compte|comptes} en retard ou encore ouverts",
        ),
        "open": Texts(
            de="zu spät oder noch offen", en="late or still open", fr="en retard ou encore ouvert"
        ),
    },
    mapping=references(
        iso="5.18 8.3 5.11 5.20",
        tsc="CC6.2 CC6.3 C1.2",
        gdpr="28(3)(g) 18 5(1)(e)",
        caiq="IAM-07.1 IPY-04.1 DSP-16.1",
        vsa_full="DPAC-7",
        vsa_core="CORE-16 CORE-37",
        isa="4.2.1 5.3.3",
    ),
    enforced_in=(
        "trustkeep.lifecycle.deadlines.LOCK_WITHIN",
        "trustkeep.lifecycle.deadlines.lock_by",
        "trustkeep.accounts.gate.is_open",
        "trustkeep.lifecycle.doors.probe",
    ),
    checks=(Check("doors", check),),
)
