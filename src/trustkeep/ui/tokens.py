"""Tokens for programs as a page shows them, the same for the staff and for customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trustkeep.identity.queries import names_of
from trustkeep.identity.tokens import TokenShown


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token in a list; ``maker`` is empty where it was made by no person."""

    token: TokenShown
    maker: str
    is_over: bool


def token_rows(found: Sequence[TokenShown], now: datetime) -> list[TokenRow]:
    """Return tokens with who made them."""
    names = names_of([one.user_id for one in found if one.user_id])
    return [
        TokenRow(one, names.get(one.user_id, ""), bool(one.revoked_at) or one.expires_at <= now)
        for one in found
    ]
