"""The audit trail for machines: OCSF events, one JSON object a line.

Source: Open Cybersecurity Schema Framework 1.8.0, classes Account Change (3001), Authentication
(3002), Entity Management (3004) and User Access Management (3005). What our log commits to stands
under ``unmapped``, so that a line can be proved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trustkeep import __version__
from trustkeep.identity.trail import EventShown

VERSION = "1.8.0"
MEDIA_TYPE = "application/x-ndjson"
IDENTITY_AND_ACCESS = 3
ACCOUNT_CHANGE, AUTHENTICATION, ENTITY, USER_ACCESS = 3001, 3002, 3004, 3005
_OTHER = 99
_SUCCESS, _FAILURE = 1, 2
_INFORMATIONAL, _MEDIUM = 1, 3


@dataclass(frozen=True, slots=True)
class Activity:
    """A class and an activity of the schema, with its caption."""

    class_uid: int
    activity_id: int
    name: str


_LOGON = Activity(AUTHENTICATION, 1, "Logon")
ACTIVITIES: Mapping[str, Activity] = {
    "acted-by-token": Activity(ENTITY, 3, "Update"),
    "admitted": Activity(ACCOUNT_CHANGE, 1, "Create"),
    "factor-added": Activity(ACCOUNT_CHANGE, 10, "MFA Factor Enable"),
    "factor-refused": _LOGON,
    "factor-removed": Activity(ACCOUNT_CHANGE, 11, "MFA Factor Disable"),
    "factors-reset": Activity(ACCOUNT_CHANGE, 11, "MFA Factor Disable"),
    "link-ended": Activity(ENTITY, 4, "Delete"),
    "link-made": Activity(ENTITY, 1, "Create"),
    "link-used": Activity(ENTITY, 2, "Read"),
    "password-changed": Activity(ACCOUNT_CHANGE, 3, "Password Change"),
    "password-reset": Activity(ACCOUNT_CHANGE, 4, "Password Reset"),
    "read": Activity(ENTITY, 2, "Read"),
    "refused": _LOGON,
    "rights-changed": Activity(USER_ACCESS, 1, "Assign Privileges"),
    "session-ended": Activity(AUTHENTICATION, 2, "Logoff"),
    "sessions-ended": Activity(AUTHENTICATION, 2, "Logoff"),
    "shut-out": Activity(ACCOUNT_CHANGE, 5, "Disable"),
    "signed-in": _LOGON,
    "signed-out": Activity(AUTHENTICATION, 2, "Logoff"),
    "sso.email-collision": _LOGON,
    "sso.refused": _LOGON,
    "token-made": Activity(ENTITY, 1, "Create"),
    "token-revoked": Activity(ENTITY, 4, "Delete"),
}
"""What our acts are called in the schema; all others are changes of an account of another kind."""


def line(event: EventShown) -> str:
    """Return one act as one line; sorted, so that two exports of the same acts are the same."""
    return json.dumps(as_ocsf(event), sort_keys=True, ensure_ascii=False) + "\n"


def as_ocsf(event: EventShown) -> dict[str, Any]:
    """Return one act as an event of the schema."""
    activity = ACTIVITIES.get(event.what, Activity(ACCOUNT_CHANGE, _OTHER, event.what))
    user = {"uid": event.user_id or "unknown", "name": event.user, "type_id": 1}
    told: dict[str, Any] = {
        "class_uid": activity.class_uid,
        "category_uid": IDENTITY_AND_ACCESS,
        "activity_id": activity.activity_id,
        "activity_name": activity.name,
        "type_uid": activity.class_uid * 100 + activity.activity_id,
        "time": int(event.at.timestamp() * 1000),
        "severity_id": _MEDIUM if event.refused else _INFORMATIONAL,
        "status_id": _FAILURE if event.refused else _SUCCESS,
        "status_code": event.detail if event.refused else "",
        "message": event.what,
        "metadata": {
            "version": VERSION,
            "uid": str(event.number),
            "product": {"name": "Trustkeep", "vendor_name": "Trustkeep", "version": __version__},
        },
        "actor": {"user": {"uid": event.by_id or "unknown", "name": event.by, "type_id": 1}},
        "user": user,
        "src_endpoint": {"ip": event.source},
        "http_request": {"user_agent": event.agent},
        "unmapped": {
            "account": event.account,
            "commitment": event.commitment,
            "detail": event.detail,
            "entry_index": event.entry_index,
            "salt": event.salt,
        },
    }
    if activity.class_uid == ENTITY:
        kind, _, uid = event.detail.partition(" ")
        entity = {"type": kind, "uid": uid} if uid else {"type": "token", "uid": kind}
        told["entity"] = entity
    if activity.class_uid == USER_ACCESS:
        told["privileges"] = event.detail.split(",")
    return _without_empty(told)


def _without_empty(told: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {
        name: _without_empty(value) if isinstance(value, dict) else value
        for name, value in told.items()
    }
    return {name: value for name, value in cleaned.items() if value not in ("", None, {})}
