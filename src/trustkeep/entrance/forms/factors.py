"""Codes of second factors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _code(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        help_text=help_text,
        max_length=64,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class CodeForm(forms.Form):
    """A code of the app, or a recovery code: which of them, the signs tell."""

    code = _code(_("Six digits from your authenticator app, or one of your recovery codes."))


class FirstCodeForm(forms.Form):
    """The first code of an app that was just told its secret."""

    code = _code(_("The six digits that the app shows now."))
