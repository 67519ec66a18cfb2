"""What is recorded of requests, backups and drills."""

from __future__ import annotations

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, instant, number, one_of, reference, text, yes_no
from trustkeep.records.kinds import RecordKind

_ACCOUNT = reference("account", Texts(de="Kundenkonto", en="Customer account", fr="Compte client"))

DELETION_REQUEST = RecordKind(
    slug="deletion-request",
    title=Texts(de="Löschverlangen", en="Deletion request", fr="Demande de suppression"),
    description=Texts(
        de="Ein Verlangen über die Kundenbetreuung oder den DSB, bis zur Erledigung.",
        en="A request through the account manager or the DPO, until it is done.",
        fr="Une demande par le responsable de compte ou le DPO, jusqu’à son exécution.",
    ),
    fields=(
        _ACCOUNT,
        one_of(
            "door",
            Texts(de="Eingang über", en="Received through", fr="Reçue par"),
            {
                "account-manager": Texts(
                    de="Kundenbetreuung", en="Account manager", fr="Responsable de compte"
                ),
                "dpo": Texts(de="DSB", en="DPO", fr="DPO"),
            },
        ),
        day("received_date", Texts(de="Eingegangen am", en="Received on", fr="Reçue le")),
        yes_no(
            "identity_checked",
            Texts(de="Identität geprüft", en="Identity checked", fr="Identité vérifiée"),
        ),
        day(
            "completed_date",
            Texts(de="Erledigt am", en="Completed on", fr="Exécutée le"),
            required=False,
        ),
    ),
    promises=("deletion-on-request",),
    writers=frozenset({Role.ACCOUNT_MANAGER, Role.DPO}),
)
ACCOUNT_CARE = RecordKind(
    slug="account-care",
    title=Texts(de="Kundenbetreuung", en="Account manager", fr="Responsable de compte"),
    description=Texts(
        de="Wer für ein Kundenkonto zuständig ist.",
        en="Who looks after a customer account.",
        fr="Qui est responsable d’un compte client.",
    ),
    fields=(
        _ACCOUNT,
        reference(
            "manager",
            Texts(de="Zuständige Person", en="Account manager", fr="Responsable de compte"),
            required=False,
        ),
    ),
    promises=("deletion-on-request",),
    writers=frozenset({Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR}),
)
BACKUP = RecordKind(
    slug="backup",
    title=Texts(de="Sicherung", en="Backup", fr="Sauvegarde"),
    description=Texts(
        de="Eine Sicherung: wann, ob verschlüsselt und ob geprüft.",
        en="One backup: when, whether encrypted, whether verified.",
        fr="Une sauvegarde : quand, si chiffrée, si vérifiée.",
    ),
    fields=(
        instant("made_at", Texts(de="Erstellt am", en="Made at", fr="Faite le")),
        text("place", Texts(de="Ort", en="Place", fr="Emplacement")),
        yes_no("encrypted", Texts(de="Verschlüsselt", en="Encrypted", fr="Chiffrée")),
        yes_no("verified", Texts(de="Geprüft", en="Verified", fr="Vérifiée")),
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
