"""For whom an export is."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """A public key of age, or nobody in particular."""

    recipient = forms.CharField(
        label=_("Public key of age"),
        required=False,
        max_length=200,
        help_text=_("With a key, nobody but its holder can open the archive: age1…"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
