"""Data on the servers is encrypted at rest: shown by looking for a mark in raw storage."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.roles import Role
from trustkeep.controls.canary import scan
from trustkeep.controls.frameworks import references
from trustkeep.controls.ports import joined
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


def check(now: datetime) -> Result:  # noqa: ARG001
    """Hold if the mark just planted is nowhere in raw storage and the keys are closed to others."""
    if joined.storage is None:
        return cannot_tell("not-joined")
    found = scan(joined.storage)
    exceptions = (
        *(Shortfall(name, "exposed") for name in found.exposed),
        *(Shortfall(name, "plain") for name in found.plain),
        *(Shortfall(name, "key") for name in found.open_keys),
    )
    if exceptions:
        return fails(
            "faults",
            subjects=found.files,
            exceptions=exceptions,
            faults=len(exceptions),
            files=found.files,
        )
    return holds("none", subjects=found.files, files=found.files)


PROMISE = Promise(
    slug="encrypted-at-rest",
    section=Section.DATA,
    proofs=(Proof.ENFORCED, Proof.MEASURED),
    owner=Role.SECURITY_LEAD,
    title=Texts(
        de="Verschlüsselung ruhender Daten", en="Encryption at rest", fr="Chiffrement au repos"
    ),
    sentence=Texts(
        de="Daten auf unseren Servern sind im Ruhezustand verschlüsselt.",
        en="Data on our servers is encrypted at rest.",
        fr="Les données sur nos serveurs sont chiffrées au repos.",
    ),
    kept_by=Texts(
        de="Die Datenbankdatei ist verschlüsselt; Felder und Dateien sind zusätzlich mit einem Schlüssel je Konto versiegelt, den ein Wurzelschlüssel an anderem Ort schützt.",
        en="The database file is encrypted; fields and files are sealed besides with a key per account, wrapped by a root key kept elsewhere.",
        fr="Le fichier de la base est chiffré ; champs et fichiers sont de plus scellés par une clé propre à chaque compte, protégée par une clé racine conservée ailleurs.",
    ),
    proved_by=Texts(
        de="Die Prüfung legt eine zufällige Markierung als Zeile, als Feld und als Datei ab und sucht sie danach in jedem Byte des Speichers.",
        en="The check plants a random mark as a row, a field and a file, and then looks for it in every byte of storage.",
        fr="La vérification dépose une marque aléatoire comme ligne, champ et fichier, puis la cherche dans chaque octet du stockage.",
    ),
    broken_when=Texts(
        de="Die Markierung findet sich im Klartext, eine Datenbank liegt unverschlüsselt, oder ein Schlüssel fehlt oder ist für andere lesbar.",
        en="The mark is found in plain text, a database lies unencrypted, or a key is missing or readable by others.",
        fr="La marque est trouvée en clair, une base repose non chiffrée, ou une clé manque ou est lisible par d’autres.",
    ),
    figures={
        "not-joined": Texts(
            de="der Speicher ist nicht erreichbar",
            en="storage cannot be reached",
            fr="le stockage n’est pas accessible",
        ),
        "none": Texts(
            de="{files:Datei|Dateien} Byte für Byte durchsucht, kein Klartext",
            en="{files:file|files} searched byte by byte, no plain text",
            fr="{files:fichier examiné|fichiers examinés} octet par octet, aucun texte en clair",
        ),
        "faults": Texts(
            de="{faults:Mangel|Mängel} in {files} Dateien",
            en="{faults:fault|faults} in {files} files",
            fr="{faults:défaut|défauts} dans {files} fichiers",
        ),
        "exposed": Texts(de="Klartext gefunden", en="plain text found", fr="texte en clair trouvé"),
        "plain": Texts(
            de="unverschlüsselte Datenbank", en="unencrypted database", fr="base non chiffrée"
        ),
        "key": Texts(de="Schlüssel nicht geschützt", en="key not protected", fr="clé non protégée"),
    },
    mapping=references(
        iso="8.24 8.13 8.10",
        tsc="CC6.1 C1.1 A1.2",
        gdpr="32(1)(a) 34(3)(a)",
        caiq="CEK-01.1 CEK-03.1 CEK-04.1 DSP-17.1 BCR-08.1 BCR-08.2",
        vsa_full="DPAC-3 PRO-25 PRO-28",
        vsa_core="CORE-3 CORE-4",
        isa="5.1.1 5.2.9",
    ),
    enforced_in=(
        "trustkeep.vault.sealing.seal",
        "trustkeep.vault.files.SealedFiles",
        "trustkeep.controls.canary.scan",
    ),
    checks=(Check("raw-storage", check),),
)
