"""What readers may hand in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trustkeep.evidence.receipt import MAX_SIZE, SUFFIX


class ReceiptForm(forms.Form):
    """A receipt, pasted or as a file; ``text`` holds it once the form is valid."""

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
        widget=forms.ClearableFileInput(attrs={"accept": f"{SUFFIX},text/plain"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            cleaned["text"] = self._text(cleaned)
        return cleaned

    def _text(self, cleaned: dict[str, Any]) -> str:
        file = cleaned.get("file")
        if file is None:
            # Browsers send line ends as CR LF; the format knows LF only.
            pasted: str = cleaned.get("pasted", "").replace("\r\n", "\n")
            if not pasted.strip():
                self.add_error(None, gettext("Paste a receipt, or choose its file."))
            return pasted if pasted.endswith("\n") else f"{pasted}\n"
        if file.size > MAX_SIZE:
            self.add_error("file", gettext("This file is larger than any receipt."))
            return ""
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError:
            self.add_error("file", gettext("This file is not text, so it is no receipt."))
            return ""
