"""The tables of the manual that are made from the code, so that they cannot drift from it."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from trustkeep.cli import authorisation, limits
from trustkeep.cli.main import build_parser
from trustkeep.controls import figures
from trustkeep.controls.catalogue import CATALOGUE
from trustkeep.controls.promise import Promise
from trustkeep.controls.sections import TITLES
from trustkeep.evidence.kinds import Kind
from trustkeep.lifecycle.data_classes import DEMANDS, class_of
from trustkeep.lifecycle.holders import HOLDERS

MADE = "Made by `make docs` from the code; `make test` fails when they differ."


def promises() -> str:
    """Return every promise with what keeps it, what breaks it and where it is written."""
    lines = ["# The promises", "", MADE, ""]
    for section, title in TITLES.items():
        lines += [f"## {title.en}", ""]
        for promise in (one for one in CATALOGUE if one.section is section):
            lines += _promise(promise)
    return "\n".join(lines).rstrip() + "\n"


def _promise(promise: Promise) -> list[str]:
    values = figures.written(promise.all_values, "en")
    checks = ", ".join(f"`{check.name}` every {check.every}" for check in promise.checks)
    stem = promise.slug.replace("-", "_")
    return [
        f"### {promise.slug}",
        "",
        f"> {promise.sentence.filled('en', values)}",
        "",
        f"- Proof: {', '.join(promise.proofs)}; owner: {promise.owner.value}; checks: {checks}",
        f"- Kept by: {promise.kept_by.filled('en', values)}",
        f"- Proved by: {promise.proved_by.filled('en', values)}",
        f"- Counts as broken: {promise.broken_when.filled('en', values)}",
        f"- Code: `controls/promises/{stem}.py`, "
        + ", ".join(f"`{path.removeprefix('trustkeep.')}`" for path in promise.enforced_in),
        "",
    ]


def commands() -> str:
    """Return every command with its options."""
    lines = ["# The trustkeep command", "", MADE, ""]
    parser, _ = build_parser()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                lines += [f"## trustkeep {name}", "", f"{_sentence(sub.description)}", ""]
                lines += ["```", re.sub(r"\n\n.*", "", sub.format_usage()).strip(), "```", ""]
                lines += _options(sub)
    return "\n".join(lines).rstrip() + "\n"


def _sentence(text: str | None) -> str:
    return f"{(text or '')[:1].upper()}{(text or '')[1:]}."


def _options(parser: argparse.ArgumentParser) -> list[str]:
    shown = [
        f"| `{', '.join(action.option_strings) or action.metavar or action.dest}` | {action.help} |"
        for action in parser._actions
        if action.help and action.dest != "help"
    ]
    return ["| option | meaning |", "|---|---|", *shown, ""] if shown else []


def evidence_kinds() -> str:
    """Return every kind of entry that the log may hold, with its meaning."""
    rows = [f"| `{kind.value}` | {kind.meaning} |" for kind in Kind]
    head = ["# What the evidence log holds", "", MADE, "", "| kind | left when |", "|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def tables() -> str:
    """Return every table with whose data it holds, why and how long."""
    rows = [
        f"| `{table}` | {class_of(table)} | {one.whose} | {one.why} | {one.fate} "
        f"| {'yes' if one.sealed else ''} |"
        for table, one in sorted(HOLDERS.items())
    ]
    head = ["# The data that rests", "", MADE, "", "The whole database is encrypted.", ""]
    columns = ["| table | class | about | why | fate | sealed too |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *_classes(), "", "## Tables", "", *columns, *rows]) + "\n"


def _classes() -> list[str]:
    return [
        "## Classes",
        "",
        "| class | is | rests | who reads it | in logs | ends |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {one.means} | {one.rests} | {one.readers} | {one.logs} | {one.ends} |"
            for name, one in DEMANDS.items()
        ),
    ]


def what_is_taken() -> str:
    """Return what every field takes, the rules between fields, and every limit."""
    from trustkeep.controls.record_kinds import BY_SLUG

    return "\n".join(
        [
            "# What is taken, and how much",
            "",
            MADE,
            "",
            "Every field is checked at the server, by what it may hold; the API’s bodies are in",
            "[openapi.json](openapi.json). Bodies of programs are JSON with one meaning, in UTF-8.",
            "",
            "## Limits",
            "",
            "| of what | at most | beyond |",
            "|---|---|---|",
            *limits.limit_rows(),
            "",
            "## Rules between values",
            "",
            "The database holds them, whoever writes.",
            "",
            "| table | rule | kind |",
            "|---|---|---|",
            *limits.constraint_rows(),
            "",
            "## Types of fields of records",
            "",
            "| type | takes |",
            "|---|---|",
            *limits.type_rows(),
            "",
            "## Fields of records",
            "",
            "| kind | field | type | needed |",
            "|---|---|---|---|",
            *limits.kind_rows(BY_SLUG),
            "",
            "## Fields of forms",
            "",
            "| form | field | kind | characters at most | needed |",
            "|---|---|---|---|---|",
            *limits.form_rows(),
            "",
        ]
    )


def api_description() -> str:
    """Return the API as OpenAPI 3.1."""
    from trustkeep.api.urls import description

    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "promises.md": promises,
    "commands.md": commands,
    "evidence-kinds.md": evidence_kinds,
    "data.md": tables,
    "limits.md": what_is_taken,
    "authorisation.md": lambda: authorisation.document(MADE),
    "openapi.json": api_description,
}


def write(folder: Path) -> list[Path]:
    """Write all documents into `folder` and return their paths."""
    written = []
    for name, make in DOCUMENTS.items():
        path = folder / name
        path.write_text(make(), "utf-8")
        written.append(path)
    return written
