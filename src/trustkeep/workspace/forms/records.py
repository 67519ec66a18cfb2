"""What is typed about records: a name for what belongs together, and values as JSON."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trustkeep.holdings.places import MOST_LETTERS
from trustkeep.kernel import strict_json
from trustkeep.kernel.strict_json import NotJson


class RecordForm(forms.Form):
    """One record."""

    collection = forms.CharField(
        label=_("Collection"),
        max_length=MOST_LETTERS,
        help_text=_("A name for what belongs together, such as calls or contacts."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    values = forms.CharField(
        label=_("Values"),
        help_text=_('A JSON object, such as {"name": "Example", "year": 2026}.'),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )

    def clean_values(self) -> dict[str, Any]:
        try:
            values = strict_json.read(self.cleaned_data["values"])
        except NotJson as error:
            raise ValidationError(
                _("This is no JSON: line %(line)s, column %(column)s.")
                % {"line": error.line, "column": error.column}
            ) from error
        if not isinstance(values, dict):
            raise ValidationError(_("A record is an object with names and values."))
        return values
