"""Looking into a customer's account: with a reason, for a short while, and told to the customer."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from trustkeep.accounts import customers
from trustkeep.accounts.roles import Permission
from trustkeep.accounts.states import OPEN_STATES
from trustkeep.console.forms.looks import LookForm
from trustkeep.console.permits import StaffRequest, actor, noted, staff
from trustkeep.console.rendering import page
from trustkeep.holdings import collections, looks, queries
from trustkeep.holdings.queries import NoSuchFile
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh
from trustkeep.ui.contents import content_of
from trustkeep.ui.downloads import download
from trustkeep.ui.pages import told


@require_safe
@staff(Permission.HANDLE_REQUESTS)
def accounts(request: StaffRequest) -> HttpResponse:
    """List the accounts that can be looked into; what they hold is not shown here."""
    text = request.GET.get("q", "").strip()
    found = customers.accounts(OPEN_STATES)
    rows = [one for one in found if queries.has_words(text, one.legal_name, one.reference)]
    return page(request, "looks.html", {"accounts": rows, "q": text, "room": "looks"})


@staff(Permission.HANDLE_REQUESTS)
@fresh
def begin(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Ask for the reason, then open the account for a while."""
    account = customers.account(account_id)
    form = LookForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            begun = looks.begin_look(
                account_id=account_id, staff=_who(request), reason=reason, now=now()
            )
            return redirect("console:look", look_id=begun.id)
        except looks.ReasonMissing as error:
            form.add_error("reason", told(error))
    context = {"account": account, "form": form, "lasts": looks.LASTS, "room": "looks"}
    return page(request, "look_begin.html", context)


@require_safe
@staff(Permission.HANDLE_REQUESTS)
@noted("look", of="look_id")
def look(request: StaffRequest, look_id: uuid.UUID) -> HttpResponse:
    """Show names of files and collections, to be read only; this itself is noted."""
    opened = looks.look(look_id=look_id, staff=_who(request), now=now())
    looks.note_seen(look=opened, staff=_who(request), what=looks.LIST, now=now())
    context = {
        "look": opened,
        "account": customers.account(opened.account_id),
        "files": queries.search(opened.account_id, ""),
        "collections": collections.collections(opened.account_id),
        "room": "looks",
    }
    return page(request, "look.html", context)


@require_safe
@staff(Permission.HANDLE_REQUESTS)
@noted("file", of="file_id")
def content(request: StaffRequest, look_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """Give one file, once it is noted for the customer that it was given."""
    opened = looks.look(look_id=look_id, staff=_who(request), now=now())
    try:
        found = content_of(opened.account_id, file_id)
    except NoSuchFile as error:
        raise Http404(str(file_id)) from error
    looks.note_seen(look=opened, staff=_who(request), what=looks.FILE, about=found.name, now=now())
    return download(request, found)  # type: ignore[return-value]


@require_safe
@staff(Permission.HANDLE_REQUESTS)
@noted("records", of="look_id")
def records(request: StaffRequest, look_id: uuid.UUID) -> HttpResponse:
    """Show the records of one collection, once that is noted for the customer."""
    opened = looks.look(look_id=look_id, staff=_who(request), now=now())
    name = request.GET.get("collection", "")
    found = collections.records(opened.account_id, name)
    looks.note_seen(look=opened, staff=_who(request), what=looks.RECORDS, about=name, now=now())
    context = {"look": opened, "name": name, "records": found, "room": "looks"}
    return page(request, "look_records.html", context)


def _who(request: StaffRequest) -> looks.Staff:
    return looks.Staff(actor(request), request.user.name)
