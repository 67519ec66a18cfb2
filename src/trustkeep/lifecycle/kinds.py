"""What is recorded of backups and drills."""

from __future__ import annotations

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, instant, number, text, yes_no
from trustkeep.records.kinds import RecordKind

BACKUP = RecordKind(
    slug="backup",
    title=Texts(de="Sicherung", en="Backup", fr="Sauvegarde"),
    description=Texts(
        de="Eine Sicherung außerhalb von Trustkeep, etwa ein Abbild des Hosters: wann, ob verschlüsselt, bis wann. Eigene Sicherungen stehen unter „Sicherungen“.",
        en="A backup outside Trustkeep, such as the host’s snapshot: when, whether encrypted, until when. Own backups stand under “Backups”.",
        fr="Une sauvegarde hors de Trustkeep, comme un instantané de l’hébergeur : quand, si chiffrée, jusqu’à quand. Les sauvegardes propres figurent sous « Sauvegardes ».",
    ),
    fields=(
        instant("made_at", Texts(de="Erstellt am", en="Made at", fr="Faite le")),
        text("place", Texts(de="Ort", en="Place", fr="Emplacement")),
        yes_no("encrypted", Texts(de="Verschlüsselt", en="Encrypted", fr="Chiffrée")),
        yes_no("verified", Texts(de="Geprüft", en="Verified", fr="Vérifiée")),
        day(
            "gone_date",
            Texts(de="Gelöscht am", en="Deleted on", fr="Supprimée le"),
            hint=Texts(
                de="Der letzte Tag, an dem diese Kopie noch liegt; er steht auf Löschbestätigungen.",
                en="The last day on which this copy still lies there; deletion certificates say it.",
                fr="Le dernier jour où cette copie existe encore ; les certificats l’indiquent.",
            ),
        ),
    ),
    promises=("backups-without-exposure",),
    writers=frozenset({Role.SECURITY_LEAD, Role.ADMINISTRATOR}),
)
RESTORE_DRILL = RecordKind(
    slug="restore-drill",
    title=Texts(de="Wiederherstellungsübung", en="Restore drill", fr="Exercice de restauration"),
    description=Texts(
        de="Eine Übung: wann, wie lange, und ob alle Löschungen erneut ausgeführt wurden.",
        en="One drill: when, how long, and whether every erasure was applied again.",
        fr="Un exercice : quand, en combien de temps, et si chaque effacement fut réappliqué.",
    ),
    fields=(
        day("drilled_date", Texts(de="Geübt am", en="Drilled on", fr="Fait le")),
        number("minutes", Texts(de="Dauer in Minuten", en="Minutes taken", fr="Durée en minutes")),
        yes_no(
            "erasures_reapplied",
            Texts(
                de="Löschungen erneut ausgeführt",
                en="Erasures applied again",
                fr="Effacements réappliqués",
            ),
        ),
    ),
    promises=("backups-without-exposure",),
    writers=frozenset({Role.SECURITY_LEAD, Role.ADMINISTRATOR}),
)
