"""What would make a production installation unsafe, each danger under its own name.

`trustkeep serve` refuses to start while any of them is there; `trustkeep doctor` lists them in a
demo too, where they are no more than a hint.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.core.checks import WARNING, run_checks

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.site import certificates
from trustkeep.site.installation import Installation, Mode, is_wildcard

FEWEST_KEY_LETTERS = 50


class UnsafeInProduction(TrustkeepError):
    """Production does not start; every danger is named, so that one look is enough."""

    sentence = "This installation is not safe to serve in production:\n{dangers}"


@dataclass(frozen=True, slots=True)
class Danger:
    """One unsafe setting: its name for machines, and a sentence that says what to do."""

    name: str
    sentence: str


def refuse_unsafe(installation: Installation, *, now: datetime) -> None:
    """Raise UnsafeInProduction naming every danger; a demo is served nonetheless."""
    if installation.config.mode is not Mode.PRODUCTION:
        return
    found = dangers(installation, now=now)
    if found:
        lines = "\n".join(f"  {danger.name}: {danger.sentence}" for danger in found)
        raise UnsafeInProduction(dangers=lines)


def dangers(installation: Installation, *, now: datetime) -> list[Danger]:
    """Return everything that is unsafe, with a name each."""
    return [
        *_settings(),
        *_address(installation),
        *_keys(installation),
        *_certificate(installation, now),
        *_mail(installation),
        *_django(),
    ]


def _settings() -> Iterator[Danger]:
    if settings.DEBUG:
        yield Danger("debug", "DEBUG shows the insides of errors to everybody. Switch it off.")
    if len(str(settings.SECRET_KEY)) < FEWEST_KEY_LETTERS:
        yield Danger("signing-key", "The signing key is missing or short. Keep it in the vault.")
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield Danger("cookies", "Cookies would travel over plain HTTP. Set them Secure.")


def _address(installation: Installation) -> Iterator[Danger]:
    config = installation.config
    if not config.base_url.startswith("https://"):
        yield Danger("base-url", f"base_url is {config.base_url}; it has to start with https://.")
    if any(map(is_wildcard, config.hosts)):
        yield Danger("allowed-hosts", "allowed_hosts has a wildcard. Name every host.")


def _keys(installation: Installation) -> Iterator[Danger]:
    root_key, data = installation.root_key_file, installation.data
    if data.resolve() in root_key.resolve().parents:
        yield Danger(
            "root-key-beside-data",
            f"The root key {root_key} lies in the data directory, so every copy of the data "
            "carries the key that opens it. Move it and set root_key or TRUSTKEEP_ROOT_KEY_FILE.",
        )
    if _others_may(root_key.parent, stat.S_IWGRP | stat.S_IWOTH):
        yield Danger(
            "root-key-directory",
            f"Other users may put another root key into {root_key.parent}. Take away their rights.",
        )
    if _others_may(data, stat.S_IRWXG | stat.S_IRWXO):
        yield Danger("data-directory", f"Other users may look into {data}. Set its mode to 0700.")


def _certificate(installation: Installation, now: datetime) -> Iterator[Danger]:
    path, host = installation.certificate, installation.config.host
    try:
        found = certificates.facts(path)
        certificates.check_pair(path, installation.certificate_key)
    except certificates.CertificateUnusable as error:
        yield Danger("certificate", str(error))
        return
    if not found.not_before <= now < found.not_after:
        until = found.not_after.date()
        yield Danger("certificate-expired", f"The certificate {path} was valid until {until}.")
    if not found.is_for(host):
        names = ", ".join(found.names)
        yield Danger("certificate-host", f"The certificate {path} is for {names}, not for {host}.")


def _mail(installation: Installation) -> Iterator[Danger]:
    config = installation.config
    if config.smtp_host and config.smtp_security == "none" and not _is_here(config.smtp_host):
        yield Danger(
            "mail-plain",
            "Letters would travel to the mail server without TLS. Set smtp_security to starttls or "
            "implicit.",
        )
    secret = Path(config.smtp_password_file)
    if config.smtp_password_file and _others_may(secret, stat.S_IRWXG | stat.S_IRWXO):
        yield Danger("mail-password", f"Other users may read {secret}. Set its mode to 0400.")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _django() -> Iterator[Danger]:
    for message in run_checks(include_deployment_checks=True):
        if message.level >= WARNING and not message.is_silenced():
            yield Danger(message.id or "django", message.msg)


def _others_may(path: Path, rights: int) -> bool:
    if not path.exists():
        return False
    mode = path.stat().st_mode
    # A sticky directory, as /tmp is, lets others add files but not replace ours.
    return bool(mode & rights) and not mode & stat.S_ISVTX
