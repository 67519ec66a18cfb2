"""Ending the contract: when, and the name typed out."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class EndForm(forms.Form):
    """The last day, or at once; and the organisation's name, so that nobody ends it by accident."""

    last_day = forms.DateField(
        label=_("Last day of the contract"),
        required=False,
        help_text=_("The contract ends with this day. Leave it empty to end the contract at once."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    name = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    def __init__(self, data: QueryDict | None, legal_name: str) -> None:
        super().__init__(data)
        self._legal_name = legal_name
        self.fields["name"].label = _("Type “%(name)s” to confirm") % {"name": legal_name}

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"].strip()
        if typed != self._legal_name:
            raise ValidationError(_("This is not the name as it stands there."))
        return typed
