"""The configuration: read, overridden, and refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from trustkeep.site import identity_providers
from trustkeep.site.installation import (
    Installation,
    Mode,
    NoInstallation,
    SettingInvalid,
    config_from,
    config_or_blank,
    current,
    demo_config,
    read_config,
    write_config,
)

PRODUCTION = {
    "mode": "production",
    "base_url": "https://trust.example.com",
    "log_origin": "trust.example.com/log",
}


def installed(tmp_path: Path, text: str, **environment: str) -> Installation:
    (tmp_path / "config.toml").write_text(text)
    return Installation(tmp_path, environment)


def test_config__written_is_read_back_the_same(tmp_path: Path) -> None:
    told = PRODUCTION | {"allowed_hosts": ["a.example", 'b"\\'], "port": 443}
    config = config_from(told, place="test")

    write_config(tmp_path / "config.toml", config)

    assert read_config(tmp_path / "config.toml") == config
    assert (tmp_path / "config.toml").stat().st_mode & 0o777 == 0o600


def test_config__is_missing_where_there_is_no_installation(tmp_path: Path) -> None:
    with pytest.raises(NoInstallation, match="trustkeep init"):
        Installation(tmp_path).config  # noqa: B018

    assert config_or_blank(Installation(tmp_path)).mode is Mode.DEMO


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("mode", "staging", "demo or production"),
        ("base_url", "ftp://trust.example.com", "https://trust.example.com"),
        ("base_url", "https://trust.example.com/path", "https://trust.example.com"),
        ("base_url", "https://a@trust.example.com", "https://trust.example.com"),
        ("base_url", "https://trust.example.com:port", "https://trust.example.com"),
        ("base_url", 5, "https://trust.example.com"),
        ("log_origin", "with space", "trust.example.com/log"),
        ("port", 70000, "65535"),
        ("port", True, "65535"),
        ("port", "443", "65535"),
        ("default_language", "it", "de, en, fr"),
        ("allowed_hosts", "a.example", "a list"),
        ("allowed_hosts", [1], "a list"),
        ("certificate", 5, "PEM"),
        ("colour", "red", "base_url"),
    ],
)
def test_config__names_the_file_the_setting_and_what_is_allowed(
    name: str, value: object, allowed: str
) -> None:
    with pytest.raises(SettingInvalid) as caught:
        config_from(PRODUCTION | {name: value}, place="/etc/config.toml")

    assert "/etc/config.toml" in str(caught.value)
    assert f"“{name}”" in str(caught.value)
    assert allowed in str(caught.value)


@pytest.mark.parametrize("name", ["mode", "base_url", "log_origin"])
def test_config__asks_for_what_has_no_default(name: str) -> None:
    told = {key: value for key, value in PRODUCTION.items() if key != name}

    with pytest.raises(SettingInvalid, match="missing"):
        config_from(told, place="test")


def test_config__that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="not TOML"):
        installed(tmp_path, "mode = ").config  # noqa: B018


def test_config__gives_way_to_the_environment(tmp_path: Path) -> None:
    text = 'mode = "demo"\nbase_url = "https://localhost"\nlog_origin = "x/log"\n'
    environment = {
        "TRUSTKEEP_PORT": "9443",
        "TRUSTKEEP_ALLOWED_HOSTS": "a.example, b.example,",
        "TRUSTKEEP_MODE": "production",
    }

    config = installed(tmp_path, text, **environment).config

    assert config.port == 9443
    assert config.hosts == ("localhost", "a.example", "b.example")
    assert config.mode is Mode.PRODUCTION


def test_config__names_the_variable_that_is_wrong(tmp_path: Path) -> None:
    text = 'mode = "demo"\nbase_url = "https://localhost"\nlog_origin = "x/log"\n'

    with pytest.raises(SettingInvalid, match="TRUSTKEEP_PORT"):
        installed(tmp_path, text, TRUSTKEEP_PORT="many").config  # noqa: B018


def test_config__knows_the_host_headers_that_browsers_send() -> None:
    assert demo_config({}).host_headers == {"localhost:8443", "127.0.0.1:8443", "[::1]:8443"}
    assert demo_config({"TRUSTKEEP_PORT": "443"}).base_url == "https://localhost"
    assert demo_config({"TRUSTKEEP_BASE_URL": "https://demo.example"}).host == "demo.example"


def test_root_key__is_where_the_variable_says_then_the_configuration_then_the_data(
    tmp_path: Path,
) -> None:
    assert Installation(tmp_path).root_key_file == tmp_path / "root.key"

    config = config_from(PRODUCTION | {"root_key": "/secrets/root"}, place="test")
    write_config(tmp_path / "config.toml", config)

    assert Installation(tmp_path).root_key_file == Path("/secrets/root")
    variable = {"TRUSTKEEP_ROOT_KEY_FILE": "/run/root"}
    assert Installation(tmp_path, variable).root_key_file == Path("/run/root")


def test_current__is_the_one_told_then_the_variable_then_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTKEEP_DATA", str(tmp_path / "variable"))

    assert current(tmp_path / "told").data == tmp_path / "told"
    assert current().data == tmp_path / "variable"

    monkeypatch.delenv("TRUSTKEEP_DATA")
    assert current().data == Path("var/demo").absolute()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRUSTKEEP_OIDC_GOOGLE_ISSUER", "http://accounts.google.com"),
        ("TRUSTKEEP_OIDC_GOOGLE_ISSUER", "https://user@idp.example"),
        ("TRUSTKEEP_OIDC_MICROSOFT_ISSUER", "https://idp.example/?a=b"),
        ("TRUSTKEEP_OIDC_MICROSOFT_TENANTS", "contoso"),
        ("TRUSTKEEP_OIDC_MICROSOFT_GUESTS", "perhaps"),
        ("TRUSTKEEP_OIDC_GOOGLE_DOMAINS", "no domain"),
        ("TRUSTKEEP_OIDC_GENERIC_SLUG", "google"),
        ("TRUSTKEEP_OIDC_GOOGLE_CLIENT_SECRET_FILE", "/nowhere/secret"),
        ("TRUSTKEEP_OIDC_CA_FILE", "/nowhere/ca.pem"),
    ],
)
def test_provider_settings__that_cannot_be_stop_the_start(
    variable: str, value: str, tmp_path: Path
) -> None:
    write_config(tmp_path / "config.toml", demo_config({}))

    with pytest.raises(SettingInvalid, match=variable):
        Installation(tmp_path, {variable: value}).config  # noqa: B018


def test_provider_settings__reach_the_providers_with_the_secret_from_its_file(
    tmp_path: Path,
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("first\n")
    config = demo_config(
        {
            "TRUSTKEEP_OIDC_GOOGLE_CLIENT_ID": "us",
            "TRUSTKEEP_OIDC_GOOGLE_CLIENT_SECRET_FILE": str(secret),
            "TRUSTKEEP_OIDC_MICROSOFT_CONSUMERS": "true",
            "TRUSTKEEP_OIDC_GENERIC_ISSUER": "https://localhost:9443/any",
        }
    )
    google, microsoft, company = identity_providers.providers(config)

    assert google.secret() == "first"
    secret.write_text("second\n")
    assert google.secret() == "second"
    assert google.redirect_uri == f"{config.base_url}/sso/google/callback"
    assert microsoft.consumers
    assert company.discovery_url == "https://localhost:9443/any/.well-known/openid-configuration"
    assert google.client_id
    assert not microsoft.client_id


def test_provider_settings__with_an_authority_that_is_none_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    config = demo_config({"TRUSTKEEP_OIDC_CA_FILE": str(tmp_path / "ca.pem")})

    with pytest.raises(SettingInvalid, match="TRUSTKEEP_OIDC_CA_FILE"):
        identity_providers.parties(config)
