"""`trustkeep trace`: one promise from its sentence to the code, the test and the last evidence."""

from __future__ import annotations

import argparse
import importlib
import inspect
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustkeep.controls.promise import Promise

HELP = "follow a promise: sentence, promise file, enforcing code, schedule, test, last evidence"
NEEDS_DJANGO = True

SOURCE = Path(__file__).parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", help="the promise to follow")
    parser.add_argument("--language", choices=("de", "en", "fr"), default="en")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    from trustkeep.cli.printing import print_json
    from trustkeep.controls import catalogue

    promise = catalogue.promise(arguments.slug)
    hops = {
        "page": f"/{arguments.language}/#{promise.slug}",
        "sentence": _sentence(promise, arguments.language),
        "promise": _place_of_module(promise.slug),
        "enforced": [_place_of(path) for path in promise.enforced_in],
        "schedule": [
            f"{check.name}: every {_span(check.every)}, evidence good for {_span(check.max_age)}"
            for check in promise.checks
        ],
        "test": f"tests/promises/test_{promise.slug.replace('-', '_')}.py",
        "evidence": _evidence(promise),
    }
    if arguments.json:
        print_json(hops)
    else:
        for hop, found in hops.items():
            for line in [found] if isinstance(found, str) else found:
                print(f"{hop:<10}{line}")
    return 0


def _span(length: timedelta) -> str:
    """Return a length of time in the largest unit that says it exactly."""
    for unit in ("days", "hours", "minutes"):
        count, rest = divmod(length, timedelta(**{unit: 1}))
        if not rest:
            return f"{count} {unit if count != 1 else unit[:-1]}"
    return str(length)


def _sentence(promise: Promise, language: str) -> str:
    from trustkeep.controls import queries
    from trustkeep.kernel.clock import now

    shown = {one.slug: one for one in queries.page(language, now()).statements}
    return shown[promise.slug].sentence if promise.slug in shown else "(not published yet)"


def _place_of_module(slug: str) -> str:
    module = importlib.import_module(f"trustkeep.controls.promises.{slug.replace('-', '_')}")
    return _relative(Path(module.__file__ or ""))


def _place_of(dotted: str) -> str:
    """Return ``path:line  name`` of a constant or a function named by its dotted path."""
    module_name, _, name = dotted.rpartition(".")
    module = importlib.import_module(module_name)
    value = getattr(module, name)
    source = Path(module.__file__ or "")
    line = _line_of(source, name, value)
    return f"{_relative(source)}:{line}  {name}"


def _line_of(source: Path, name: str, value: object) -> int:
    if inspect.isfunction(value) or inspect.isclass(value):
        return inspect.getsourcelines(value)[1]
    for number, text in enumerate(source.read_text("utf-8").splitlines(), start=1):
        if text.startswith((f"{name} =", f"{name}:")):
            return number
    return 1


def _relative(path: Path) -> str:
    return str(Path("src", "trustkeep", path.relative_to(SOURCE)))


def _evidence(promise: Promise) -> str:
    from trustkeep.cli.printing import instant
    from trustkeep.controls.entries import evidence_of

    newest = next(iter(evidence_of(promise.slug, "en", limit=1)), None)
    if newest is None:
        return "none yet: run `trustkeep check " + promise.slug + "`"
    return f"entry {newest.index}, {instant(newest.at)}: {newest.summary}"
