"""Where this installation lives and what it is told: the data directory and its `config.toml`.

Plain Python, read before Django starts. Every setting can be overridden for one run by a variable,
``TRUSTKEEP_`` and the name in capitals (lists separated by commas). A wrong value stops the start
with a sentence that names the file or variable, the setting and what it may be.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.lifecycle.deadlines import BACKUP_KEPT
from trustkeep.site.provider_settings import PROVIDER_RULES, readable
from trustkeep.site.web_addresses import HOST, parted, socket_here

DATA_VARIABLE = "TRUSTKEEP_DATA"
ROOT_KEY_VARIABLE = "TRUSTKEEP_ROOT_KEY_FILE"
DEMO_DATA = Path("var/demo")
CONFIG_NAME = "config.toml"
HTTP_PORT = 80
HTTPS_PORT = 443
DEFAULT_PORT = 8443
DEFAULT_HTTP_PORT = 8080
DEFAULT_SMTP_PORT = 587
FEWEST_KEEP_DAYS, MOST_KEEP_DAYS = 2, 400
"""A newest backup outlives the making of the next; and no copy is kept for ever."""
SMTP_SECURITY = ("starttls", "implicit", "none")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


class Mode(StrEnum):
    """What an installation is for; only production refuses what is merely careless."""

    DEMO = "demo"
    PRODUCTION = "production"


class NoInstallation(TrustkeepError):
    """The data directory has no configuration."""

    sentence = (
        "There is no Trustkeep installation in {data}. Make one with `trustkeep init --data DIR` "
        "or `trustkeep demo`, or point TRUSTKEEP_DATA at yours."
    )


class SettingInvalid(TrustkeepError):
    """A setting is unknown or has a value it may not have."""

    sentence = "{place}: “{name}” is {problem}. Allowed: {allowed}."


@dataclass(frozen=True, slots=True)
class Config:
    """What `config.toml` says. Ports are those listened on; `base_url` is what readers type.

    ``root_key`` is the root key's file where it is kept outside the data directory. ``log_origin``
    names the evidence log for ever: it is fixed when the installation is made, since a new name
    would be a new log to everyone who holds the old verifier key.
    """

    mode: Mode
    base_url: str
    log_origin: str
    address: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    http_port: int = DEFAULT_HTTP_PORT
    default_language: str = "en"
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    password_profile: str = "published"  # noqa: S105  (the name of a rule)
    password_pepper_file: str = ""
    breached_passwords_file: str = ""
    staff_second_factor: str = ""
    certificate: str = ""
    certificate_key: str = ""
    certificate_authority: str = ""
    root_key: str = ""
    oidc_google_issuer: str = ""
    oidc_google_client_id: str = ""
    oidc_google_client_secret: str = field(default="", repr=False)
    oidc_google_client_secret_file: str = ""
    oidc_google_domains: tuple[str, ...] = ()
    oidc_microsoft_issuer: str = ""
    oidc_microsoft_client_id: str = ""
    oidc_microsoft_client_secret: str = field(default="", repr=False)
    oidc_microsoft_client_secret_file: str = ""
    oidc_microsoft_client_key_file: str = ""
    oidc_microsoft_tenants: tuple[str, ...] = ()
    oidc_microsoft_guests: bool = False
    oidc_microsoft_consumers: bool = False
    oidc_microsoft_factor_context: str = ""
    oidc_generic_issuer: str = ""
    oidc_generic_name: str = ""
    oidc_generic_slug: str = "company"
    oidc_generic_client_id: str = ""
    oidc_generic_client_secret: str = field(default="", repr=False)
    oidc_generic_client_secret_file: str = ""
    oidc_generic_client_key_file: str = ""
    oidc_ca_file: str = ""
    smtp_host: str = ""
    smtp_port: int = DEFAULT_SMTP_PORT
    smtp_security: str = "starttls"
    smtp_authority: str = ""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_password_file: str = ""
    mail_from: str = ""
    mail_bounces: str = ""
    outgoing_networks: tuple[str, ...] = ()
    time_source: str = ""
    scanner: str = ""
    time_authority: str = ""
    document_certificate: str = ""
    document_key: str = ""
    backups: str = ""
    backup_keep_days: int = BACKUP_KEPT.days
    ledger: str = ""

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return self.mail_from or f"no-reply@{self.host}"

    @property
    def host(self) -> str:
        """The name in the address, without its port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def factor_of_staff(self) -> str:
        """What is demanded of the staff; a demo is looked at with a password alone."""
        return self.staff_second_factor or ("optional" if self.mode is Mode.DEMO else "required")

    @property
    def authority(self) -> str:
        """The name and port as browsers send them in the Host header."""
        return urlsplit(self.base_url).netloc

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name under which this installation answers, IPv6 addresses without brackets."""
        return tuple(dict.fromkeys((self.host, *self.allowed_hosts)))

    @property
    def host_headers(self) -> frozenset[str]:
        """Every Host header that a browser sends for one of `hosts`."""
        port = urlsplit(self.base_url).port
        ending = f":{port}" if port else ""
        return frozenset(bracketed(host) + ending for host in self.hosts)


@dataclass(frozen=True)
class Installation:
    """A data directory and what its configuration says; reads nothing until asked."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def config(self) -> Config:
        """The configuration; raises NoInstallation or SettingInvalid."""
        if not self.config_file.is_file():
            raise NoInstallation(data=self.data)
        return _overridden(read_config(self.config_file), self.environment)

    @property
    def config_file(self) -> Path:
        return self.data / CONFIG_NAME

    @property
    def database(self) -> Path:
        return self.data / "trustkeep.db"

    @property
    def backups(self) -> Path:
        """Where backups are written; another disk is better."""
        return Path(self.config.backups or self.data / "backups")

    @property
    def ledger(self) -> Path:
        """What outlives every copy of the database; never part of a backup."""
        return Path(self.config.ledger or self.data / "ledger.db")

    @property
    def tls(self) -> Path:
        return self.data / "tls"

    @property
    def generation_file(self) -> Path:
        return self.data / "generation"

    @property
    def outbox(self) -> Path:
        """Where a demo puts the letters that it writes."""
        return self.data / "outbox"

    @property
    def seal_certificate(self) -> Path:
        """The certificate of our own that seals documents where none is configured."""
        return self.data / "seal.pem"

    @property
    def demo_file(self) -> Path:
        return self.data / "demo.json"

    @property
    def root_key_file(self) -> Path:
        """The variable wins over the configuration, and that over the data directory."""
        named = self._named_root_key
        return Path(named) if named else self.data / "root.key"

    @property
    def _named_root_key(self) -> str:
        configured = self.config.root_key if self.config_file.is_file() else ""
        return self.environment.get(ROOT_KEY_VARIABLE) or configured

    @property
    def certificate(self) -> Path:
        return Path(self.config.certificate or self.tls / "server.pem")

    @property
    def certificate_key(self) -> Path:
        return Path(self.config.certificate_key or self.tls / "server.key")

    @property
    def certificate_authority(self) -> Path | None:
        """The authority that readers have to be told about; None for a public one."""
        if self.config.certificate_authority:
            return Path(self.config.certificate_authority)
        own = self.tls / "ca.pem"
        return own if own.is_file() and not self.config.certificate else None

    def enter(self) -> None:
        """Make this the installation of the process and of those it starts."""
        os.environ[DATA_VARIABLE] = str(self.data)
        if self._named_root_key:
            os.environ[ROOT_KEY_VARIABLE] = self._named_root_key
        else:
            os.environ.pop(ROOT_KEY_VARIABLE, None)


