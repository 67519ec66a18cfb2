"""The data processing agreement: the points that Article 28 GDPR and good practice demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, reference, text
from trustkeep.records.kinds import RecordKind
from trustkeep.records.queries import Entered

SUBPROCESSOR_NOTICE = timedelta(days=30)
"""How long before its start customers are told of a new sub-processor."""

POINTS: Mapping[str, Texts] = {
    "subject_and_duration": Texts(
        de="Gegenstand und Dauer", en="Subject matter and duration", fr="Objet et durée"
    ),
    "nature_and_purpose": Texts(
        de="Art und Zweck", en="Nature and purpose", fr="Nature et finalité"
    ),
    "data_types": Texts(de="Arten der Daten", en="Types of data", fr="Types de données"),
    "data_subjects": Texts(
        de="Kategorien betroffener Personen",
        en="Categories of data subjects",
        fr="Catégories de personnes concernées",
    ),
    "controller_rights": Texts(
        de="Pflichten und Rechte des Verantwortlichen",
        en="Obligations and rights of the controller",
        fr="Obligations et droits du responsable du traitement",
    ),
    "instructions": Texts(
        de="Nur auf dokumentierte Weisung",
        en="Documented instructions only",
        fr="Sur instruction documentée uniquement",
    ),
    "confidentiality": Texts(de="Vertraulichkeit", en="Confidentiality", fr="Confidentialité"),
    "security_measures": Texts(
        de="Maßnahmen nach Artikel 32", en="Measures under Article 32", fr="Mesures de l’article 32"
    ),
    "subprocessors": Texts(
        de="Unterauftragsverarbeiter", en="Sub-processors", fr="Sous-traitants ultérieurs"
    ),
    "rights_assistance": Texts(
        de="Hilfe bei Betroffenenrechten",
        en="Help with data-subject rights",
        fr="Aide pour les droits des personnes",
    ),
    "duty_assistance": Texts(
        de="Hilfe bei Artikel 32 bis 36",
        en="Help with Articles 32 to 36",
        fr="Aide pour les articles 32 à 36",
    ),
    "deletion_or_return": Texts(
        de="Löschung oder Rückgabe", en="Deletion or return", fr="Suppression ou restitution"
    ),
    "audits": Texts(
        de="Nachweise und Prüfungen", en="Information and audits", fr="Informations et audits"
    ),
    "unlawful_instructions": Texts(
        de="Hinweis auf rechtswidrige Weisungen",
        en="Warning of unlawful instructions",
        fr="Alerte en cas d’instruction illicite",
    ),
    "form": Texts(
        de="Schriftform, auch elektronisch",
        en="In writing, electronic form included",
        fr="Forme écrite, y compris électronique",
    ),
    "standard_clauses": Texts(
        de="Standardvertragsklauseln und Anhänge",
        en="Standard contractual clauses and annexes",
        fr="Clauses contractuelles types et annexes",
    ),
    "transfers": Texts(
        de="Übermittlung in Drittländer", en="Third country transfers", fr="Transferts hors UE"
    ),
    "contacts": Texts(
        de="Kontakte: Datenschutz und Verletzungen",
        en="Contacts: data protection and breaches",
        fr="Contacts : protection des données et violations",
    ),
}
"""Each point of the validator; a template cites the section that covers it (Article 28(3) GDPR)."""

_WRITERS = frozenset({Role.DPO, Role.SECURITY_LEAD})
_CITED = Texts(
    de="Abschnitt der Vorlage, der dies regelt",
    en="Section of the template that covers this",
    fr="Section du modèle qui traite ce point",
)

TEMPLATE = RecordKind(
    slug="agreement-template",
    title=Texts(
        de="Vorlage des Auftragsverarbeitungsvertrags",
        en="Data processing agreement template",
        fr="Modèle d’accord de traitement des données",
    ),
    description=Texts(
        de="Die angebotene Fassung, mit dem Abschnitt zu jedem geforderten Punkt.",
        en="The version on offer, with the section for every point demanded.",
        fr="La version proposée, avec la section de chaque point exigé.",
    ),
    fields=(
        text("version", Texts(de="Fassung", en="Version", fr="Version")),
        day(
            "effective_date",
            Texts(de="In Kraft ab", en="In force from", fr="En vigueur à partir du"),
        ),
        *(text(name, label, required=False, hint=_CITED) for name, label in POINTS.items()),
    ),
    promises=("data-processing-agreement",),
    writers=_WRITERS,
)
SUBPROCESSOR = RecordKind(
    slug="sub-processor",
    title=Texts(de="Unterauftragsverarbeiter", en="Sub-processor", fr="Sous-traitant ultérieur"),
    description=Texts(
        de="Wer in unserem Auftrag Kundendaten verarbeitet, und seit wann es angekündigt war.",
        en="Who processes customer data for us, and when that was announced.",
        fr="Qui traite des données clients pour nous, et quand cela fut annoncé.",
    ),
    fields=(
        text("name", Texts(de="Name", en="Name", fr="Nom")),
        text("service", Texts(de="Leistung", en="Service", fr="Service")),
        text("country", Texts(de="Land", en="Country", fr="Pays")),
        day("notice_date", Texts(de="Angekündigt am", en="Announced on", fr="Annoncé le")),
        day("active_date", Texts(de="Tätig ab", en="Active from", fr="Actif à partir du")),
        day("ended_date", Texts(de="Beendet am", en="Ended on", fr="Terminé le"), required=False),
    ),
    promises=("data-processing-agreement",),
    writers=_WRITERS,
)
AGREEMENT = RecordKind(
    slug="customer-agreement",
    title=Texts(de="Vertrag eines Kunden", en="Customer agreement", fr="Accord d’un client"),
    description=Texts(
        de="Welches aktive Konto welche Fassung angenommen hat.",
        en="Which active account has accepted which version.",
        fr="Quel compte actif a accepté quelle version.",
    ),
    fields=(
        reference("account", Texts(de="Kundenkonto", en="Customer account", fr="Compte client")),
        text("version", Texts(de="Fassung", en="Version", fr="Version")),
        day("accepted_date", Texts(de="Angenommen am", en="Accepted on", fr="Accepté le")),
        day("lapses_date", Texts(de="Endet am", en="Lapses on", fr="Expire le"), required=False),
        day(
            "contract_end_date",
            Texts(
                de="Vertragsende des Kontos", en="Contract end of the account", fr="Fin du contrat"
            ),
            required=False,
        ),
    ),
    promises=("data-processing-agreement",),
    writers=frozenset({Role.DPO, Role.ACCOUNT_MANAGER}),
)
KINDS = (TEMPLATE, SUBPROCESSOR, AGREEMENT)


def uncovered(template: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the points for which a template cites no section."""
    return tuple(name for name in POINTS if not str(template.get(name) or "").strip())


def too_early(one: Entered, on: date) -> bool:
    """Return whether a sub-processor is active before the notice period of its start has ended."""
    ended: date | None = one.get("ended_date")
    announced: date = one["notice_date"]
    started: date = one["active_date"]
    active = started <= on and (ended is None or on <= ended)
    return active and started < announced + SUBPROCESSOR_NOTICE
