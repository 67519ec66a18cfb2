"""What goes wrong below the engine: a kill, a locked database, a full disk, at any edge."""

from __future__ import annotations

import errno
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import OperationalError

from trustkeep.lifecycle import second_reader, stepping
from trustkeep.lifecycle.runners import emptying, keying

EDGES: tuple[tuple[Any, str], ...] = (
    (stepping, "_leased"),
    (stepping, "_settle"),
    (emptying, "renew"),
    (keying, "rotate_root"),
    (second_reader, "read"),
)
"""Where one act has been committed and the next one not."""
ONE_IN = 60


class Killed(BaseException):
    """The process ends here; nothing after it runs."""


class Shaken:
    """Puts faults on the edges; counts them."""

    def __init__(self, random: Random) -> None:
        self._random, self.is_on = random, True
        self.kills = self.errors = 0

    def put_on(self, patch: pytest.MonkeyPatch) -> None:
        for module, name in EDGES:
            patch.setattr(module, name, self._around(getattr(module, name)))

    def _around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def shaken(*args: Any, **kwargs: Any) -> Any:
            self._fail()
            done = act(*args, **kwargs)
            self._kill()
            return done

        return shaken

    def _kill(self) -> None:
        if self.is_on and not self._random.randrange(ONE_IN):
            self.kills += 1
            raise Killed

    def _fail(self) -> None:
        self._kill()
        if self.is_on and not self._random.randrange(ONE_IN):
            self.errors += 1
            full = OSError(errno.ENOSPC, "No space left on device")
            raise self._random.choice((OperationalError("database is locked"), full))
