"""The desk at which the demo's records are entered: by whom, and as of which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from trustkeep.accounts.queries import PersonShown
from trustkeep.records import actions
from trustkeep.records.kinds import RecordKind


@dataclass(frozen=True, slots=True)
class Desk:
    """Enters records now; what they tell of may lie in the past, when they were made may not."""

    staff: Mapping[str, PersonShown]
    now: datetime

    def ago(self, days: int) -> date:
        """Return the day so many days before today, or after it for a negative number."""
        return self.now.date() - timedelta(days=days)

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """Return an instant so many days before today; never one that is still to come."""
        return min(datetime.combine(self.ago(days), time(hour, minute), UTC), self.now)

    def enter(self, kind: RecordKind, by: str, **values: object) -> str:
        """Enter a record in the name of a role's holder; return its id."""
        person = str(self.staff[by].id)
        return str(actions.enter(kind=kind, values=values, by=person, now=self.now).id)
