"""What a member asks about their own data, or about single files and records."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from trustkeep.lifecycle.request_letters import RequestKind, right_name
from trustkeep.lifecycle.requests.receiving import MOST_WORDS

RIGHTS = (
    RequestKind.ACCESS,
    RequestKind.RECTIFICATION,
    RequestKind.DELETION,
    RequestKind.RESTRICTION,
    RequestKind.PORTABILITY,
    RequestKind.OBJECTION,
)
"""What a member may ask for, as the law orders it; everything at once is given as an export."""


class ThingsForm(forms.Form):
    """Why single files or records are to be deleted."""

    text = forms.CharField(
        label=_("What is it about?"),
        help_text=_("In your own words."),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    @property
    def wanted(self) -> tuple[RequestKind, ...]:
        """What is asked for."""
        return (RequestKind.DELETION,)


class OwnForm(ThingsForm):
    """What somebody asks about their own data."""

    kinds = forms.TypedMultipleChoiceField(
        label=_("What do you ask for?"), coerce=RequestKind, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("kinds", "text")

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["kinds"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(one.value, right_name(one)[get_language()]) for one in RIGHTS]

    @property
    def wanted(self) -> tuple[RequestKind, ...]:
        """What is asked for."""
        return tuple(self.cleaned_data["kinds"])


class WordsForm(forms.Form):
    """An answer to a question of ours, or more about it."""

    words = forms.CharField(
        label=_("Your message"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 4})
    )
