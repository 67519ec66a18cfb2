"""Connected systems: a form for each kind, made from its declaration."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from trustkeep.accounts.customers import NoSuchAccount, account_by_reference
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.systems.actions import LONGEST_NAME
from trustkeep.lifecycle.systems.ports import ConnectorKind, SettingField
from trustkeep.ui.pages import told


class SystemForm(forms.Form):
    """What a system is called and how it is reached; secrets are asked for and never shown.

    ``is_new``: secrets are needed; else those that are left empty stay as they are.
    """

    name = forms.CharField(label=_("What it is called"), max_length=LONGEST_NAME)

    def __init__(self, how: ConnectorKind, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how = how
        for one in how.fields:
            self.fields[one.name] = _form_field(one, is_new=is_new)
        self.fields["expects_data"] = forms.BooleanField(
            label=_("Every account has data here, so finding nothing is a finding"),
            required=False,
            initial=True,
        )
        if not is_new:
            self.fields["enabled"] = forms.BooleanField(
                label=_("Switched on"), required=False, initial=True
            )

    def settings(self) -> dict[str, str]:
        """Return what was typed for the connector."""
        return {one.name: self.cleaned_data.get(one.name) or "" for one in self.how.fields}

    def show(self, error: TrustkeepError) -> None:
        """Put a refusal beside its field, with the field's own label in its sentence."""
        name = str(error.values.get("field", ""))
        place = name if name in self.fields else "name" if "name" in error.values else None
        if name in self.fields:
            error.values = {**error.values, "field": self.fields[name].label}
        self.add_error(place, told(error))


class DryRunForm(forms.Form):
    """Whose data a dry run counts: an account by its reference or id."""

    account = forms.CharField(label=_("Account, by reference or id"), max_length=64)

    def clean_account(self) -> uuid.UUID:
        """Return the account's id; a well-formed id need not be an account of ours."""
        given: str = self.cleaned_data["account"].strip()
        try:
            return uuid.UUID(given)
        except ValueError:
            pass
        try:
            return account_by_reference(given).id
        except NoSuchAccount as error:
            raise forms.ValidationError(told(error)) from error


def initial(name: str, settings: Mapping[str, str], **flags: bool) -> dict[str, Any]:
    """Return what a form for a system that exists begins with."""
    return {"name": name, **settings, **flags}


def _form_field(one: SettingField, *, is_new: bool) -> forms.Field:
    language = get_language()
    common: dict[str, Any] = {
        "label": one.label[language],
        "help_text": one.help[language] if one.help else "",
        "required": one.required and (is_new or not one.secret),
    }
    if one.secret:
        hidden = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        if not is_new:
            common["help_text"] = _("Leave it empty to keep the present one.")
        return forms.CharField(widget=hidden, strip=True, **common)
    if one.long:
        area = forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "receipt"})
        return forms.CharField(widget=area, **common)
    plain = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(widget=plain, initial=one.initial if is_new else None, **common)
