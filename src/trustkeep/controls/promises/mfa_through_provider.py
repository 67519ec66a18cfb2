"""Where the provider enforces multi-factor authentication, it applies to the sign-in here too."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.roles import Role
from trustkeep.controls.frameworks import references
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
from trustkeep.identity.census import provider_sessions
from trustkeep.kernel.texts import Texts


def check(now: datetime) -> Result:
    """Hold if nobody was let in without the proof that was demanded."""
    seen = provider_sessions(now)
    if not seen.total:
        return cannot_tell("nobody")
    if seen.without_proof:
        exceptions = tuple(Shortfall(user, "no-proof") for user in seen.without_proof)
        return fails("some", subjects=seen.total, exceptions=exceptions, broken=len(exceptions))
    return holds("all", subjects=seen.total, total=seen.total)


PROMISE = Promise(
    slug="mfa-through-provider",
    section=Section.APPLICATION,
    proofs=(Proof.ENFORCED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(
        de="Mehr-Faktor-Authentisierung",
        en="Multi-factor through the provider",
        fr="Multifacteur par le fournisseur",
    ),
    sentence=Texts(
        de="Wo der Identitätsanbieter (Google, Microsoft) eine Mehr-Faktor-Authentisierung erzwingt, gilt sie auch für die Anmeldung hier.",
        en="Where the identity provider (Google, Microsoft) enforces multi-factor authentication, it applies to the sign-in here too.",
        fr="Lorsque le fournisseur d’identité (Google, Microsoft) impose une authentification multifacteur, elle s’applique aussi à la connexion ici.",
    ),
    kept_by=Texts(
        de="Zu jeder Anmeldung über einen Anbieter wird dessen Nachweis des zweiten Faktors festgehalten.",
        en="Every sign-in through a provider records the provider’s proof of the second factor.",
        fr="Chaque connexion par un fournisseur enregistre sa preuve du second facteur.",
    ),
    proved_by=Texts(
        de="Die Prüfung liest alle Anmeldungen über Anbieter des letzten Jahres und sucht solche ohne Nachweis, wo er verlangt war.",
        en="The check reads all sign-ins through providers of the last year and looks for one without proof where it was demanded.",
        fr="La vérification lit les connexions par fournisseur de l’année et cherche celles sans preuve là où elle était exigée.",
    ),
    broken_when=Texts(
        de="Eine Anmeldung ohne Nachweis, wo er verlangt war.",
        en="A sign-in without proof where it was demanded.",
        fr="Une connexion sans preuve là où elle était exigée.",
    ),
    figures={
        "nobody": Texts(
            de="noch keine Anmeldung über einen Anbieter",
            en="no sign-in through a provider yet",
            fr="aucune connexion par un fournisseur",
        ),
        "all": Texts(
            de="{total:Anmeldung|Anmeldungen}, jede mit Nachweis",
            en="{total:sign-in|sign-ins}, each with its proof",
            fr="{total:connexion|connexions}, chacune avec sa preuve",
        ),
        "some": Texts(
            de="{broken:Anmeldung|Anmeldungen} ohne Nachweis",
            en="{broken:sign-in|sign-ins} without proof",
            fr="{broken:connexion|connexions} sans preuve",
        ),
        "no-proof": Texts(de="ohne Nachweis", en="without proof", fr="sans preuve"),
    },
    mapping=references(
        iso="5.16 8.5 5.23",
        tsc="CC6.1 CC6.6",
        gdpr="32 25",
        caiq="IAM-14.1 IAM-14.2",
        vsa_full="DPAC-18",
        vsa_core="CORE-10",
        isa="4.1.2 4.1.3",
    ),
    enforced_in=(
        "trustkeep.identity.provider_sign_ins.admit",
        "trustkeep.identity.census.provider_sessions",
    ),
    checks=(Check("sign-ins", check),),
)
