"""How long sessions and the audit trail live; the settings read it: nothing of Django's is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lives at most, and how long without use."""

    absolute: timedelta
    idle: timedelta


ORDINARY = Limits(timedelta(hours=24), timedelta(minutes=60))
SHORT = Limits(timedelta(hours=12), timedelta(minutes=15))
"""For roles that publish, erase or export."""

PERSONAL_KEPT = timedelta(days=180)
"""How long the audit trail tells who did something and from where."""

LONGEST_SESSION = max(ORDINARY.absolute, SHORT.absolute)
