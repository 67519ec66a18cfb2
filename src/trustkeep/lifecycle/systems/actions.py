"""What the staff does with systems: add, change, rotate, try, switch, retire, and see to stalls."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.lifecycle.systems import settling
from trustkeep.lifecycle.systems.judging import OPEN, Reason, State
from trustkeep.lifecycle.systems.keeping import (
    connector_of,
    kind_of,
    seal_settings,
    settings_of,
)
from trustkeep.lifecycle.systems.models import Deed, Delivery, System
from trustkeep.lifecycle.systems.ports import ConnectorKind, SettingInvalid, Trial, Trouble
from trustkeep.lifecycle.systems.queries import (
    DeliveryShown,
    NoSuchDelivery,
    NoSuchSystem,
    SystemShown,
    row_of,
    shown,
    system,
)

LONGEST_NAME = 100
SETTLED_BY_HAND = frozenset({Trouble.EMPTY})
"""Findings that a person may explain; everything else has to be asked again."""
_CURED_BY_CHANGE = (Trouble.UNAUTHORISED, Trouble.SETTINGS, Trouble.MAPPING, Trouble.DISABLED)


class SystemNameTaken(TrustkeepError):
    """Two systems in use cannot have one name."""

    sentence = "Another system is called “{name}”. Take another name."


class SystemNameInvalid(TrustkeepError):
    """A system has a name, and not too long a one."""

    sentence = "A system needs a name of at most {most} characters."


class SettingUnknown(SettingInvalid):
    """A setting that systems of this kind do not have."""

    sentence = "There is no setting “{field}” for this kind. There are: {known}."


class NoSecretOfOurs(TrustkeepError):
    """Systems of this kind have their own credentials."""

    sentence = "“{name}” has no secret of ours. Enter its new credentials among its settings."


class SystemRetired(TrustkeepError):
    """A retired system stays as it was."""

    sentence = "The system “{name}” was retired. Add it again under the same name instead."


class SystemHasOpenDeliveries(TrustkeepError):
    """A system with instructions that are not done cannot leave: they would be forgotten."""

    sentence = (
        "“{name}” has {open} instructions that are not done. See to them first: a system that "
        "leaves with them would leave data behind."
    )


class NotToBeExplained(TrustkeepError):
    """Only an empty finding may be settled by a person's word."""

    sentence = "This cannot be settled by hand. Find the cause, then have the system asked again."


class NotStalled(TrustkeepError):
    """The delivery goes on by itself, or is done."""

    sentence = "This delivery does not wait for anybody."


@dataclass(frozen=True, slots=True)
class Added:
    """A system that was added or rotated; ``issued`` is shown this once, and never again."""

    system: SystemShown
    issued: Mapping[str, str] = field(repr=False)


def add_system(
    *,
    name: str,
    kind: str,
    settings: Mapping[str, str],
    by: str,
    now: datetime,
    expects_data: bool = True,
) -> Added:
    """Connect a system.

    Raises KindNotJoined, SystemNameInvalid, SystemNameTaken, SettingInvalid.
    """
    how = kind_of(kind)
    given = _trimmed(how, settings)
    _require_name(name)
    how.check(given)
    issued = dict(how.issue({}, now)) if how.issue else {}
    with transaction.atomic():
        if System.objects.filter(name=name.strip(), retired_at__isnull=True).exists():
            raise SystemNameTaken(name=name)
        row = System(id=new_id(), name=name.strip(), kind=kind, expects_data=expects_data)
        row.added_at = row.changed_at = now
        row.added_by = by
        row.sealed = seal_settings(row, {**given, **issued})
        row.save(force_insert=True)
        _log(row, "added", by, now)
    return Added(system(row.id), _told(issued))


def change_system(
    *,
    system_id: uuid.UUID,
    name: str,
    settings: Mapping[str, str],
    by: str,
    now: datetime,
    enabled: bool = True,
    expects_data: bool = True,
) -> SystemShown:
    """Change a system; secrets that are left empty stay as they are.

    What stalled for a cause that a change can cure goes out again. Raises NoSuchSystem,
    SystemRetired, SystemNameInvalid, SystemNameTaken, SettingInvalid.
    """
    _require_name(name)
    with transaction.atomic():
        row = _changeable(system_id)
        others = System.objects.filter(name=name.strip(), retired_at__isnull=True)
        if others.exclude(pk=row.pk).exists():
            raise SystemNameTaken(name=name)
        how = kind_of(row.kind)
        kept = settings_of(row)
        merged = {**kept, **_trimmed(how, settings)}
        for one in how.fields:
            if one.secret and not merged.get(one.name):
                merged[one.name] = kept.get(one.name, "")
        how.check(merged)
        row.name, row.enabled, row.expects_data = name.strip(), enabled, expects_data
        row.sealed = seal_settings(row, merged)
        row.changed_at, row.failures, row.closed_until = now, 0, None
        row.save()
        _log(row, "changed", by, now)
        if enabled:
            _cure(row, now)
    return system(system_id)


