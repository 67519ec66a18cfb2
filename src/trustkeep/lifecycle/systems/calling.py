"""Calling a person: a mark on the delivery, and a letter to those who may change systems.

One letter a day for each system and trouble: where a credential has ended, a hundred accounts may
stall at once, and a hundred letters would help nobody.
"""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.models import Account
from trustkeep.accounts.queries import PersonShown, company, has_company, people_active_on
from trustkeep.accounts.roles import Permission, may
from trustkeep.letters.actions import queue
from trustkeep.letters.mail import Recipient
from trustkeep.letters.ports import joined
from trustkeep.lifecycle.alarm_letters import SYSTEM_STALLED
from trustkeep.lifecycle.systems.models import Delivery
from trustkeep.lifecycle.systems.ports import Trouble
from trustkeep.lifecycle.systems.words import trouble_texts

PAGE = "/console/systems/{system}/"
"""Where a system is seen to, below the installation's address."""


def call(row: Delivery, *, now: datetime) -> None:
    """Mark a delivery as one that waits for a person, and write to those who can help.

    Nothing is written where nobody can write letters yet: before a company was set up.
    """
    if row.called_at is not None:
        return
    row.called_at = now
    if joined.house is None or not has_company():
        return
    trouble = Trouble(row.trouble or Trouble.OVERDUE)
    for person in helpers(now):
        queue(
            letter=SYSTEM_STALLED,
            to=Recipient(person.email, person.name),
            language=company().default_language,
            values={
                "system": row.system.name,
                "since": row.instructed_at or row.made_at,
                "problem": trouble_texts(trouble),
                "reference": _reference(row),
                "link": joined.house().base_url + PAGE.format(system=row.system_id),
            },
            about=f"system/{row.system_id}/{trouble}/{now.date()}",
            now=now,
        )


def helpers(now: datetime) -> list[PersonShown]:
    """Return who works here now and may change systems."""
    staff = people_active_on(now.date())
    return [one for one in staff if may(one.roles, Permission.MANAGE_SYSTEMS)]


def _reference(row: Delivery) -> str:
    known = Account.objects.filter(pk=row.account).values_list("reference", flat=True).first()
    return known or str(row.account)
