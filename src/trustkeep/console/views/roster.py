"""Taking the staff directory over from a table: look first, then do it."""

from __future__ import annotations

import base64

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.roster import ConsentForm, RosterForm
from trustkeep.console.permits import StaffRequest, staff
from trustkeep.console.rendering import page
from trustkeep.identity import roster
from trustkeep.identity.roster import Change, DryRun, RosterUnreadable
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told


@staff(Permission.MANAGE_PEOPLE)
def choose(request: StaffRequest) -> HttpResponse:
    """Ask for the table, and show what taking it over would do."""
    form = RosterForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        table, complete = form.cleaned_data["table"], form.cleaned_data["complete"]
        try:
            plan = roster.dry_run(table, complete=complete, now=now())
            return page(request, "roster_plan.html", _shown(plan, table, complete=complete))
        except RosterUnreadable as error:
            form.add_error("table", told(error))
    return page(request, "roster.html", {"form": form, "room": "people"})


@require_POST
@staff(Permission.MANAGE_PEOPLE)
@fresh
def take_over(request: StaffRequest) -> HttpResponse:
    """Do what was shown; a directory that has changed since is shown again."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return redirect("console:roster")
    given = form.cleaned_data
    roster.take_over(
        given["content"], complete=given["complete"], digest=given["digest"], now=now()
    )
    return redirect("console:people")


def _shown(plan: DryRun, table: bytes, *, complete: bool) -> dict[str, object]:
    content = base64.b64encode(table).decode("ascii")
    initial = {"content": content, "complete": complete, "digest": plan.digest}
    return {
        "plan": plan,
        "counts": {change.value: plan.count(change) for change in Change},
        "rows": [row for row in plan.rows if row.change is not Change.SAME],
        "form": ConsentForm(initial=initial),
        "room": "people",
    }
