"""`trustkeep token`: tokens for programs that use the API."""

from __future__ import annotations

import argparse
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustkeep.identity.tokens import TokenShown

HELP = "make, list and revoke tokens for the API"
NEEDS_DJANGO = True
_SCOPES = (
    "read",
    "write:records",
    "run:checks",
    "scim",
    "read:gate",
    "read:systems",
    "write:bounces",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    making = acts.add_parser("make", help="make a token; its secret is printed this once")
    making.add_argument("name", help="what it is for")
    making.add_argument("--scope", action="append", choices=_SCOPES, help="read, if left out")
    making.add_argument("--days", type=int, help="how long it lives")
    making.add_argument("--json", action="store_true", help="print JSON")
    listing = acts.add_parser("list", help="list all tokens, without their secrets")
    listing.add_argument("--json", action="store_true", help="print JSON")
    revoking = acts.add_parser("revoke", help="end a token at once")
    revoking.add_argument("id", type=uuid.UUID)


def run(arguments: argparse.Namespace) -> int:
    {"make": _make, "list": _list, "revoke": _revoke}[arguments.act](arguments)
    return 0


def _make(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant, print_json
    from trustkeep.identity import tokens
    from trustkeep.identity.scopes import Scope
    from trustkeep.kernel.clock import now

    days = arguments.days
    shown, secret = tokens.make_token(
        name=arguments.name,
        scopes=[Scope(scope) for scope in arguments.scope or ("read",)],
        by="command-line",
        now=now(),
        lifetime=tokens.LIFETIME if days is None else timedelta(days=days),
    )
    if arguments.json:
        print_json({**_plain(shown), "secret": secret})
        return
    print(secret)
    print(f"Good until {instant(shown.expires_at)} for {', '.join(shown.scopes)}.")
    print("It is not kept and cannot be shown again.")


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import instant, print_json, print_table
    from trustkeep.identity import tokens

    found = tokens.tokens()
    if arguments.json:
        print_json([_plain(one) for one in found])
        return
    print_table(
        ("ID", "NAME", "BEGINS", "SCOPES", "LAST USED", "ENDS"),
        [
            (
                one.id,
                one.name,
                one.hint,
                ",".join(one.scopes),
                instant(one.used_at),
                "revoked" if one.revoked_at else instant(one.expires_at),
            )
            for one in found
        ],
    )


def _revoke(arguments: argparse.Namespace) -> None:
    from trustkeep.identity import tokens
    from trustkeep.kernel.clock import now

    tokens.revoke_token(token_id=arguments.id, now=now())
    print(f"{arguments.id} has ended.")


def _plain(one: TokenShown) -> dict[str, Any]:
    from trustkeep.kernel.clock import isoformat

    return {
        "id": str(one.id),
        "name": one.name,
        "hint": one.hint,
        "scopes": [scope.value for scope in one.scopes],
        "made_at": isoformat(one.made_at),
        "expires_at": isoformat(one.expires_at),
        "used_at": isoformat(one.used_at) if one.used_at else None,
        "revoked_at": isoformat(one.revoked_at) if one.revoked_at else None,
    }
