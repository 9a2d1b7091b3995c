"""A share with its 95% interval."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """A share of cases with a 95% interval."""

    value: float
    low: float
    high: float
    of: int

    def __str__(self) -> str:
        return f"{self.value:.1%} [{self.low:.1%}, {self.high:.1%}] of {self.of}"


def wilson(right: float, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95% interval of a share; ``right`` may be a sum of means."""
    if of == 0:
        return 0.0, 1.0
    share = right / of
    middle = share + z * z / (2 * of)
    width = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    below = 1 + z * z / of
    return max(0.0, (middle - width) / below), min(1.0, (middle + width) / below)
