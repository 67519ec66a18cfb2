"""What may be asked, how it came in, what about, and how it may be decided: closed lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.request_letters import RequestKind


class Channel(StrEnum):
    """By which door a request came in."""

    PUBLIC_FORM = "public-form"
    WORKSPACE = "workspace"
    MAIL = "mail"
    PHONE = "phone"
    LETTER = "letter"
    ACCOUNT_MANAGER = "account-manager"
    PROGRAM = "program"


GIVES_DATA = frozenset({RequestKind.ACCESS, RequestKind.PORTABILITY, RequestKind.EXPORT})
"""What is asked for is data, so an answer comes with it."""

CHANNEL_TEXTS = {
    Channel.PUBLIC_FORM: Texts(
        de="Formular auf der öffentlichen Seite", en="form on the public page", fr="formulaire"
    ),
    Channel.WORKSPACE: Texts(
        de="angemeldet im Kundenbereich", en="signed in, in the workspace", fr="espace client"
    ),
    Channel.MAIL: Texts(de="E-Mail an den DSB", en="mail to the DPO", fr="courriel au DPO"),
    Channel.PHONE: Texts(de="Telefon", en="telephone", fr="téléphone"),
    Channel.LETTER: Texts(de="Brief", en="letter", fr="courrier"),
    Channel.ACCOUNT_MANAGER: Texts(
        de="Kundenbetreuung", en="account manager", fr="responsable de compte"
    ),
    Channel.PROGRAM: Texts(de="Programm", en="program", fr="programme"),
}


class OurRole(StrEnum):
    """Whose decision it is: ours as controller, or the customer's, whose processor we are.

    ``INSTRUCTED``: the customer is who asks, and what we do is their instruction (Article 28(3)).
    """

    CONTROLLER = "controller"
    PROCESSOR = "processor"
    INSTRUCTED = "instructed"


class Scope(StrEnum):
    """How much is meant."""

    ACCOUNT = "account"
    MEMBER = "member"
    PERSON = "person"
    OBJECT = "object"


def is_whole(asked: Iterable[str], role: str, scope: str) -> bool:
    """Return whether a customer asks to be given a whole account back."""
    return scope == Scope.ACCOUNT and role == OurRole.INSTRUCTED and bool(GIVES_DATA & {*asked})


SCOPE_TEXTS = {
    Scope.ACCOUNT: Texts(de="ein ganzes Konto", en="a whole account", fr="un compte entier"),
    Scope.MEMBER: Texts(
        de="ein Mitglied eines Kontos", en="a member of an account", fr="un membre d’un compte"
    ),
    Scope.PERSON: Texts(
        de="eine Person in den Daten eines Kunden oder ohne Konto",
        en="a person in a customer’s data, or without an account",
        fr="une personne dans les données d’un client, ou sans compte",
    ),
    Scope.OBJECT: Texts(
        de="einzelne Dateien oder Datensätze",
        en="single files or records",
        fr="des fichiers ou des données",
    ),
}


class Means(StrEnum):
    """How the identity was checked (Article 12(6): only what is needed, and no copies kept)."""

    EMAIL_LINK = "email-link"
    SIGNED_IN = "signed-in"
    KNOWN_CONTACT = "known-contact"
    CALL_BACK = "call-back"
    QUESTIONS = "questions"
    SHOWN = "shown"


MEANS_TEXTS = {
    Means.EMAIL_LINK: Texts(
        de="Link an die Adresse bestätigt",
        en="link to the address confirmed",
        fr="lien envoyé à l’adresse, confirmé",
    ),
    Means.SIGNED_IN: Texts(de="war angemeldet", en="was signed in", fr="était connectée"),
    Means.KNOWN_CONTACT: Texts(
        de="bekannter Kontakt, über die bekannte Adresse",
        en="known contact, by the known address",
        fr="contact connu, par l’adresse connue",
    ),
    Means.CALL_BACK: Texts(
        de="Rückruf unter der bekannten Nummer",
        en="called back on the known number",
        fr="rappelée au numéro connu",
    ),
    Means.QUESTIONS: Texts(
        de="Fragen beantwortet, deren Antworten nur sie kennt",
        en="answered questions that only this person can answer",
        fr="a répondu à des questions dont elle seule connaît la réponse",
    ),
    Means.SHOWN: Texts(
        de="Ausweis gezeigt, nicht kopiert",
        en="showed a document, of which no copy was made",
        fr="a montré une pièce, sans copie",
    ),
}


class ExtensionReason(StrEnum):
    """Why an answer may take longer (Article 12(3) knows these two reasons)."""

    COMPLEXITY = "complexity"
    NUMBER = "number"


EXTENSION_TEXTS = {
    ExtensionReason.COMPLEXITY: Texts(
        de="Ihr Anliegen ist umfangreich und betrifft mehrere Systeme.",
        en="Your request is complex and concerns several systems.",
        fr="Votre demande est complexe et concerne plusieurs systèmes.",
    ),
    ExtensionReason.NUMBER: Texts(
        de="Wir haben viele Anliegen zur gleichen Zeit erhalten.",
        en="We have received a large number of requests at the same time.",
        fr="Nous avons reçu un grand nombre de demandes en même temps.",
    ),
}


class Category(StrEnum):
    """Kinds of data, each decided about by itself."""

    PROFILE = "profile"
    SIGN_IN = "sign-in"
    CONTENT = "content"
    LETTERS = "letters"
    CONTRACT = "contract"
    STAFF = "staff"
    AUDIT = "audit"


CATEGORY_TEXTS = {
    Category.PROFILE: Texts(
        de="Name, Adresse und Rolle", en="name, address and role", fr="nom, adresse et rôle"
    ),
    Category.SIGN_IN: Texts(
        de="Anmeldung und Sitzungen", en="sign-in and sessions", fr="connexion et sessions"
    ),
    Category.CONTENT: Texts(
        de="Dateien und Datensätze", en="files and records", fr="fichiers et données"
    ),
    Category.LETTERS: Texts(
        de="Schriftwechsel mit uns", en="correspondence with us", fr="correspondance avec nous"
    ),
    Category.CONTRACT: Texts(
        de="Vertrag und Rechnungen", en="contract and invoices", fr="contrat et factures"
    ),
    Category.STAFF: Texts(
        de="Beschäftigung bei uns", en="employment with us", fr="emploi chez nous"
    ),
    Category.AUDIT: Texts(
        de="Sicherheits- und Nachweisprotokolle",
        en="security and evidence logs",
        fr="journaux de sécurité et de preuves",
    ),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something may be refused; ``by_two``: only by two people (the burden of proof is ours).

    ``types`` are the requests that it can be held against.
    """

    code: str
    types: frozenset[RequestKind]
    text: Texts
    by_two: bool = False


