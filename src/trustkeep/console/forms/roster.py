"""A table of the staff: the file first, then the consent to what it would do."""

from __future__ import annotations

import base64
import binascii

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trustkeep.identity.roster import MOST_BYTES


class RosterForm(forms.Form):
    """The table, and whether it names everybody."""

    table = forms.FileField(
        label=_("Table"),
        help_text=_("CSV with the columns name and email; also joined, left and kind."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    complete = forms.BooleanField(
        label=_("The table names everybody: whoever is missing leaves today"), required=False
    )

    def clean_table(self) -> bytes:
        file = self.cleaned_data["table"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The table is too large."))
        return bytes(file.read())


class ConsentForm(forms.Form):
    """The table that was looked at, and the digest of what was shown."""

    content = forms.CharField(widget=forms.HiddenInput)
    complete = forms.BooleanField(required=False, widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except binascii.Error as error:
            raise ValidationError(_("The table is damaged. Choose the file again.")) from error
