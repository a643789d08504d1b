"""
What the lot-sizing model knows beyond lots, capacity and stock, at random.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.network import Network

Rng = np.random.Generator


def with_features(net: Network, seed: int) -> Network:
    """
    Returns a network with some of the features, each here and there.

    Parameters
    ----------
    net
        A network without them.
    seed
        Of the random choices, which are others than those of the network.
    """
    rng = np.random.default_rng([seed, 1])

    return _with_fences(rng, net)


def _with_fences(rng: Rng, net: Network) -> Network:
    fence = rng.choice([0, 0, 0, 2], size=len(net.points)).astype(np.int64)
    points = replace(net.rules.points, freeze_fence=fence)

    return replace(net, rules=replace(net.rules, points=points))
