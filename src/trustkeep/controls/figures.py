"""Writing figures in a language, and resting them as JSON without losing what they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from trustkeep.controls.promise import Figure, Promise, Result, Value
from trustkeep.kernel import writing
from trustkeep.kernel.texts import LANGUAGES, Texts

GENERAL: Mapping[str, Texts] = {
    "never-ran": Texts(de="noch nie geprüft", en="never checked yet", fr="encore jamais vérifié"),
    "stale": Texts(
        de="seit {at} nicht mehr geprüft", en="not checked since {at}", fr="non vérifié depuis {at}"
    ),
    "disabled": Texts(
        de="Prüfung seit {at} abgeschaltet",
        en="check switched off since {at}",
        fr="vérification désactivée depuis {at}",
    ),
    "crashed": Texts(
        de="die Prüfung ist mit einem Fehler abgebrochen",
        en="the check stopped with an error",
        fr="la vérification s’est arrêtée sur une erreur",
    ),
}
"""Figures that any promise may show."""


def figure_text(promise: Promise, figure: Figure, language: str) -> str:
    """Return the figure as a sentence in `language`, numbers and dates written its way."""
    texts = promise.figures.get(figure.code) or GENERAL[figure.code]
    return texts.filled(language, written(figure.values, language))


def written(values: Mapping[str, Value], language: str) -> dict[str, str]:
    """Return the values as a reader of `language` expects to see them."""
    return {name: _write(value, language) for name, value in values.items()}


def _write(value: Value, language: str) -> str:
    if isinstance(value, datetime):
        return writing.moment(value, language)
    if isinstance(value, date):
        return writing.day(value, language)
    if isinstance(value, timedelta):
        return writing.span(value, language)
    if isinstance(value, int):
        return writing.number(value, language)
    return value


def to_json(figure: Figure) -> dict[str, Any]:
    """Return the figure as JSON types; `from_json` turns it back into an equal one."""
    return {"code": figure.code, "values": values_to_json(figure.values)}


def values_to_json(values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the values as JSON types, dates and spans tagged with what they are."""
    return {name: _to_json(value) for name, value in values.items()}


def _to_json(value: Value) -> Any:
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": int(value.total_seconds())}
    return value


def from_json(raw: Mapping[str, Any]) -> Figure:
    """Return the figure that `to_json` wrote."""
    return Figure(raw["code"], values_from_json(raw["values"]))


def values_from_json(raw: Mapping[str, Any]) -> dict[str, Value]:
    """Return the values that `values_to_json` wrote; ValueError on anything else."""
    return {name: _from_json(value) for name, value in raw.items()}


def _from_json(value: Any) -> Value:
    match value:
        case {"at": at}:
            return datetime.fromisoformat(at)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case int() | str():
            return value
    raise ValueError(f"not a value of a figure: {value!r}")


def validate(promise: Promise, result: Result) -> None:
    """Raise KeyError unless every code has its text and every text its values, in each language."""
    for language in LANGUAGES:
        figure_text(promise, result.figure, language)
    for shortfall in result.exceptions:
        promise.figures[shortfall.code]
