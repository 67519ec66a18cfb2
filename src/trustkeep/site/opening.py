"""From a directory to an installation that can be served: made whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import django
from django.apps import apps
from django.utils import translation

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.site import certificates, keys
from trustkeep.site.installation import (
    CONFIG_NAME,
    Config,
    Installation,
    config_from,
    current,
    is_wildcard,
    write_config,
)
from trustkeep.vault.provisioning import provision

PARTIAL_SUFFIX = ".partial"


class DirectoryNotEmpty(TrustkeepError):
    """There is something in the directory that a new installation was to take."""

    sentence = (
        "{data} is not empty, so no new installation is made in it. Choose another directory, "
        "or start the one that is there with `trustkeep serve --data {data}`."
    )


def start_django() -> None:
    """Load the product into this process; its installation is that of ``TRUSTKEEP_DATA``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustkeep.site.settings")
    if not apps.ready:
        django.setup(set_prefix=False)
    # Whoever founds an installation reads English; its own language is for its readers.
    translation.activate("en")


def make(data: Path, config: Config, *, fill: Callable[[], None], now: datetime) -> Installation:
    """Make a new installation in `data`; `fill` enters its first rows once the database stands.

    Everything is made in a directory beside and renamed at the end: killed or failed at any
    instant, it leaves no half installation, and the next attempt starts anew. A root key that is
    kept elsewhere is made there; a later attempt uses it. This process has opened what then lay
    beside, so it may serve the installation, by a fresh process, but not use it itself. Raises
    DirectoryNotEmpty.
    """
    refuse_occupied(data)
    partial = data.with_name(data.name + PARTIAL_SUFFIX)
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    root_key = Path(config.root_key) if config.root_key else None
    is_new_key = root_key is not None and not root_key.exists()
    try:
        _fill(partial, config, root_key, fill, now)
        if data.is_dir():
            data.rmdir()
        partial.replace(data)
    except BaseException:
        if root_key and is_new_key:
            root_key.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    made = current(data)
    made.enter()
    return made


def refuse_occupied(data: Path) -> None:
    """Raise DirectoryNotEmpty unless `data` is free for a new installation."""
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise DirectoryNotEmpty(data=data)


def provide_certificate(installation: Installation, *, now: datetime) -> None:
    """Make or renew the server's certificate where none is configured."""
    config = installation.config
    if not config.certificate:
        names = [name for name in config.hosts if not is_wildcard(name)]
        certificates.provide(installation.tls, names=names, now=now)


def bring_up_to_date(*, now: datetime) -> None:
    """Make new keys, migrate the database, publish the wordings that code has made necessary.

    A database that is an old copy is left as it is: the server reconciles it before it opens.
    Raises RestoreBrokenOff, DatabaseGone, or what the ledger has against this database.
    """
    from django.core.management import call_command
    from django.db import connections

    from trustkeep.controls import publication
    from trustkeep.lifecycle.backups import reconciling

    require_database(current())
    keys.ring().provide_system_keys(now=now)
    call_command("migrate", interactive=False, verbosity=0)
    if not reconciling.is_needed():
        publication.reconcile(now=now)
    connections.close_all()


def require_database(installation: Installation) -> None:
    """Refuse an empty database where there was one; raises RestoreBrokenOff, DatabaseGone."""
    from trustkeep.evidence.keeping import DatabaseGone
    from trustkeep.evidence.ledger import Ledger
    from trustkeep.lifecycle.backups.restoring import require_none_under_way

    require_none_under_way(installation.data)
    if installation.database.exists() or not installation.ledger.exists():
        return
    published = Ledger(installation.ledger).size()
    if published:
        raise DatabaseGone(published=published)


def _fill(
    partial: Path, config: Config, root_key: Path | None, fill: Callable[[], None], now: datetime
) -> None:
    provision(partial, now=now, root_key=root_key)
    write_config(partial / CONFIG_NAME, config)
    made = current(partial)
    made.enter()
    provide_certificate(made, now=now)
    start_django()
    bring_up_to_date(now=now)
    fill()
    from django.db import connections

    connections.close_all()


def production_config(**told: object) -> Config:
    """Return the configuration of a new real installation; raises SettingInvalid."""
    given = {name: value for name, value in told.items() if value not in (None, "")}
    return config_from({"mode": "production", **given}, place="trustkeep init")
