"""Appends without end, telling every committed index: what the test of killing kills."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import django


def main() -> None:
    django.setup()

    from django.core.management import call_command
    from django.db import transaction

    from trustkeep.evidence import keeping
    from trustkeep.evidence.actions import Draft, append_many, publish_checkpoint
    from trustkeep.evidence.kinds import Kind

    call_command("migrate", "evidence", verbosity=0)
    # The tables that facts are read from are not there.
    keeping.joined.facts = None
    at = datetime(2026, 11, 23, tzinfo=UTC)
    for number in itertools.count():
        with transaction.atomic():
            drafts = [Draft(Kind.CHECK_RESULT, {"number": number})] * (1 + number % 3)
            appended = append_many(drafts, now=at)
        publish_checkpoint(at)
        print(appended[-1].index, flush=True)


if __name__ == "__main__":
    main()
