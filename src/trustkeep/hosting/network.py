"""What the provider's settings say about the private network, as read and entered."""

from __future__ import annotations

from datetime import timedelta

from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import instant, text, yes_no
from trustkeep.records.kinds import RecordKind

SETTINGS_MAX_AGE = timedelta(days=31)
"""How long a reading of the provider's settings speaks."""

READING = RecordKind(
    slug="network-reading",
    title=Texts(
        de="Netzwerkeinstellungen beim Anbieter",
        en="Network settings at the provider",
        fr="Réglages réseau chez l’hébergeur",
    ),
    description=Texts(
        de="Was die Konsole des Anbieters zu Datenbank, Regeln und Speicher zeigt.",
        en="What the provider’s console shows for database, rules and storage.",
        fr="Ce que montre la console de l’hébergeur pour la base, les règles et le stockage.",
    ),
    fields=(
        text("provider", Texts(de="Anbieter", en="Provider", fr="Hébergeur")),
        instant("read_at", Texts(de="Gelesen am", en="Read at", fr="Lu le")),
        yes_no(
            "database_public",
            Texts(de="Datenbank öffentlich", en="Database public", fr="Base de données publique"),
        ),
        yes_no(
            "security_group_open",
            Texts(de="Regel offen für alle", en="Rule open to all", fr="Règle ouverte à tous"),
        ),
        yes_no(
            "storage_outside_endpoint",
            Texts(
                de="Speicher ohne privaten Endpunkt erreichbar",
                en="Storage reachable outside the private endpoint",
                fr="Stockage accessible hors du point de terminaison privé",
            ),
        ),
    ),
    promises=("private-network",),
    writers=frozenset({Role.SECURITY_LEAD}),
)
FAULTS = ("database_public", "security_group_open", "storage_outside_endpoint")
