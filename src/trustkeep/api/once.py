"""Doing once what may be asked twice: the ``Idempotency-Key`` header.

The key, the act and the answer rest in one transaction, so a request that is sent again after a
broken connection finds either all of them or none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from trustkeep.api.bearers import ApiRequest
from trustkeep.api.models import KeptAnswer
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError

type Body = dict[str, Any]

KEPT_FOR = timedelta(hours=24)
HEADER = "Idempotency-Key"
LONGEST_KEY = 255
UNDER_WAY: Body = {}
"""What stands in place of an answer until there is one; no answer is empty."""
UNDER_WAY_FOR = timedelta(minutes=15)
"""Longer than sealing the largest file takes; who has not answered by then was killed."""


class KeyReused(TrustkeepError):
    """The same key came with another request."""

    sentence = "This idempotency key was used for another request. Take a new one for a new act."


class KeyTooLong(TrustkeepError):
    """A key that no program needs."""

    sentence = "An idempotency key has at most {most} characters."


class StillAtIt(TrustkeepError):
    """The same request came before, and is not done yet."""

    sentence = "The same request is under way. Ask again in a moment; it will be done once."


def forget_old(*, now: datetime) -> int:
    """Remove the answers whose requests will not come again; returns how many."""
    return KeptAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()[0]


def once_long(request: ApiRequest, act: Callable[[], Body]) -> Body:
    """Return what `act` returns for a body too long to be read twice; its digest is announced.

    The act has its own transactions and may take minutes, so the key is taken before it and the
    answer kept after it. Of two requests with one key at the same moment one acts, and the other
    is told to come again; the key of one that failed is free, that of a killed one after a while.
    Raises KeyReused, KeyTooLong, StillAtIt.
    """
    return _once_apart(request, request.headers.get("Content-Digest", "").encode(), act)


def once_slow(request: ApiRequest, act: Callable[[], Body]) -> Body:
    """Return what `act` returns, which asks other systems and so has its own transactions.

    As `once_long`, with the body read. Raises KeyReused, KeyTooLong, StillAtIt.
    """
    return _once_apart(request, request.body, act)


def once(request: ApiRequest, act: Callable[[], Body]) -> Body:
    """Return what `act` returns, from memory if it was done for this token and key before.

    Without a key the act is simply done. Raises KeyReused, KeyTooLong.
    """
    key = _key(request)
    if not key:
        return act()
    asked = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    request_digest, key_digest = _digest(asked), _digest(key.encode())
    with transaction.atomic():
        forget_old(now=now())
        known = _known(request, key_digest, request_digest)
        if known is not None:
            return known
        body = act()
        _keep(request, key_digest, request_digest, body)
    return body


def _once_apart(request: ApiRequest, told: bytes, act: Callable[[], Body]) -> Body:
    key = _key(request)
    if not key:
        return act()
    asked = f"{request.method} {request.get_full_path()}\n".encode() + told
    request_digest, key_digest = _digest(asked), _digest(key.encode())
    taken = KeptAnswer.objects.filter(token=request.auth.id, key_digest=key_digest)
    with transaction.atomic():
        taken.filter(body=UNDER_WAY, at__lte=now() - UNDER_WAY_FOR).delete()
        known = _known(request, key_digest, request_digest)
        if known == UNDER_WAY:
            raise StillAtIt
        if known is not None:
            return known
        _keep(request, key_digest, request_digest, UNDER_WAY)
    try:
        body = act()
    except BaseException:
        taken.filter(body=UNDER_WAY).delete()
        raise
    taken.update(body=body, at=now())
    return body


def _key(request: ApiRequest) -> str:
    key = request.headers.get(HEADER, "")
    if len(key) > LONGEST_KEY:
        raise KeyTooLong(most=LONGEST_KEY)
    return key


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _known(request: ApiRequest, key_digest: str, request_digest: str) -> Body | None:
    kept = KeptAnswer.objects.filter(token=request.auth.id, key_digest=key_digest).first()
    if kept is None:
        return None
    if kept.request_digest != request_digest:
        raise KeyReused
    known: Body = kept.body
    return known


def _keep(request: ApiRequest, key_digest: str, request_digest: str, body: Body) -> None:
    KeptAnswer.objects.create(
        token_id=request.auth.id,
        key_digest=key_digest,
        request_digest=request_digest,
        body=body,
        at=now(),
    )
