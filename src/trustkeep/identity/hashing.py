"""Argon2id (RFC 9106) with a bound on how many hashes run at once.

56 MiB and one lane a hash: as many hashes at once as there are cores keep the growth below cores ×
64 MiB, all that a sign-in needs besides included, however many people sign in together. Parameters:
OWASP asks for at least 19 MiB and two passes.
"""

from __future__ import annotations

import os
import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

MEMORY_KIB = 56 * 1024
PASSES = 2
LANES = 1

_turns = threading.BoundedSemaphore(os.cpu_count() or 1)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with our parameters; hashes made with others are renewed at the next sign-in."""

    time_cost = PASSES
    memory_cost = MEMORY_KIB
    parallelism = LANES

    def encode(self, password: str, salt: str) -> str:
        with _turns:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turns:
            return bool(super().verify(password, encoded))
