"""What is looked for in the audit trail."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trustkeep.identity import trail
from trustkeep.identity.trail import Wanted
from trustkeep.ui.words import access_word


def _day(label: object) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)  # type: ignore[arg-type]


def _kinds() -> list[tuple[str, object]]:
    named = sorted((access_word(kind), kind) for kind in trail.kinds())
    return [("", _("everything")), *((kind, word) for word, kind in named)]


class AuditForm(forms.Form):
    """Filters; all of them stand in the address."""

    email = forms.CharField(label=_("E-mail address"), required=False, max_length=254)
    what = forms.ChoiceField(label=_("What"), required=False, choices=_kinds)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("any")), ("done", _("done")), ("refused", _("refused"))],
    )
    source = forms.GenericIPAddressField(label=_("From address"), required=False)
    since = _day(_("From"))
    until = _day(_("Until"))

    def wanted(self) -> Wanted:
        """Return what a valid form asks for."""
        given = self.cleaned_data
        return Wanted(
            email=given["email"],
            what=given["what"],
            outcome=given["outcome"],
            source=given["source"],
            from_date=given["since"],
            to_date=given["until"],
        )
