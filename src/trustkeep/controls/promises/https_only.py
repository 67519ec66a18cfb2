"""Data travels only over HTTPS: a prober really connects to every published host."""

from __future__ import annotations

from datetime import datetime, timedelta

from trustkeep.accounts.roles import Role
from trustkeep.controls.frameworks import references
from trustkeep.controls.ports import HostSeen, joined
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


def check(now: datetime) -> Result:
    """Hold if every host refuses what is old or plain and shows a valid certificate."""
    if joined.prober is None:
        return cannot_tell("not-joined")
    seen = joined.prober.probe()
    if not seen or not all(one.reachable for one in seen):
        return cannot_tell("unreachable", total=len(seen))
    exceptions = tuple(Shortfall(one.host, fault) for one in seen for fault in _faults(one, now))
    if exceptions:
        return fails(
            "faults",
            subjects=len(seen),
            exceptions=exceptions,
            faults=len(exceptions),
            total=len(seen),
        )
    due_at = min(one.certificate_until for one in seen if one.certificate_until)
    return holds("all", subjects=len(seen), due_at=due_at, total=len(seen), until=due_at.date())


CERTIFICATE_WARNING = timedelta(days=14)
"""So long before a certificate ends the promise is at risk."""


def _faults(one: HostSeen, now: datetime) -> tuple[str, ...]:
    expired = one.certificate_until is not None and now >= one.certificate_until
    return (*one.faults, "certificate-expired") if expired else one.faults


PROMISE = Promise(
    slug="https-only",
    section=Section.DATA,
    proofs=(Proof.ENFORCED, Proof.MEASURED),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Nur HTTPS", en="HTTPS only", fr="HTTPS uniquement"),
    sentence=Texts(
        de="Daten werden zu und von der Anwendung ausschließlich über HTTPS (TLS) übertragen.",
        en="Data travels to and from the application only over HTTPS (TLS).",
        fr="Les données circulent vers et depuis l’application uniquement en HTTPS (TLS).",
    ),
    kept_by=Texts(
        de="Der Server nimmt nur aktuelle TLS-Versionen an, beantwortet HTTP mit einer Weiterleitung ohne Inhalt, sendet HSTS und setzt nur sichere Cookies.",
        en="The server accepts current TLS versions only, answers HTTP with a redirect and no content, sends HSTS and sets secure cookies only.",
        fr="Le serveur n’accepte que des versions actuelles de TLS, répond en HTTP par une redirection sans contenu, envoie HSTS et ne pose que des cookies sécurisés.",
    ),
    proved_by=Texts(
        de="Die Prüfung verbindet sich wirklich mit jedem veröffentlichten Host, auch mit veralteten Versionen und ohne TLS, und liest das Zertifikat.",
        en="The check really connects to every published host, with outdated versions and without TLS too, and reads the certificate.",
        fr="La vérification se connecte réellement à chaque hôte publié, aussi avec des versions obsolètes et sans TLS, et lit le certificat.",
    ),
    broken_when=Texts(
        de="Ein Host antwortet ohne TLS mit Inhalt, nimmt eine veraltete Version an, sendet kein HSTS, oder sein Zertifikat ist ungültig.",
        en="A host answers content without TLS, accepts an outdated version, sends no HSTS, or its certificate is not valid.",
        fr="Un hôte répond sans TLS avec du contenu, accepte une version obsolète, n’envoie pas HSTS, ou son certificat n’est pas valable.",
    ),
    figures={
        "not-joined": Texts(
            de="kein Host eingerichtet", en="no host configured", fr="aucun hôte configuré"
        ),
        "unreachable": Texts(
            de="ein Host von {total} nicht erreichbar",
            en="a host of {total} cannot be reached",
            fr="un hôte sur {total} inaccessible",
        ),
        "all": Texts(
            de="{total:Host|Hosts} geprüft, Zertifikate gültig bis {until}",
            en="{total:host|hosts} probed, certificates valid until {until}",
            fr="{total:hôte sondé|hôtes sondés}, certificats valables jusqu’au {until}",
        ),
        "faults": Texts(
            de="{faults:Mangel|Mängel} an {total:Host|Hosts}",
            en="{faults:fault|faults} on {total:host|hosts}",
            fr="{faults:défaut|défauts} sur {total:hôte|hôtes}",
        ),
        "plain-answer": Texts(
            de="antwortet ohne TLS", en="answers without TLS", fr="répond sans TLS"
        ),
        "tls-1-0": Texts(de="nimmt TLS 1.0 an", en="accepts TLS 1.0", fr="accepte TLS 1.0"),
        "tls-1-1": Texts(de="nimmt TLS 1.1 an", en="accepts TLS 1.1", fr="accepte TLS 1.1"),
        "hsts": Texts(
            de="HSTS fehlt oder ist zu kurz",
            en="HSTS missing or too short",
            fr="HSTS absent ou trop court",
        ),
        "cookie": Texts(
            de="Cookie ohne Secure", en="cookie without Secure", fr="cookie sans Secure"
        ),
        "certificate": Texts(
            de="Zertifikat ungültig", en="certificate not valid", fr="certificat non valable"
        ),
        "certificate-expired": Texts(
            de="Zertifikat abgelaufen", en="certificate expired", fr="certificat expiré"
        ),
        "handshake": Texts(
            de="TLS-Aufbau gescheitert", en="TLS handshake failed", fr="échec de la négociation TLS"
        ),
    },
    mapping=references(
        iso="8.24 8.20 8.21 5.14",
        tsc="CC6.7 CC6.6",
        gdpr="32(1)(a)",
        caiq="CEK-03.1 IVS-03.2 IVS-07.1 DSP-10.1 IPY-03.1",
        vsa_full="PRO-23 PRO-24",
        vsa_core="CORE-2 CORE-23",
        isa="5.1.2",
    ),
    enforced_in=("trustkeep.controls.promises.https_only.check", "trustkeep.controls.ports.Prober"),
    checks=(Check("prober", check),),
    warn_before=CERTIFICATE_WARNING,
)
