"""One measured figure, always beside its reference from the same run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; ``ratio`` is ours by the reference's, ``target`` what it must reach."""

    name: str
    ours: float
    reference: float
    ratio: float
    target: float
    unit: str
    better: Literal["higher", "lower"]
