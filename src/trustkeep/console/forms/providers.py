"""What administrators record of identity providers and of customers' sign-ins."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trustkeep.identity.attestations import LIFETIME, LONGEST_LIFETIME
from trustkeep.identity.oidc import installed


def _providers() -> list[tuple[str, str]]:
    return [(one.provider.slug, one.provider.name) for one in installed.parties()]


class AttestationForm(forms.Form):
    """That a tenant demands a second factor of everybody."""

    provider = forms.ChoiceField(label=_("Provider"), choices=_providers)
    tenant = forms.CharField(
        label=_("Tenant or domain"),
        help_text=_("The tenant’s id at Microsoft, or the Workspace domain at Google."),
        max_length=253,
    )
    statement = forms.CharField(
        label=_("What you saw"),
        help_text=_("Which rule demands the second factor, who showed it to you, and when."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    days = forms.IntegerField(
        label=_("Counts for how many days"),
        min_value=1,
        max_value=LONGEST_LIFETIME.days,
        initial=LIFETIME.days,
    )


class RuleForm(forms.Form):
    """What one account asks of the sign-ins of its members."""

    provider_only = forms.BooleanField(
        label=_("Sign-in with a provider only"),
        help_text=_("Closes the password door for all members of the account."),
        required=False,
    )
    factor_demanded = forms.BooleanField(
        label=_("A second factor is demanded"),
        help_text=_("Proved by the provider, or with a factor of one’s own."),
        required=False,
    )
    tenants = forms.CharField(
        label=_("Microsoft tenants"),
        help_text=_("Ids, one a line. Where tenants or domains are named, nothing else gets in."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hosted_domains = forms.CharField(
        label=_("Google Workspace domains"),
        help_text=_("One a line. Addresses at the domain do not count, its Workspace does."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    # The field that is alone on its line is optional by what it says.
    either_or = True
