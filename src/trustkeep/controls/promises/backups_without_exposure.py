"""Encryption lets backups happen without endangering confidentiality."""

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
from trustkeep.lifecycle.deadlines import BACKUP_EVERY, DRILL_EVERY
from trustkeep.lifecycle.kinds import BACKUP, RESTORE_DRILL
from trustkeep.records import queries
from trustkeep.records.periods import end_of


def check(now: datetime) -> Result:
    """Hold with a fresh, encrypted and verified backup and a drill that applied every erasure again."""
    backups = [one for one in queries.current(BACKUP, now) if one["made_at"] <= now]
    drills = [
        one for one in queries.current(RESTORE_DRILL, now) if one["drilled_date"] <= now.date()
    ]
    if not backups or not drills:
        return cannot_tell("nothing-recorded")
    backup = max(backups, key=lambda one: one["made_at"])
    drill = max(drills, key=lambda one: one["drilled_date"])
    drill_due_at = end_of(drill["drilled_date"] + DRILL_EVERY)
    faults = (
        (backup, "too-old", now >= backup["made_at"] + BACKUP_EVERY),
        (backup, "unencrypted", not backup["encrypted"]),
        (backup, "unverified", not backup["verified"]),
        (drill, "no-drill", now >= drill_due_at),
        (drill, "not-reapplied", not drill["erasures_reapplied"]),
    )
    exceptions = tuple(Shortfall(str(one.id), code) for one, code, broken in faults if broken)
    if exceptions:
        return fails(
            "some",
            subjects=2,
            exceptions=exceptions,
            broken=len(exceptions),
            made=backup["made_at"],
        )
    due_at = min(backup["made_at"] + BACKUP_EVERY, drill_due_at)
    return holds(
        "good", subjects=2, due_at=due_at, made=backup["made_at"], drilled=drill["drilled_date"]
    )


PROMISE = Promise(
    slug="backups-without-exposure",
    section=Section.DATA,
    proofs=(Proof.ATTESTED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(
        de="Verschlüsselte Sicherungen",
        en="Backups without exposure",
        fr="Sauvegardes sans exposition",
    ),
    sentence=Texts(
        de="Durch die Verschlüsselung sind Sicherungen und Arbeiten an der Infrastruktur möglich, ohne Sicherheit und Vertraulichkeit zu gefährden.",
        en="Encryption at rest lets backups and infrastructure work happen without endangering security and confidentiality.",
        fr="Le chiffrement au repos permet les sauvegardes et les travaux d’infrastructure sans compromettre la sécurité ni la confidentialité.",
    ),
    kept_by=Texts(
        de="Sicherungen enthalten nur Verschlüsseltes und werden alle {backup_hours} Stunden erstellt und geprüft; die Schlüssel liegen an anderem Ort.",
        en="Backups hold ciphertext only, are made and verified every {backup_hours} hours, and the keys are kept elsewhere.",
        fr="Les sauvegardes ne contiennent que des données chiffrées, sont faites et vérifiées toutes les {backup_hours} heures, et les clés sont conservées ailleurs.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest die neueste Sicherung und die letzte Übung einer Wiederherstellung, bei der alle Löschungen erneut ausgeführt wurden.",
        en="The check reads the newest backup and the last restore drill, in which every erasure was applied again.",
        fr="La vérification lit la dernière sauvegarde et le dernier exercice de restauration, où chaque effacement fut réappliqué.",
    ),
    broken_when=Texts(
        de="Die neueste Sicherung ist älter als {backup_hours} Stunden, unverschlüsselt oder ungeprüft, oder die letzte Übung liegt mehr als {drill_days} Tage zurück.",
        en="The newest backup is older than {backup_hours} hours, unencrypted or unverified, or the last restore drill is more than {drill_days} days ago.",
        fr="La dernière sauvegarde a plus de {backup_hours} heures, n’est pas chiffrée ou vérifiée, ou le dernier exercice remonte à plus de {drill_days} jours.",
    ),
    told_values={
        "backup_hours": BACKUP_EVERY // timedelta(hours=1),
        "drill_days": DRILL_EVERY.days,
    },
    figures={
        "nothing-recorded": Texts(
            de="noch keine Sicherung oder Übung erfasst",
            en="no backup or drill recorded yet",
            fr="aucune sauvegarde ni exercice enregistrés",
        ),
        "good": Texts(
            de="neueste Sicherung {made}, letzte Übung am {drilled}",
            en="newest backup {made}, last drill on {drilled}",
            fr="dernière sauvegarde {made}, dernier exercice le {drilled}",
        ),
        "some": Texts(
            de="{broken:Mangel|Mängel}, neueste Sicherung {made}",
            en="{broken:shortfall|shortfalls}, newest backup {made}",
            fr="{broken:écart|écarts}, dernière sauvegarde {made}",
        ),
        "too-old": Texts(de="Sicherung zu alt", en="backup too old", fr="sauvegarde trop ancienne"),
        "unencrypted": Texts(de="unverschlüsselt", en="unencrypted", fr="non chiffrée"),
        "unverified": Texts(de="ungeprüft", en="unverified", fr="non vérifiée"),
        "no-drill": Texts(de="Übung überfällig", en="drill overdue", fr="exercice en retard"),
        "not-reapplied": Texts(
            de="Löschungen nicht erneut ausgeführt",
            en="erasures not applied again",
            fr="effacements non réappliqués",
        ),
    },
    mapping=references(
        iso="8.13 8.24 8.10",
        tsc="A1.2 CC6.1 C1.1",
        gdpr="32(1)(a) 32(1)(c)",
        caiq="BCR-08.1 BCR-08.2 CEK-03.1",
        vsa_full="PRO-28",
        vsa_core="CORE-4",
        isa="5.2.9 5.1.1",
    ),
    enforced_in=(
        "trustkeep.lifecycle.deadlines.BACKUP_EVERY",
        "trustkeep.lifecycle.deadlines.DRILL_EVERY",
    ),
    checks=(Check("backups-and-drills", check),),
    warn_before=BACKUP_EVERY / 12,
)
