"""Documents on paper: plain blocks in, an accessible PDF out, in the look of the house.

A document is a value that names no layout; one template sets it (`typst/document.typ`). The PDF is
tagged, with title and language (PDF/UA-1, ISO 14289-1). The same document gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Literal

import typst

from trustkeep.kernel import writing
from trustkeep.kernel.errors import TrustkeepError

_STANDARD: Literal["ua-1"] = "ua-1"
_compiling = Lock()


class DocumentUnusable(TrustkeepError):
    """The typesetter refuses a document."""

    sentence = "The document “{title}” could not be set."


@dataclass(frozen=True, slots=True)
class Key:
    """A key, digest or id: in a face whose letters cannot be confused."""

    key: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A word in the colour of its state; the word alone says it too."""

    text: str
    state: Literal["good", "bad", "open"]


type Written = str | Key | Standing


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens a section."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``small`` for what explains."""

    text: str
    kind: Literal["paragraph", "small"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what belongs to them, one below the other."""

    facts: tuple[tuple[str, Written], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their heads. ``widths`` are shares of the line, 0 for as wide as needed."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Written, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[bool, ...]
    kind: Literal["table"] = "table"


type Block = Heading | Paragraph | Facts | Table


@dataclass(frozen=True, slots=True)
class File:
    """A text file that travels inside the PDF."""

    name: str
    media_type: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A letter on paper: who writes when, its title, and its blocks in order."""

    title: str
    language: str
    sender: str
    address: str
    at: datetime
    blocks: Sequence[Block]
    lead: str = ""
    foot: str = ""
    keywords: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=())


def as_pdf(document: Document) -> bytes:
    """Return the document as PDF/UA-1; raises DocumentUnusable."""
    return _compiled(document, "pdf")[0]


def as_pictures(document: Document) -> list[bytes]:
    """Return the pages as PNG, for people who look at what the template does."""
    return _compiled(document, "png")


def _compiled(document: Document, form: Literal["pdf", "png"]) -> list[bytes]:
    # A PDF tells its time in whole seconds.
    at = document.at.astimezone(UTC).replace(microsecond=0)
    try:
        # One at a time: the compiler keeps its fonts and what it has set before.
        with _compiling:
            made = _compiler().compile(
                input=_template(),
                format=form,
                sys_inputs={"document": _told(document)},
                pdf_standards=[_STANDARD] if form == "pdf" else [],
                timestamp=at,
            )
    except typst.TypstError as error:
        raise DocumentUnusable(title=document.title, log=f"DocumentUnusable {error}") from error
    if isinstance(made, bytes):
        return [made]
    return list(made or [])


@cache
def _compiler() -> typst.Compiler:
    # The machine's own fonts would make the same document look different elsewhere.
    return typst.Compiler(ignore_system_fonts=True, font_paths=[])


@cache
def _template() -> bytes:
    return files("trustkeep.letters").joinpath("typst/document.typ").read_bytes()


def _told(document: Document) -> str:
    at = document.at.astimezone(UTC)
    told = asdict(document)
    told["date"] = [at.year, at.month, at.day]
    told["dated"] = writing.day(at.date(), document.language)
    del told["at"]
    return json.dumps(told, ensure_ascii=False)
