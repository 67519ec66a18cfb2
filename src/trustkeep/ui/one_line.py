"""A check for fields of forms that hold one line: a name, what it is about."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from trustkeep.kernel.lines import is_line


def one_line(text: str) -> None:
    """Raise ValidationError for what ends the line, or reads otherwise than it is written."""
    if not is_line(text):
        raise ValidationError(gettext("Control characters cannot be used."))
