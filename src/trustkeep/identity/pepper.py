"""A key beside the hash (NIST SP 800-63B-4 section 3.1.1.2): optional, and kept elsewhere.

The file has a line for each pepper, its name and 32 random bytes or more in base64, newest last:

    2026-11  pJ3h…=

A password is keyed with the newest before it is hashed, and its hash says with which. Who signs in
with an older one, or with none, is hashed anew; a line may go once nobody's hash names it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping

from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from trustkeep.identity.passwords import normalised
from trustkeep.kernel.errors import TrustkeepError

LEAST_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9.-]{1,32}")
_MARK, _END = "pepper:", ":"
_known: dict[str, bytes] = {}


class PepperUnreadable(TrustkeepError):
    """The file of peppers is not as it has to be; its content is told to nobody."""

    sentence = (
        "The file of peppers cannot be used: {problem}. Each line is a name and at least {least} "
        "random bytes in base64."
    )


def install(text: str) -> None:
    """Use the peppers of a file from now on, none if it is empty; raises PepperUnreadable."""
    found: dict[str, bytes] = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        name, _, value = line.partition(" ")
        secret = _decoded(value.strip(), number)
        if not _NAME.fullmatch(name) or name in found or len(secret) < LEAST_BYTES:
            raise PepperUnreadable(problem=f"line {number}", least=LEAST_BYTES)
        found[name] = secret
    _known.clear()
    _known.update(found)


def installed() -> Mapping[str, bytes]:
    """Return the peppers that are known, the newest last."""
    return _known


def hashed(password: str) -> str:
    """Return what rests of a password."""
    newest = next(reversed(_known), "")
    if not newest:
        return make_password(normalised(password))
    return f"{_MARK}{newest}{_END}{make_password(_keyed(password, _known[newest]))}"


def matches(password: str, rests: str) -> bool:
    """Return whether a password is the one that rests; False as well if its pepper is gone."""
    name, encoded = _parted(rests)
    if not name:
        return check_password(normalised(password), encoded)
    secret = _known.get(name)
    # The work is done in either case, so that the time tells nothing.
    right = check_password(_keyed(password, secret or b"gone"), encoded)
    return right and secret is not None


def is_outdated(rests: str) -> bool:
    """Return whether a password should be hashed anew: with other parameters, or a newer pepper."""
    name, encoded = _parted(rests)
    return name != next(reversed(_known), "") or identify_hasher(encoded).must_update(encoded)


def _parted(rests: str) -> tuple[str, str]:
    if not rests.startswith(_MARK):
        return "", rests
    name, _, encoded = rests.removeprefix(_MARK).partition(_END)
    return name, encoded


def _keyed(password: str, secret: bytes) -> str:
    return hmac.digest(secret, normalised(password).encode("utf-8"), "sha256").hex()


def _decoded(value: str, number: int) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PepperUnreadable(problem=f"line {number}", least=LEAST_BYTES) from error
