"""What settings of systems have to be, once for every kind that has them."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from trustkeep.connectors.outgoing import NotAsked, Reach, require_address
from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.systems.ports import SettingField, SettingInvalid


class AddressInvalid(SettingInvalid):
    """Something that cannot be asked over HTTPS."""

    sentence = (
        "“{value}” in “{field}” is no address that can be asked. It has to begin with https:// "
        "and to hold no user name."
    )


class AuthorityInvalid(SettingInvalid):
    """Something else than certificates in PEM."""

    sentence = "“{field}” is not a certificate. Paste the PEM text, from BEGIN to END."


class CredentialMissing(SettingInvalid):
    """An address that is asked with a credential of its own, without that."""

    sentence = "“{field}” is needed as well: without it nobody would be let in."


class SameReader(SettingInvalid):
    """The second reader has to be another than the one who deletes."""

    sentence = (
        "“{field}” has to be another than the one who deletes: a second reader with the same "
        "rights would see with the same eyes."
    )


ACCOUNT, PERSON = "{account}", "{person}"
"""What stands for the id of an account, or of a person in it, in addresses and prefixes."""
ACCOUNT_IDENTITY = "controller_customer_id"
"""The type of identity by which OpenDSR vendors know what is ours."""
AUTHORITY = SettingField(
    "authority",
    Texts(de="Zertifizierungsstelle (PEM)", en="Certificate authority (PEM)", fr="Autorité (PEM)"),
    help=Texts(
        de="Nur wenn das Zertifikat von einer eigenen Stelle stammt.",
        en="Only where its certificate comes from an authority of your own.",
        fr="Seulement si son certificat vient d’une autorité à vous.",
    ),
    required=False,
    long=True,
)


def require(settings: Mapping[str, str], *names: str) -> None:
    """Refuse settings without one of `names`; raises SettingInvalid."""
    for name in names:
        if not settings.get(name):
            raise SettingInvalid(field=name)


def require_web_address(settings: Mapping[str, str], name: str, reach: Reach) -> None:
    """Refuse what cannot be asked; empty is fine. Raises AddressInvalid."""
    value = settings.get(name, "")
    if not value:
        return
    try:
        require_address(value, reach)
    except NotAsked as error:
        raise AddressInvalid(field=name, value=value) from error


def require_authority(settings: Mapping[str, str], name: str = "authority") -> None:
    """Refuse what is no PEM; empty is fine. Raises AuthorityInvalid."""
    if not settings.get(name):
        return
    try:
        ssl.create_default_context(cadata=settings[name])
    except (ssl.SSLError, ValueError) as error:
        raise AuthorityInvalid(field=name) from error
