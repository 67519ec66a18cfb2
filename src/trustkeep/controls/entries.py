"""The evidence of a promise: entries of the log with the public content they commit to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trustkeep.controls import catalogue, figures
from trustkeep.controls.models import Note, Observation, Wording
from trustkeep.controls.publication import note_body, wording_body
from trustkeep.controls.statements import EvidenceShown
from trustkeep.evidence import queries as evidence
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.queries import EntryRow
from trustkeep.kernel.texts import Texts

PAGE_SIZE = 50

_SUMMARIES: Mapping[str, Texts] = {
    Kind.LOG_STARTED: Texts(
        de="Protokoll eröffnet", en="Evidence log opened", fr="Journal de preuves ouvert"
    ),
    Kind.CHECK_RESULT: Texts(de="Prüfergebnis", en="Check result", fr="Résultat de vérification"),
    Kind.CHECK_DISABLED: Texts(
        de="Prüfung abgeschaltet", en="Check switched off", fr="Vérification désactivée"
    ),
    Kind.CHECK_ENABLED: Texts(
        de="Prüfung eingeschaltet", en="Check switched on", fr="Vérification réactivée"
    ),
    Kind.WORDING_PUBLISHED: Texts(
        de="Wortlaut veröffentlicht", en="Wording published", fr="Formulation publiée"
    ),
    Kind.NOTE_PUBLISHED: Texts(de="Hinweis veröffentlicht", en="Note published", fr="Note publiée"),
    Kind.NOTE_WITHDRAWN: Texts(de="Hinweis entfernt", en="Note withdrawn", fr="Note retirée"),
    Kind.RECORD_ENTERED: Texts(
        de="Angabe erfasst; ihr Inhalt ist nicht öffentlich",
        en="Record entered; its content is not public",
        fr="Enregistrement saisi ; son contenu n’est pas public",
    ),
    Kind.RECORD_AMENDED: Texts(
        de="Angabe geändert; ihr Inhalt ist nicht öffentlich",
        en="Record amended; its content is not public",
        fr="Enregistrement modifié ; son contenu n’est pas public",
    ),
    Kind.RECORD_WITHDRAWN: Texts(
        de="Angabe zurückgezogen", en="Record withdrawn", fr="Enregistrement retiré"
    ),
    Kind.KEY_ROTATED: Texts(de="Schlüssel ausgetauscht", en="Key replaced", fr="Clé remplacée"),
    Kind.COMPANY_CHANGED: Texts(
        de="Unternehmensangaben geändert",
        en="Company details changed",
        fr="Informations de l’entreprise modifiées",
    ),
    Kind.PERSON_CHANGED: Texts(
        de="Mitarbeiterverzeichnis geändert",
        en="Staff directory changed",
        fr="Annuaire du personnel modifié",
    ),
    Kind.RECEIPT_ISSUED: Texts(
        de="Löschbestätigung ausgestellt",
        en="Deletion certificate issued",
        fr="Certificat de suppression émis",
    ),
    Kind.ACCOUNT_CHANGED: Texts(
        de="Kundenkonto eröffnet oder geändert",
        en="Customer account opened or changed",
        fr="Compte client ouvert ou modifié",
    ),
    Kind.MEMBER_CHANGED: Texts(
        de="Zugehörige eines Kundenkontos geändert",
        en="Members of a customer account changed",
        fr="Membres d’un compte client modifiés",
    ),
    Kind.CONTRACT_ENDED: Texts(
        de="Vertragsende festgehalten, zurückgenommen oder Konto wieder geöffnet",
        en="Contract’s end entered or called off, or account reinstated",
        fr="Fin de contrat notée ou annulée, ou compte rouvert",
    ),
    Kind.ACCOUNT_LOCKED: Texts(
        de="Kundenkonto gesperrt",
        en="Customer account locked",
        fr="Compte client verrouillé",
    ),
    Kind.DOORS_TRIED: Texts(
        de="Alle Türen als Kunde versucht",
        en="Every door tried as the customer",
        fr="Toutes les portes essayées comme client",
    ),
    Kind.ERASURE_PLANNED: Texts(
        de="Löschung geplant oder freigegeben",
        en="Deletion planned or approved",
        fr="Suppression planifiée ou approuvée",
    ),
    Kind.ERASURE_MOVED: Texts(
        de="Löschung in neuem Abschnitt",
        en="Deletion entered another stage",
        fr="Suppression à une nouvelle étape",
    ),
    Kind.ERASURE_STEP: Texts(
        de="Schritt einer Löschung",
        en="Step of a deletion",
        fr="Étape d’une suppression",
    ),
    Kind.HOLD_CHANGED: Texts(
        de="Löschsperre verhängt, geprüft oder aufgehoben",
        en="Legal hold placed, reviewed or lifted",
        fr="Gel des données posé, revu ou levé",
    ),
    Kind.CLOCK_DOUBTED: Texts(
        de="Uhr angezweifelt oder bestätigt",
        en="Clock doubted or vouched for",
        fr="Horloge mise en doute ou confirmée",
    ),
    Kind.REQUEST: Texts(
        de="Ersuchen einer betroffenen Person: eingegangen oder bearbeitet",
        en="Request of a data subject: received or handled",
        fr="Demande d’une personne concernée : reçue ou traitée",
    ),
    Kind.SYSTEM_CHANGED: Texts(
        de="Angebundenes System geändert",
        en="Connected system changed",
        fr="Système connecté modifié",
    ),
    Kind.SYSTEM_INSTRUCTED: Texts(
        de="Angebundenes System angewiesen",
        en="Connected system instructed",
        fr="Système connecté instruit",
    ),
    Kind.SYSTEM_ANSWERED: Texts(
        de="Antwort eines angebundenen Systems",
        en="Answer of a connected system",
        fr="Réponse d’un système connecté",
    ),
    Kind.CUSTOMER_DATA_SEEN: Texts(
        de="Blick in ein Kundenkonto, mit Grund",
        en="Customer account looked at, with a reason",
        fr="Compte client consulté, avec un motif",
    ),
    Kind.CUSTOMER_DATA_EXPORTED: Texts(
        de="Ein Kunde hat seine Daten mitgenommen",
        en="A customer took its data out",
        fr="Un client a récupéré ses données",
    ),
    Kind.BACKUP_MADE: Texts(
        de="Sicherung erstellt und geprüft",
        en="Backup made and verified",
        fr="Sauvegarde faite et vérifiée",
    ),
    Kind.BACKUP_GONE: Texts(
        de="Sicherung gelöscht", en="Backup deleted", fr="Sauvegarde supprimée"
    ),
    Kind.RESTORE_DRILLED: Texts(
        de="Wiederherstellung geübt", en="Restore drilled", fr="Restauration exercée"
    ),
    Kind.RESTORE_RECONCILED: Texts(
        de="Wiederhergestellte Datenbank abgeglichen",
        en="Restored database reconciled",
        fr="Base restaurée remise à jour",
    ),
    Kind.LEDGER_STARTED: Texts(
        de="Neues Register begonnen", en="New ledger begun", fr="Nouveau registre commencé"
    ),
    Kind.LETTER: Texts(
        de="Brief zugestellt, zurückgekommen oder abgesagt",
        en="Letter delivered, returned or called off",
        fr="Lettre remise, revenue ou annulée",
    ),
    Kind.ACCESS: Texts(
        de="Zugang benutzt oder geändert",
        en="Access used or changed",
        fr="Accès utilisé ou modifié",
    ),
    Kind.ACCESS_REFUSED: Texts(
        de="Anmeldungen oder Codes abgewiesen",
        en="Sign-ins or codes refused",
        fr="Connexions ou codes refusés",
    ),
}
"""What an entry is about where its content does not say more; one text for every kind."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry commits to, with the salt that lets anyone check it."""

    body: Mapping[str, Any]
    salt: bytes


