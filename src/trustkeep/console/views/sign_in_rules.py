"""What customers' accounts ask of the sign-ins of their members."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from trustkeep.accounts import customers
from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.providers import RuleForm
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.identity.sign_in_rules import Rule, RuleInvalid, rule_of, rules_of_all, set_rule
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told


@require_safe
@staff(Permission.MANAGE_ACCOUNTS)
def rules(request: StaffRequest) -> HttpResponse:
    """List the accounts with what each asks, with a search kept in the address."""
    text = request.GET.get("q", "").strip()
    known = rules_of_all()
    rows = [
        (one, known.get(one.id))
        for one in customers.accounts()
        if text.casefold() in f"{one.legal_name} {one.reference}".casefold()
    ]
    return page(request, "sign_in_rules.html", {"rows": rows, "q": text, "room": "providers"})


@staff(Permission.MANAGE_ACCOUNTS)
@fresh
def rule(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Show what one account asks, and change it."""
    try:
        account = customers.account(account_id)
    except customers.NoSuchAccount as error:
        raise Http404(str(account_id)) from error
    form = RuleForm(request.POST or None, initial=_initial(rule_of(account_id)))
    if form.is_valid():
        try:
            set_rule(account_id=account_id, rule=_rule(form), by=actor(request), now=now())
            return redirect("console:sign-in-rules")
        except RuleInvalid as error:
            form.add_error(str(error.values["field"]), told(error))
    return page(
        request, "sign_in_rule.html", {"account": account, "form": form, "room": "providers"}
    )


def _initial(known: Rule) -> dict[str, object]:
    return {
        "provider_only": known.provider_only,
        "factor_demanded": known.factor_demanded,
        "tenants": "\n".join(known.tenants),
        "hosted_domains": "\n".join(known.hosted_domains),
    }


def _rule(form: RuleForm) -> Rule:
    given = form.cleaned_data
    return Rule(
        provider_only=given["provider_only"],
        factor_demanded=given["factor_demanded"],
        tenants=tuple(given["tenants"].split()),
        hosted_domains=tuple(given["hosted_domains"].split()),
    )
