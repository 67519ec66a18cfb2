"""Pages that are only read: every other method is refused as such, whoever sends it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def read_only[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Allow GET and HEAD; the rest gets 405 rather than being asked for a form's token first."""
    return csrf_exempt(require_safe(view))
