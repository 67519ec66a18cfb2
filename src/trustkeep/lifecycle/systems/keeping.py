"""What rests sealed: settings under the company's key, identities under the account's."""

from __future__ import annotations

from collections.abc import Mapping

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.systems import ports
from trustkeep.lifecycle.systems.models import Delivery, System
from trustkeep.lifecycle.systems.ports import Connector, ConnectorKind, Scope, SystemKind
from trustkeep.vault.fields import COMPANY, Place, seal_json, unseal_json


class KindNotJoined(TrustkeepError):
    """This installation knows no connector for the kind."""

    sentence = "This installation cannot speak to systems of the kind “{kind}”."


def kind_of(kind: str) -> ConnectorKind:
    """Return how systems of a kind are set up; raises KindNotJoined."""
    found = ports.joined.kinds.get(SystemKind(kind)) if kind in set(SystemKind) else None
    if found is None:
        raise KindNotJoined(kind=kind)
    return found


def settings_of(row: System) -> dict[str, str]:
    """Return the settings in the clear; raises the refusals of the vault."""
    settings: dict[str, str] = unseal_json(_place_of(row), row.sealed)
    return settings


def seal_settings(row: System, settings: Mapping[str, str]) -> bytes:
    return seal_json(_place_of(row), dict(settings))


def connector_of(row: System) -> Connector:
    """Return what speaks to a system; raises KindNotJoined, or the refusals of the vault."""
    kind = kind_of(row.kind)
    system = ports.System(row.id, row.name, kind.kind, settings_of(row), row.expects_data)
    return kind.make(system)


def seal_identities(row: Delivery, scope: Scope) -> bytes:
    """Return the token of a scope's identities, empty where there are none."""
    return seal_json(_identities(row), dict(scope.identities)) if scope.identities else b""


def identities_of(row: Delivery) -> Mapping[str, str]:
    """Return the identities of a delivery, none once they were dropped."""
    found: dict[str, str] = unseal_json(_identities(row), row.sealed) if row.sealed else {}
    return found


def _place_of(row: System) -> Place:
    return Place(COMPANY, "systems_system", "sealed", str(row.id))


def _identities(row: Delivery) -> Place:
    return Place(row.account, "systems_delivery", "sealed", str(row.id))
