"""What the codes of a receipt are called, in the three languages of its documents."""

from __future__ import annotations

from collections.abc import Mapping

from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.receipts import (
    Basis,
    Category,
    Cause,
    Condition,
    Extent,
    FollowUp,
    Look,
    Met,
    Method,
    SystemState,
)
from trustkeep.lifecycle.stages import Why

CAUSES: Mapping[Cause, Texts] = {
    Cause.CONTRACT_END: Texts(
        de="Ende des Vertrags", en="end of the contract", fr="fin du contrat"
    ),
    Cause.REQUEST_ACCOUNT_MANAGER: Texts(
        de="Verlangen über die Kundenbetreuung",
        en="request through the account manager",
        fr="demande auprès du responsable de compte",
    ),
    Cause.REQUEST_DPO: Texts(
        de="Verlangen über die Datenschutzbeauftragte oder den Datenschutzbeauftragten",
        en="request through the data protection officer",
        fr="demande auprès du délégué à la protection des données",
    ),
    Cause.REQUEST_OWNER: Texts(
        de="Verlangen im Kundenkonto",
        en="request in the customer’s account",
        fr="demande dans le compte client",
    ),
    Cause.RETENTION: Texts(
        de="Ende der Speicherdauer",
        en="end of the retention period",
        fr="fin de la durée de conservation",
    ),
}
EXTENTS: Mapping[Extent, Texts] = {
    Extent.ACCOUNT: Texts(de="das ganze Konto", en="the whole account", fr="le compte entier"),
    Extent.MEMBER: Texts(
        de="ein Mitglied des Kontos", en="one member of the account", fr="un membre du compte"
    ),
    Extent.PERSON: Texts(
        de="eine betroffene Person", en="one data subject", fr="une personne concernée"
    ),
    Extent.OBJECT: Texts(de="einzelne Objekte", en="single objects", fr="certains objets"),
}
CATEGORIES: Mapping[Category, Texts] = {
    Category.RECORDS: Texts(de="Datensätze", en="Records", fr="Enregistrements"),
    Category.FILES: Texts(de="Dateien", en="Files", fr="Fichiers"),
    Category.MEMBERS: Texts(de="Mitglieder", en="Members", fr="Membres"),
    Category.SIGN_INS: Texts(
        de="Anmeldungen und Sitzungen", en="Sign-ins and sessions", fr="Connexions et sessions"
    ),
    Category.LETTERS: Texts(de="Briefe", en="Letters", fr="Lettres"),
    Category.LINKS: Texts(de="Geteilte Links", en="Shared links", fr="Liens partagés"),
    Category.INDEXES: Texts(de="Suchindizes", en="Search indexes", fr="Index de recherche"),
    Category.HISTORY: Texts(de="Verlauf", en="History", fr="Historique"),
    Category.KEYS: Texts(de="Schlüssel", en="Keys", fr="Clés"),
    Category.OTHER: Texts(de="Übriges", en="Other", fr="Autres"),
}
METHODS: Mapping[Method, Texts] = {
    Method.ROWS_DELETED: Texts(de="Zeilen gelöscht", en="rows deleted", fr="lignes supprimées"),
    Method.FILES_REMOVED: Texts(de="Dateien entfernt", en="files removed", fr="fichiers supprimés"),
    Method.VERSIONS_REMOVED: Texts(
        de="alle Versionen entfernt", en="all versions removed", fr="toutes les versions supprimées"
    ),
    Method.KEY_DESTROYED: Texts(de="Schlüssel vernichtet", en="key destroyed", fr="clé détruite"),
    Method.RESIDUES_CLEARED: Texts(
        de="Reste bereinigt", en="residues cleared", fr="résidus nettoyés"
    ),
    Method.PSEUDONYMISED: Texts(de="pseudonymisiert", en="pseudonymised", fr="pseudonymisés"),
    Method.FIELDS_EMPTIED: Texts(
        de="versiegelte Felder geleert",
        en="sealed fields emptied",
        fr="champs scellés vidés",
    ),
    Method.BY_HAND: Texts(de="von Hand gelöscht", en="deleted by hand", fr="supprimés à la main"),
}
LOOKS: Mapping[Look, Texts] = {
    Look.SECOND_READER: Texts(
        de="Ein zweiter Leser mit eigener Verbindung zählt auf anderem Weg nach",
        en="A second reader, by a connection and a way of its own, counts again",
        fr="Un second lecteur, par sa propre connexion et une autre voie, recompte",
    ),
    Look.LISTED_EMPTY_TWICE: Texts(
        de="Zweimal aufgelistet, zweimal leer",
        en="Listed twice, empty twice",
        fr="Listé deux fois, vide deux fois",
    ),
    Look.STORAGE_SCANNED: Texts(
        de="Der rohe Speicher wird nach Marken durchsucht",
        en="The raw storage is searched for marks",
        fr="Le stockage brut est fouillé à la recherche de marques",
    ),
    Look.KEY_REFUSED: Texts(
        de="Entschlüsseln wird verweigert",
        en="Decrypting is refused",
        fr="Le déchiffrement est refusé",
    ),
}
CONDITIONS: Mapping[Condition, Texts] = {
    Condition.SEALED_BEFORE_STORED: Texts(
        de="Dateien und versiegelte Felder wurden verschlüsselt, bevor sie gespeichert wurden",
        en="Files and sealed fields were encrypted before they were stored",
        fr="Fichiers et champs scellés étaient chiffrés avant d’être enregistrés",
    ),
    Condition.STRONG_CIPHER: Texts(
        de="Verschlüsselt mit AES-256-GCM, an Ort und Konto gebunden",
        en="Encrypted with AES-256-GCM, bound to place and account",
        fr="Chiffrés par AES-256-GCM, liés à leur place et à leur compte",
    ),
    Condition.RANDOM_KEY: Texts(
        de="Schlüssel aus dem Zufall des Betriebssystems, 256 Bit",
        en="Keys of 256 random bits from the operating system",
        fr="Clés de 256 bits aléatoires du système d’exploitation",
    ),
    Condition.KEY_OF_ITS_OWN: Texts(
        de="Der Schlüssel schützte dieses Konto und nichts anderes",
        en="The key protected this account and nothing else",
        fr="La clé protégeait ce compte et rien d’autre",
    ),
    Condition.EVERY_COPY_DESTROYED: Texts(
        de="Jede Version des Schlüssels ist vernichtet, und seither gilt eine neue Wurzel",
        en="Every version of the key is destroyed, and a new root has come into force since",
        fr="Chaque version de la clé est détruite, et une nouvelle racine est en vigueur depuis",
    ),
    Condition.DECRYPTION_REFUSED: Texts(
        de="Danach wurde versucht zu entschlüsseln, und der Tresor hat es verweigert",
        en="Decrypting was tried afterwards, and the vault refused",
        fr="Un déchiffrement a été tenté ensuite, et le coffre l’a refusé",
    ),
}
MET: Mapping[Met, Texts] = {
    Met.LOOKED_AT: Texts(de="geprüft", en="looked at", fr="vérifiée"),
    Met.BUILT_IN: Texts(de="so gebaut", en="built in", fr="par construction"),
    Met.NOT_MET: Texts(de="nicht erfüllt", en="not met", fr="non remplie"),
}
REASONS: Mapping[Why, Texts] = {
    Why.NEVER_USED: Texts(
        de="das Konto nutzte es nie", en="the account never used it", fr="jamais utilisé"
    ),
    Why.RETIRED: Texts(
        de="nicht mehr angebunden", en="no longer connected", fr="n’est plus connecté"
    ),
    Why.NO_LOCK: Texts(de="sperrt nicht", en="has no lock", fr="ne verrouille pas"),
    Why.NO_SECOND_READER: Texts(
        de="hat keinen zweiten Leser", en="has no second reader", fr="sans second lecteur"
    ),
}
"""Why a connected system had nothing to do."""
RETURNED: Mapping[str, Texts] = {
    "export": Texts(
        de="alles, als Archiv", en="everything, as an archive", fr="tout, en une archive"
    )
}
SYSTEM_STATES: Mapping[SystemState, Texts] = {
    SystemState.INSTRUCTED: Texts(
        de="angewiesen, Antwort steht aus",
        en="instructed, no answer yet",
        fr="instruit, en attente",
    ),
    SystemState.CONFIRMED: Texts(de="bestätigt", en="confirmed", fr="confirmé"),
    SystemState.REFUSED: Texts(de="verweigert", en="refused", fr="refusé"),
    SystemState.UNKNOWN: Texts(de="unbekannt", en="unknown", fr="inconnu"),
    SystemState.NOT_APPLICABLE: Texts(de="nie benutzt", en="never used", fr="jamais utilisé"),
}
BASES: Mapping[Basis, Texts] = {
    Basis.COMMERCIAL_LETTERS: Texts(
        de="Handelsbriefe: Vertrag, Kündigung, Schriftwechsel (§ 257 HGB, § 147 AO)",
        en="Commercial letters: contract, notice, correspondence (sections 257 HGB, 147 AO)",
        fr="Correspondance commerciale : contrat, résiliation, échanges (§ 257 HGB, § 147 AO)",
    ),
    Basis.ACCOUNTING: Texts(
        de="Rechnungen und Buchungsbelege (§ 257 HGB, § 147 AO)",
        en="Invoices and vouchers (sections 257 HGB, 147 AO)",
        fr="Factures et pièces comptables (§ 257 HGB, § 147 AO)",
    ),
    Basis.PROOF_OF_ERASURE: Texts(
        de="Nachweis der Löschung (Art. 5 Abs. 2, Art. 17 Abs. 3 lit. e DSGVO)",
        en="Proof of the erasure (Articles 5(2), 17(3)(e) GDPR)",
        fr="Preuve de l’effacement (article 5, paragraphe 2, article 17, paragraphe 3, point e), du RGPD)",
    ),
    Basis.SECURITY_LOG: Texts(
        de="Sicherheitsprotokoll ohne Inhalte (Art. 6 Abs. 1 lit. f, Art. 32 DSGVO)",
        en="Security log without content (Articles 6(1)(f), 32 GDPR)",
        fr="Journal de sécurité sans contenu (article 6, paragraphe 1, point f), article 32 du RGPD)",
    ),
    Basis.TRANSPARENCY_LOG: Texts(
        de="Einträge des Transparenzprotokolls: Prüfsummen, die niemanden mehr bezeichnen",
        en="Entries of the evidence log: digests that name nobody any more",
        fr="Entrées du journal de transparence : empreintes qui ne désignent plus personne",
    ),
    Basis.LEGAL_HOLD: Texts(
        de="Löschsperre (Art. 17 Abs. 3 DSGVO)",
        en="Legal hold (Article 17(3) GDPR)",
        fr="Gel des données (article 17, paragraphe 3, du RGPD)",
    ),
}
FOLLOW_UPS: Mapping[FollowUp, Texts] = {
    FollowUp.BACKUPS_EXPIRED: Texts(
        de="die letzte Sicherung ist abgelaufen",
        en="the last backup has expired",
        fr="la dernière sauvegarde a expiré",
    ),
    FollowUp.SYSTEMS_CONFIRMED: Texts(
        de="alle angebundenen Systeme haben bestätigt",
        en="all connected systems have confirmed",
        fr="tous les systèmes connectés ont confirmé",
    ),
    FollowUp.HOLD_ENDED: Texts(
        de="die Löschsperre hat geendet, der Rest ist gelöscht",
        en="the legal hold has ended, the rest is deleted",
        fr="le gel des données a pris fin, le reste est supprimé",
    ),
}
