"""Users can sign in with Google or Microsoft accounts."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.roles import Role
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

PROVIDERS = ("Google", "Microsoft")


def check(now: datetime) -> Result:  # noqa: ARG001
    """Hold if both providers are configured and answer with a valid configuration and keys."""
    if joined.identity_providers is None:
        return cannot_tell("not-configured")
    seen = joined.identity_providers.probe()
    missing = set(PROVIDERS) - {one.name for one in seen}
    if missing:
        return cannot_tell("not-configured")
    exceptions = tuple(Shortfall(one.name, fault) for one in seen for fault in one.faults)
    if exceptions:
        return fails("faults", subjects=len(seen), exceptions=exceptions, faults=len(exceptions))
    return holds("all", subjects=len(seen), total=len(seen))


PROMISE = Promise(
    slug="single-sign-on",
    section=Section.APPLICATION,
    proofs=(Proof.MEASURED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Einmalanmeldung", en="Single sign-on", fr="Authentification unique"),
    sentence=Texts(
        de="Nutzerinnen und Nutzer können sich mit ihrem Google- oder Microsoft-Konto anmelden.",
        en="Users can sign in with their Google or Microsoft accounts.",
        fr="Les utilisateurs peuvent se connecter avec leur compte Google ou Microsoft.",
    ),
    kept_by=Texts(
        de="Beide Anbieter sind über OpenID Connect angebunden; Anbieter und Aussteller stehen in den Einstellungen.",
        en="Both providers are connected by OpenID Connect; provider and issuer stand in the settings.",
        fr="Les deux fournisseurs sont reliés par OpenID Connect ; fournisseur et émetteur figurent dans les réglages.",
    ),
    proved_by=Texts(
        de="Die Prüfung ruft Konfiguration und Schlüssel beider Anbieter ab und vergleicht den Aussteller.",
        en="The check fetches configuration and keys of both providers and compares the issuer.",
        fr="La vérification lit la configuration et les clés des deux fournisseurs et compare l’émetteur.",
    ),
    broken_when=Texts(
        de="Die Konfiguration eines Anbieters ist nicht erreichbar oder ungültig.",
        en="The configuration of a provider cannot be reached or is not valid.",
        fr="La configuration d’un fournisseur est inaccessible ou non valable.",
    ),
    figures={
        "not-configured": Texts(
            de="noch nicht bei beiden Anbietern eingerichtet",
            en="not configured with both providers yet",
            fr="pas encore configuré chez les deux fournisseurs",
        ),
        "all": Texts(
            de="{total:Anbieter|Anbieter} erreichbar und gültig",
            en="{total:provider|providers} reachable and valid",
            fr="{total:fournisseur accessible et valable|fournisseurs accessibles et valables}",
        ),
        "faults": Texts(
            de="{faults:Mangel|Mängel}", en="{faults:fault|faults}", fr="{faults:défaut|défauts}"
        ),
        "unreachable": Texts(de="nicht erreichbar", en="cannot be reached", fr="inaccessible"),
        "unreadable": Texts(de="Antwort unlesbar", en="unreadable answer", fr="réponse illisible"),
        "incomplete": Texts(
            de="Konfiguration unvollständig",
            en="incomplete configuration",
            fr="configuration incomplète",
        ),
        "issuer": Texts(de="anderer Aussteller", en="another issuer", fr="autre émetteur"),
        "no-keys": Texts(de="keine Schlüssel", en="no keys", fr="aucune clé"),
    },
    mapping=references(
        iso="5.16 8.5 5.23",
        tsc="CC6.1 CC6.6",
        gdpr="25 32",
        caiq="IAM-14.1 IAM-16.1",
        vsa_full="DPAC-17",
        vsa_core="CORE-6 CORE-7",
        isa="4.1.2 4.1.3",
    ),
    enforced_in=(
        "trustkeep.controls.promises.single_sign_on.check",
        "trustkeep.controls.ports.IdentityProviders",
    ),
    checks=(Check("providers", check),),
)
