"""What the console calls an account's states, and what answers of systems are called."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from trustkeep.accounts.states import AccountState

STATES = {
    AccountState.ACTIVE: gettext_noop("active"),
    AccountState.TERMINATING: gettext_noop("contract ending"),
    AccountState.LOCKED: gettext_noop("locked"),
    AccountState.PURGE_PENDING: gettext_noop("deletion pending"),
    AccountState.PURGING: gettext_noop("being deleted"),
    AccountState.PURGED: gettext_noop("deleted"),
    AccountState.CLOSED: gettext_noop("closed"),
}
ACTS = {
    "lock": gettext_noop("Lock"),
    "unlock": gettext_noop("Unlock"),
    "erase": gettext_noop("Delete"),
    "verify": gettext_noop("Confirm absence"),
}
ANSWERS = {
    "due": gettext_noop("instructed"),
    "awaiting": gettext_noop("accepted"),
    "stalled": gettext_noop("stalled"),
    "done": gettext_noop("confirmed"),
    "not-applicable": gettext_noop("not applicable"),
}
