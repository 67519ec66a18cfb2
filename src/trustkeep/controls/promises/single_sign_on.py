"""Users can sign in with Google or Microsoft accounts."""

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
from trustkeep.identity.oidc import probing, rehearsal
from trustkeep.kernel.texts import Texts

PROVIDERS = ("google", "microsoft")


def check(now: datetime) -> Result:
    """Hold if both providers are set up, answer validly, know us, and our own checks stand."""
    seen = probing.probe(now=now)
    if set(PROVIDERS) - {one.slug for one in seen}:
        return cannot_tell("not-configured")
    exceptions = tuple(Shortfall(one.name, fault) for one in seen for fault in one.faults)
    if exceptions:
        return fails("faults", subjects=len(seen), exceptions=exceptions, faults=len(exceptions))
    return holds("all", subjects=len(seen), total=len(seen), tokens=len(seen) * len(rehearsal.BAD))


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
        de="Beide Anbieter sind über OpenID Connect angebunden; jedes ihrer Token wird geprüft, bevor es jemanden anmeldet: Signatur, Aussteller, Empfänger, Zeiten, Einmalwert, Mandant.",
        en="Both providers are connected by OpenID Connect; each of their tokens is checked before it signs anybody in: signature, issuer, audience, times, nonce, tenant.",
        fr="Les deux fournisseurs sont reliés par OpenID Connect ; chacun de leurs jetons est vérifié avant de connecter quelqu’un : signature, émetteur, destinataire, dates, nonce, locataire.",
    ),
    proved_by=Texts(
        de="Die Prüfung ruft Konfiguration und Schlüssel beider Anbieter ab, vergleicht den Aussteller, klopft mit unserer Kennung und einem falschen Code an ihre Tür und legt unserer eigenen Prüfung gefälschte Token vor.",
        en="The check fetches configuration and keys of both providers, compares the issuer, knocks at their door in our name with a wrong code, and shows forged tokens to our own checks.",
        fr="La vérification lit la configuration et les clés des deux fournisseurs, compare l’émetteur, frappe à leur porte en notre nom avec un faux code, et présente de faux jetons à nos propres contrôles.",
    ),
    broken_when=Texts(
        de="Die Konfiguration eines Anbieters ist nicht erreichbar oder ungültig, er kennt uns nicht (mehr), oder unsere Prüfung ließe ein gefälschtes Token durch.",
        en="The configuration of a provider cannot be reached or is not valid, it does not know us (any more), or our checks would let a forged token through.",
        fr="La configuration d’un fournisseur est inaccessible ou non valable, il ne nous connaît pas (ou plus), ou nos contrôles laisseraient passer un faux jeton.",
    ),
    figures={
        "not-configured": Texts(
            de="noch nicht bei beiden Anbietern eingerichtet",
            en="not configured with both providers yet",
            fr="pas encore configuré chez les deux fournisseurs",
        ),
        "all": Texts(
            de="{total:Anbieter|Anbieter} erreichbar und gültig, {tokens:gefälschtes|gefälschte} Token abgewiesen",
            en="{total:provider|providers} reachable and valid, {tokens:forged token|forged tokens} refused",
            fr="{total:fournisseur accessible et valable|fournisseurs accessibles et valables}, {tokens:faux jeton refusé|faux jetons refusés}",
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
        "insecure": Texts(de="ohne TLS", en="without TLS", fr="sans TLS"),
        "certificate": Texts(
            de="Zertifikat ungültig", en="invalid certificate", fr="certificat non valable"
        ),
        "too-slow": Texts(de="zu langsam", en="too slow", fr="trop lent"),
        "too-large": Texts(de="Antwort zu groß", en="answer too large", fr="réponse trop grande"),
        "redirected": Texts(de="leitet weiter", en="redirects", fr="redirige"),
        "status": Texts(
            de="antwortet mit einem Fehler", en="answers with an error", fr="répond par une erreur"
        ),
        "client-refused": Texts(
            de="kennt uns nicht", en="does not know us", fr="ne nous connaît pas"
        ),
        "secret-missing": Texts(
            de="Geheimnis unlesbar", en="secret cannot be read", fr="secret illisible"
        ),
        "believes-anything": Texts(
            de="glaubt falsche Codes", en="believes wrong codes", fr="accepte de faux codes"
        ),
        "let-through": Texts(
            de="gefälschtes Token nicht abgewiesen",
            en="forged token not refused",
            fr="faux jeton non refusé",
        ),
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
        "trustkeep.identity.oidc.id_token.believed",
        "trustkeep.identity.oidc.probing.probe",
    ),
    checks=(Check("providers", check),),
)
