"""Who joins a customer's account, and as what."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trustkeep.accounts.roles import MemberRole
from trustkeep.ui.words import MEMBER_ROLES


class MemberForm(forms.Form):
    """Somebody who joins."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation goes there; it is good for one person and for a few days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, MEMBER_ROLES[role]) for role in reversed(MemberRole)],
        widget=forms.RadioSelect,
        initial=MemberRole.MEMBER,
    )
