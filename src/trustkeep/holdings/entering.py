"""The one gate of every write below an account.

A write names the generation under which it began. Whoever locks an account moves the generation on
while holding its row, and every write holds the same row until it commits: so a write either comes
before the lock, or finds another generation and fails, whatever was under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from trustkeep.accounts import gate
from trustkeep.accounts.gate import AccountClosed, Passage
from trustkeep.accounts.models import Account
from trustkeep.kernel.errors import TrustkeepError


class GenerationPassed(TrustkeepError):
    """The account was locked, and perhaps opened again, since the write began."""

    sentence = "The account was locked while this was under way. Nothing was kept; begin again."


@contextmanager
def writing(passage: Passage, *, now: datetime) -> Iterator[Account]:
    """Hold the account's row for one transaction; raises AccountClosed, GenerationPassed."""
    with transaction.atomic():
        accounts = Account.objects.select_for_update(of=("self",), no_key=True)
        row = accounts.filter(pk=passage.account_id).first()
        if row is None or not gate.is_open(row, now):
            raise AccountClosed
        if row.generation != passage.generation:
            raise GenerationPassed
        yield row
