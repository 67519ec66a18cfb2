"""The sections of the page, as a reader expects them."""

from __future__ import annotations

from collections.abc import Mapping

from trustkeep.controls.promise import Section
from trustkeep.kernel.texts import Texts

TITLES: Mapping[Section, Texts] = {
    Section.LEADERSHIP: Texts(de="Leitung", en="Leadership", fr="Direction"),
    Section.INFRASTRUCTURE: Texts(
        de="Infrastruktur und Netzwerk",
        en="Infrastructure and network",
        fr="Infrastructure et réseau",
    ),
    Section.DATA: Texts(
        de="Datensicherheit und Datenschutz",
        en="Data security and privacy",
        fr="Sécurité des données et vie privée",
    ),
    Section.APPLICATION: Texts(
        de="Anwendungssicherheit", en="Application security", fr="Sécurité applicative"
    ),
    Section.COMPANY: Texts(
        de="Unternehmenssicherheit", en="Company security", fr="Sécurité de l’entreprise"
    ),
}

INTROS: Mapping[Section, Texts] = {
    Section.LEADERSHIP: Texts(
        de="Standards und Verantwortung",
        en="Standards and responsibility",
        fr="Normes et responsabilité",
    ),
    Section.INFRASTRUCTURE: Texts(
        de="Zutritt zum Rechenzentrum, Penetrationstests, Netzwerk",
        en="Access to the data centre, penetration tests, network",
        fr="Accès au centre de données, tests d’intrusion, réseau",
    ),
    Section.DATA: Texts(
        de="Verschlüsselung, Vertragsende, Löschung",
        en="Encryption, contract end, deletion",
        fr="Chiffrement, fin du contrat, suppression",
    ),
    Section.APPLICATION: Texts(
        de="Anmeldung und Passwörter", en="Sign-in and passwords", fr="Connexion et mots de passe"
    ),
    Section.COMPANY: Texts(
        de="Richtlinien, Schulungen, Auftragsverarbeitung",
        en="Policies, training, data processing agreement",
        fr="Politiques, formations, accord de traitement des données",
    ),
}
