"""What an e-mail address and a domain look like, for everybody who enters one."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}", re.I)


def is_email(value: str) -> bool:
    """Return whether `value` is shaped like an address; whether it exists only a mail can tell."""
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def is_domain(value: str) -> bool:
    """Return whether `value` is shaped like a host name."""
    return _DOMAIN.fullmatch(value) is not None
