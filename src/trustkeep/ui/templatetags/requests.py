"""What belongs to a request, in the reader's language: ``{% load requests %}``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django import template
from django.utils.translation import get_language

from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.request_letters import RequestKind, right_name
from trustkeep.lifecycle.requests import kinds
from trustkeep.lifecycle.stages import Trouble
from trustkeep.lifecycle.words import TROUBLES
from trustkeep.ui import request_words

register = template.Library()
register.filter("request_state", request_words.state_word)
register.filter("story_word", request_words.story_word)
register.filter("next_word", request_words.next_word)


@register.filter
def right(kind: str) -> str:
    """Return what is asked for."""
    return right_name(RequestKind(kind))[get_language()]


@register.filter
def channel(value: str) -> str:
    """Return by which door it came in."""
    return _told(kinds.CHANNEL_TEXTS, kinds.Channel, value)


@register.filter
def scope(value: str) -> str:
    """Return how much is meant."""
    return _told(kinds.SCOPE_TEXTS, kinds.Scope, value)


@register.filter
def means(value: str) -> str:
    """Return how the identity was checked."""
    return _told(kinds.MEANS_TEXTS, kinds.Means, value)


@register.filter
def category(value: str) -> str:
    """Return what a category of data is called."""
    return _told(kinds.CATEGORY_TEXTS, kinds.Category, value)


@register.filter
def extension(value: str) -> str:
    """Return why it takes longer."""
    return _told(kinds.EXTENSION_TEXTS, kinds.ExtensionReason, value)


@register.filter
def trouble(code: str) -> str:
    """Return what holds a deletion up."""
    return TROUBLES[Trouble(code)][get_language()]


@register.filter
def ground(code: str) -> str:
    """Return why something is refused; what was granted has no ground."""
    found = kinds.GROUNDS.get(code)
    return found.text[get_language()] if found else ""


def _told[K: StrEnum](texts: Mapping[K, Texts], kind: type[K], value: str) -> str:
    return texts[kind(value)][get_language()] if value else ""
