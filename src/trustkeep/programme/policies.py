"""Internal security policies: owner, approval by a second person, yearly review."""

from __future__ import annotations

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, long_text, text
from trustkeep.records.kinds import RecordKind
from trustkeep.records.periods import YEAR

REVIEW_WITHIN = YEAR
"""How long after its last review a policy counts as reviewed."""

POLICY = RecordKind(
    slug="policy",
    title=Texts(de="Sicherheitsrichtlinie", en="Security policy", fr="Politique de sécurité"),
    description=Texts(
        de="Eine Richtlinie mit Verantwortung, Freigabe und letzter Überprüfung.",
        en="A policy with its owner, approval and last review.",
        fr="Une politique avec son responsable, son approbation et sa dernière revue.",
    ),
    fields=(
        text("title", Texts(de="Titel", en="Title", fr="Titre")),
        text("version", Texts(de="Fassung", en="Version", fr="Version")),
        text("owner", Texts(de="Verantwortlich", en="Owner", fr="Responsable")),
        text("author", Texts(de="Verfasst von", en="Author", fr="Auteur")),
        text(
            "approver",
            Texts(de="Freigegeben von", en="Approver", fr="Approuvé par"),
            hint=Texts(
                de="Eine andere Person als die, die verfasst hat.",
                en="Somebody other than the author.",
                fr="Une autre personne que l’auteur.",
            ),
        ),
        day("approved_date", Texts(de="Freigegeben am", en="Approved on", fr="Approuvée le")),
        day(
            "reviewed_date",
            Texts(de="Zuletzt überprüft am", en="Last reviewed on", fr="Dernière revue le"),
        ),
        long_text(
            "overview",
            Texts(
                de="Überblick für Kunden", en="Overview for customers", fr="Aperçu pour les clients"
            ),
            required=False,
        ),
    ),
    promises=("security-policies", "policy-overview"),
    writers=frozenset({Role.SECURITY_LEAD, Role.PROGRAMME_MANAGER, Role.DPO}),
)


def approved_by_second_person(author: str, approver: str) -> bool:
    """Return whether two people stand behind a policy, however their names are spelt."""
    return author.casefold().split() != approver.casefold().split()