def evidence_of(
    slug: str, language: str, *, before: int | None = None, limit: int = PAGE_SIZE
) -> list[EvidenceShown]:
    """Return the newest entries about a promise, newest first, below the index `before`.

    Raises UnknownPromise.
    """
    catalogue.promise(slug)
    return _shown(evidence.entries(promise_id=slug, before=before, limit=limit), language)


def all_evidence(
    language: str, *, before: int | None = None, limit: int = PAGE_SIZE
) -> list[EvidenceShown]:
    """Return the newest entries of the whole log, newest first, below the index `before`."""
    return _shown(evidence.entries(before=before, limit=limit), language)


def evidence_at(index: int, language: str) -> EvidenceShown:
    """Return one entry; raises `trustkeep.evidence.queries.NoSuchEntry`."""
    return _shown([evidence.entry(index)], language)[0]


def _shown(rows: Sequence[EntryRow], language: str) -> list[EvidenceShown]:
    contents = contents_of([row.index for row in rows])
    checkpoint = evidence.latest_checkpoint()
    signed_size = checkpoint.size if checkpoint else 0
    return [
        EvidenceShown(
            index=row.index,
            kind=row.kind,
            promise=row.promise,
            at=row.at,
            summary=_summary(row, contents.get(row.index), language),
            body=contents[row.index].body if row.index in contents else {},
            salt=contents[row.index].salt if row.index in contents else b"",
            signed=row.index < signed_size,
        )
        for row in rows
    ]


def receipt_of(index: int) -> str:
    """Return the receipt of an entry, with its content where that is public.

    Raises what `trustkeep.evidence.queries.receipt` raises.
    """
    content = contents_of([index]).get(index)
    if content is None:
        return evidence.receipt(index)
    return evidence.receipt(index, body=content.body, salt=content.salt)


def contents_of(indexes: Iterable[int]) -> dict[int, Content]:
    """Return the public content of the entries that have one."""
    wanted = list(indexes)
    found: dict[int, Content] = {}
    for seen in Observation.objects.filter(entry_index__in=wanted):
        found[seen.entry_index] = Content(seen.entry_body, bytes(seen.entry_salt))
    for wording in Wording.objects.filter(entry_index__in=wanted):
        assert wording.entry_index is not None
        found[wording.entry_index] = Content(wording_body(wording), bytes(wording.entry_salt))
    for note in Note.objects.filter(entry_index__in=wanted):
        found[note.entry_index] = Content(note_body(note), bytes(note.entry_salt))
    return found


def _summary(row: EntryRow, content: Content | None, language: str) -> str:
    if row.kind == Kind.CHECK_RESULT and row.promise and content:
        figure = figures.from_json(content.body["figure"])
        return figures.figure_text(catalogue.promise(row.promise), figure, language)
    return _SUMMARIES[row.kind][language]
