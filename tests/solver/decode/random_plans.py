"""
Random plans, decoded once for all tests.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from lotwright.model.network import Network
from lotwright.solver.decode.decode import decode
from tests.networks import random_network
from tests.quantities import random_quantities

#: Seeds of random networks that the properties are tested on.
SEEDS = range(25)


@cache
def random_plan(
    seed: int, noise: float = 0.0, days: int = 0
) -> tuple[Network, dict[str, pd.DataFrame]]:
    """
    Returns a random network and the tables of a random plan for it, with buckets of
    some days, or of many lengths.
    """
    network = random_network(seed, days=days)

    return network, decode(network, random_quantities(network, seed, noise=noise))
