"""Absolute addresses of public pages, from the configured address and never from a request."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, override

from trustkeep.controls import queries


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
    """Return the absolute addresses of a page by language; only those that the company speaks."""
    return {language: page_url(language, name, *args) for language in queries.languages()}


def spoken(wanted: str) -> str:
    """Return `wanted` if the company speaks that language, else the one that it chose itself."""
    chosen = queries.languages()
    own = settings.LANGUAGE_CODE
    return wanted if wanted in chosen else own if own in chosen else chosen[0]


def elsewhere(name: str, *args: object) -> HttpResponse | None:
    """Lead to a language that the company speaks; None if the reader's is one of them."""
    language = get_language()
    spoken_one = spoken(language)
    return redirect(page_url(spoken_one, name, *args)) if spoken_one != language else None
