"""What a customer is promised, and how it stands with this one account."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext

from trustkeep.accounts import customers
from trustkeep.accounts import queries as accounts
from trustkeep.accounts.customers import AccountShown
from trustkeep.controls import queries
from trustkeep.controls.promise import State
from trustkeep.holdings.queries import totals
from trustkeep.identity.queries import users_of_account
from trustkeep.kernel import writing
from trustkeep.lifecycle.deadlines import delete_by, lock_by
from trustkeep.vault.keys import installed


@dataclass(frozen=True, slots=True)
class Concern:
    """One promise that concerns the customer; ``here`` says how it stands with this account."""

    slug: str
    title: str
    sentence: str
    state: State
    figure: str
    here: str


def concerns(account_id: uuid.UUID, now: datetime) -> list[Concern]:
    """Return the promises that concern a customer, with the account's own figures."""
    account = customers.account(account_id)
    shown = {one.slug: one for one in queries.page(get_language(), now).statements}
    return [
        Concern(one.slug, one.title, one.sentence, one.state, one.figure, told(account))
        for slug, told in _HERE.items()
        if (one := shown.get(slug)) is not None
    ]


def _encrypted(account: AccountShown) -> str:
    version = max(installed().versions(account.id), default=0)
    found = totals(account.id)
    return gettext(
        "{files} files and everything else rest under your own key, version {version}."
    ).format(files=_number(found.files), version=_number(version))


def _locked(account: AccountShown) -> str:
    if account.ends_at is None:
        return gettext("Your contract runs; nothing is to be locked.")
    return gettext(
        "Your contract ends on {at}; everything is locked by {by} at the latest."
    ).format(at=_moment(account.ends_at), by=_moment(lock_by(account.ends_at)))


def _deleted(account: AccountShown) -> str:
    if account.ends_at is None:
        return gettext("Your contract runs; nothing is to be deleted.")
    return gettext("Everything is deleted by {by}; you get a receipt.").format(
        by=_moment(delete_by(account.ends_at))
    )


def _on_request(account: AccountShown) -> str:
    dpo = accounts.company().dpo_email
    if account.manager:
        return gettext("Ask {manager}, your account manager, or {dpo}.").format(
            manager=account.manager, dpo=dpo
        )
    return gettext("Write to {dpo}.").format(dpo=dpo)


def _single_sign_on(account: AccountShown) -> str:
    users = [one for one in users_of_account(account.id).values() if one.active]
    with_provider = sum(one.single_sign_on for one in users)
    return gettext("{provider} of {total} of your members sign in with a provider.").format(
        provider=_number(with_provider), total=_number(len(users))
    )


_HERE: dict[str, Callable[[AccountShown], str]] = {
    "encrypted-at-rest": _encrypted,
    "locked-after-contract-end": _locked,
    "deleted-after-contract-end": _deleted,
    "deletion-on-request": _on_request,
    "single-sign-on": _single_sign_on,
}


def _number(value: int) -> str:
    return writing.number(value, get_language())


def _moment(at: datetime) -> str:
    return writing.moment(at, get_language())
