"""Backups and drills: what is kept until when, how the last drill went, and beginning one."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission, may
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.kernel.clock import now
from trustkeep.lifecycle.backups import queries, working
from trustkeep.lifecycle.deadlines import BACKUP_EVERY, DRILL_AFTER, DRILL_EVERY


@require_safe
@staff()
def backups(request: StaffRequest) -> HttpResponse:
    """Show the backups that are kept, or those that are gone, the drills, and what is under way."""
    gone = request.GET.get("show") == "gone"
    work = queries.work()
    context = {
        "backups": queries.backups(gone=gone),
        "gone": gone,
        "newest": queries.newest(),
        "drills": queries.drills(),
        "work": work,
        "busy": {one.kind for one in work if one.ended_at is None},
        "too_old_before": now() - BACKUP_EVERY,
        "drill_days": DRILL_EVERY.days,
        "drills_after": DRILL_AFTER.days,
        "may_begin": may(request.user.roles, Permission.MANAGE_BACKUPS),
        "room": "backups",
    }
    return page(request, "backups.html", context)


@require_POST
@staff(Permission.MANAGE_BACKUPS)
def begin(request: StaffRequest, what: str) -> HttpResponse:
    """Ask for a backup or a drill; the timetable begins it within seconds."""
    if what not in (working.BACKUP, working.DRILL):
        raise Http404(what)
    working.ask(kind=what, by=actor(request), now=now())
    return redirect("console:backups")
