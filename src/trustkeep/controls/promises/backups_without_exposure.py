"""Encryption lets backups happen without endangering confidentiality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
from trustkeep.lifecycle.backups import queries
from trustkeep.lifecycle.deadlines import BACKUP_EVERY, BACKUP_KEPT, DRILL_EVERY
from trustkeep.lifecycle.kinds import BACKUP, RESTORE_DRILL
from trustkeep.records import queries as records
from trustkeep.records.periods import end_of
from trustkeep.records.queries import Entered


@dataclass(frozen=True, slots=True)
class _Copy:
    """The newest backup, whoever made it."""

    id: str
    made_at: datetime
    encrypted: bool
    verified: bool
    there: bool = True


@dataclass(frozen=True, slots=True)
class _Drill:
    """The newest drill, whoever recorded it."""

    id: str
    date: date
    passed: bool


def check(now: datetime) -> Result:
    """Hold with a fresh, encrypted and verified backup and a drill that applied every erasure again.

    What we make and drill ourselves is read from its own rows; what a person entered counts where
    we make none, and an unencrypted copy elsewhere breaks the promise in any case.
    """
    entered = [one for one in records.current(BACKUP, now) if one["made_at"] <= now]
    backup, drill = _newest_backup(entered), _newest_drill(now)
    if backup is None or drill is None:
        return cannot_tell("nothing-recorded")
    drill_due_at = end_of(drill.date + DRILL_EVERY)
    elsewhere = [one for one in entered if not one["encrypted"] and str(one.id) != backup.id]
    faults = (
        (backup.id, "too-old", now >= backup.made_at + BACKUP_EVERY),
        (backup.id, "unencrypted", not backup.encrypted),
        (backup.id, "unverified", not backup.verified),
        (backup.id, "not-there", not backup.there),
        (drill.id, "no-drill", now >= drill_due_at),
        (drill.id, "not-reapplied", not drill.passed),
        *((str(one.id), "unencrypted", _is_kept(one, now)) for one in elsewhere),
    )
    exceptions = tuple(Shortfall(one, code) for one, code, broken in faults if broken)
    if exceptions:
        return fails(
            "some", subjects=2, exceptions=exceptions, broken=len(exceptions), made=backup.made_at
        )
    due_at = min(backup.made_at + BACKUP_EVERY, drill_due_at)
    return holds("good", subjects=2, due_at=due_at, made=backup.made_at, drilled=drill.date)


def _newest_backup(entered: list[Entered]) -> _Copy | None:
    own = queries.newest()
    if own is not None:
        return _Copy(str(own.id), own.made_at, own.encrypted, True, queries.is_there(own))
    if not entered:
        return None
    newest = max(entered, key=lambda one: one["made_at"])
    return _Copy(str(newest.id), newest["made_at"], newest["encrypted"], newest["verified"])


def _newest_drill(now: datetime) -> _Drill | None:
    own = queries.drills(limit=1)
    if own:
        return _Drill(str(own[0].id), own[0].at.date(), own[0].passed)
    entered = records.current(RESTORE_DRILL, now)
    drills = [one for one in entered if one["drilled_date"] <= now.date()]
    if not drills:
        return None
    newest = max(drills, key=lambda one: one["drilled_date"])
    return _Drill(str(newest.id), newest["drilled_date"], newest["erasures_reapplied"])


def _is_kept(one: Entered, now: datetime) -> bool:
    until = one.get("gone_date") or (one["made_at"] + BACKUP_KEPT).date()
    return now < end_of(until)


PROMISE = Promise(
    slug="backups-without-exposure",
    section=Section.DATA,
    proofs=(Proof.ENFORCED, Proof.MEASURED),
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
        de="Sicherungen entstehen mindestens alle {backup_hours} Stunden als eine versiegelte Datei ohne Schlüssel, werden danach ganz zurückgelesen und nach {kept_days} Tagen gelöscht. Eine wiederhergestellte Datenbank bleibt geschlossen, bis jede Löschung erneut ausgeführt ist.",
        en="Backups are made at least every {backup_hours} hours as one sealed file without any key, read back wholly, and deleted after {kept_days} days. A restored database stays closed until every erasure has been applied again.",
        fr="Les sauvegardes sont faites au moins toutes les {backup_hours} heures dans un fichier scellé sans aucune clé, relues en entier et supprimées après {kept_days} jours. Une base restaurée reste fermée jusqu’à ce que chaque effacement ait été réappliqué.",
    ),
    proved_by=Texts(
        de="In jeder Sicherung wird eine zuvor abgelegte Markierung im Klartext gesucht. Die Prüfung liest die neueste Sicherung und die letzte Übung, bei der eine Sicherung wiederhergestellt, abgeglichen und nach allem Gelöschten durchsucht wurde.",
        en="Every backup is searched for a mark that was planted before. The check reads the newest backup and the last drill, in which a backup was restored, reconciled and searched for everything that was erased.",
        fr="Chaque sauvegarde est fouillée à la recherche d’une marque déposée auparavant. La vérification lit la dernière sauvegarde et le dernier exercice, où une sauvegarde fut restaurée, remise à jour et fouillée à la recherche de tout ce qui fut effacé.",
    ),
    broken_when=Texts(
        de="Die neueste Sicherung ist älter als {backup_hours} Stunden, unverschlüsselt, ungeprüft oder nicht an ihrem Ort, eine andere Kopie ist unverschlüsselt, oder die letzte Übung ist misslungen oder liegt mehr als {drill_days} Tage zurück.",
        en="The newest backup is older than {backup_hours} hours, unencrypted, unverified or not in its place, another copy is unencrypted, or the last restore drill failed or is more than {drill_days} days ago.",
        fr="La dernière sauvegarde a plus de {backup_hours} heures, n’est pas chiffrée, vérifiée ou à sa place, une autre copie n’est pas chiffrée, ou le dernier exercice a échoué ou remonte à plus de {drill_days} jours.",
    ),
    told_values={
        "backup_hours": BACKUP_EVERY // timedelta(hours=1),
        "drill_days": DRILL_EVERY.days,
        "kept_days": BACKUP_KEPT.days,
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
        "not-there": Texts(
            de="Sicherung nicht an ihrem Ort", en="backup not in its place", fr="sauvegarde absente"
        ),
        "no-drill": Texts(de="Übung überfällig", en="drill overdue", fr="exercice en retard"),
        "not-reapplied": Texts(
            de="Übung misslungen oder Löschungen nicht erneut ausgeführt",
            en="drill failed, or erasures not applied again",
            fr="exercice échoué, ou effacements non réappliqués",
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
        "trustkeep.lifecycle.backups.making.make_backup",
        "trustkeep.lifecycle.backups.reconciling.reconcile",
    ),
    checks=(Check("backups-and-drills", check),),
    warn_before=BACKUP_EVERY / 12,
)
