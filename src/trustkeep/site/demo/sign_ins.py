"""`demo.json`: where the demo is served and who may sign in, for people and for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp

from trustkeep.site.installation import Installation


@dataclass(frozen=True, slots=True)
class Staff:
    """A sign-in of the company's staff.

    ``totp_secret`` is what an authenticator app has to be told. Where ``asks_for_code``, it is set
    up, and the door asks for its code (`trustkeep demo --code` tells the present one); elsewhere it
    counts once its first code was typed on the page for second factors.
    """

    role: str
    email: str
    password: str
    totp_secret: str
    asks_for_code: bool
    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A sign-in of a customer."""

    account: str
    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens for programs: of the company, of a customer's account, and of the DPO in person."""

    of_company: str
    of_account: str
    of_dpo: str


def write(
    installation: Installation,
    *,
    staff: Sequence[Staff],
    members: Sequence[Member],
    tokens: Tokens,
    shared: str,
) -> None:
    """Write the file, readable by its owner only; ``shared`` is the path of a file by link."""
    _save(
        installation.demo_file,
        {
            "base_url": installation.config.base_url,
            "ca_certificate": str(installation.certificate_authority or ""),
            "staff": [asdict(one) for one in staff],
            "members": [asdict(one) for one in members],
            "api_token": tokens.of_company,
            "account_token": tokens.of_account,
            "dpo_token": tokens.of_dpo,
            "shared_path": shared,
        },
    )


def read(installation: Installation) -> dict[str, Any]:
    """Return what the file holds."""
    told: dict[str, Any] = json.loads(installation.demo_file.read_text(encoding="utf-8"))
    return told


def keep_address_current(installation: Installation) -> None:
    """Write address and certificate anew where another port or place was chosen since."""
    if not installation.demo_file.is_file():
        return
    told = read(installation)
    present = {
        "base_url": installation.config.base_url,
        "ca_certificate": str(installation.certificate_authority or ""),
    }
    if told | present != told:
        _save(installation.demo_file, told | present)


def as_text(installation: Installation) -> str:
    """Return what the demo says when it is ready."""
    told = read(installation)
    lines = [
        "",
        f"  Trustkeep is served at {told['base_url']}/",
        f"  Its certificate comes from {told['ca_certificate']}",
        "",
        "  Sign in as",
        *(f"    {one['role']:<20} {one['email']:<32} {one['password']}" for one in told["staff"]),
        *_asked_for_codes(told),
        "",
        f"  All of this stands in {installation.demo_file}. Ctrl-C ends it; the data stays.",
        "",
    ]
    return "\n".join(lines)


def codes(installation: Installation, at: datetime) -> list[str]:
    """Return, for each sign-in that asks for one, the code of an authenticator app at `at`."""
    staff = [one for one in read(installation)["staff"] if one.get("asks_for_code")]
    return [f"{one['email']}  {pyotp.TOTP(one['totp_secret']).at(at)}" for one in staff]


def _asked_for_codes(told: Mapping[str, Any]) -> list[str]:
    asked = [one["role"] for one in told["staff"] if one.get("asks_for_code")]
    if not asked:
        return []
    return [
        "",
        f"  Asked for a code besides: {', '.join(asked)}. `trustkeep demo --code` tells it.",
    ]


def _save(path: Path, told: Mapping[str, Any]) -> None:
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=2)
        file.write("\n")
    beside.replace(path)
