"""Collected data as a page that any browser opens by itself, without a network. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.requests.collecting import Collected
from trustkeep.lifecycle.requests.gathering import Part

_TITLE = Texts(de="Ihre Daten", en="Your data", fr="Vos données")
_WHY = Texts(de="Warum", en="Why", fr="Pourquoi")
_KEPT = Texts(de="Wie lange", en="How long", fr="Combien de temps")
_LEFT_OUT = Texts(
    de="Ausgelassen: Es betrifft eine andere Person (Art. 15 Abs. 4 DSGVO).",
    en="Left out: it is about another person (Art. 15(4) GDPR).",
    fr="Omis\u00a0: cela concerne une autre personne (art. 15, §\u00a04 RGPD).",
)
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1rem}"
    "th,td{text-align:left;vertical-align:top;border-bottom:1px solid #ccc;padding:.3rem .6rem}"
    "th{width:12rem;font-weight:500}pre{white-space:pre-wrap;margin:0;font:inherit}"
)


def as_json(found: Collected) -> str:
    """Return the data for programs."""
    document = {
        "format": found.format,
        "made_at": found.made_at,
        "information": found.information,
        "parts": found.parts,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_html(found: Collected, language: str) -> str:
    """Return the data for people."""
    title = escape(_TITLE[language])
    body = "".join(_part(part, language) for part in found.parts)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"{_table(found.information.items())}{body}</body></html>"
    )


def _part(part: Part, language: str) -> str:
    why, kept = escape(_WHY[language]), escape(_KEPT[language])
    rows = "".join(_row(one, language) for one in part["rows"])
    return (
        f"<h2>{escape(part['table'])}</h2>"
        f"<p>{why}: {escape(part['why'])}<br>{kept}: {escape(part['kept'])}</p>{rows}"
    )


def _row(row: dict[str, Any] | None, language: str) -> str:
    if row is None:
        return f"<p><em>{escape(_LEFT_OUT[language])}</em></p>"
    return _table(row.items())


def _table(pairs: Iterable[tuple[str, Any]]) -> str:
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{_value(value)}</td></tr>'
        for name, value in pairs
    )
    return f"<table>{lines}</table>"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _table(value.items())
    if isinstance(value, list):
        return "".join(_value(one) for one in value) or "–"
    return f"<pre>{escape(str(value)) or '–'}</pre>"
