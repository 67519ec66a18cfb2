"""``trustkeep init``: make a real, empty installation, by dialogue or by options alone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trustkeep.cli import dialogue
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.texts import LANGUAGES

if TYPE_CHECKING:
    from trustkeep.site.founding import Founding
    from trustkeep.site.installation import Config, Installation

HELP = "make a real, empty installation"
NEEDS_DJANGO = False

EVERYWHERE = "0.0.0.0"  # noqa: S104  (a public page is for everybody)
_QUESTIONS = (
    ("company", "Name of the company", dialogue.anything),
    ("domain", "Domain of the trust center (trust.example.com)", dialogue.host),
    (
        "languages",
        f"Languages, the first one by default ({','.join(LANGUAGES)})",
        dialogue.languages,
    ),
    ("dpo_name", "Data protection officer: name", dialogue.anything),
    ("dpo_email", "Data protection officer: e-mail", dialogue.email),
    ("admin_name", "First administrator: name", dialogue.anything),
    ("admin_email", "First administrator: e-mail", dialogue.email),
)


class AnswerMissing(TrustkeepError):
    """Unattended, and an option that has no default was not given."""

    sentence = "These options are needed when nobody can be asked: {options}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", help="the new data directory (otherwise TRUSTKEEP_DATA)")
    for name, question, _ in _QUESTIONS:
        add(f"--{name.replace('_', '-')}", help=question.lower())
    add("--time-zone", default="Europe/Berlin", help="where the company is at home")
    add("--security-email", help="where researchers report; the officer's address by default")
    add("--admin-password-file", help="file whose first line is the password; - for stdin")
    add("--root-key", help="file of the root key; beside the data directory by default")
    add("--base-url", help="address that readers type; https:// and the domain by default")
    add("--address", help="IP address to listen on; all by default")
    add("--port", type=int, help="port for HTTPS")
    add("--http-port", type=int, help="port of the redirect, 0 for none")
    add("--certificate", help="PEM file of the certificate and its chain")
    add("--certificate-key", help="PEM file of the certificate's key")
    add("--unattended", action="store_true", help="never ask; fail where an option is missing")


def run(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel import clock
    from trustkeep.site import installation, opening

    data = installation.current(arguments.data).data
    opening.refuse_occupied(data)
    _ask(arguments)
    config = _config(arguments, data)
    founding = _founding(arguments, _password(arguments))
    made = opening.make(data, config, fill=founding.enter, now=clock.now())
    print(_ending(made))
    return 0


def _ask(arguments: argparse.Namespace) -> None:
    missing = [question for question in _QUESTIONS if not getattr(arguments, question[0])]
    if missing and (arguments.unattended or not sys.stdin.isatty()):
        options = ", ".join(f"--{name.replace('_', '-')}" for name, *_ in missing)
        raise AnswerMissing(options=options)
    for name, text, objection in missing:
        setattr(arguments, name, dialogue.ask(text, objection))


def _password(arguments: argparse.Namespace) -> str:
    source = arguments.admin_password_file
    if source == "-":
        return sys.stdin.readline().rstrip("\n")
    if source:
        return Path(source).read_text(encoding="utf-8").partition("\n")[0]
    if arguments.unattended or not sys.stdin.isatty():
        raise AnswerMissing(options="--admin-password-file")
    words = (arguments.admin_name, arguments.admin_email, arguments.company)
    return dialogue.ask_password("First administrator: password", words)


def _config(arguments: argparse.Namespace, data: Path) -> Config:
    from trustkeep.site import opening
    from trustkeep.site.installation import DEFAULT_PORT, HTTPS_PORT

    root_key = arguments.root_key or data.with_name(f"{data.name}.root.key")
    languages = arguments.languages.split(",")
    port = arguments.port or DEFAULT_PORT
    ending = "" if port == HTTPS_PORT else f":{port}"
    return opening.production_config(
        base_url=arguments.base_url or f"https://{arguments.domain}{ending}",
        log_origin=f"{arguments.domain}/log",
        default_language=languages[0].strip(),
        root_key=str(Path(root_key).absolute()),
        address=arguments.address or EVERYWHERE,
        port=port,
        http_port=arguments.http_port,
        certificate=arguments.certificate,
        certificate_key=arguments.certificate_key,
    )


def _founding(arguments: argparse.Namespace, password: str) -> Founding:
    from trustkeep.site.founding import Founding

    return Founding(
        company=arguments.company,
        domain=arguments.domain,
        languages=tuple(part.strip() for part in arguments.languages.split(",")),
        time_zone=arguments.time_zone,
        dpo_name=arguments.dpo_name,
        dpo_email=arguments.dpo_email,
        security_email=arguments.security_email or arguments.dpo_email,
        admin_name=arguments.admin_name,
        admin_email=arguments.admin_email,
        admin_password=password,
    )


def _ending(made: Installation) -> str:
    lines = [
        f"Made the installation in {made.data}.",
        f"Its root key is {made.root_key_file}: keep a copy in a safe place, apart from backups.",
    ]
    if not made.config.certificate:
        authority = made.certificate_authority
        lines.append(
            f"No certificate was named, so one was made; readers have to trust {authority}. "
            "For the public, set certificate and certificate_key in config.toml."
        )
    lines.append(f"Start it with: trustkeep serve --data {made.data}")
    return "\n".join(lines)
