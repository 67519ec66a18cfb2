"""Forms for what the company states: wordings and public notes in three languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trustkeep.controls.promise import Promise
from trustkeep.controls.publication import MAX_NOTE, MAX_SENTENCE, problems_of
from trustkeep.kernel.texts import LANGUAGES, Texts
from trustkeep.ui.words import LANGUAGE_NAMES


class _InThreeLanguages(forms.Form):
    """One text area a language; the languages' own names are their labels."""

    max_length = MAX_SENTENCE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[language] = forms.CharField(
                label=LANGUAGE_NAMES[language],
                max_length=self.max_length,
                widget=forms.Textarea(attrs={"rows": 4, "lang": language, "spellcheck": "true"}),
            )
        self.order_fields(list(LANGUAGES))

    def texts(self) -> Texts:
        """Return what was typed, once the form is valid."""
        return Texts(**{language: self.cleaned_data[language] for language in LANGUAGES})


class WordingForm(_InThreeLanguages):
    """A new wording: placeholders must match, and there may be no number of its own."""

    reason = forms.CharField(
        label=_("Why it changes"),
        max_length=500,
        help_text=_("One sentence; readers of the history see it."),
    )

    def __init__(self, promise: Promise, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promise = promise

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if all(cleaned.get(language) for language in LANGUAGES):
            for language, problem in problems_of(self.promise, self.texts()).items():
                self.add_error(language, problem)
        return cleaned


class NoteForm(_InThreeLanguages):
    """A public note beside a promise."""

    max_length = MAX_NOTE


class ReasonForm(forms.Form):
    """Why a check is switched off; it shows in the promise's internal page."""

    reason = forms.CharField(label=_("Why"), max_length=500)
