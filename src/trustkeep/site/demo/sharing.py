"""A file that the demo's first customer shares by link, as its owner would."""

from __future__ import annotations

from urllib.parse import urlsplit

from trustkeep.accounts.customers import account_by_reference
from trustkeep.accounts.gate import require_open
from trustkeep.holdings import queries
from trustkeep.identity.queries import users_of_account
from trustkeep.site.demo.desk import Desk
from trustkeep.ui.links import NewLink, make_link

CUSTOMER = "C-1041"
MOST_DOWNLOADS = 20


def enter(desk: Desk) -> str:
    """Make the link; returns the path that it opens under, wherever the demo is served."""
    account = account_by_reference(CUSTOMER)
    file = queries.listing(account.id).files[-1]
    [owner] = users_of_account(account.id).values()
    new = NewLink(file.id, most_downloads=MOST_DOWNLOADS)
    passage = require_open(account.id, now=desk.now)
    _, address = make_link(passage=passage, new=new, by=str(owner.id), now=desk.now)
    return urlsplit(address).path
