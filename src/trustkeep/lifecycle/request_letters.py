"""What a person who makes use of a right is told, for every right and at every step.

One set for each kind of request, from receipt to answer, in the language of who asked (Article
12(1), (3) and (4) GDPR). ``LETTERS[kind, step]`` is the letter; its slug is ``request-kind-step``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trustkeep.kernel.texts import LANGUAGES, Texts
from trustkeep.letters.kinds import LetterKind
from trustkeep.lifecycle.deadlines import EXTENSION_MONTHS, REQUEST_MONTHS


class RequestKind(StrEnum):
    """What is asked for."""

    DELETION = "deletion"
    ACCESS = "access"
    EXPORT = "export"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


class Step(StrEnum):
    """At which steps a letter is due."""

    RECEIVED = "received"
    IDENTITY = "identity"
    EXTENDED = "extended"
    FULFILLED = "fulfilled"
    PARTLY_REFUSED = "partly-refused"
    REFUSED = "refused"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class _Right:
    """How a request is called, with its article, and what doing it means for who asked."""

    name: Texts
    done: Texts


_RIGHTS: Mapping[RequestKind, _Right] = {
    RequestKind.DELETION: _Right(
        Texts(
            de="Löschung (Art. 17 DSGVO)",
            en="erasure (Article 17 GDPR)",
            fr="effacement (article 17 du RGPD)",
        ),
        Texts(
            de=(
                "Ihre Daten sind gelöscht. Wem wir sie gegeben hatten, den haben wir über die Löschung "
                "unterrichtet; auf Wunsch nennen wir Ihnen diese Empfänger. Was wir aus gesetzlichen "
                "Gründen behalten müssen, und wie lange, steht in der Antwort."
            ),
            en=(
                "Your data is erased. We told everybody to whom we had given it; if you wish, we name "
                "them to you. What the law makes us keep, and for how long, stands in the answer."
            ),
            fr=(
                "Vos données sont effacées. Nous en avons informé tous ceux à qui nous les avions "
                "transmises ; sur demande, nous vous les indiquons. Ce que la loi nous oblige à "
                "conserver, et pour combien de temps, figure dans la réponse."
            ),
        ),
    ),
    RequestKind.ACCESS: _Right(
        Texts(
            de="Auskunft (Art. 15 DSGVO)",
            en="access (Article 15 GDPR)",
            fr="accès (article 15 du RGPD)",
        ),
        Texts(
            de=(
                "Die Antwort sagt, welche Daten wir von Ihnen verarbeiten, wozu, woher sie stammen, wer "
                "sie erhält, wie lange wir sie behalten, ob sie die EU verlassen, ob automatisiert "
                "entschieden wird und welche Rechte Sie haben; eine Kopie Ihrer Daten liegt bei."
            ),
            en=(
                "The answer says which data of yours we process, why, where it comes from, who receives "
                "it, how long we keep it, whether it leaves the EU, whether anything is decided by "
                "machines, and which rights you have; a copy of your data comes with it."
            ),
            fr=(
                "La réponse indique quelles données nous traitons à votre sujet, pourquoi, d’où elles "
                "viennent, qui les reçoit, combien de temps nous les conservons, si elles quittent l’UE, "
                "si des décisions sont automatisées et quels sont vos droits ; une copie de vos données "
                "y est jointe."
            ),
        ),
    ),
    RequestKind.EXPORT: _Right(
        Texts(
            de="Herausgabe der Daten (Art. 28 Abs. 3 DSGVO)",
            en="return of the data (Article 28(3) GDPR)",
            fr="restitution des données (article 28, paragraphe 3, du RGPD)",
        ),
        Texts(
            de="Alle Daten des Kontos liegen als Archiv bereit, in offenen Formaten, verschlüsselt für den Schlüssel, den Sie uns genannt haben.",
            en="All data of the account is ready as an archive, in open formats, encrypted for the key that you told us.",
            fr="Toutes les données du compte sont prêtes dans une archive, en formats ouverts, chiffrée pour la clé que vous nous avez indiquée.",
        ),
    ),
    RequestKind.RECTIFICATION: _Right(
        Texts(
            de="Berichtigung (Art. 16 DSGVO)",
            en="rectification (Article 16 GDPR)",
            fr="rectification (article 16 du RGPD)",
        ),
        Texts(
            de=(
                "Ihre Daten sind berichtigt oder vervollständigt. Wem wir die alten gegeben hatten, den "
                "haben wir unterrichtet; auf Wunsch nennen wir Ihnen diese Empfänger."
            ),
            en=(
                "Your data is corrected or completed. We told everybody to whom we had given the old "
                "data; if you wish, we name them to you."
            ),
            fr=(
                "Vos données sont rectifiées ou complétées. Nous en avons informé tous ceux à qui nous "
                "avions transmis les anciennes ; sur demande, nous vous les indiquons."
            ),
        ),
    ),
    RequestKind.RESTRICTION: _Right(
        Texts(
            de="Einschränkung der Verarbeitung (Art. 18 DSGVO)",
            en="restriction of processing (Article 18 GDPR)",
            fr="limitation du traitement (article 18 du RGPD)",
        ),
        Texts(
            de=(
                "Ihre Daten sind eingeschränkt: Wir speichern sie, verarbeiten sie aber nur noch mit Ihrer "
                "Einwilligung oder für Rechtsansprüche. Bevor wir das aufheben, schreiben wir Ihnen."
            ),
            en=(
                "Your data is restricted: we store it, and process it only with your consent or for legal "
                "claims. Before we lift this, we write to you."
            ),
            fr=(
                "Le traitement de vos données est limité : nous les conservons et ne les traitons plus "
                "qu’avec votre consentement ou pour des droits en justice. Avant de lever cette limitation, "
                "nous vous écrirons."
            ),
        ),
    ),
    RequestKind.PORTABILITY: _Right(
        Texts(
            de="Datenübertragbarkeit (Art. 20 DSGVO)",
            en="data portability (Article 20 GDPR)",
            fr="portabilité des données (article 20 du RGPD)",
        ),
        Texts(
            de=(
                "Die Daten, die Sie uns gegeben haben, liegen in einem gängigen, maschinenlesbaren Format "
                "bereit; die Beschreibung des Formats liegt dabei."
            ),
            en=(
                "The data that you gave us is ready in a common format that machines read; its "
                "description comes with it."
            ),
            fr=(
                "Les données que vous nous avez fournies sont prêtes dans un format courant et lisible "
                "par machine ; la description du format y est jointe."
            ),
        ),
    ),
    RequestKind.OBJECTION: _Right(
        Texts(
            de="Widerspruch (Art. 21 DSGVO)",
            en="objection (Article 21 GDPR)",
            fr="opposition (article 21 du RGPD)",
        ),
        Texts(
            de="Wir verarbeiten Ihre Daten zu diesem Zweck nicht mehr.",
            en="We no longer process your data for this purpose.",
            fr="Nous ne traitons plus vos données à cette fin.",
        ),
    ),
}

_COMPLAINT = Texts(
    de=(
        "Sie können sich bei einer Aufsichtsbehörde beschweren, etwa bei: {authority}. Sie können "
        "auch vor Gericht klagen (Art. 77 und 79 DSGVO)."
    ),
    en=(
        "You may complain to a supervisory authority, for instance: {authority}. You may also go to "
        "court (Articles 77 and 79 GDPR)."
    ),
    fr=(
        "Vous pouvez introduire une réclamation auprès d’une autorité de contrôle, par exemple : "
        "{authority}. Vous pouvez aussi saisir un tribunal (articles 77 et 79 du RGPD)."
    ),
)
_STATUS = Texts(
    de="Stand Ihrer Anfrage ansehen",
    en="See where your request stands",
    fr="Voir où en est votre demande",
)
_ANSWER = Texts(de="Antwort ansehen", en="Read the answer", fr="Lire la réponse")
_CONFIRM = Texts(de="Adresse bestätigen", en="Confirm your address", fr="Confirmer votre adresse")
_SUBJECTS: Mapping[Step, Texts] = {
    Step.RECEIVED: Texts(
        de="Eingegangen: {right}", en="Received: {right}", fr="Demande reçue : {right}"
    ),
    Step.IDENTITY: Texts(
        de="Bitte bestätigen: {right}",
        en="Please confirm: {right}",
        fr="À confirmer : {right}",
    ),
    Step.EXTENDED: Texts(
        de="Wir brauchen länger: {right}",
        en="We need more time: {right}",
        fr="Délai prolongé : {right}",
    ),
    Step.FULFILLED: Texts(de="Erledigt: {right}", en="Done: {right}", fr="Traitée : {right}"),
    Step.PARTLY_REFUSED: Texts(
        de="Teilweise erledigt: {right}",
        en="Done in part: {right}",
        fr="Traitée en partie : {right}",
    ),
    Step.REFUSED: Texts(de="Abgelehnt: {right}", en="Refused: {right}", fr="Refusée : {right}"),
    Step.FORWARDED: Texts(
        de="Weitergeleitet: {right}", en="Passed on: {right}", fr="Transmise : {right}"
    ),
}
_TEXTS: Mapping[Step, Texts] = {
    Step.RECEIVED: Texts(
        de=(
            "Ihre Anfrage ist am {received} bei uns eingegangen: {right}.\n\n"
            "Wir antworten spätestens am {due}, also binnen {months:Monat|Monaten} (Art. 12 Abs. 3 "
            "DSGVO). Das kostet Sie nichts."
        ),
        en=(
            "Your request reached us on {received}: {right}.\n\n"
            "We answer by {due} at the latest, within {months:month|months} (Article 12(3) GDPR). It "
            "costs you nothing."
        ),
        fr=(
            "Votre demande nous est parvenue le {received} : {right}.\n\n"
            "Nous répondons au plus tard le {due}, soit dans un délai de {months:mois|mois} (article 12, "
            "paragraphe 3, du RGPD). Cela ne vous coûte rien."
        ),
    ),
    Step.IDENTITY: Texts(
        de=(
            "unter dieser Adresse wurde am {received} eine Anfrage gestellt: {right}.\n\n"
            "Bitte bestätigen Sie, dass sie von Ihnen kommt, damit niemand anderes über Ihre Daten "
            "verfügt. Eine Ausweiskopie brauchen wir nicht. Der Link gilt bis {until}; unsere Frist "
            "läuft weiter, bis zum {due}.\n\n"
            "Haben Sie nichts angefragt, dann müssen Sie nichts tun."
        ),
        en=(
            "A request was made under this address on {received}: {right}.\n\n"
            "Please confirm that it comes from you, so that nobody else decides about your data. We "
            "need no copy of your papers. The link is good until {until}; our time runs on, until "
            "{due}.\n\n"
            "If you asked for nothing, you need not do anything."
        ),
        fr=(
            "Une demande a été faite sous cette adresse le {received} : {right}.\n\n"
            "Merci de confirmer qu’elle vient de vous, afin que personne d’autre ne dispose de vos "
            "données. Nous n’avons besoin d’aucune copie de pièce d’identité. Le lien est valable "
            "jusqu’au {until} ; notre délai continue de courir, jusqu’au {due}.\n\n"
            "Si vous n’avez rien demandé, vous n’avez rien à faire."
        ),
    ),
    Step.EXTENDED: Texts(
        de=(
            "für Ihre Anfrage vom {received} brauchen wir länger: {right}.\n\n"
            "Der Grund: {reason}\n\n"
            "Wir antworten nun spätestens am {due}. Das Gesetz erlaubt dafür höchstens "
            "{extension:weiteren Monat|weitere Monate} (Art. 12 Abs. 3 DSGVO).\n\n"
        )
        + _COMPLAINT.de,
        en=(
            "We need more time for your request of {received}: {right}.\n\n"
            "The reason: {reason}\n\n"
            "We now answer by {due} at the latest. The law allows at most {extension:further month|"
            "further months} for this (Article 12(3) GDPR).\n\n"
        )
        + _COMPLAINT.en,
        fr=(
            "Nous avons besoin de plus de temps pour votre demande du {received} : {right}.\n\n"
            "Le motif : {reason}\n\n"
            "Nous répondrons au plus tard le {due}. La loi permet au maximum "
            "{extension:mois supplémentaire|mois supplémentaires} (article 12, paragraphe 3, du RGPD).\n\n"
        )
        + _COMPLAINT.fr,
    ),
    Step.FULFILLED: Texts(
        de="Ihre Anfrage vom {received} ist erledigt: {right}.\n\n{done}",
        en="Your request of {received} is done: {right}.\n\n{done}",
        fr="Votre demande du {received} a été traitée : {right}.\n\n{done}",
    ),
    Step.PARTLY_REFUSED: Texts(
        de=(
            "Ihre Anfrage vom {received} ist zum Teil erledigt: {right}.\n\n{done}\n\n"
            "Für einen Teil geht das nicht. Der Grund: {reason}\n\n"
        )
        + _COMPLAINT.de,
        en=(
            "Your request of {received} is done in part: {right}.\n\n{done}\n\n"
            "For a part this cannot be done. The reason: {reason}\n\n"
        )
        + _COMPLAINT.en,
        fr=(
            "Votre demande du {received} a été traitée en partie : {right}.\n\n{done}\n\n"
            "Pour une partie, ce n’est pas possible. Le motif : {reason}\n\n"
        )
        + _COMPLAINT.fr,
    ),
    Step.REFUSED: Texts(
        de=(
            "Ihrer Anfrage vom {received} können wir nicht folgen: {right}.\n\n"
            "Der Grund: {reason}\n\n"
        )
        + _COMPLAINT.de,
        en="We cannot follow your request of {received}: {right}.\n\nThe reason: {reason}\n\n"
        + _COMPLAINT.en,
        fr=(
            "Nous ne pouvons pas donner suite à votre demande du {received} : {right}.\n\n"
            "Le motif : {reason}\n\n"
        )
        + _COMPLAINT.fr,
    ),
    Step.FORWARDED: Texts(
        de=(
            "Ihre Anfrage vom {received} betrifft Daten, die wir im Auftrag verarbeiten: {right}.\n\n"
            "Verantwortlich ist {controller}. Dorthin haben wir Ihre Anfrage am {day} weitergeleitet, und "
            "von dort erhalten Sie die Antwort. Wir helfen dabei (Art. 28 Abs. 3 DSGVO)."
        ),
        en=(
            "Your request of {received} is about data that we process on behalf of another: "
            "{right}.\n\n"
            "The controller is {controller}. We passed your request on to them on {day}, and they will "
            "answer you. We help with it (Article 28(3) GDPR)."
        ),
        fr=(
            "Votre demande du {received} concerne des données que nous traitons pour le compte d’autrui : "
            "{right}.\n\n"
            "Le responsable du traitement est {controller}. Nous lui avons transmis votre demande le "
            "{day} ; c’est lui qui vous répondra. Nous l’y aidons (article 28, paragraphe 3, du RGPD)."
        ),
    ),
}
_ACTS: Mapping[Step, Texts] = {
    Step.IDENTITY: _CONFIRM,
    Step.FULFILLED: _ANSWER,
    Step.PARTLY_REFUSED: _ANSWER,
    Step.REFUSED: _ANSWER,
}


def right_name(kind: RequestKind) -> Texts:
    """Return how a right is called, with its article."""
    return _RIGHTS[kind].name


def letter_about(kinds: Sequence[RequestKind], step: Step) -> LetterKind:
    """Return the letter of a step for a request that makes use of several rights at once."""
    if len(kinds) == 1:
        return LETTERS[kinds[0], step]
    rights = [_RIGHTS[kind] for kind in kinds]
    together = _Right(
        Texts(*(", ".join(right.name[one] for right in rights) for one in LANGUAGES)),
        Texts(*("\n\n".join(right.done[one] for right in rights) for one in LANGUAGES)),
    )
    return _letter(f"request-{step}", together, step)


def _letter(slug: str, right: _Right, step: Step) -> LetterKind:
    return LetterKind(
        slug=slug,
        subject=_with(_SUBJECTS[step], right),
        text=_with(_TEXTS[step], right),
        act=_ACTS.get(step, _STATUS),
        constants={"months": REQUEST_MONTHS, "extension": EXTENSION_MONTHS},
        # Whoever has the link sees the request and its answer, or confirms it.
        secret_link=True,
        about_closing=True,
        good_until="until" if step is Step.IDENTITY else "",
    )


def _with(texts: Texts, right: _Right) -> Texts:
    filled = (
        texts[one].replace("{right}", right.name[one]).replace("{done}", right.done[one])
        for one in LANGUAGES
    )
    return Texts(*filled)


LETTERS: Mapping[tuple[RequestKind, Step], LetterKind] = {
    (kind, step): _letter(f"request-{kind}-{step}", _RIGHTS[kind], step)
    for kind in RequestKind
    for step in Step
}
"""The letter for each kind of request at each step."""