def bracketed(host: str) -> str:
    """Return `host` as it stands in an address: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host


def is_host(text: str) -> bool:
    """Tell whether a text can be the name of a host."""
    return bool(HOST.fullmatch(text))


def is_wildcard(host: str) -> bool:
    """Tell whether Django would take `host` for many hosts."""
    return "*" in host or host.startswith(".")


def current(data: str | Path | None = None) -> Installation:
    """Return the installation in `data`, else of ``TRUSTKEEP_DATA``, else the demo's."""
    chosen = Path(data or os.environ.get(DATA_VARIABLE) or DEMO_DATA)
    return Installation(chosen.absolute(), dict(os.environ))


def config_or_blank(found: Installation) -> Config:
    """Return the configuration, or a demo's where there is no installation to be read."""
    try:
        return found.config
    except NoInstallation:
        return demo_config(found.environment)


def demo_config(environment: Mapping[str, str]) -> Config:
    """Return what a demo is told: this machine only, on ports that need no rights."""
    blank = Config(
        mode=Mode.DEMO,
        base_url="https://localhost",
        log_origin="localhost/log",
        allowed_hosts=("127.0.0.1", "::1"),
        # A demo's connected systems run on the same machine.
        outgoing_networks=("127.0.0.0/8", "::1/128"),
    )
    config = _overridden(blank, environment)
    if "TRUSTKEEP_BASE_URL" in environment:
        return config
    port = "" if config.port == HTTPS_PORT else f":{config.port}"
    return replace(config, base_url=f"https://localhost{port}")


