"""What the product draws by chance and acts on, drawn from the seed: ids, and how long it waits.

Ids decide what comes first of what is due at once. Keys and salts stay as they are: nothing acts on
what they are.
"""

from __future__ import annotations

import uuid
from random import Random

import pytest

from trustkeep.lifecycle.systems import patience


def draw_from(random: Random, patch: pytest.MonkeyPatch) -> None:
    """Let a run with the same seed draw the same."""
    patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=random.getrandbits(128), version=4))
    patch.setattr(patience, "secrets", _Drawn(random))


class _Drawn:
    """Stands where the module of secrets stands."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def randbelow(self, bound: int) -> int:
        return self._random.randrange(bound)
