"""Finds every text that readers see in English and brings the catalogues up to date.

    python -m scripts.messages            # add what is new, drop what is gone
    python -m scripts.messages --missing  # print what is not translated yet

Texts come from templates, from gettext calls, and from the sentences of errors that pages show.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[1] / "src" / "trustkeep"
LOCALES = SOURCE / "locale"
LANGUAGES = ("de", "fr")
PLURALS = {"de": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
# Whoever types a command or starts the server reads English.
_ENGLISH_ONLY = ("cli", "site", "vault", "worker")
_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

type Message = tuple[str, str]
"""A text and its plural, which is empty for most."""


def messages() -> dict[Message, list[str]]:
    """Return every text, with the files it stands in."""
    found: dict[Message, list[str]] = {}
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in (".html", ".txt", ".py") and "migrations" not in path.parts:
            for message in _of_file(path):
                found.setdefault(message, []).append(path.relative_to(SOURCE).as_posix())
    return found


def _of_file(path: Path) -> Iterator[Message]:
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        if "templates" in path.parts:
            yield from _of_code(templatize(text))
        return
    yield from _of_code(text)
    if path.relative_to(SOURCE).parts[0] not in _ENGLISH_ONLY:
        yield from _sentences(text)


def _of_code(text: str) -> Iterator[Message]:
    for _, _, found, _ in extract_python(io.BytesIO(text.encode()), _KEYWORDS, [], {}):
        if isinstance(found, str):
            yield found, ""
        elif found and found[0]:
            yield found[0], found[1] if len(found) > 1 and isinstance(found[1], str) else ""


def _sentences(text: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Assign([ast.Name("sentence")], ast.Constant(str(sentence))) if sentence:
                yield sentence, ""


def catalogue(language: str) -> Path:
    """Return where the texts of a language rest."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def update(language: str) -> polib.POFile:
    """Return the catalogue with exactly the texts of now; those translated before stay so."""
    path = catalogue(language)
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = {(entry.msgid, entry.msgid_plural): entry for entry in old}
    new = polib.POFile(wrapwidth=100)
    new.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for (text, plural), places in sorted(messages().items()):
        entry = known.get((text, plural)) or polib.POEntry(msgid=text, msgid_plural=plural)
        if plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        entry.occurrences = [(place, "") for place in dict.fromkeys(places)]
        entry.flags = []
        new.append(entry)
    return new


def main(arguments: list[str]) -> None:
    for language in LANGUAGES:
        found = update(language)
        if "--missing" in arguments:
            for entry in found.untranslated_entries():
                print(f"{language}\t{entry.msgid!r}\t{entry.msgid_plural!r}")
            continue
        catalogue(language).parent.mkdir(parents=True, exist_ok=True)
        found.save(str(catalogue(language)))
        print(f"{language}: {len(found)} texts, {len(found.untranslated_entries())} untranslated")


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    main(sys.argv[1:])
