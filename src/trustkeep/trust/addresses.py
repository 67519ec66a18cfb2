"""Absolute addresses of public pages, from the configured address and never from a request."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from trustkeep.kernel.texts import LANGUAGES


def path_of(language: str, name: str, *args: object) -> str:
    """Return the path of a page in `language`; ``name`` is one of `urls.pages`."""
    with override(language):
        return reverse(f"trust:{name}", args=args)


def absolute(path: str) -> str:
    """Return the address that readers type for a path."""
    return f"{settings.BASE_URL}{path}"


def page_url(language: str, name: str, *args: object) -> str:
    """Return the absolute address of a page in `language`."""
    return absolute(path_of(language, name, *args))


def alternates(name: str, *args: object) -> dict[str, str]:
    """Return the absolute addresses of a page by language."""
    return {language: page_url(language, name, *args) for language in LANGUAGES}
