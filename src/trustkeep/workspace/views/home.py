"""The first room: what is here, what is promised, and how that stands with this account."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from trustkeep.accounts import customers
from trustkeep.holdings.collections import count_records
from trustkeep.holdings.queries import totals
from trustkeep.kernel.clock import now
from trustkeep.workspace.concerns import concerns
from trustkeep.workspace.permits import MemberRequest, member
from trustkeep.workspace.rendering import page


@require_safe
@member()
def home(request: MemberRequest) -> HttpResponse:
    """Show what the account holds, and every promise that concerns it."""
    context = {
        "account": customers.account(request.account_id),
        "totals": totals(request.account_id),
        "records": count_records(request.account_id),
        "concerns": concerns(request.account_id, now()),
        "room": "home",
    }
    return page(request, "home.html", context)
