"""A token for a program, with what whoever makes it may give away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from trustkeep.identity.scopes import LONGEST_LIFETIME, Scope, longest
from trustkeep.identity.tokens import LIFETIME, NewToken
from trustkeep.ui.words import SCOPES


class TokenForm(forms.Form):
    """A token for a program, with what whoever makes it may give away."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=LONGEST_LIFETIME.days
    )

    def __init__(self, data: Any, scopes: Iterable[Scope]) -> None:
        super().__init__(data, initial={"days": LIFETIME.days})
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.value, SCOPES[scope]) for scope in scopes]

    def clean_scopes(self) -> list[Scope]:
        chosen: list[Any] = self.cleaned_data["scopes"]
        return [Scope(scope) for scope in chosen]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        most = longest(told.get("scopes", ())).days
        if told.get("days", 0) > most:
            wrong = ngettext(
                "With what it may do, it lives at most %(days)s day.",
                "With what it may do, it lives at most %(days)s days.",
                most,
            )
            self.add_error("days", wrong % {"days": most})
        return told

    def new(self, account_id: uuid.UUID | None = None) -> NewToken:
        """Return what was asked for."""
        told = self.cleaned_data
        return NewToken(
            name=told["name"],
            scopes=tuple(told["scopes"]),
            lifetime=timedelta(days=told["days"]),
            account_id=account_id,
        )