_ALL = frozenset(RequestKind)
_ERASING = frozenset({RequestKind.DELETION, RequestKind.OBJECTION})
_READING = frozenset({RequestKind.ACCESS, RequestKind.PORTABILITY})

GROUNDS = {
    one.code: one
    for one in (
        Ground(
            "17-3-a",
            _ERASING,
            Texts(
                de="nötig für die freie Meinungsäußerung und Information (Art. 17 Abs. 3 Buchst. a)",
                en="needed for the freedom of expression and information (Art. 17(3)(a))",
                fr="nécessaire à la liberté d’expression et d’information (art. 17, §\u00a03, a)",
            ),
        ),
        Ground(
            "17-3-b",
            _ERASING,
            Texts(
                de="ein Gesetz verpflichtet uns zur Aufbewahrung (Art. 17 Abs. 3 Buchst. b)",
                en="the law obliges us to keep it (Art. 17(3)(b))",
                fr="la loi nous oblige à le conserver (art. 17, §\u00a03, b)",
            ),
        ),
        Ground(
            "17-3-c",
            _ERASING,
            Texts(
                de="nötig für die öffentliche Gesundheit (Art. 17 Abs. 3 Buchst. c)",
                en="needed for public health (Art. 17(3)(c))",
                fr="nécessaire à la santé publique (art. 17, §\u00a03, c)",
            ),
        ),
        Ground(
            "17-3-d",
            _ERASING,
            Texts(
                de="nötig für Archiv, Forschung oder Statistik (Art. 17 Abs. 3 Buchst. d)",
                en="needed for archiving, research or statistics (Art. 17(3)(d))",
                fr="nécessaire aux archives, à la recherche ou aux statistiques (art. 17, §\u00a03, d)",
            ),
        ),
        Ground(
            "17-3-e",
            _ERASING,
            Texts(
                de="nötig für Rechtsansprüche (Art. 17 Abs. 3 Buchst. e)",
                en="needed for legal claims (Art. 17(3)(e))",
                fr="nécessaire à des droits en justice (art. 17, §\u00a03, e)",
            ),
        ),
        Ground(
            "17-1",
            frozenset({RequestKind.DELETION}),
            Texts(
                de="kein Grund für eine Löschung liegt vor (Art. 17 Abs. 1)",
                en="there is no ground for deletion (Art. 17(1))",
                fr="aucun motif d’effacement (art. 17, §\u00a01)",
            ),
        ),
        Ground(
            "15-4",
            _READING,
            Texts(
                de="Rechte anderer Personen stehen entgegen (Art. 15 Abs. 4)",
                en="it would harm the rights of others (Art. 15(4))",
                fr="porterait atteinte aux droits d’autrui (art. 15, §\u00a04)",
            ),
        ),
        Ground(
            "20-1",
            frozenset({RequestKind.PORTABILITY}),
            Texts(
                de="nicht von Ihnen bereitgestellt oder nicht auf Vertrag oder Einwilligung beruhend (Art. 20 Abs. 1)",
                en="not provided by you, or not based on contract or consent (Art. 20(1))",
                fr="non fourni par vous, ou sans contrat ni consentement (art. 20, §\u00a01)",
            ),
        ),
        Ground(
            "16",
            frozenset({RequestKind.RECTIFICATION}),
            Texts(
                de="die Angabe ist richtig (Art. 16)",
                en="what is recorded is accurate (Art. 16)",
                fr="ce qui est enregistré est exact (art. 16)",
            ),
        ),
        Ground(
            "18-1",
            frozenset({RequestKind.RESTRICTION}),
            Texts(
                de="keine Voraussetzung einer Einschränkung liegt vor (Art. 18 Abs. 1)",
                en="no condition of a restriction is met (Art. 18(1))",
                fr="aucune condition de limitation n’est remplie (art. 18, §\u00a01)",
            ),
        ),
        Ground(
            "21-1",
            frozenset({RequestKind.OBJECTION}),
            Texts(
                de="zwingende schutzwürdige Gründe überwiegen (Art. 21 Abs. 1)",
                en="compelling legitimate grounds prevail (Art. 21(1))",
                fr="des motifs légitimes et impérieux prévalent (art. 21, §\u00a01)",
            ),
        ),
        Ground(
            "11-2",
            _ALL,
            Texts(
                de="wir können Sie nicht identifizieren (Art. 11 Abs. 2)",
                en="we are not able to identify you (Art. 11(2))",
                fr="nous ne pouvons pas vous identifier (art. 11, §\u00a02)",
            ),
        ),
        Ground(
            "12-5-unfounded",
            _ALL,
            Texts(
                de="offenkundig unbegründet (Art. 12 Abs. 5)",
                en="manifestly unfounded (Art. 12(5))",
                fr="manifestement infondée (art. 12, §\u00a05)",
            ),
            by_two=True,
        ),
        Ground(
            "12-5-excessive",
            _ALL,
            Texts(
                de="exzessiv, besonders durch häufige Wiederholung (Art. 12 Abs. 5)",
                en="excessive, in particular because repeated (Art. 12(5))",
                fr="excessive, notamment par sa répétition (art. 12, §\u00a05)",
            ),
            by_two=True,
        ),
    )
}
"""By their codes: paragraph and letter of the GDPR."""
