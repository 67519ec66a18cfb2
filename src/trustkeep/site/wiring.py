"""Joins the parts: gives lower floors what only this installation can give them.

Everything is given as something to ask later, so that starting Django reads no key and no file.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from trustkeep.accounts import queries as accounts
from trustkeep.connectors import kinds
from trustkeep.connectors.clamd import Clamd
from trustkeep.connectors.mail import FolderPost, Sender, Server, SmtpPost
from trustkeep.connectors.outgoing import Reach
from trustkeep.connectors.time_source import TimeSource
from trustkeep.connectors.tls_prober import Published, TlsProber
from trustkeep.controls import canary, ports, publication
from trustkeep.evidence import keeping, signing
from trustkeep.evidence.checkpoint import Ed25519Signer
from trustkeep.holdings import scanning
from trustkeep.identity import factors, passwords, pepper, relying_party
from trustkeep.identity.oidc import installed
from trustkeep.identity.relying_party import RelyingParty
from trustkeep.letters import ports as letters
from trustkeep.letters.ports import House, Post
from trustkeep.lifecycle import clocks
from trustkeep.lifecycle.backups import facts
from trustkeep.lifecycle.backups import ports as backups
from trustkeep.lifecycle.backups.ports import Places
from trustkeep.lifecycle.systems import ports as system_ports
from trustkeep.site import generation, identity_providers, keys, rehearsing, seals
from trustkeep.site.installation import HTTP_PORT, HTTPS_PORT, Config, Installation, Mode
from trustkeep.vault import keys as vault
from trustkeep.vault import shelf


def join() -> None:
    """Join everything; called once, when Django has loaded all parts.

    Raises what the password policy has against its profile, or the demand for factors its name.
    """
    vault.install(keys.ring)
    shelf.install(keys.sealed_files)
    passwords.activate(settings.CONFIG.password_profile)
    leaked = settings.CONFIG.breached_passwords_file
    passwords.use_breached(Path(leaked) if leaked else None)
    factors.activate(settings.CONFIG.factor_of_staff)
    pepper.install(_read(settings.CONFIG.password_pepper_file))
    relying_party.install(RelyingParty(settings.CONFIG.host, settings.CONFIG.base_url))
    signing.install(LogSigner(settings.CONFIG.log_origin))
    keeping.install(settings.LEDGER, facts.present)
    letters.joined.house = house
    letters.joined.seal = lambda: seals.seal(settings.INSTALLATION, settings.CONFIG)
    letters.joined.post = post(settings.INSTALLATION, settings.CONFIG)
    publication.on_change(lambda: generation.of_installation().change())
    installed.install(identity_providers.parties(settings.CONFIG))
    join_systems(settings.CONFIG)
    join_clock(settings.CONFIG)
    join_scanner(settings.CONFIG)
    # Tools load the product without an installation; there is nothing to look at then.
    if settings.INSTALLATION.config_file.is_file():
        _join_checks(settings.INSTALLATION, settings.CONFIG)
        join_backups(settings.INSTALLATION)


def _read(path: str) -> str:
    return Path(path).read_text("utf-8") if path else ""


def join_backups(installation: Installation) -> None:
    """Tell backups where everything lies, and how a restore of one is rehearsed."""
    storage = _storage(installation)
    backups.joined.places = lambda: places(installation)
    backups.joined.database_key = keys.database_key
    backups.joined.planted = lambda: canary.planted(storage)
    backups.joined.rehearse = rehearsing.rehearse


def places(installation: Installation) -> Places:
    """Return where an installation lies, and what a backup of it takes along."""
    return Places(
        data=installation.data,
        database=installation.database,
        objects=installation.data / keys.OBJECTS,
        backups=installation.backups,
        keep_for=timedelta(days=installation.config.backup_keep_days),
        beside=(installation.config_file, installation.seal_certificate),
    )


def _storage(installation: Installation) -> ports.Storage:
    return ports.Storage(
        installation.data, installation.root_key_file, installation.backups, installation.ledger
    )


def join_systems(config: Config) -> None:
    """Give connected systems the connectors that speak to them."""
    reach = Reach.of(config.outgoing_networks)
    systems = f"{config.base_url}/api/v1/systems"
    known = (
        kinds.webhook(reach, lambda system: f"{systems}/{system}/confirmations"),
        kinds.opendsr(reach, lambda system: f"{systems}/{system}/status-calls"),
        kinds.postgresql(reach),
        kinds.s3(reach),
    )
    system_ports.joined.kinds = {kind.kind: kind for kind in known}


def join_scanner(config: Config) -> None:
    """Have contents looked at before anybody reads them, where a scanner is set."""
    scanning.joined.scanner = Clamd(config.scanner) if config.scanner else None


def join_clock(config: Config) -> None:
    """Give the engine a second clock, where one is set."""
    authority = Path(config.time_authority) if config.time_authority else None
    reach = Reach.of(config.outgoing_networks)
    source = TimeSource(config.time_source, reach, authority) if config.time_source else None
    clocks.joined.second, clocks.joined.name = source, urlsplit(config.time_source).hostname or ""


def _join_checks(installation: Installation, config: Config) -> None:
    authority = installation.certificate_authority
    ports.joined.prober = TlsProber([published(config)], authority)
    ports.joined.storage = _storage(installation)


def house() -> House:
    """Return who writes the letters; raises NoCompany before a company was set up."""
    company = accounts.company()
    return House(
        name=company.name,
        legal_name=company.legal_name,
        base_url=settings.BASE_URL,
        security_email=company.security_email,
        dpo_email=company.dpo_email,
    )


def post(installation: Installation, config: Config) -> Post | None:
    """Return what takes letters away: a mail server, or a folder in a demo without one.

    None in production without a mail server: letters wait until there is one.
    """
    sender = Sender(config.sender, config.mail_bounces or config.sender)
    if not config.smtp_host:
        return FolderPost(installation.outbox, sender) if config.mode is Mode.DEMO else None
    server = Server(
        host=config.smtp_host,
        port=config.smtp_port,
        security=config.smtp_security,
        user=config.smtp_user,
        password=config.smtp_password,
        password_file=Path(config.smtp_password_file) if config.smtp_password_file else None,
        authority=Path(config.smtp_authority) if config.smtp_authority else None,
    )
    return SmtpPost(server, sender)


def published(config: Config) -> Published:
    """Return the address that readers reach, and where plain HTTP has to lead to it."""
    port = urlsplit(config.base_url).port or HTTPS_PORT
    # Where the public port is another than ours, somebody in front maps both.
    plain = config.http_port if port == config.port else HTTP_PORT
    return Published(config.host, port, plain or None, config.base_url)


class LogSigner:
    """Signs checkpoints with the key that rests in the key store, fetched at the first use."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    @cached_property
    def _signer(self) -> Ed25519Signer:
        return Ed25519Signer(self.origin, keys.log_signing_seed())

    @property
    def public_key(self) -> bytes:
        return self._signer.public_key

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message)