def rotate_secrets(*, system_id: uuid.UUID, by: str, now: datetime) -> Added:
    """Issue new secrets; the old ones stay valid for a while.

    Raises NoSuchSystem, SystemRetired, NoSecretOfOurs.
    """
    with transaction.atomic():
        row = _changeable(system_id)
        how = kind_of(row.kind)
        if how.issue is None:
            raise NoSecretOfOurs(name=row.name)
        kept = settings_of(row)
        issued = dict(how.issue(kept, now))
        row.sealed = seal_settings(row, {**kept, **issued})
        row.changed_at = now
        row.save(update_fields=["sealed", "changed_at"])
        _log(row, "secrets-rotated", by, now)
    return Added(system(system_id), _told(issued))


def retire_system(*, system_id: uuid.UUID, by: str, now: datetime) -> SystemShown:
    """Take a system out of use for good; its deliveries stay, its settings are erased.

    Raises NoSuchSystem, SystemRetired, SystemHasOpenDeliveries.
    """
    with transaction.atomic():
        row = _changeable(system_id)
        open_ = Delivery.objects.filter(system=row, state__in=OPEN).count()
        if open_:
            raise SystemHasOpenDeliveries(name=row.name, open=open_)
        row.retired_at, row.changed_at, row.enabled = now, now, False
        row.sealed = seal_settings(row, {})
        row.save()
        _log(row, "retired", by, now)
    return system(system_id)


def try_system(*, system_id: uuid.UUID, now: datetime) -> Trial:
    """Try the connection; changes nothing here or there. Raises NoSuchSystem, SystemRetired."""
    row = row_of(system_id)
    if row.retired_at:
        raise SystemRetired(name=row.name)
    return connector_of(row).trial(now)


def try_again(*, delivery_id: uuid.UUID, now: datetime) -> DeliveryShown:
    """Have a stalled delivery asked again at once; raises NoSuchDelivery, NotStalled."""
    with transaction.atomic():
        row = _stalled(delivery_id)
        settling.resume(row, now=now)
    return shown(row)


def explain(*, delivery_id: uuid.UUID, by: str, now: datetime) -> DeliveryShown:
    """Say that the account never used the system, so that there is nothing to erase.

    Raises NoSuchDelivery, NotStalled, NotToBeExplained.
    """
    with transaction.atomic():
        row = _stalled(delivery_id)
        if row.trouble not in SETTLED_BY_HAND:
            raise NotToBeExplained
        settling.not_applicable(row, Reason.NEVER_USED, now=now, by=by)
    return shown(row)


def _changeable(system_id: uuid.UUID) -> System:
    row = System.objects.select_for_update().filter(pk=system_id).first()
    if row is None:
        raise NoSuchSystem(id=system_id)
    if row.retired_at:
        raise SystemRetired(name=row.name)
    return row


def _stalled(delivery_id: uuid.UUID) -> Delivery:
    rows = Delivery.objects.select_for_update().select_related("system")
    row = rows.filter(pk=delivery_id).first()
    if row is None:
        raise NoSuchDelivery(id=delivery_id)
    if row.state != State.STALLED:
        raise NotStalled
    return row


def _cure(row: System, now: datetime) -> None:
    stalled = Delivery.objects.select_for_update().select_related("system")
    for one in stalled.filter(system=row, state=State.STALLED, trouble__in=_CURED_BY_CHANGE):
        settling.resume(one, now=now)


def _require_name(name: str) -> None:
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise SystemNameInvalid(most=LONGEST_NAME)


def _trimmed(how: ConnectorKind, settings: Mapping[str, str]) -> dict[str, str]:
    known = {one.name for one in how.fields}
    unknown: Sequence[str] = sorted(set(settings) - known)
    if unknown:
        raise SettingUnknown(field=unknown[0], known=", ".join(sorted(known)))
    return {name: value.strip() for name, value in settings.items()}


def _told(issued: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that are new; the old one that still counts is known already."""
    return {name: value for name, value in issued.items() if not name.startswith("old_")}


def _log(row: System, what: str, by: str, now: datetime) -> None:
    body: dict[str, Any] = {"system": str(row.id), "what": what, "by": by, "at": isoformat(now)}
    entry = append(kind=Kind.SYSTEM_CHANGED, body=body, now=now)
    Deed.objects.create(entry_index=entry.index, system=row, body=body, salt=entry.salt)
