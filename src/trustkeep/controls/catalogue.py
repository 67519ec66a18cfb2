"""All promises, in the order of the page; a promise that is not here does not exist.

Imports are written out so that a search finds every promise from here; a house test keeps this
list, the files in `promises` and the files in ``tests/promises`` the same set.
"""

from __future__ import annotations

from trustkeep.controls.promise import Promise
from trustkeep.kernel.errors import TrustkeepError

CATALOGUE: tuple[Promise, ...] = ()

BY_SLUG = {promise.slug: promise for promise in CATALOGUE}


class UnknownPromise(TrustkeepError):
    """No promise has this slug."""

    sentence = "There is no promise “{slug}”. `trustkeep promises` lists them all."


def promise(slug: str) -> Promise:
    """Return the promise; raises UnknownPromise."""
    try:
        return BY_SLUG[slug]
    except KeyError:
        raise UnknownPromise(slug=slug) from None
