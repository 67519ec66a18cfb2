"""The product with a customer of its own: served over TLS, and reached by this process's tables."""

from __future__ import annotations

import http.client
import os
import ssl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.serving import Served, product

WITHIN_S = 300
CONTENT = "/api/v1/account/files/content"


@dataclass(frozen=True, slots=True)
class Customer:
    """An account, somebody who owns it, an open session and a token for its files."""

    account: uuid.UUID
    user: uuid.UUID
    cookie: str
    token: str


@contextmanager
def customers_product(folder: Path) -> Iterator[tuple[Served, Customer]]:
    """Serve a demo made in `folder`, with one customer more."""
    with product(folder) as served:
        yield served, _customer(folder / "data")


def ask(
    folder: Path, port: int, path: str, method: str = "GET", body: object = None, **headers: str
) -> tuple[int, bytes]:
    """Send one request over a connection of its own; returns status and body."""
    context = ssl.create_default_context(cafile=str(folder / "data" / "tls" / "ca.pem"))
    line = http.client.HTTPSConnection("localhost", port, context=context, timeout=WITHIN_S)
    line.request(method, path, body, headers)  # type: ignore[arg-type]  # a file or bytes
    answer = line.getresponse()
    told = answer.read()
    line.close()
    return answer.status, told


def seconds_until(condition: object, within_s: float = 60) -> float:
    """Return how long it takes until a condition holds; RuntimeError if it never does."""
    started = time.perf_counter()
    while not condition():  # type: ignore[operator]
        if time.perf_counter() - started > within_s:
            raise RuntimeError("it never came about")
    return time.perf_counter() - started


def _customer(data: Path) -> Customer:
    from trustkeep.site import installation
    from trustkeep.site.opening import start_django

    os.environ[installation.DATA_VARIABLE] = str(data)
    start_django()
    return _opened()


def _opened() -> Customer:
    from trustkeep.accounts.membership import NewMember, add_member
    from trustkeep.accounts.opening import Contract, open_account
    from trustkeep.accounts.roles import MemberRole
    from trustkeep.identity import sessions, tokens
    from trustkeep.identity.actions import admit_member
    from trustkeep.identity.authentication import by_password
    from trustkeep.identity.models import User
    from trustkeep.identity.scopes import Scope
    from trustkeep.identity.store import SessionStore
    from trustkeep.kernel.clock import now

    at = now()
    contract = Contract("Bench GmbH", "BENCH-1", at.date() - timedelta(days=300))
    account = open_account(contract=contract, by="bench", now=at).id
    new = NewMember("Alice", "alice@bench.example", MemberRole.OWNER)
    member = add_member(account_id=account, new=new, by="bench", now=at)
    user_id = admit_member(member_id=member.id, password="Kastanie-7-Fluss", now=at)
    user = User.objects.select_related("member__account").get(pk=user_id)
    browser = SessionStore()
    sessions.open_session(browser, user=user, authentication=by_password(at), now=at)
    browser.save()
    scopes = (Scope.FILES_READ, Scope.FILES_WRITE)
    wanted = tokens.NewToken(name="Bench", scopes=scopes, account_id=account)
    _, secret = tokens.issue(new=wanted, by=str(user_id), now=at)
    return Customer(account, user_id, f"__Host-session={browser.session_key}", secret)