def read_config(path: Path) -> Config:
    """Return what `path` says; raises SettingInvalid naming the file and the setting."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            place=path, name=CONFIG_NAME, problem=f"not TOML ({error})", allowed="valid TOML"
        ) from error
    return config_from(told, place=str(path))


def config_from(told: Mapping[str, Any], *, place: str) -> Config:
    """Return the configuration of plain values; `place` is named in errors."""
    known = {one.name for one in fields(Config)}
    for name in told:
        if name not in known:
            allowed = ", ".join(sorted(known))
            raise SettingInvalid(place=place, name=name, problem="not a setting", allowed=allowed)
    for name in ("mode", "base_url", "log_origin"):
        if name not in told:
            raise SettingInvalid(place=place, name=name, problem="missing", allowed=_RULES[name][0])
    return Config(**{name: _checked(name, value, place) for name, value in told.items()})


def write_config(path: Path, config: Config) -> None:
    """Write `config` so that a person can read and change it; defaults are written out too."""
    lines = ["# Settings of this Trustkeep installation; a restart makes changes count."]
    for one in fields(Config):
        value = getattr(config, one.name)
        lines.append(f"{one.name} = {_as_toml(value)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)


def _overridden(config: Config, environment: Mapping[str, str]) -> Config:
    changes: dict[str, Any] = {}
    for one in fields(Config):
        variable = f"TRUSTKEEP_{one.name.upper()}"
        told = environment.get(variable)
        if told is None:
            continue
        changes[one.name] = _checked(one.name, _parsed(one.name, told), variable)
    return replace(config, **changes)


def _parsed(name: str, told: str) -> object:
    kind = next(one.type for one in fields(Config) if one.name == name)
    if kind == "int":
        return int(told) if told.isascii() and told.isdecimal() else told
    if kind == "bool":
        return {"true": True, "false": False}.get(told.strip().casefold(), told)
    if kind == "tuple[str, ...]":
        return [part.strip() for part in told.split(",") if part.strip()]
    return told


def _checked(name: str, value: object, place: str) -> Any:
    allowed, accept = _RULES[name]
    accepted = accept(value)
    if accepted is None:
        told = "not usable" if name.endswith("_secret") else f"{value!r}"
        raise SettingInvalid(place=place, name=name, problem=told, allowed=allowed)
    return accepted


def _mode(value: object) -> Mode | None:
    return Mode(value) if isinstance(value, str) and value in list(Mode) else None


def _url(value: object) -> str | None:
    parts = parted(value)
    fine = parts and parts.scheme in ("http", "https") and not parts.path.strip("/")
    return str(value).rstrip("/") if fine else None


def _time_source(value: object) -> str | None:
    return "" if value == "" else url if (url := _url(value) or "").startswith("https://") else None


def _factor(value: object) -> str | None:
    return value if isinstance(value, str) and value in ("", "required", "optional") else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _port(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 2**16 else None  # type: ignore[operator,return-value]


def _days(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    fine = is_number and FEWEST_KEEP_DAYS <= value <= MOST_KEEP_DAYS  # type: ignore[operator]
    return value if fine else None  # type: ignore[return-value]


def _smtp_port(value: object) -> int | None:
    return _port(value) or None


def _smtp_security(value: object) -> str | None:
    return value if isinstance(value, str) and value in SMTP_SECURITY else None


def _mail_address(value: object) -> str | None:
    fine = isinstance(value, str) and (not value or _MAIL_ADDRESS.fullmatch(value))
    return value if fine else None  # type: ignore[return-value]


def _names(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    return tuple(value) if all(isinstance(one, str) and one for one in value) else None


def _networks(value: object) -> tuple[str, ...] | None:
    names = _names(value)
    try:
        for name in names or ():
            ipaddress.ip_network(name)
    except ValueError:
        return None
    return names


def _language(value: object) -> str | None:
    return value if isinstance(value, str) and value in LANGUAGES else None


def _origin(value: object) -> str | None:
    # C2SP tlog-checkpoint: a schema-less URL without spaces or plus signs.
    fine = isinstance(value, str) and value and not set(value) & set(" +\t\n")
    return value if fine else None  # type: ignore[return-value]


_RULES: dict[str, tuple[str, Any]] = {
    "mode": (" or ".join(Mode), _mode),
    "base_url": ("an address such as https://trust.example.com", _url),
    "log_origin": ("a name such as trust.example.com/log", _origin),
    "address": ("an IP address to listen on", _text),
    "port": ("a port from 0 to 65535", _port),
    "http_port": ("a port from 0 to 65535, 0 for none", _port),
    "default_language": (", ".join(LANGUAGES), _language),
    "allowed_hosts": ("a list of host names", _names),
    "trusted_proxies": ("a list of IP addresses or networks", _names),
    "password_profile": ("the name of a password profile", _text),
    "breached_passwords_file": ("the path of a file that can be read", readable),
    "password_pepper_file": ("the path of a file that can be read", readable),
    "staff_second_factor": ("required or optional", _factor),
    "certificate": ("the path of a PEM file", _text),
    "certificate_key": ("the path of a PEM file", _text),
    "certificate_authority": ("the path of a PEM file", _text),
    "root_key": ("the path of the root key's file", _text),
    "smtp_host": ("the name of a mail server", _text),
    "smtp_port": ("a port from 1 to 65535", _smtp_port),
    "smtp_security": (" or ".join(SMTP_SECURITY), _smtp_security),
    "smtp_authority": ("the path of a PEM file", _text),
    "smtp_user": ("a name", _text),
    "smtp_password": ("a text", _text),
    "smtp_password_file": ("the path of a file", _text),
    "mail_from": ("an e-mail address", _mail_address),
    "mail_bounces": ("an e-mail address", _mail_address),
    "scanner": ("a socket of this machine: a path or 127.0.0.1:3310, or empty", socket_here),
    "time_source": ("an address such as https://time.example.com, or empty", _time_source),
    "time_authority": ("the path of a PEM file", _text),
    "outgoing_networks": ("a list of networks such as 10.0.0.0/8", _networks),
    "document_certificate": ("the path of a PEM file", _text),
    "document_key": ("the path of a PEM file", _text),
    "backups": ("the path of a directory", _text),
    "backup_keep_days": (f"a number of days from {FEWEST_KEEP_DAYS} to {MOST_KEEP_DAYS}", _days),
    "ledger": ("the path of a file", _text),
    **PROVIDER_RULES,
}


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(one) for one in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
