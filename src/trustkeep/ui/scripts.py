"""The only places where a script may run: pages that ask for a passkey or a password.

A passkey is nothing without one, and a password may be shown while it is typed. All of these pages
work without: another way is offered, and the field stays as it is.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.csp import CSP

WITH_SCRIPTS: dict[str, list[str]] = {**settings.SECURE_CSP, "script-src": [CSP.SELF]}
"""The product's policy, and scripts from the product's own files."""
