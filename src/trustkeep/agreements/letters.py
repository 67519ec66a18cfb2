"""What controllers are told before a sub-processor changes (Article 28(2) GDPR)."""

from __future__ import annotations

from trustkeep.kernel.texts import Texts
from trustkeep.letters.kinds import LetterKind

LIST = "sub-processors"
"""The list of all controllers; everyone is on it as long as the contract lasts."""

SUB_PROCESSOR_ANNOUNCED = LetterKind(
    slug="sub-processor-announced",
    subject=Texts(
        de="Neuer Unterauftragsverarbeiter ab {active_from}: {name}",
        en="New sub-processor from {active_from}: {name}",
        fr="Nouveau sous-traitant ultérieur à partir du {active_from} : {name}",
    ),
    text=Texts(
        de=(
            "ab {active_from} wollen wir einen weiteren Unterauftragsverarbeiter einsetzen:\n\n"
            "- Wer: {name}, {address}\n"
            "- Wozu: {task}\n"
            "- Welche Daten: {categories}\n"
            "- Wo: {locations}\n"
            "- Übermittlung in Drittländer: {transfer}\n\n"
            "Sie können bis zum {object_by} widersprechen, mit einer Antwort an {dpo_email} oder über "
            "den Link. Ohne Widerspruch beginnt die Verarbeitung am {active_from}, nicht früher."
        ),
        en=(
            "From {active_from} on we intend to use another sub-processor:\n\n"
            "- Who: {name}, {address}\n"
            "- For: {task}\n"
            "- Which data: {categories}\n"
            "- Where: {locations}\n"
            "- Transfer to third countries: {transfer}\n\n"
            "You may object until {object_by}, by writing to {dpo_email} or by the link. Without an "
            "objection the processing starts on {active_from}, not earlier."
        ),
        fr=(
            "À partir du {active_from}, nous souhaitons faire appel à un nouveau sous-traitant "
            "ultérieur :\n\n"
            "- Qui : {name}, {address}\n"
            "- Pour quoi : {task}\n"
            "- Quelles données : {categories}\n"
            "- Où : {locations}\n"
            "- Transfert vers un pays tiers : {transfer}\n\n"
            "Vous pouvez vous y opposer jusqu’au {object_by}, en écrivant à {dpo_email} ou par le lien. "
            "Sans opposition, le traitement commence le {active_from}, pas avant."
        ),
    ),
    act=Texts(
        de="Liste ansehen oder widersprechen",
        en="See the list, or object",
        fr="Voir la liste, ou s’opposer",
    ),
    list_name=LIST,
)
SUB_PROCESSOR_ENDED = LetterKind(
    slug="sub-processor-ended",
    subject=Texts(
        de="Unterauftragsverarbeiter endet: {name}",
        en="Sub-processor ends: {name}",
        fr="Fin d’un sous-traitant ultérieur : {name}",
    ),
    text=Texts(
        de=(
            "{name} verarbeitet seit {day} keine Daten mehr für uns. Dass dort alles gelöscht ist, "
            "bestätigt: {confirmation}."
        ),
        en=(
            "{name} has processed no data for us since {day}. That everything is deleted there is "
            "confirmed by: {confirmation}."
        ),
        fr=(
            "{name} ne traite plus de données pour nous depuis le {day}. La suppression de tout ce qui "
            "s’y trouvait est confirmée par : {confirmation}."
        ),
    ),
    act=Texts(de="Liste ansehen", en="See the list", fr="Voir la liste"),
    list_name=LIST,
)
LETTERS = (SUB_PROCESSOR_ANNOUNCED, SUB_PROCESSOR_ENDED)
