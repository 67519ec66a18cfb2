"""Customers' accounts: the contract, its end, holds, and what is typed before it happens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from trustkeep.accounts import queries
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.opening import Contract
from trustkeep.accounts.roles import Role
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.deadlines import end_of_day
from trustkeep.lifecycle.holding import Basis, NewHold, stores_to_hold
from trustkeep.lifecycle.words import BASES
from trustkeep.ui.words import LANGUAGE_NAMES

_DAY = {"type": "date"}
_STORE_NAMES = {"objects": _("contents of files (objects)")}


def people_with(*roles: Role) -> list[tuple[str, str]]:
    """Return who works here and has any of `roles`, or everybody, as choices."""
    found = [one for one in queries.people() if one.left_date is None]
    chosen = [one for one in found if not roles or set(roles) & set(one.roles)]
    return [(str(one.id), one.name) for one in chosen]


def _managers() -> list[tuple[str, str]]:
    return [("", "–"), *people_with(Role.ACCOUNT_MANAGER)]


def _bases() -> list[tuple[str, str]]:
    return [(one.value, BASES[one][get_language() or "en"]) for one in Basis]


class ContractForm(forms.Form):
    """What is known of a contract."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=200)
    reference = forms.CharField(label=_("Contract reference"), max_length=64)
    contract_start = forms.DateField(
        label=_("Contract starts on"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGE_NAMES.items()))
    time_zone = forms.CharField(
        label=_("Time zone of the contract"), max_length=64, initial="Europe/Berlin"
    )
    domains = forms.CharField(
        label=_("Domains"), required=False, help_text=_("Apart by spaces."), max_length=1000
    )
    manager = forms.ChoiceField(label=_("Account manager"), required=False, choices=_managers)
    dpo_contact = forms.EmailField(
        label=_("Customer’s contact for data protection"), required=False
    )

    def clean_time_zone(self) -> str:
        chosen: str = self.cleaned_data["time_zone"]
        if chosen not in available_timezones():
            raise forms.ValidationError(_("There is no such time zone. Example: Europe/Berlin."))
        return chosen

    def contract(self) -> Contract:
        """Return what was entered."""
        told = self.cleaned_data
        return Contract(
            legal_name=told["legal_name"],
            reference=told["reference"],
            contract_start_date=told["contract_start"],
            language=told["language"],
            time_zone=told["time_zone"],
            domains=tuple(told["domains"].split()),
            manager_id=told["manager"] or None,
            dpo_contact=told["dpo_contact"],
        )

    @staticmethod
    def of(account: AccountShown) -> dict[str, Any]:
        """Return the initial values of an account's form."""
        return {
            "legal_name": account.legal_name,
            "reference": account.reference,
            "contract_start": account.contract_start_date,
            "language": account.language,
            "time_zone": account.time_zone,
            "domains": " ".join(account.domains),
            "manager": str(account.manager_id or ""),
            "dpo_contact": account.dpo_contact,
        }


class NamedForm(forms.Form):
    """An act that asks for the contract's reference, typed, before it happens."""

    typed = forms.CharField(
        label=_("Type the contract reference to go on"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, reference: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reference = reference

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed != self._reference:
            raise forms.ValidationError(_("That is not the reference of this contract."))
        return typed


class EndForm(NamedForm):
    """When a contract ends; without a day, at once."""

    field_order = ("last_day", "typed")
    last_day = forms.DateField(
        label=_("Last day of the contract"),
        help_text=_("It ends with this day, in its own time zone. Leave it empty to end it now."),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )

    def ends_at(self, time_zone: str) -> datetime | None:
        """Return the instant; None for at once."""
        day: date | None = self.cleaned_data["last_day"]
        return end_of_day(day, time_zone) if day else None

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day and day < now().astimezone(ZoneInfo("UTC")).date():
            raise forms.ValidationError(_("This day is over. Leave it empty to end it now."))
        return day


class DeletionForm(NamedForm):
    """Deletion before the period has passed, and through which door that was asked."""

    field_order = ("door", "request", "typed")
    door = forms.ChoiceField(
        label=_("Asked through"),
        choices=[
            ("request-account-manager", _("the account manager")),
            ("request-dpo", _("the data protection officer")),
        ],
    )
    request = forms.CharField(
        label=_("Reference of the request"),
        max_length=64,
        required=False,
        help_text=_("A number, no name: it stands on the receipt."),
    )


def _stores() -> list[tuple[str, str]]:
    return [
        ("", gettext("everything in the account")),
        *((one, str(_STORE_NAMES.get(one, one))) for one in stores_to_hold()),
    ]


class HoldForm(forms.Form):
    """A legal hold."""

    store = forms.ChoiceField(
        label=_("What may not be deleted"),
        choices=_stores,
        required=False,
        help_text=_("What is outside of it is deleted in time; the key stays."),
    )

    basis = forms.ChoiceField(label=_("Basis"), choices=_bases)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For our own files; the customer is told the basis."),
    )
    owner = forms.ChoiceField(label=_("Who answers for it"), choices=people_with)
    review = forms.DateField(
        label=_("Looked at again on"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    tell = forms.BooleanField(
        label=_("Tell the customer, unless that is forbidden"), required=False, initial=True
    )

    def hold(self) -> NewHold:
        """Return what was entered."""
        told = self.cleaned_data
        return NewHold(
            basis=Basis(told["basis"]),
            reason=told["reason"],
            owner_id=told["owner"],
            review_date=told["review"],
            store=told["store"],
            tell=told["tell"],
        )


class ReviewForm(forms.Form):
    """That a hold is still needed."""

    review = forms.DateField(
        label=_("Looked at again on"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
