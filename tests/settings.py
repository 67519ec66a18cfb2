"""The settings of the tests: the product's own, for an installation made a moment ago.

The data directory is made by the vault itself before the product's settings look for it, so tests
run on the encrypted database; every process of pytest-xdist makes its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from trustkeep.site import installation
from trustkeep.vault.provisioning import provision


def _installation() -> Path:
    for variable in [name for name in os.environ if name.startswith("TRUSTKEEP_")]:
        del os.environ[variable]
    data = Path(tempfile.mkdtemp(prefix="trustkeep-tests-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    provision(data, now=datetime.now(UTC))
    installation.write_config(data / installation.CONFIG_NAME, installation.demo_config({}))
    os.environ[installation.DATA_VARIABLE] = str(data)
    return data


DATA = _installation()

from trustkeep.site.settings import *  # noqa: E402, F403  (they read what was just made)
from trustkeep.site.settings import ALLOWED_HOSTS  # noqa: E402

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
# Tests roll the log back, which the ledger is there to forbid; those of the ledger bring their own.
LEDGER = None
# What is slow on purpose would make the suite slow too.
PASSWORD_HASHERS = ["tests.hashing.FastArgon2Hasher"]
