"""
The kinds of arrays that the network is made of.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Codes and rows of any width, which some columns of millions of rows hold narrow.
Whole = NDArray[np.signedinteger]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
