"""Second factors: which a user has, who has to have one, and what a change of them ends.

Passkeys come first, because nothing that is typed can be phished from them; then codes of an
authenticator app; recovery codes are for the day on which both are lost. There are no codes by
mail or text message, and no one person can take another's factors away (`identity.rescue`).
Wrong codes are slowed down like wrong passwords, under a count of their own.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trustkeep.identity import access, origins, throttling
from trustkeep.identity.letters import (
    FACTOR_ADDED,
    FACTOR_REMOVED,
    RECOVERY_CODE_USED,
    RECOVERY_CODES_MADE,
)
from trustkeep.identity.models import Authenticator, Passkey, RecoveryCode, User
from trustkeep.identity.notices import tell
from trustkeep.identity.sign_in_rules import rule_of
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.texts import Texts


class Demand(StrEnum):
    """Whether the staff has to have a second factor."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class UnknownDemand(TrustkeepError):
    """A setting names something else than a demand."""

    sentence = "staff_second_factor is “{name}”. Allowed: {allowed}."


class CodeRefused(TrustkeepError):
    """The code is wrong, was used before, or is too old: the answer is one."""

    sentence = "This code is not right, or was used before. Take the newest one."


class LastFactor(TrustkeepError):
    """Whoever has to have a factor keeps at least one."""

    sentence = (
        "This is your only second factor, and you need one. Add another before you remove it."
    )


class NoSuchFactor(TrustkeepError):
    """The factor is somebody else's, or was removed."""

    sentence = "There is no such factor any more."


@dataclass(frozen=True, slots=True)
class Factors:
    """What a user can show as a second factor."""

    passkeys: int
    authenticator: bool
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Whether there is a factor; recovery codes alone are none."""
        return bool(self.passkeys or self.authenticator)


_LETTERS = {
    "factor-added": FACTOR_ADDED,
    "factor-removed": FACTOR_REMOVED,
    "recovery-codes-made": RECOVERY_CODES_MADE,
}
_NAMES = {
    "authenticator": Texts(
        de="Authentisierungs-App", en="authenticator app", fr="application d’authentification"
    ),
    "passkey": Texts(de="Passkey", en="passkey", fr="clé d’accès"),
}

_demand: list[Demand] = [Demand.REQUIRED]


def activate(name: str) -> None:
    """Demand of the staff what the setting says; raises UnknownDemand."""
    if name not in set(Demand):
        raise UnknownDemand(name=name, allowed=", ".join(Demand))
    _demand[:] = [Demand(name)]


def is_demanded(user: User) -> bool:
    """Return whether `user` has to have a second factor."""
    if user.account_id is None:
        return _demand[0] is Demand.REQUIRED
    return rule_of(user.account_id).factor_demanded


def factors_of(user: User | uuid.UUID) -> Factors:
    """Return what a user has enrolled."""
    return Factors(
        passkeys=Passkey.objects.filter(user=user).count(),
        authenticator=Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists(),
        recovery_codes=RecoveryCode.objects.filter(user=user, used_at__isnull=True).count(),
    )


def has_factor(user: User) -> bool:
    """Return whether `user` can show a second factor."""
    authenticators = Authenticator.objects.filter(user=user, confirmed_at__isnull=False)
    return authenticators.exists() or Passkey.objects.filter(user=user).exists()


def changed(user: User, what: str, *, now: datetime, detail: str = "") -> None:
    """Note a change of factors and end all sessions; the caller carries its own over."""
    user.epoch += 1
    user.save(update_fields=["epoch"])
    access.note(what, user=user, now=now, detail=detail)
    letter = _LETTERS[what]
    values = {"factor": _NAMES[detail]} if "factor" in letter.wanted else {}
    tell(user, letter, now=now, **values)


def require_another(user: User) -> None:
    """Raise LastFactor if somebody who needs a factor has but one."""
    own = factors_of(user)
    if is_demanded(user) and own.passkeys + own.authenticator <= 1:
        raise LastFactor


def require_turn(user: User, *, now: datetime) -> None:
    """Raise TooManyAttempts while wrong codes make this user, or the source, wait."""
    throttling.require_turn(account=_count(user), source=origins.present().source, now=now)


def refused(user: User, *, method: str, now: datetime) -> CodeRefused:
    """Count and note a wrong code; returns the error to raise."""
    throttling.failed(account=_count(user), source=origins.present().source, now=now)
    access.note("factor-refused", user=user, now=now, detail=method, proved=False)
    return CodeRefused()


def proved(user: User) -> None:
    """Forget the wrong codes of somebody who has shown a right one."""
    throttling.succeeded(account=_count(user))


def note_use(user: User, method: str, *, now: datetime) -> None:
    """Note that something was used up, and forget the wrong codes before it."""
    proved(user)
    access.note("factor-used", user=user, now=now, detail=method)
    tell(user, RECOVERY_CODE_USED, now=now, left=factors_of(user).recovery_codes)


def _count(user: User) -> str:
    return f"factor:{user.pk}"
