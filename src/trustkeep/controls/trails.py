"""Reading the spans and switches of promises from the database into `Trail`s."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from trustkeep.controls import figures
from trustkeep.controls.models import Observation, Switch
from trustkeep.controls.promise import Outcome, Promise
from trustkeep.controls.standing import Off, Seen, Trail

type Trails = dict[str, list[Trail]]
"""The trails of each promise by its slug, in the order of its checks."""

ZERO = timedelta()

_COLUMNS = (
    "promise",
    "check_name",
    "outcome",
    "figure",
    "subjects",
    "exceptions",
    "due_at",
    "warn_at",
    "first_at",
    "last_at",
    "entry_index",
)


def trails_of(promises: Sequence[Promise], *, since: datetime, until: datetime) -> Trails:
    """Return what the checks of `promises` saw from `since` to `until`, both included.

    The span that was speaking when `since` came is included, so the first state is right.
    """
    slugs = [promise.slug for promise in promises]
    longest = max((check.max_age for promise in promises for check in promise.checks), default=ZERO)
    spans = _spans(slugs, since - longest, until)
    off = _switches(slugs)
    return {
        promise.slug: [
            Trail(
                check,
                spans.get((promise.slug, check.name), ()),
                off.get((promise.slug, check.name), ()),
            )
            for check in promise.checks
        ]
        for promise in promises
    }


def _spans(
    slugs: Iterable[str], since: datetime, until: datetime
) -> dict[tuple[str, str], list[Seen]]:
    rows = Observation.objects.filter(
        promise__in=slugs, last_at__gte=since, first_at__lte=until
    ).order_by("first_at")
    spans: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for slug, check, outcome, figure, subjects, exceptions, *rest in rows.values_list(*_COLUMNS):
        seen = Seen(Outcome(outcome), figures.from_json(figure), subjects, len(exceptions), *rest)
        spans[slug, check].append(seen)
    return spans


def _switches(slugs: Iterable[str]) -> dict[tuple[str, str], list[Off]]:
    off: dict[tuple[str, str], list[Off]] = defaultdict(list)
    for row in Switch.objects.filter(promise__in=slugs).order_by("disabled_at"):
        off[row.promise, row.check_name].append(Off(row.disabled_at, row.enabled_at))
    return off
