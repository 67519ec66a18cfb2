"""A certificate authority of this installation's own, for where no public one can vouch for it.

`localhost` gets no certificate from anybody, so a demo makes an authority and a server certificate
(both EC P-256) that browsers trust once they are given ``ca.pem``. The authority may vouch for the
names of this installation only (RFC 5280 section 4.2.1.10), so that trusting it is not a risk.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trustkeep.kernel.errors import TrustkeepError

AUTHORITY_LIFETIME = timedelta(days=3650)
SERVER_LIFETIME = timedelta(days=90)
RENEW_BEFORE = timedelta(days=30)
CLOCK_SKEW = timedelta(hours=1)
LOOPBACK = ("localhost", "127.0.0.1", "::1")

type Key = ec.EllipticCurvePrivateKey


class CertificateUnusable(TrustkeepError):
    """The certificate of the server cannot be read, or its key does not belong to it."""

    sentence = "The certificate {path} cannot be used: {problem}."


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says of itself."""

    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    issuer: str
    is_self_issued: bool

    def is_for(self, host: str) -> bool:
        """Tell whether the certificate is for `host` (RFC 9525: one wildcard, leftmost label)."""
        wildcard = "*." + host.partition(".")[2]
        return any(name.lower() in (host.lower(), wildcard.lower()) for name in self.names)


def provide(directory: Path, *, names: Sequence[str], now: datetime) -> None:
    """Make the authority and the server certificate where missing, near their end, or for others.

    Writes ``ca.pem``, ``ca.key``, ``server.pem`` and ``server.key`` into `directory`.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = tuple(dict.fromkeys((*names, *LOOPBACK)))
    if _still_good(directory / "server.pem", directory / "ca.pem", names, now):
        return
    authority = directory / "ca.pem"
    if not (_lasts(authority, now + SERVER_LIFETIME) and _may_vouch(authority, names)):
        _make_authority(directory, names, now)
    _make_server(directory, names, now)


def facts(path: Path) -> Facts:
    """Return what the first certificate of a PEM file says; raises CertificateUnusable."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise CertificateUnusable(path=path, problem="there is no such file") from error
    except ValueError as error:
        raise CertificateUnusable(path=path, problem="it is not a PEM certificate") from error
    return Facts(
        names=_names_of(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        issuer=certificate.issuer.rfc4514_string(),
        is_self_issued=certificate.issuer == certificate.subject,
    )


def check_pair(certificate: Path, key: Path) -> None:
    """Raise CertificateUnusable unless the private key belongs to the certificate."""
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise CertificateUnusable(path=key, problem="its key cannot be read") from error
    if private.public_key() != public:
        raise CertificateUnusable(path=certificate, problem=f"the key {key} is another one's")


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    return (*names.get_values_for_type(x509.DNSName), *addresses)


def _lasts(path: Path, until: datetime) -> bool:
    return path.is_file() and facts(path).not_after >= until


def _still_good(server: Path, authority: Path, names: Sequence[str], now: datetime) -> bool:
    if not (_lasts(server, now + RENEW_BEFORE) and _lasts(authority, now + RENEW_BEFORE)):
        return False
    return set(facts(server).names) >= set(names)


def _may_vouch(authority: Path, names: Sequence[str]) -> bool:
    certificate = x509.load_pem_x509_certificate(authority.read_bytes())
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = constraints.permitted_subtrees or ()
    return all(name in permitted for name in _subtrees(names))


def _make_authority(directory: Path, names: Sequence[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("Trustkeep local authority")
    builder = (
        _builder(subject, subject, key, now, AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(
            x509.NameConstraints(permitted_subtrees=_subtrees(names), excluded_subtrees=None),
            critical=True,
        )
    )
    _write_key(directory / "ca.key", key)
    _write(directory / "ca.pem", _pem(builder.sign(key, hashes.SHA256())), 0o644)


def _make_server(directory: Path, names: Sequence[str], now: datetime) -> None:
    authority = x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes())
    loaded = serialization.load_pem_private_key((directory / "ca.key").read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_subject(names[0]), authority.subject, key, now, SERVER_LIFETIME)
        .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(loaded.public_key()), critical=False
        )
    )
    _write_key(directory / "server.key", key)
    chain = _pem(builder.sign(loaded, hashes.SHA256())) + _pem(authority)
    _write(directory / "server.pem", chain, 0o644)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - CLOCK_SKEW)
        .not_valid_after(now.astimezone(UTC) + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    """Return what a key may do: sign connections (a server's) or certificates (the authority's)."""
    return x509.KeyUsage(
        digital_signature=signs,
        key_cert_sign=not signs,
        crl_sign=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general_names(names: Sequence[str]) -> list[x509.GeneralName]:
    return [_general_name(name) for name in names]


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _subtrees(names: Sequence[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in _general_names(names):
        if isinstance(name, x509.IPAddress):
            found.append(x509.IPAddress(ipaddress.ip_network(str(name.value))))
        else:
            found.append(name)
    return found


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_key(path: Path, key: Key) -> None:
    content = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(path, content, 0o600)


def _write(path: Path, content: bytes, mode: int) -> None:
    # Written beside and renamed: whoever reads at this instant gets the old file or the new one.
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
