"""The one place where a script may run: pages that ask for a passkey, which is nothing without one.

Everything else of the product works without scripts, and these pages offer another way besides.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.csp import CSP

WITH_PASSKEYS: dict[str, list[str]] = {**settings.SECURE_CSP, "script-src": [CSP.SELF]}
"""The product's policy, and scripts from the product's own files."""
