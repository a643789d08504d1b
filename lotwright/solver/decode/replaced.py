"""
Replaced components: what orders take from stock in place of something else.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.choices import choices_of
from lotwright.model.network import Network
from lotwright.solver.decode.matching import ABSOLUTE, match
from lotwright.solver.decode.orders import Issues
from lotwright.solver.quantities import Quantities


def with_choices(network: Network, issues: Issues, quantities: Quantities) -> Issues:
    """
    Returns issues of which some parts are taken from other stock points.

    Of the orders that take a component in a bucket, the first take the others.

    Parameters
    ----------
    network, issues
        What the orders of a network take by their bills.
    quantities
        What an engine decided.
    """
    choices = choices_of(network)

    if quantities.instead is None or not len(choices):
        return issues

    size = network.num_buckets
    choice, bucket = np.nonzero(quantities.instead > ABSOLUTE)
    group = choices.flow[choice] * size + bucket
    turn = np.argsort(group, kind="stable")
    choice, bucket, group = choice[turn], bucket[turn], group[turn]
    key = issues.flow * size + issues.bucket
    rows = np.flatnonzero(np.isin(key, group))
    rows = rows[np.argsort(key[rows], kind="stable")]
    amount = quantities.instead[choice, bucket]
    met = match(group, amount, key[rows], issues.quantity[rows])
    met = met.take(met.need >= 0)
    own = np.append(choices.ratio[choice], 1.0)[met.supply]
    row = rows[met.need]
    other = np.append(choices.other[choice], -1)[met.supply]
    kept = np.setdiff1d(np.arange(len(issues.order)), rows)
    order = np.concatenate([kept, row])
    again = np.argsort(order, kind="stable")
    order = order[again]
    point = np.concatenate([issues.point[kept], other])[again]
    quantity = np.concatenate([issues.quantity[kept], met.quantity * own])[again]

    return Issues(
        order=issues.order[order],
        flow=issues.flow[order],
        point=np.where(point >= 0, point, issues.point[order]),
        bucket=issues.bucket[order],
        quantity=quantity,
    )
