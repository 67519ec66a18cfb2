"""How a system says how far it is: one JSON object, in answers, at its status address, in calls.

``{"status": "done", "matched": 12, "deleted": 12, "remaining": 0, "skipped": 0, "proof": "…"}``;
``status`` is ``done``, ``gone``, ``accepted`` (may bring ``expected_at`` and ``status_url``) or
``refused`` (with ``reason``). Unknown members are ignored; wrong ones make the whole unreadable,
because half a confirmation is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trustkeep.kernel import strict_json
from trustkeep.lifecycle.systems.ports import Answer, Outcome, Trouble

_OUTCOMES = {
    "done": Outcome.CONFIRMED,
    "gone": Outcome.ALREADY_GONE,
    "accepted": Outcome.ACCEPTED,
    "refused": Outcome.REFUSED,
}
_LARGEST_COUNT = 2**53


@dataclass(frozen=True, slots=True)
class Report:
    """What a system says; ``key`` and ``account`` are empty where it does not repeat them."""

    answer: Answer
    key: str = ""
    account: str = ""


class _Unreadable(ValueError):
    """Some member is of another type than it has to be."""


def read_report(body: bytes, unsaid: str = "") -> Report | None:
    """Return what a body says, or None if that cannot be read; `unsaid` is the usual status."""
    try:
        told = strict_json.read(body)
        return _report({"status": unsaid, **told}) if isinstance(told, dict) else None
    except ValueError:
        return None


def _report(told: dict[str, Any]) -> Report:
    outcome = _OUTCOMES.get(_text(told, "status", 20))
    if outcome is None:
        raise _Unreadable
    answer = Answer(
        outcome,
        matched=_count(told, "matched"),
        deleted=_count(told, "deleted"),
        remaining=_count(told, "remaining"),
        skipped=_count(told, "skipped"),
        expected_at=_instant(told, "expected_at"),
        tracking=_text(told, "status_url", 500),
        proof=_text(told, "proof", 200),
        trouble=Trouble.REJECTED if outcome is Outcome.REFUSED else None,
        detail=_text(told, "reason", 200) if outcome is Outcome.REFUSED else "",
    )
    return Report(answer, _text(told, "key", 200), _text(told, "account", 100))


def _text(told: dict[str, Any], name: str, longest: int) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise _Unreadable
    return value


def _count(told: dict[str, Any], name: str) -> int | None:
    value = told.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST_COUNT:
        raise _Unreadable
    return value


def _instant(told: dict[str, Any], name: str) -> datetime | None:
    value = _text(told, name, 40)
    if not value:
        return None
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise _Unreadable
    return at.astimezone(UTC)
