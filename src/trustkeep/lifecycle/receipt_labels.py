"""The words around the facts of a receipt, in three languages."""

from __future__ import annotations

from collections.abc import Mapping

from trustkeep.kernel.texts import Texts

LABELS: Mapping[str, Texts] = {
    "title": Texts(
        de="Löschbestätigung", en="Deletion certificate", fr="Certificat de suppression"
    ),
    "title_follow": Texts(
        de="Ergänzung zur Löschbestätigung",
        en="Addition to the deletion certificate",
        fr="Complément au certificat de suppression",
    ),
    "lead_complete": Texts(
        de="Was {customer} uns anvertraut hatte, ist gelöscht. Fertig war das am {at}.",
        en="What {customer} entrusted to us is deleted. That was done on {at}.",
        fr="Ce que {customer} nous avait confié est supprimé. C’était terminé le {at}.",
    ),
    "lead_open": Texts(
        de=(
            "Was {customer} uns anvertraut hatte, ist bei uns gelöscht, Stand {at}. Offen ist noch, was "
            "unten nicht als erledigt steht; dazu folgt eine Ergänzung."
        ),
        en=(
            "What {customer} entrusted to us is deleted here, as of {at}. Still open is what is not "
            "listed as done below; an addition will follow."
        ),
        fr=(
            "Ce que {customer} nous avait confié est supprimé chez nous, au {at}. Reste ouvert ce qui "
            "n’est pas indiqué comme terminé ci-dessous ; un complément suivra."
        ),
    ),
    "lead_part_complete": Texts(
        de="Gelöscht ist, was verlangt und bewilligt war: {extent}. Fertig war das am {at}.",
        en="What was asked for and granted is deleted: {extent}. That was done on {at}.",
        fr="Ce qui était demandé et accordé est supprimé : {extent}. C’était terminé le {at}.",
    ),
    "lead_part_open": Texts(
        de=(
            "Was verlangt und bewilligt war, ist bei uns gelöscht, Stand {at}: {extent}. Offen ist "
            "noch, was unten nicht als erledigt steht; dazu folgt eine Ergänzung."
        ),
        en=(
            "What was asked for and granted is deleted here, as of {at}: {extent}. Still open is "
            "what is not listed as done below; an addition will follow."
        ),
        fr=(
            "Ce qui était demandé et accordé est supprimé chez nous, au {at} : {extent}. Reste "
            "ouvert ce qui n’est pas indiqué comme terminé ci-dessous ; un complément suivra."
        ),
    ),
    "refused": Texts(
        de="Nicht gelöscht, und warum", en="Not deleted, and why", fr="Non supprimé, et pourquoi"
    ),
    "ground": Texts(de="Grund", en="Ground", fr="Motif"),
    "certificate": Texts(de="Bestätigung", en="Certificate", fr="Certificat"),
    "follows": Texts(
        de="Ergänzt Bestätigung", en="Adds to certificate", fr="Complète le certificat"
    ),
    "follow_up": Texts(de="Anlass der Ergänzung", en="Why it was added", fr="Motif du complément"),
    "customer": Texts(de="Kunde", en="Customer", fr="Client"),
    "reference": Texts(de="Vertrag", en="Contract", fr="Contrat"),
    "cause": Texts(de="Anlass", en="Cause", fr="Motif"),
    "triggered": Texts(de="Ausgelöst am", en="Triggered on", fr="Déclenché le"),
    "request": Texts(de="Anfrage", en="Request", fr="Demande"),
    "extent": Texts(de="Umfang", en="Extent", fr="Étendue"),
    "ended": Texts(de="Vertragsende", en="Contract ended", fr="Fin du contrat"),
    "locked": Texts(
        de="Alle Zugänge zu seit", en="Every way in shut since", fr="Accès fermés depuis"
    ),
    "probes": Texts(de="Geprüfte Zugänge", en="Ways in that were tried", fr="Accès vérifiés"),
    "started": Texts(de="Löschung begonnen", en="Deletion started", fr="Suppression commencée"),
    "finished": Texts(de="Löschung beendet", en="Deletion finished", fr="Suppression terminée"),
    "tool": Texts(de="Programm", en="Software", fr="Logiciel"),
    "returned": Texts(de="Vorher herausgegeben", en="Returned before", fr="Restitué auparavant"),
    "archive": Texts(
        de="SHA-256 des Archivs", en="SHA-256 of the archive", fr="SHA-256 de l’archive"
    ),
    "stores": Texts(de="Was gelöscht wurde", en="What was deleted", fr="Ce qui a été supprimé"),
    "stores_none": Texts(
        de="Es lag nichts vor, das zu löschen war.",
        en="There was nothing to delete.",
        fr="Il n’y avait rien à supprimer.",
    ),
    "store": Texts(de="Ort", en="Store", fr="Emplacement"),
    "category": Texts(de="Art", en="Kind", fr="Type"),
    "method": Texts(de="Verfahren", en="Method", fr="Méthode"),
    "records": Texts(de="Anzahl", en="Count", fr="Nombre"),
    "bytes": Texts(de="Bytes", en="Bytes", fr="Octets"),
    "remaining": Texts(de="Rest", en="Left", fr="Reste"),
    "keys": Texts(de="Vernichtete Schlüssel", en="Keys destroyed", fr="Clés détruites"),
    "keys_mean": Texts(
        de=(
            "Mit dem Schlüssel ist alles unlesbar, was er versiegelt hat, auch in Kopien. Die Epoche ist "
            "die der Wurzel, ab der keine ältere Kopie des Schlüsselspeichers mehr etwas öffnet."
        ),
        en=(
            "With the key, everything that it sealed became unreadable, in copies too. The epoch is that "
            "of the root from which on no older copy of the key store opens anything."
        ),
        fr=(
            "Avec la clé, tout ce qu’elle scellait est devenu illisible, copies comprises. L’époque est "
            "celle de la racine à partir de laquelle aucune ancienne copie du magasin de clés n’ouvre plus "
            "rien."
        ),
    ),
    "conditions": Texts(
        de="Bedingungen, unter denen das als Löschen zählt (NIST SP 800-88r2)",
        en="Conditions under which this counts as erasure (NIST SP 800-88r2)",
        fr="Conditions pour que cela vaille effacement (NIST SP 800-88r2)",
    ),
    "key": Texts(de="Schlüssel", en="Key", fr="Clé"),
    "destroyed": Texts(de="Vernichtet am", en="Destroyed on", fr="Détruite le"),
    "epoch": Texts(de="Epoche", en="Epoch", fr="Époque"),
    "verified": Texts(
        de="Wie es geprüft wurde", en="How it was verified", fr="Comment c’est vérifié"
    ),
    "verified_none": Texts(
        de="Es wurde noch nicht geprüft.", en="It has not been verified.", fr="Non encore vérifié."
    ),
    "look": Texts(de="Prüfung", en="Check", fr="Vérification"),
    "by": Texts(de="Durch", en="By", fr="Par"),
    "at": Texts(de="Am", en="On", fr="Le"),
    "outcome": Texts(de="Ergebnis", en="Result", fr="Résultat"),
    "passed": Texts(de="nichts übrig", en="nothing left", fr="rien ne reste"),
    "failed": Texts(de="etwas übrig", en="something left", fr="il reste quelque chose"),
    "systems": Texts(de="Angebundene Systeme", en="Connected systems", fr="Systèmes connectés"),
    "systems_none": Texts(
        de="Kein weiteres System hielt Daten dieses Kontos.",
        en="No other system held data of this account.",
        fr="Aucun autre système ne détenait de données de ce compte.",
    ),
    "systems_mean": Texts(
        de=(
            "Als erledigt zählt nur, was das System selbst bestätigt hat; unbekannt zählt nie als "
            "erledigt."
        ),
        en="Only what the system itself confirmed counts as done; unknown never does.",
        fr=(
            "Seul compte comme terminé ce que le système a lui-même confirmé ; l’inconnu ne compte jamais."
        ),
    ),
    "system": Texts(de="System", en="System", fr="Système"),
    "instructed": Texts(de="Angewiesen", en="Instructed", fr="Instruit"),
    "answered": Texts(de="Antwort", en="Answer", fr="Réponse"),
    "state": Texts(de="Stand", en="State", fr="État"),
    "left": Texts(de="Was noch da ist", en="What is still there", fr="Ce qui reste"),
    "copy": Texts(de="Sicherung", en="Backup", fr="Sauvegarde"),
    "made": Texts(de="Erstellt", en="Made", fr="Faite"),
    "gone": Texts(de="Gelöscht am", en="Deleted on", fr="Supprimée le"),
    "backups_none": Texts(
        de="Es gibt keine Sicherungen mit diesen Daten.",
        en="There are no backups with this data.",
        fr="Il n’existe aucune sauvegarde contenant ces données.",
    ),
    "backups_sealed": Texts(
        de=(
            "In Sicherungen liegen die Daten noch bis zum {day}, verschlüsselt; den Schlüssel gibt es nicht "
            "mehr. Wird eine davon zurückgespielt, dann wird die Löschung sofort wiederholt."
        ),
        en=(
            "Backups hold the data until {day}, encrypted; the key no longer exists. If one of them is "
            "restored, the deletion is repeated at once."
        ),
        fr=(
            "Les sauvegardes contiennent les données jusqu’au {day}, chiffrées ; la clé n’existe plus. Si "
            "l’une d’elles est restaurée, la suppression est aussitôt répétée."
        ),
    ),
    "backups_readable": Texts(
        de=(
            "In Sicherungen liegen die Daten noch bis zum {day}. Wird eine davon zurückgespielt, dann wird "
            "die Löschung sofort wiederholt."
        ),
        en=(
            "Backups hold the data until {day}. If one of them is restored, the deletion is repeated at "
            "once."
        ),
        fr=(
            "Les sauvegardes contiennent les données jusqu’au {day}. Si l’une d’elles est restaurée, la "
            "suppression est aussitôt répétée."
        ),
    ),
    "exempted": Texts(
        de="Nicht gelöscht: {scope}. {basis}, seit {since}; nächste Prüfung: {review}.",
        en="Not deleted: {scope}. {basis}, since {since}; next review: {review}.",
        fr="Non supprimé : {scope}. {basis}, depuis le {since} ; prochaine revue : {review}.",
    ),
    "kept": Texts(de="Behalten, Grundlage", en="Kept, basis", fr="Conservé, base juridique"),
    "kept_none": Texts(
        de="Behalten wird nichts.", en="Nothing is kept.", fr="Rien n’est conservé."
    ),
    "until": Texts(de="Bis", en="Until", fr="Jusqu’au"),
    "pseudonymised": Texts(de="Pseudonymisiert", en="Pseudonymised", fr="Pseudonymisé"),
    "as_long": Texts(de="auf Dauer", en="for good", fr="sans limite"),
    "yes": Texts(de="ja", en="yes", fr="oui"),
    "no": Texts(de="nein", en="no", fr="non"),
    "proof": Texts(
        de="Wie Sie es nachprüfen", en="How you can verify it", fr="Comment le vérifier"
    ),
    "proof_mean": Texts(
        de=(
            "In diesem PDF stecken {json} und {proof}. Der Nachweis zeigt, dass genau dieser Inhalt in "
            "unserem Transparenzprotokoll steht; das Siegel zeigt, dass dieses Blatt nicht verändert wurde."
        ),
        en=(
            "Inside this PDF are {json} and {proof}. The proof shows that exactly this content stands in "
            "our evidence log; the seal shows that this paper was not changed."
        ),
        fr=(
            "Ce PDF contient {json} et {proof}. La preuve montre que ce contenu exact figure dans notre "
            "journal de transparence ; le sceau montre que ce document n’a pas été modifié."
        ),
    ),
    "proof_how": Texts(
        de=(
            "Ohne uns: trustkeep verify mit diesem PDF und dem Prüfschlüssel. Die Software ist frei "
            "erhältlich und braucht dafür kein Konto."
        ),
        en=(
            "Without us: trustkeep verify with this PDF and the verifier key. The software is free to get "
            "and needs no account for it."
        ),
        fr=(
            "Sans nous : trustkeep verify avec ce PDF et la clé de vérification. Le logiciel est librement "
            "disponible et n’exige aucun compte."
        ),
    ),
    "digest": Texts(de="SHA-256 des Inhalts", en="SHA-256 of the content", fr="SHA-256 du contenu"),
    "log": Texts(de="Protokoll", en="Log", fr="Journal"),
    "log_size": Texts(
        de="Einträge bei Ausstellung", en="Entries at issue", fr="Entrées à l’émission"
    ),
    "log_root": Texts(de="Wurzel", en="Root", fr="Racine"),
    "entries": Texts(
        de="Einträge zu dieser Löschung",
        en="Entries about this deletion",
        fr="Entrées sur cette suppression",
    ),
    "verify_at": Texts(
        de="Nachprüfen im Browser", en="Verify in the browser", fr="Vérifier dans le navigateur"
    ),
    "verifier_key": Texts(de="Prüfschlüssel", en="Verifier key", fr="Clé de vérification"),
    "seal": Texts(
        de="Zertifikat des Siegels", en="Certificate of the seal", fr="Certificat du sceau"
    ),
}
