"""What readers may hand in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trustkeep.evidence.receipt import MAX_SIZE, SUFFIX
from trustkeep.lifecycle.receipt_verify import PDF_START

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
