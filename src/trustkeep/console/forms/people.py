"""Who joins, and what they may do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from trustkeep.accounts.models import Person
from trustkeep.accounts.roles import Role
from trustkeep.identity.passwords import MAX_LENGTH, policy
from trustkeep.ui.words import role_word

KINDS = {Person.Kind.EMPLOYEE.value: _("Employee"), Person.Kind.CONTRACTOR.value: _("Contractor")}


def _roles() -> list[tuple[str, str]]:
    return [(role.value, role_word(role)) for role in Role]


def _password(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=lazy(lambda: policy().rule(), str)(),
        required=required,
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )


def _of_another() -> forms.TextInput:
    # What the browser knows is about who types, not about who joins.
    return forms.TextInput(attrs={"autocomplete": "off"})


class PersonForm(forms.Form):
    """Somebody who joins."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=_of_another())
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("Works as"), choices=list(KINDS.items()))
    joined = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, choices=_roles, widget=forms.CheckboxSelectMultiple
    )
    invite = forms.BooleanField(
        label=_("Send an invitation to the console"),
        required=False,
        help_text=_("A link by mail, with which the person chooses a password."),
    )


class RolesForm(forms.Form):
    """What somebody may do, all of it."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, choices=_roles, widget=forms.CheckboxSelectMultiple
    )


class ResetForm(forms.Form):
    """A password for somebody else."""

    password = _password(_("New password; all sessions of this person end"))


class BareForm(forms.Form):
    """Nothing but the wish: to invite, or to let in again."""


class LeaveForm(forms.Form):
    """Somebody's last day."""

    left = forms.DateField(
        label=_("Last day"),
        help_text=_("The way in ends with this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
