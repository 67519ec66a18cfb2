"""`docs/limits.md`: what every field takes, which rules tie values together, and every limit."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import ModuleType

from trustkeep.records.kinds import FieldType, RecordKind

FORMS = ("trust.forms", "entrance.forms", "workspace.forms", "console.forms", "ui.forms")
TAKES: Mapping[FieldType, str] = {
    FieldType.TEXT: "one line of at most {max_text} characters, no control characters",
    FieldType.LONG_TEXT: "at most {max_long_text} characters, lines allowed",
    FieldType.DATE: "a day as 2026-11-23",
    FieldType.INSTANT: "an instant as 2026-11-23T08:30:00+01:00; without a zone it is UTC",
    FieldType.INTEGER: "a whole number between ±(2^53 - 1)",
    FieldType.YES_NO: "yes or no",
    FieldType.CHOICE: "one of the listed values",
    FieldType.CHOICES: "some of the listed values",
    FieldType.EMAIL: "an e-mail address",
    FieldType.URL: "an address that begins with https://, without markup",
    FieldType.DIGEST: "64 hexadecimal digits in lower case",
    FieldType.REFERENCE: "up to 100 of A-Z a-z 0-9 . _ : / -, the first a letter or digit",
}
"""What each type of a record's field takes (`trustkeep.records.values`)."""


def type_rows() -> Iterator[str]:
    """Yield a row for each type of field."""
    from trustkeep.records.values import MAX_LONG_TEXT, MAX_TEXT

    for one in FieldType:
        told = TAKES[one].format(max_text=MAX_TEXT, max_long_text=MAX_LONG_TEXT)
        yield f"| {one.value} | {told} |"


def kind_rows(kinds: Mapping[str, RecordKind]) -> Iterator[str]:
    """Yield a row for each field of each kind of record."""
    for slug, kind in kinds.items():
        for field in kind.fields:
            choices = ": " + ", ".join(one.value for one in field.choices) if field.choices else ""
            needed = "yes" if field.required else ""
            yield f"| {slug} | {field.name} | {field.type.value}{choices} | {needed} |"


def form_rows() -> Iterator[str]:
    """Yield a row for each field of each form that does not depend on what is set up."""
    from django import forms

    for module in _modules():
        for name, form in vars(module).items():
            is_ours = inspect.isclass(form) and form.__module__ == module.__name__
            if not is_ours or not issubclass(form, forms.BaseForm):
                continue
            place = module.__name__.removeprefix("trustkeep.")
            for field, shape in form.base_fields.items():
                kind = type(shape).__name__.removesuffix("Field").lower()
                most = getattr(shape, "max_length", None) or ""
                needed = "yes" if shape.required else ""
                yield f"| {place}.{name} | {field} | {kind} | {most} | {needed} |"


def constraint_rows() -> Iterator[str]:
    """Yield a row for each rule that the database itself holds."""
    from django.apps import apps

    for model in apps.get_models():
        for one in model._meta.constraints:
            kind = "unique" if "Unique" in type(one).__name__ else "check"
            yield f"| {model._meta.db_table} | {one.name.replace('_', ' ')} | {kind} |"


def limit_rows() -> Iterator[str]:
    """Yield a row for each limit: what, how much, and what happens beyond it."""
    for what, most, beyond in _limits():
        yield f"| {what} | {_told(most)} | {beyond} |"


def _modules() -> Iterator[ModuleType]:
    for path in FORMS:
        package = importlib.import_module(f"trustkeep.{path}")
        yield package
        for one in pkgutil.iter_modules(getattr(package, "__path__", [])):
            yield importlib.import_module(f"{package.__name__}.{one.name}")


def _told(most: int | timedelta | str) -> str:
    if isinstance(most, str):
        return most
    if isinstance(most, timedelta):
        days, rest = divmod(int(most.total_seconds()), 86_400)
        return f"{days} days" if not rest else f"{int(most.total_seconds()) // 60} minutes"
    return f"{most:,}"


def _bytes(size: int) -> str:
    for unit, name in ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB")):
        if size >= unit:
            return f"{size // unit:,} {name}"
    return f"{size:,} bytes"


def _limits() -> Iterator[tuple[str, int | timedelta | str, str]]:
    yield from _of_requests()
    yield from _of_people()
    yield from _of_holdings()
    yield from _of_work()


