"""Names for the arrays that learning passes around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
"""Day numbers (``date.toordinal``); NONE where there is no such day."""
Flags = NDArray[np.bool_]

NONE = -1
