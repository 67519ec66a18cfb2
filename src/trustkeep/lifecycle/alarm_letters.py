"""What the staff is called for before a promise falls: deadlines that come near, systems that stall.

These letters name an account by its reference, never by what is in it.
"""

from __future__ import annotations

from enum import StrEnum

from trustkeep.kernel.texts import Texts
from trustkeep.letters.kinds import LetterKind


class Deadline(StrEnum):
    """What has to be done in time."""

    LOCK = "lock"
    DELETION = "deletion"
    PART = "part"
    REQUEST = "request"


DEADLINES = {
    Deadline.LOCK: Texts(
        de="Zugänge schließen", en="closing every way in", fr="fermeture des accès"
    ),
    Deadline.DELETION: Texts(
        de="alles löschen", en="deleting everything", fr="suppression complète"
    ),
    Deadline.PART: Texts(
        de="auf Verlangen löschen", en="deletion on request", fr="suppression sur demande"
    ),
    Deadline.REQUEST: Texts(
        de="Anfrage beantworten", en="answering a request", fr="réponse à une demande"
    ),
}
"""How each is called; goes into the value ``deadline``."""

DEADLINE_NEAR = LetterKind(
    slug="deadline-near",
    subject=Texts(
        de="{percent} % der Frist um: {deadline}, {reference}",
        en="{percent}% of the time gone: {deadline}, {reference}",
        fr="{percent} % du délai écoulé : {deadline}, {reference}",
    ),
    text=Texts(
        de=(
            "{percent} % der Frist sind um, und es ist noch nicht getan.\n\n"
            "- Was: {deadline}\n"
            "- Wofür: {reference}\n"
            "- Spätestens: {due_at}\n"
            "- Woran es hängt: {problem}\n\n"
            "Verstreicht die Frist, dann steht auf der öffentlichen Seite „nicht eingehalten“."
        ),
        en=(
            "{percent}% of the time is gone, and it is not done.\n\n"
            "- What: {deadline}\n"
            "- For: {reference}\n"
            "- By: {due_at}\n"
            "- What is in the way: {problem}\n\n"
            "Once the time is over, the public page says “not kept”."
        ),
        fr=(
            "{percent} % du délai est écoulé, et ce n’est pas fait.\n\n"
            "- Quoi : {deadline}\n"
            "- Pour : {reference}\n"
            "- Au plus tard : {due_at}\n"
            "- Ce qui bloque : {problem}\n\n"
            "Passé ce délai, la page publique indique « non tenu »."
        ),
    ),
    act=Texts(de="Ansehen", en="Look at it", fr="Voir"),
)
DEADLINE_MISSED = LetterKind(
    slug="deadline-missed",
    subject=Texts(
        de="Frist versäumt: {deadline}, {reference}",
        en="Deadline missed: {deadline}, {reference}",
        fr="Délai dépassé : {deadline}, {reference}",
    ),
    text=Texts(
        de=(
            "die Frist ist seit {due_at} um, und es ist noch nicht getan. Auf der öffentlichen Seite steht "
            "„nicht eingehalten“, bis es getan ist.\n\n"
            "- Was: {deadline}\n"
            "- Wofür: {reference}\n"
            "- Woran es hängt: {problem}"
        ),
        en=(
            "The time was over on {due_at}, and it is not done. The public page says “not kept” until it "
            "is.\n\n"
            "- What: {deadline}\n"
            "- For: {reference}\n"
            "- What is in the way: {problem}"
        ),
        fr=(
            "Le délai est dépassé depuis le {due_at}, et ce n’est pas fait. La page publique indique « non "
            "tenu » jusqu’à ce que ce soit fait.\n\n"
            "- Quoi : {deadline}\n"
            "- Pour : {reference}\n"
            "- Ce qui bloque : {problem}"
        ),
    ),
    act=Texts(de="Ansehen", en="Look at it", fr="Voir"),
)
SYSTEM_STALLED = LetterKind(
    slug="system-stalled",
    subject=Texts(
        de="Angebundenes System stockt: {system}",
        en="Connected system has stalled: {system}",
        fr="Système connecté bloqué : {system}",
    ),
    text=Texts(
        de=(
            "{system} folgt seit {since} nicht mehr: {problem}.\n\n"
            "Ohne einen Menschen geht es dort nicht weiter. Betroffen: {reference}. Solange die Antwort "
            "fehlt, steht das System auf der Löschbestätigung als „nicht bestätigt“."
        ),
        en=(
            "{system} has not followed since {since}: {problem}.\n\n"
            "It will not go on without a person. Concerned: {reference}. As long as the answer is "
            "missing, the deletion certificate lists the system as not confirmed."
        ),
        fr=(
            "{system} ne suit plus depuis le {since} : {problem}.\n\n"
            "Rien n’avancera sans une personne. Concerné : {reference}. Tant que la réponse manque, le "
            "certificat de suppression indique que le système n’a pas confirmé."
        ),
    ),
    act=Texts(de="System ansehen", en="Look at the system", fr="Voir le système"),
)
PURGE_STALLED = LetterKind(
    slug="purge-stalled",
    subject=Texts(
        de="Löschung wartet auf Sie: {reference}",
        en="A deletion waits for you: {reference}",
        fr="Une suppression vous attend : {reference}",
    ),
    text=Texts(
        de=(
            "die Löschung für {reference} ist seit {since} angehalten: {problem}.\n\n"
            "Spätestens am {due_at} muss sie fertig sein."
        ),
        en=(
            "The deletion for {reference} has stood still since {since}: {problem}.\n\n"
            "It has to be done by {due_at}."
        ),
        fr=(
            "La suppression pour {reference} est arrêtée depuis le {since} : {problem}.\n\n"
            "Elle doit être terminée au plus tard le {due_at}."
        ),
    ),
    act=Texts(de="Entscheiden", en="Decide", fr="Décider"),
)
HOLD_REVIEW_DUE = LetterKind(
    slug="hold-review-due",
    subject=Texts(
        de="Löschsperre prüfen bis {review_date}: {reference}",
        en="Review the legal hold by {review_date}: {reference}",
        fr="Gel à revoir au plus tard le {review_date} : {reference}",
    ),
    text=Texts(
        de=(
            "die Löschsperre für {reference} ({basis}), für die {owner} einsteht, muss bis {review_date} "
            "geprüft werden: Bestätigen Sie sie mit einem neuen Tag, oder heben Sie sie auf.\n\n"
            "Gelöscht wird ohne Ihr Wort nichts. Nach diesem Tag entschuldigt die Sperre aber nichts mehr: "
            "Was längst gelöscht sein müsste, steht dann auf der öffentlichen Seite als „nicht "
            "eingehalten“."
        ),
        en=(
            "The legal hold of {reference} ({basis}), for which {owner} answers, has to be reviewed by "
            "{review_date}: confirm it with a new day, or lift it.\n\n"
            "Nothing is deleted without your word. But after that day the hold excuses nothing any more: "
            "what should have been deleted by then shows on the public page as “not kept”."
        ),
        fr=(
            "Le gel des données de {reference} ({basis}), dont répond {owner}, doit être revu au plus tard "
            "le {review_date} : confirmez-le avec un nouveau jour, ou levez-le.\n\n"
            "Rien n’est supprimé sans votre parole. Mais après ce jour, le gel n’excuse plus rien : ce qui "
            "devrait être supprimé figure alors sur la page publique comme « non tenu »."
        ),
    ),
    act=Texts(de="Ansehen", en="Look at it", fr="Voir"),
)
TO_STAFF = (DEADLINE_NEAR, DEADLINE_MISSED, SYSTEM_STALLED, PURGE_STALLED, HOLD_REVIEW_DUE)
