"""What readers may hand in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trustkeep.evidence.receipt import MAX_SIZE, SUFFIX
from trustkeep.lifecycle.receipt_verify import PDF_START
from trustkeep.lifecycle.request_letters import RequestKind, right_name
from trustkeep.lifecycle.requests.receiving import LONGEST_NAME, MOST_WORDS
from trustkeep.ui.one_line import one_line

RIGHTS = tuple(one for one in RequestKind if one is not RequestKind.EXPORT)
"""What a person may ask for; giving a whole account back is the customer's to ask."""

LARGEST = 2 * MAX_SIZE
"""The largest file in bytes: a certificate on paper is far smaller."""


class ReceiptForm(forms.Form):
    """A receipt, pasted or as a file; ``raw`` holds its bytes once the form is valid."""

    either_or = True

    pasted = forms.CharField(
        label=_("Text of the receipt"),
        required=False,
        max_length=MAX_SIZE,
        strip=False,
        widget=forms.Textarea(attrs={"class": "receipt", "rows": 9, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("or its file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": f"{SUFFIX},.json,.pdf,text/plain"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            cleaned["raw"] = self._raw(cleaned)
        return cleaned

    def _raw(self, cleaned: dict[str, Any]) -> bytes:
        file = cleaned.get("file")
        if file is None:
            # Browsers send line ends as CR LF; the format knows LF only.
            pasted: str = cleaned.get("pasted", "").replace("\r\n", "\n")
            if not pasted.strip():
                self.add_error(None, gettext("Paste a receipt, or choose its file."))
            return (pasted if pasted.endswith("\n") else f"{pasted}\n").encode()
        if file.size > LARGEST:
            self.add_error("file", gettext("This file is larger than any receipt."))
            return b""
        raw: bytes = file.read()
        if not raw.startswith(PDF_START) and not _is_text(raw):
            error = gettext("This file is neither text nor a PDF, so it is no receipt.")
            self.add_error("file", error)
        return raw


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class YourDataForm(forms.Form):
    """What somebody asks about their own data.

    ``website`` is a trap for programs that fill in everything: people do not see it.
    """

    kinds = forms.MultipleChoiceField(
        label=_("What do you ask for?"), widget=forms.CheckboxSelectMultiple
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send a link there, and later our answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_NAME,
        validators=[one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    about = forms.CharField(
        label=_("Which company or which account is it about?"),
        help_text=_("If you know it. It helps us to find your data."),
        required=False,
        max_length=LONGEST_NAME,
        validators=[one_line],
    )
    text = forms.CharField(
        label=_("What is it about?"),
        help_text=_("In your own words. Please do not send a copy of an identity card."),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.value, right_name(one)[language]) for one in RIGHTS]

    def is_trapped(self) -> bool:
        """Return whether a program has filled in what people do not see."""
        return bool(self.cleaned_data["website"])


class NameForm(forms.Form):
    """The name of an organisation, typed as the word that all of it goes."""

    typed = forms.CharField(label=_("Name of the organisation"), max_length=LONGEST_NAME)


class WordsForm(forms.Form):
    """An answer to a question of ours."""

    words = forms.CharField(
        label=_("Your message"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 4})
    )
