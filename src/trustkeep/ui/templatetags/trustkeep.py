"""Elements and written values for templates: ``{% load trustkeep %}``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from trustkeep.controls.promise import Reference, State
from trustkeep.controls.statements import DayShown
from trustkeep.kernel import writing
from trustkeep.kernel.clock import isoformat
from trustkeep.ui import band as bands
from trustkeep.ui import words

register = template.Library()

_MARKS = {
    State.KEPT: '<circle cx="8" cy="8" r="7"/>',
    State.AT_RISK: (
        '<circle cx="8" cy="8" r="6.25" fill="none" stroke-width="1.5"/>'
        '<path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" stroke="none"/>'
    ),
    State.NOT_KEPT: (
        '<path d="M3 3l10 10M13 3L3 13" fill="none" stroke-width="2.6" stroke-linecap="round"/>'
    ),
    State.NOT_MEASURED: (
        '<circle cx="8" cy="8" r="6.25" fill="none" stroke-width="1.5" stroke-dasharray="2.4 2.2"/>'
    ),
}


@register.simple_tag
def mark(state: State | str, unseen: bool = False) -> SafeString:
    """Return a state's shape in its colour; ``unseen`` adds its word for screen readers."""
    shape = format_html(
        '<svg class="mark {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        str(state),
        mark_safe(_MARKS[State(state)]),  # noqa: S308  (written above)
    )
    if not unseen:
        return shape
    return format_html('{}<span class="unseen">{}: </span>', shape, words.state_word(state))


@register.simple_tag
def state(value: State | str) -> SafeString:
    """Return shape, word and colour of a state."""
    return format_html(
        '<span class="state {}">{}{}</span>', str(value), mark(value), words.state_word(value)
    )


@register.simple_tag
def band(days: Sequence[DayShown]) -> SafeString:
    """Return the picture of the last days."""
    return bands.band(days)


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Return an instant in full, readable by machines too."""
    if at is None:
        return ""
    written = writing.moment(at, get_language())
    return format_html('<time datetime="{}">{}</time>', isoformat(at), written)


@register.filter
def on_day(at: date | datetime | None) -> SafeString | str:
    """Return the day (UTC) of a date or an instant."""
    if at is None:
        return ""
    day = at.astimezone(UTC).date() if isinstance(at, datetime) else at
    written = writing.day(day, get_language())
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), written)


@register.filter
def number(value: int) -> str:
    """Return a number with the language's separators."""
    return writing.number(value, get_language())


@register.filter
def span(value: timedelta) -> str:
    """Return a length of time in its largest fitting unit."""
    return writing.span(value, get_language())


@register.filter
def state_word(value: State | str) -> str:
    """Return what a state is called."""
    return words.state_word(value)


@register.filter
def promise_title(slug: str) -> str:
    """Return what a promise is called."""
    return words.promise_title(slug)


@register.filter
def role_word(value: str) -> str:
    """Return what a role is called."""
    return words.role_word(value)


@register.filter
def member_role_word(value: str) -> str:
    """Return what a role in a customer's account is called."""
    return words.member_role_word(value)


@register.filter
def access_word(value: str) -> str:
    """Return what somebody did at a door."""
    return words.access_word(value)


@register.filter
def scope_word(value: str) -> str:
    """Return what a token may do."""
    return words.scope_word(value)


@register.filter
def link_state(value: str) -> str:
    """Return whether a link opens."""
    return words.link_state(value)


@register.filter
def seen_word(value: str) -> str:
    """Return what somebody of the staff opened."""
    return words.seen_word(value)


@register.filter
def proof_word(value: str) -> str:
    """Return how a promise is proved."""
    return words.proof_word(value)


@register.filter
def by_scheme(references: Sequence[Reference]) -> list[tuple[str, str]]:
    """Return requirements by framework."""
    return words.by_scheme(references)


@register.filter
def pretty_json(value: Mapping[str, Any]) -> str:
    """Return JSON as a person reads it."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Show a form field: label above, help below, the error beside it and named by it."""
    kind = getattr(bound.field.widget, "input_type", "")
    is_group = kind in ("checkbox", "radio") and hasattr(bound.field.widget, "choices")
    return {"field": bound, "is_group": is_group, "is_box": kind == "checkbox" and not is_group}
