"""From the settings to the identity providers that people are offered."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

from trustkeep.connectors.provider_web import ProviderClient
from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.providers import Family, Provider
from trustkeep.site.installation import Config, SettingInvalid

GOOGLE_ISSUER = "https://accounts.google.com"
MICROSOFT_ISSUER = "https://login.microsoftonline.com/organizations/v2.0"


def parties(config: Config) -> list[Party]:
    """Return every provider, with the way to ask it; raises SettingInvalid."""
    web = _web(config)
    return [Party(one, web) for one in providers(config)]


def providers(config: Config) -> list[Provider]:
    """Return the providers as they are set up; those without a client id wait for one."""
    found = [_google(config), _microsoft(config)]
    if config.oidc_generic_issuer:
        found.append(_generic(config))
    return found


def redirect_uri(config: Config, slug: str) -> str:
    """Return the one address to which a provider may send browsers back."""
    return f"{config.base_url}/sso/{slug}/callback"


def _google(config: Config) -> Provider:
    return Provider(
        slug="google",
        family=Family.GOOGLE,
        name="Google",
        issuer=config.oidc_google_issuer or GOOGLE_ISSUER,
        client_id=config.oidc_google_client_id,
        secret=_secret(config.oidc_google_client_secret, config.oidc_google_client_secret_file),
        redirect_uri=redirect_uri(config, "google"),
        hosted_domains=config.oidc_google_domains,
    )


def _microsoft(config: Config) -> Provider:
    return Provider(
        slug="microsoft",
        family=Family.MICROSOFT,
        name="Microsoft",
        issuer=config.oidc_microsoft_issuer or MICROSOFT_ISSUER,
        client_id=config.oidc_microsoft_client_id,
        secret=_secret(
            config.oidc_microsoft_client_secret, config.oidc_microsoft_client_secret_file
        ),
        key=_secret("", config.oidc_microsoft_client_key_file),
        redirect_uri=redirect_uri(config, "microsoft"),
        tenants=config.oidc_microsoft_tenants,
        guests=config.oidc_microsoft_guests,
        consumers=config.oidc_microsoft_consumers,
        factor_context=config.oidc_microsoft_factor_context,
    )


def _generic(config: Config) -> Provider:
    slug = config.oidc_generic_slug
    return Provider(
        slug=slug,
        family=Family.GENERIC,
        name=config.oidc_generic_name or slug.capitalize(),
        issuer=config.oidc_generic_issuer,
        client_id=config.oidc_generic_client_id,
        secret=_secret(config.oidc_generic_client_secret, config.oidc_generic_client_secret_file),
        key=_secret("", config.oidc_generic_client_key_file),
        redirect_uri=redirect_uri(config, slug),
    )


def _secret(given: str, file: str) -> Callable[[], str]:
    # Read when it is needed, so that a new secret in the file counts without a restart.
    return lambda: Path(file).read_text("utf-8").strip() if file else given


def _web(config: Config) -> ProviderClient:
    authority = Path(config.oidc_ca_file) if config.oidc_ca_file else None
    try:
        return ProviderClient(authority)
    except (OSError, ssl.SSLError) as error:
        raise SettingInvalid(
            place="settings",
            name="oidc_ca_file (TRUSTKEEP_OIDC_CA_FILE)",
            problem=f"no certificate: {config.oidc_ca_file}",
            allowed="the path of a PEM file that can be read",
        ) from error
