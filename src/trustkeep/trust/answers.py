"""Answers that are the same for every reader: framed, linked, and stored until they can change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from trustkeep.controls import queries
from trustkeep.kernel.clock import isoformat
from trustkeep.trust import addresses
from trustkeep.ui.preparing import PREPARED_UNTIL
from trustkeep.ui.words import LANGUAGE_NAMES

_ONE_DAY = timedelta(days=1)


def midnight_after(now: datetime) -> datetime:
    """Return the next midnight (UTC): pictures of days change then, whatever else does not."""
    return datetime.combine(now.astimezone(UTC).date() + _ONE_DAY, time(), tzinfo=UTC)


def prepared(
    response: HttpResponse, *, now: datetime, until: datetime | None = None
) -> HttpResponse:
    """Let an answer be given again until `until`, or until midnight if that comes first."""
    ends = min(until, midnight_after(now)) if until else midnight_after(now)
    response[PREPARED_UNTIL] = isoformat(ends)
    return response


def framed(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    place: tuple[object, ...],
    status: int = 200,
) -> HttpResponse:
    """Render a public page; ``place`` is its name in `urls.pages` and the parts of its address."""
    name, *parts = place
    language = get_language()
    led_away = addresses.elsewhere(str(name), *parts)
    if led_away is not None:
        return led_away
    everywhere = addresses.alternates(str(name), *parts)
    frame = {
        "canonical": everywhere[language],
        "alternates": everywhere,
        "by_default": everywhere[addresses.spoken("")],
        "languages": [(code, LANGUAGE_NAMES[code], everywhere[code]) for code in everywhere],
        "contact": queries.contact(),
        "log": queries.log_shown(),
    }
    response = render(request, f"trust/{template}", {**frame, **context}, status=status)
    response["Content-Language"] = language
    response["Link"] = ", ".join(
        [f'<{everywhere[language]}>; rel="canonical"']
        + [f'<{url}>; rel="alternate"; hreflang="{code}"' for code, url in everywhere.items()]
    )
    return response