def _of_requests() -> Iterator[tuple[str, int | timedelta | str, str]]:
    from trustkeep.api import once, paging
    from trustkeep.site import edge, lanes, server, uploading

    yield "head of a request", _bytes(server.MOST_HEADER_BYTES), "connection ends"
    yield "body of a request", _bytes(edge.MOST_BODY_BYTES), "413"
    yield "time for a body", f"{lanes.BODY_WITHIN_S:g} s", "408"
    yield "requests at work at once", lanes.THREADS, "wait"
    yield "requests that wait", lanes.MOST_WAITING, "503, to be asked again"
    yield "long bodies at once", uploading.MOST_AT_ONCE, "read like any other body"
    yield "silence within a long body", f"{uploading.IDLE_S:g} s", "408"
    yield "long answers at once", lanes.STREAMS, "wait"
    yield "connections", server.MOST_CONNECTIONS, "wait outside"
    yield "items on a page of the API", paging.MOST, "422"
    yield "letters of an idempotency key", once.LONGEST_KEY, "422"


def _of_people() -> Iterator[tuple[str, int | timedelta | str, str]]:
    from trustkeep.identity import invitations, passkeys, resets, roster, scopes, throttling
    from trustkeep.lifecycle.requests import confirming

    yield "free failures of an account in a row", throttling.FREE_FAILURES, "a pause, then 429"
    yield "longest pause of an account", throttling.LONGEST_ACCOUNT_PAUSE, "–"
    yield "longest pause of a source", throttling.LONGEST_SOURCE_PAUSE, "–"
    yield (
        "sign-ins begun at providers, and links to files tried, of a source in a minute",
        throttling.STARTS_A_MINUTE,
        "429",
    )
    yield "failures of an account in a row", throttling.MAX_FAILURES, "waits for a reset"
    yield "life of a link for a new password", resets.LIFETIME, "asked for again"
    yield "life of an invitation", invitations.LIFETIME, "sent again"
    yield "life of a token", scopes.LONGEST_LIFETIME, "refused"
    yield "passkeys of a person", passkeys.MOST, "refused"
    yield "rows of a table of the staff", roster.MOST_ROWS, "refused"
    yield "size of a table of the staff", _bytes(roster.MOST_BYTES), "refused"
    hours = int(confirming.LIMIT_WINDOW.total_seconds()) // 3600
    yield (
        f"request forms from a source in {hours} hours",
        confirming.MOST_PER_SOURCE,
        "refused, with whom to write to",
    )
    yield (
        f"mails of the form to an address in {hours} hours",
        confirming.MOST_PER_ADDRESS,
        "not sent, and nobody is told",
    )


def _of_holdings() -> Iterator[tuple[str, int | timedelta | str, str]]:
    from trustkeep.holdings import collections, files, folders, looks, places, sharing, uploads
    from trustkeep.trust import forms

    yield "a customer's file, of any type", _bytes(files.MOST_BYTES), "413"
    yield "unpacked size of a file", "nothing is ever unpacked", "–"
    yield "what the scanner takes, where one is set", "as its daemon says", "413"
    yield "letters of a name", places.MOST_LETTERS, "refused"
    yield "folders within each other", folders.MOST_DEEP, "refused"
    yield "uploads under way in an account", uploads.MOST_AT_ONCE, "429"
    yield "life of an unfinished upload", uploads.LIVES, "thrown away"
    yield "a customer's record", _bytes(collections.MOST_BYTES), "422"
    yield "collections of an account", collections.MOST_COLLECTIONS, "refused"
    yield "life of a link to a file, where nothing else is said", sharing.LIVES, "refused"
    yield "longest life of a link to a file", sharing.LIVES_AT_MOST, "shortened to it"
    yield "links that open one file", sharing.MOST_OF_A_FILE, "refused"
    yield "limit of downloads of a link, the largest", sharing.MOST_DOWNLOADS, "lowered to it"
    yield "a download by link that broke off goes on within", sharing.RESUMES_WITHIN, "counts anew"
    yield "a look into an account", looks.LASTS, "asked for again"
    yield "a receipt or certificate that is verified: text or PDF", _bytes(forms.LARGEST), "422"


def _of_work() -> Iterator[tuple[str, int | timedelta | str, str]]:
    from trustkeep.connectors import outgoing
    from trustkeep.identity import hashing
    from trustkeep.lifecycle.systems import rounds
    from trustkeep.site.demo import archive_server
    from trustkeep.trust import examining
    from trustkeep.worker import errands

    memory = f"{_bytes(hashing.MEMORY_KIB * 1024)} each"
    yield "password hashes at once", f"one a core, {memory}", "wait"
    yield "PDFs examined at once", 1, "422, to be tried again"
    yield (
        "examining a PDF, in a process of its own",
        f"{_bytes(examining.MEMORY_BYTES)}, {examining.CPU_S} s of a core",
        "the process ends",
    )
    yield "systems told at once", errands.MOST_AT_ONCE, "at the next turn"
    yield "instructions in a visit to a system", rounds.MOST_IN_A_ROUND, "at the next turn"
    yield "instructions at once to the product of a demo", archive_server.AT_ONCE, "wait"
    yield "an answer of a system", _bytes(outgoing.LARGEST), "asked again"
    yield "time for an answer of a system", f"{outgoing.TOTAL_S:g} s", "asked again"
