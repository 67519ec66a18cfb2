"""Traffic between servers and data stores stays inside the provider's private network."""

from __future__ import annotations

import ipaddress
import socket
from datetime import datetime
from typing import Any

from django.db import connections

from trustkeep.accounts.roles import Role
from trustkeep.controls.frameworks import references
from trustkeep.controls.promise import (
    Check,
    Promise,
    Proof,
    Result,
    Section,
    Shortfall,
    cannot_tell,
    fails,
    holds,
)
from trustkeep.hosting.network import FAULTS, READING, SETTINGS_MAX_AGE
from trustkeep.kernel.texts import Texts
from trustkeep.records import queries


def check(now: datetime) -> Result:
    """Hold if every data store of this system is near, and the newest provider reading shows no fault."""
    stores = {name: connections[name].settings_dict for name in connections}
    exceptions = [Shortfall(name, "public-store") for name, one in stores.items() if not _near(one)]
    readings = queries.current(READING, now)
    newest = max(readings, key=lambda one: one["read_at"], default=None)
    if newest:
        exceptions += [Shortfall(str(newest.id), fault) for fault in FAULTS if newest.get(fault)]
    if exceptions:
        return fails(
            "faults", subjects=len(stores), exceptions=tuple(exceptions), faults=len(exceptions)
        )
    if newest is None or now >= newest["read_at"] + SETTINGS_MAX_AGE:
        return cannot_tell("no-reading", stores=len(stores))
    return holds("private", subjects=len(stores) + 1, stores=len(stores), read=newest["read_at"])


def _near(settings: dict[str, Any]) -> bool:
    """Return whether a store is a local file or socket, or resolves to private addresses only."""
    host = str(settings.get("HOST") or "")
    if not host or host.startswith("/"):
        return True
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(address).is_private for address in found)


PROMISE = Promise(
    slug="private-network",
    section=Section.INFRASTRUCTURE,
    proofs=(Proof.MEASURED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Privates Netzwerk", en="Private network", fr="Réseau privé"),
    sentence=Texts(
        de="Der Verkehr zwischen Servern und Datenbank oder Speicher bleibt innerhalb der virtuellen privaten Cloud (VPC) des Anbieters.",
        en="Traffic between servers and database or storage stays inside the provider’s virtual private cloud (VPC).",
        fr="Le trafic entre les serveurs et la base de données ou le stockage reste dans le nuage privé virtuel (VPC) de l’hébergeur.",
    ),
    kept_by=Texts(
        de="Datenbank und Speicher sind nur über private Adressen erreichbar; die Datenspeicher dieses Systems liegen lokal oder auf privaten Adressen.",
        en="Database and storage are reachable on private addresses only; the data stores of this system are local or on private addresses.",
        fr="La base et le stockage ne sont accessibles que par des adresses privées ; les données de ce système sont locales ou sur des adresses privées.",
    ),
    proved_by=Texts(
        de="Die Prüfung löst die Adresse jedes Datenspeichers dieses Systems auf und liest die erfassten Einstellungen beim Anbieter, die höchstens {reading_days} Tage alt sein dürfen.",
        en="The check resolves the address of every data store of this system and reads the recorded provider settings, at most {reading_days} days old.",
        fr="La vérification résout l’adresse de chaque stockage de ce système et lit les réglages relevés chez l’hébergeur, de {reading_days} jours au plus.",
    ),
    broken_when=Texts(
        de="Eine öffentliche Adresse, eine für alle offene Regel oder ein Speicher, der ohne privaten Endpunkt erreichbar ist.",
        en="A public address, a rule open to all, or storage reachable outside the private endpoint.",
        fr="Une adresse publique, une règle ouverte à tous, ou un stockage accessible hors du point de terminaison privé.",
    ),
    told_values={"reading_days": SETTINGS_MAX_AGE.days},
    figures={
        "no-reading": Texts(
            de="{stores:eigener Datenspeicher|eigene Datenspeicher} privat; Einstellungen beim Anbieter nicht aktuell gelesen",
            en="{stores:own data store|own data stores} private; no recent reading of the provider’s settings",
            fr="{stores:stockage propre privé|stockages propres privés} ; aucun relevé récent chez l’hébergeur",
        ),
        "private": Texts(
            de="{stores:eigener Datenspeicher|eigene Datenspeicher} privat, Anbieter gelesen {read}",
            en="{stores:own data store|own data stores} private, provider read {read}",
            fr="{stores:stockage propre privé|stockages propres privés}, hébergeur relevé {read}",
        ),
        "faults": Texts(
            de="{faults:Mangel|Mängel}", en="{faults:fault|faults}", fr="{faults:défaut|défauts}"
        ),
        "public-store": Texts(
            de="Datenspeicher mit öffentlicher Adresse",
            en="data store on a public address",
            fr="stockage sur une adresse publique",
        ),
        "database_public": Texts(
            de="Datenbank öffentlich", en="database public", fr="base de données publique"
        ),
        "security_group_open": Texts(
            de="Regel offen für alle", en="rule open to all", fr="règle ouverte à tous"
        ),
        "storage_outside_endpoint": Texts(
            de="Speicher ohne privaten Endpunkt erreichbar",
            en="storage reachable outside the endpoint",
            fr="stockage accessible hors du point de terminaison",
        ),
    },
    mapping=references(
        iso="8.20 8.22 8.21 8.12",
        tsc="CC6.6 CC6.1",
        gdpr="32(1)(b)",
        caiq="IVS-03.1 IVS-03.3 IVS-06.1 IVS-09.1",
        vsa_full="PRO-21 PRO-14",
        vsa_core="CORE-21",
        isa="5.2.7 5.3.4",
    ),
    enforced_in=(
        "trustkeep.hosting.network.SETTINGS_MAX_AGE",
        "trustkeep.controls.promises.private_network.check",
    ),
    checks=(Check("data-stores", check),),
)
