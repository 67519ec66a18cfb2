"""The list of customers' accounts, opening one, and changing what is known of a contract."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trustkeep.accounts import customers
from trustkeep.accounts.opening import AccountExists, AccountInvalid, change_account, open_account
from trustkeep.accounts.roles import Permission, Role
from trustkeep.console.account_list import AccountFilter, listed
from trustkeep.console.account_words import STATES
from trustkeep.console.exporting import accounts_csv
from trustkeep.console.forms.accounts import ContractForm, people_with
from trustkeep.console.permits import StaffRequest, actor, known_account, noted, staff
from trustkeep.console.rendering import page
from trustkeep.kernel.clock import now
from trustkeep.ui.pages import told


@require_safe
@staff()
def accounts(request: StaffRequest) -> HttpResponse:
    """List the accounts, with search and filters kept in the address."""
    wanted = AccountFilter.of(request.GET)
    context = {
        "rows": listed(wanted),
        "wanted": wanted,
        "states": [(state.value, gettext(word)) for state, word in STATES.items()],
        "managers": people_with(Role.ACCOUNT_MANAGER),
        "room": "accounts",
    }
    return page(request, "accounts.html", context)


@require_safe
@staff()
@noted("accounts-table")
def export(request: StaffRequest) -> HttpResponse:
    """Give the list as a table for spreadsheets."""
    rows = listed(AccountFilter.of(request.GET))
    headers = {"Content-Disposition": 'attachment; filename="accounts.csv"'}
    return HttpResponse(accounts_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


@staff(Permission.MANAGE_ACCOUNTS)
def add(request: StaffRequest) -> HttpResponse:
    """Open an account."""
    form = ContractForm(request.POST or None, initial={"contract_start": now().date()})
    if form.is_valid():
        try:
            opened = open_account(contract=form.contract(), by=actor(request), now=now())
            return redirect("console:account", account_id=opened.id)
        except (AccountExists, AccountInvalid) as error:
            form.add_error(None, told(error))
    return page(request, "account_form.html", {"form": form, "room": "accounts"})


@staff(Permission.MANAGE_ACCOUNTS)
def change(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Change what is known of a contract."""
    shown = known_account(account_id)
    form = ContractForm(request.POST or None, initial=ContractForm.of(shown))
    if form.is_valid():
        try:
            contract = replace(form.contract(), synthetic=shown.synthetic)
            change_account(account_id=account_id, contract=contract, by=actor(request), now=now())
            return redirect("console:account", account_id=account_id)
        except (AccountExists, AccountInvalid) as error:
            form.add_error(None, told(error))
    context = {"form": form, "account": customers.account(account_id), "room": "accounts"}
    return page(request, "account_form.html", context)
