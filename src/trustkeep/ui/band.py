"""The picture of the last days: one line a state, cut into days by its dashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from trustkeep.controls.promise import State
from trustkeep.controls.statements import DayShown
from trustkeep.ui.words import state_word

DAY_WIDTH = 4
HEIGHT = 11


def band(days: Sequence[DayShown]) -> SafeString:
    """Return the days as SVG with a text that says what it shows."""
    lines = format_html_join(
        "",
        '<path class="{}" d="{}"/>',
        ((state.value, path) for state in State if (path := _path(days, state))),
    )
    return format_html(
        '<svg class="band" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        len(days) * DAY_WIDTH,
        HEIGHT,
        told(days),
        lines,
    )


def told(days: Sequence[DayShown]) -> str:
    """Return what the picture shows: ``Last 90 days: kept on 84, at risk on 6``."""
    counts = Counter(day.state for day in days)
    parts = [
        ngettext("%(state)s on %(count)s day", "%(state)s on %(count)s days", counts[state])
        % {"state": state_word(state), "count": counts[state]}
        for state in State
        if counts[state]
    ]
    last = ngettext("Last %(count)s day", "Last %(count)s days", len(days)) % {"count": len(days)}
    return f"{last}: {', '.join(parts)}"


def _path(days: Sequence[DayShown], state: State) -> str:
    return "".join(
        f"M{start * DAY_WIDTH} {HEIGHT / 2}h{length * DAY_WIDTH}"
        for start, length, found in _runs(days)
        if found is state
    )


def _runs(days: Sequence[DayShown]) -> Iterator[tuple[int, int, State]]:
    start = 0
    for state, run in groupby(day.state for day in days):
        length = len(list(run))
        yield start, length, state
        start += length
