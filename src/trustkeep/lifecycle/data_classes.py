"""Five classes of data, and what each of them demands wherever it rests or goes.

Which class a table has follows from whom it is about (`trustkeep.lifecycle.holders`), unless it is
named here. A table of people is never less than personal, so a new one cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trustkeep.lifecycle.holders import HOLDERS, Whose


class DataClass(StrEnum):
    """How much harm it does where it does not belong; the least first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    ENTRUSTED = "entrusted"
    SECRET = "secret"  # noqa: S105  (the name of a class)


@dataclass(frozen=True, slots=True)
class Demands:
    """What a class demands: at rest, on the way, of readers, of logs, and in time."""

    means: str
    rests: str
    readers: str
    logs: str
    ends: str


DEMANDS: Mapping[DataClass, Demands] = {
    DataClass.PUBLIC: Demands(
        "what the page shows, and what proves it",
        "in the encrypted database",
        "everybody",
        "may stand there",
        "kept: the history is public",
    ),
    DataClass.INTERNAL: Demands(
        "how the software does its work, by opaque ids",
        "in the encrypted database",
        "the staff by role, where a page shows it",
        "opaque ids only",
        "kept as proof, or forgotten when it has faded",
    ),
    DataClass.PERSONAL: Demands(
        "who somebody is, does or asks for",
        "in the encrypted database; sealed under the account’s or the company’s key where it is "
        "about customers or tells what somebody did",
        "the person, and the staff by role; a look is noted and told",
        "never, by no name, address or word",
        "at the time that the table tells; unreadable with the key",
    ),
    DataClass.ENTRUSTED: Demands(
        "what customers keep here",
        "sealed under the account’s key, files and names too",
        "the account’s members; the staff with a reason that the customer sees",
        "never; counts only",
        "deleted with the account; unreadable once its key is destroyed",
    ),
    DataClass.SECRET: Demands(
        "what lets somebody in, or a system be spoken to",
        "as a digest or an Argon2id hash where it is only compared, sealed where it is used",
        "nobody; shown once, to whom it is given",
        "never",
        "with its use; replaced without a restart",
    ),
}
"""What each class demands; ``docs/data.md`` prints it."""

_NAMED: Mapping[str, DataClass] = {
    "controls_note": DataClass.PUBLIC,
    "controls_observation": DataClass.PUBLIC,
    "controls_wording": DataClass.PUBLIC,
    "evidence_logentry": DataClass.PUBLIC,
    "evidence_lognode": DataClass.PUBLIC,
    "evidence_signedcheckpoint": DataClass.PUBLIC,
    "accounts_company": DataClass.PUBLIC,
    "holdings_sharelink": DataClass.SECRET,
    "identity_apitoken": DataClass.SECRET,
    "identity_authenticator": DataClass.SECRET,
    "identity_invitation": DataClass.SECRET,
    "identity_passwordreset": DataClass.SECRET,
    "identity_providertransaction": DataClass.SECRET,
    "identity_recoverycode": DataClass.SECRET,
    "identity_session": DataClass.SECRET,
    "identity_user": DataClass.SECRET,
    "requests_unconfirmed": DataClass.SECRET,
    "systems_system": DataClass.SECRET,
}


def class_of(table: str) -> DataClass:
    """Return the class of a table's rows; KeyError for a table that nobody knows."""
    named = _NAMED.get(table)
    if named is not None:
        return named
    if table.startswith("holdings_"):
        return DataClass.ENTRUSTED
    about = HOLDERS[table].whose
    return DataClass.PERSONAL if about in (Whose.STAFF, Whose.CUSTOMERS) else DataClass.INTERNAL
