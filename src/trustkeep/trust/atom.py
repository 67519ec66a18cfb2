"""The changes of the page as an Atom feed (RFC 4287), one per language.

Entry ids are tags (RFC 4151) that never change, so that a reader sees each change once.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from django.utils.translation import gettext

from trustkeep.controls.statements import ChangeShown, PageShown
from trustkeep.kernel.clock import isoformat
from trustkeep.trust import addresses
from trustkeep.ui.words import state_word

_ATOM = "http://www.w3.org/2005/Atom"


def feed(page: PageShown, changes: Sequence[ChangeShown]) -> bytes:
    """Return the feed; ``updated`` is the instant of the newest change and not of this answer."""
    language, contact = page.language, page.contact
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(root, "id", f"tag:{contact.domain},2026:trust-{language}")
    _add(root, "title", gettext("%(company)s: trust center") % {"company": contact.company})
    _add(root, "subtitle", gettext("Every change of a statement or its state"))
    _add(root, "updated", isoformat(changes[0].at if changes else page.at))
    _link(root, "self", addresses.page_url(language, "feed"), "application/atom+xml")
    _link(root, "alternate", addresses.page_url(language, "page"), "text/html")
    author = ET.SubElement(root, f"{{{_ATOM}}}author")
    _add(author, "name", contact.company)
    for change in changes:
        _entry(root, change, page)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: ET.Element, change: ChangeShown, page: PageShown) -> None:
    entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
    _add(entry, "id", f"tag:{page.contact.domain},2026:{page.language}/{change.key}")
    _add(entry, "title", title_of(change))
    _add(entry, "updated", isoformat(change.at))
    _link(entry, "alternate", addresses.page_url(page.language, "promise", change.slug))
    _add(entry, "summary", change.text)


def title_of(change: ChangeShown) -> str:
    """Return a change in half a sentence: what it is about, and what it is now."""
    what = state_word(change.state) if change.state else gettext("new wording")
    return f"{change.title}: {what}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ET.Element, rel: str, href: str, kind: str = "text/html") -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": href, "type": kind})
