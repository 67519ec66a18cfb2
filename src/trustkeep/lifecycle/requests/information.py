"""What Article 15(1) wants a person to be told beside the data itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trustkeep.accounts.queries import company
from trustkeep.agreements.clauses import SUBPROCESSOR
from trustkeep.kernel.texts import Texts
from trustkeep.records import queries as records

PURPOSES = Texts(
    de="Vertrag mit unseren Kunden, Sicherheit der Anmeldung, gesetzliche Pflichten und deren Nachweis",
    en="the contract with our customers, the security of sign-in, legal duties and their proof",
    fr="le contrat avec nos clients, la sécurité des connexions, les obligations légales et leur preuve",
)
SOURCE_MEMBER = Texts(
    de="von Ihnen selbst und von der Firma, für die Sie mit uns arbeiten",
    en="yourself, and the company for which you work with us",
    fr="vous-même, et l’entreprise pour laquelle vous travaillez avec nous",
)
SOURCE_OWN = Texts(de="von Ihnen selbst", en="yourself", fr="vous-même")
RIGHTS = Texts(
    de="Berichtigung, Löschung, Einschränkung, Widerspruch, Datenübertragbarkeit und Beschwerde bei einer Aufsichtsbehörde",
    en="rectification, erasure, restriction, objection, portability, and a complaint to a supervisory authority",
    fr="rectification, effacement, limitation, opposition, portabilité et réclamation auprès d’une autorité de contrôle",
)
NO_AUTOMATED = Texts(
    de="Es gibt keine automatisierten Entscheidungen und kein Profiling.",
    en="There are no automated decisions and there is no profiling.",
    fr="Il n’y a ni décision automatisée ni profilage.",
)


def information(language: str, of_customer: bool, now: datetime) -> dict[str, Any]:
    """Return purposes, recipients, source, rights and the rest, in the reader's language.

    Recipients are the concrete ones (CJEU C-154/21): the sub-processors on record, with countries.
    """
    us = company()
    recipients = [
        {"name": one["name"], "for": one["service"], "country": one["country"]}
        for one in records.current(SUBPROCESSOR, now)
    ]
    source = SOURCE_MEMBER if of_customer else SOURCE_OWN
    return {
        "controller": us.legal_name,
        "data_protection_officer": us.dpo_email,
        "purposes": PURPOSES[language],
        "recipients": recipients,
        "source": source[language],
        "rights": RIGHTS[language],
        "automated_decisions": NO_AUTOMATED[language],
    }
