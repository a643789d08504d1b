"""
The kinds of arrays that the network is made of.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Codes and rows of any width, which some columns of millions of rows hold narrow.
Whole = NDArray[np.signedinteger]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

#: Days and buckets in grids of millions of cells are kept in 32 bits: half the memory,
#: and half the time to move it. To those that check types they are whole numbers like
#: all others.
GRID = cast("type[np.int64]", np.int32)
Grid = NDArray[np.int64]
