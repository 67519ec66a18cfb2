"""How long a link opens a file, and how often."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from trustkeep.holdings.sharing import LIVES, LIVES_AT_MOST, MOST_DOWNLOADS

CHOICES = sorted({timedelta(days=1), LIVES, timedelta(days=14), LIVES_AT_MOST})
"""What a page offers; programs may choose any number of days between."""


class LinkForm(forms.Form):
    """A new link."""

    days = forms.TypedChoiceField(
        label=_("Opens for"), coerce=int, widget=forms.RadioSelect, initial=LIVES.days
    )
    most_downloads = forms.IntegerField(
        label=_("Downloads at most"),
        help_text=_("Then it ends by itself. A download that breaks off counts."),
        required=False,
        min_value=1,
        max_value=MOST_DOWNLOADS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["days"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            (one.days, ngettext("%(days)s day", "%(days)s days", one.days) % {"days": one.days})
            for one in CHOICES
        ]
