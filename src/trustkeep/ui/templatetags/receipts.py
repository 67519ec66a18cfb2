"""The codes of a deletion certificate in the reader's language: ``{% load receipts %}``."""

from __future__ import annotations

from enum import StrEnum

from django import template
from django.utils.translation import get_language

from trustkeep.lifecycle import receipt_words as words
from trustkeep.lifecycle.receipts import Basis, Category, Cause, SystemState

register = template.Library()


@register.filter
def receipt_word(code: StrEnum) -> str:
    """Return what a code of a receipt is called."""
    match code:
        case Cause():
            texts = words.CAUSES[code]
        case Category():
            texts = words.CATEGORIES[code]
        case SystemState():
            texts = words.SYSTEM_STATES[code]
        case Basis():
            texts = words.BASES[code]
        case _:
            raise TypeError(f"not a code of a receipt: {code!r}")
    return texts[get_language()]
