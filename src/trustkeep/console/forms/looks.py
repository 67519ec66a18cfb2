"""Why somebody of the staff has to look into a customer's account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trustkeep.holdings.looks import MOST_REASON


class LookForm(forms.Form):
    """The reason, which the customer reads."""

    reason = forms.CharField(
        label=_("Why you have to look"),
        max_length=MOST_REASON,
        help_text=_("The customer reads this sentence with your name, at once."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
