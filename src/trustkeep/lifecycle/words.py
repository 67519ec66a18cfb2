"""What people are told of stages, steps and troubles, in three languages."""

from __future__ import annotations

from collections.abc import Mapping

from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.receipts import FollowUp
from trustkeep.lifecycle.stages import Trouble

WAITING = Texts(
    de="Die Arbeit läuft, ist aber nicht fertig.",
    en="Work goes on and is not done.",
    fr="Le travail est en cours et n’est pas terminé.",
)
TROUBLES: Mapping[Trouble, Texts] = {
    Trouble.CRASHED: Texts(
        de="Ein Schritt ist abgebrochen und wird wiederholt; das Protokoll des Servers nennt den Grund.",
        en="A step broke off and is tried again; the server’s log says why.",
        fr="Une étape s’est interrompue et sera répétée ; le journal du serveur dit pourquoi.",
    ),
    Trouble.DOOR_OPEN: Texts(
        de="Eine Tür ließ sich als Kunde noch öffnen. Sie muss sofort geschlossen werden.",
        en="A door still opened for the customer. It has to be shut at once.",
        fr="Une porte s’ouvrait encore au client. Il faut la fermer tout de suite.",
    ),
    Trouble.REMAINING: Texts(
        de="Nach dem Löschen wurde noch etwas gefunden; es wird erneut gelöscht.",
        en="Something was found after deletion; it is deleted again.",
        fr="Il restait quelque chose après la suppression ; elle recommence.",
    ),
    Trouble.REFERRED: Texts(
        de="Etwas, das noch da ist, verweist darauf; das geht zuerst.",
        en="Something that is still there refers to it; that goes first.",
        fr="Quelque chose qui est encore là y renvoie ; cela part d’abord.",
    ),
    Trouble.DRIFTED: Texts(
        de="Es ist deutlich mehr oder weniger da als geplant. Bitte den neuen Plan prüfen und freigeben.",
        en="There is much more or less than planned. Look at the new plan and approve it.",
        fr="Il y a bien plus ou bien moins que prévu. Vérifiez le nouveau plan et approuvez-le.",
    ),
    Trouble.HELD: Texts(
        de="Eine Löschsperre ist in Kraft.",
        en="A legal hold is in force.",
        fr="Un gel des données est en vigueur.",
    ),
    Trouble.CLOCK: Texts(
        de="Die Uhr ist gesprungen. Gelöscht wird erst, wenn eine zweite Uhr oder eine Person die Zeit bestätigt; gesperrt wird trotzdem.",
        en="The clock has jumped. Nothing is deleted until a second clock or a person vouches for the time; locking goes on.",
        fr="L’horloge a sauté. Rien n’est supprimé avant qu’une seconde horloge ou une personne confirme l’heure ; le verrouillage continue.",
    ),
    Trouble.UNAPPROVED: Texts(
        de="Die Freigabe einer zweiten Person fehlt.",
        en="A second person has to approve.",
        fr="Une seconde personne doit approuver.",
    ),
    Trouble.LAST_OWNER: Texts(
        de="Das Mitglied ist allein Inhaber des Kontos. Erst muss jemand anderes Inhaber werden.",
        en="The member is the account’s only owner. Somebody else has to become owner first.",
        fr="Ce membre est seul propriétaire du compte. Une autre personne doit d’abord le devenir.",
    ),
    Trouble.BY_HAND: Texts(
        de="Das löscht kein Programm: Jemand muss es von Hand löschen und sagen, wie.",
        en="No program deletes this: somebody has to delete it by hand and say how.",
        fr="Aucun programme ne supprime cela : quelqu’un doit le faire à la main et dire comment.",
    ),
    Trouble.BUSY: Texts(
        de="Die Datenbank war beschäftigt; der Schritt wird wiederholt.",
        en="The database was busy; the step is tried again.",
        fr="La base de données était occupée ; l’étape sera répétée.",
    ),
    Trouble.DISK_FULL: Texts(
        de="Der Datenträger ist voll. Schaffen Sie Platz; dann geht es von selbst weiter.",
        en="The disk is full. Make room; it then goes on by itself.",
        fr="Le disque est plein. Libérez de la place ; cela reprendra tout seul.",
    ),
    Trouble.DISK_BROKEN: Texts(
        de="Der Datenträger lässt sich nicht lesen oder beschreiben. Prüfen Sie ihn; dann geht es von selbst weiter.",
        en="The disk cannot be read or written. Look at it; it then goes on by itself.",
        fr="Le disque ne peut être ni lu ni écrit. Vérifiez-le ; cela reprendra tout seul.",
    ),
    Trouble.REFUSED: Texts(
        de="Ein angebundenes System hat nicht bestätigt; jemand muss nachsehen.",
        en="A connected system has not confirmed; somebody has to look.",
        fr="Un système connecté n’a pas confirmé ; quelqu’un doit vérifier.",
    ),
    Trouble.KEY_STORE: Texts(
        de="Der Schlüsselspeicher ist nicht benutzbar; der Schritt wird wiederholt.",
        en="The key store cannot be used; the step is tried again.",
        fr="Le magasin de clés est inutilisable ; l’étape sera répétée.",
    ),
}
DOORS_OF_REQUESTS: Mapping[str, Texts] = {
    "request-account-manager": Texts(
        de="die Kundenbetreuung", en="the account manager", fr="le responsable de compte"
    ),
    "request-dpo": Texts(
        de="den Datenschutzbeauftragten",
        en="the data protection officer",
        fr="le délégué à la protection des données",
    ),
    "request-owner": Texts(de="Ihr Konto", en="your account", fr="votre compte"),
}
"""Through which door a wish to delete came in, as part of a sentence."""
BASES: Mapping[str, Texts] = {
    "legal-claims": Texts(
        de="Rechtsansprüche", en="legal claims", fr="constatation de droits en justice"
    ),
    "authority": Texts(
        de="Anordnung einer Behörde", en="an authority’s order", fr="ordre d’une autorité"
    ),
    "litigation": Texts(de="Rechtsstreit", en="litigation", fr="litige"),
    "statute": Texts(
        de="gesetzliche Aufbewahrungspflicht",
        en="a duty to keep records",
        fr="obligation légale de conservation",
    ),
}
FOLLOWED: Mapping[FollowUp, Texts] = {
    FollowUp.BACKUPS_EXPIRED: Texts(
        de="Die letzte Sicherung mit diesen Daten ist abgelaufen",
        en="the last backup with this data has expired",
        fr="la dernière sauvegarde contenant ces données a expiré",
    ),
    FollowUp.SYSTEMS_CONFIRMED: Texts(
        de="Alle angebundenen Systeme haben geantwortet",
        en="all connected systems have answered",
        fr="tous les systèmes connectés ont répondu",
    ),
    FollowUp.HOLD_ENDED: Texts(
        de="Eine Löschsperre ist beendet", en="a legal hold has ended", fr="un gel a pris fin"
    ),
}
