"""Links to files: those of one file, all of an account, making and ending them."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from trustkeep.holdings import queries, sharing
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui import links as sharing_links
from trustkeep.ui.links import NewLink
from trustkeep.ui.pages import told
from trustkeep.workspace.forms.links import LinkForm
from trustkeep.workspace.permits import MANAGERS, MemberRequest, actor, member, role_of
from trustkeep.workspace.rendering import page


@member()
def of_file(request: MemberRequest, file_id: uuid.UUID) -> HttpResponse:
    """List the links of a file with their use, and make one; its address is shown this once."""
    file = queries.file(request.account_id, file_id)
    form, address = LinkForm(request.POST or None), ""
    if form.is_valid():
        address = _made(request, file_id, form)
    found = sharing.links(request.account_id, file_id=file_id, ended=True, now=now())
    context = {
        "file": file,
        "form": LinkForm() if address else form,
        "address": address,
        "rows": sharing_links.link_rows(request.account_id, found),
        "room": "files",
    }
    return page(request, "links_of_file.html", context)


@require_safe
@member()
def links(request: MemberRequest) -> HttpResponse:
    """List who manages the account all its links, and others their own."""
    text, ended = request.GET.get("q", "").strip(), request.GET.get("state") == "all"
    whose = "" if role_of(request) in MANAGERS else actor(request)
    found = sharing.links(request.account_id, made_by=whose, text=text, ended=ended, now=now())
    context = {
        "rows": sharing_links.link_rows(request.account_id, found),
        "q": text,
        "ended": ended,
        "room": "files",
    }
    return page(request, "links.html", context)


@require_POST
@member()
def end(request: MemberRequest, link_id: uuid.UUID) -> HttpResponse:
    """End a link at once; every member may, whoever made it: it closes, and opens nothing."""
    sharing_links.end_link(passage=request.passage, link_id=link_id, now=now())
    return redirect(_back(request))


def _made(request: MemberRequest, file_id: uuid.UUID, form: LinkForm) -> str:
    given = form.cleaned_data
    new = NewLink(file_id, timedelta(days=given["days"]), given["most_downloads"])
    try:
        by, at = actor(request), now()
        return sharing_links.make_link(passage=request.passage, new=new, by=by, now=at)[1]
    except TrustkeepError as error:
        form.add_error(None, told(error))
        return ""


def _back(request: MemberRequest) -> str:
    try:
        file_id = uuid.UUID(request.POST.get("file", ""))
    except ValueError:
        return reverse("workspace:links")
    return reverse("workspace:links-of-file", kwargs={"file_id": file_id})
