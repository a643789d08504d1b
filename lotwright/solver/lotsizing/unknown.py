"""
Columns of a model that the echelon stocks know nothing of, and the points they touch.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Ints, Network
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel

#: Columns that rows of stock points and of demand may hold; what others do to stock is
#: not known here.
OF_STOCK = frozenset({"quantity", "setup", "lots", "stock", "shortage", "served"})
OF_DEMAND = frozenset({"served", "backlog", "lost"})


def unknown_to_echelons(net: Network, model: LotSizingModel) -> tuple[Bools, Bools]:
    """
    Returns the points that columns unknown here may add to or take from, ``(P,)`` each.
    """
    gains = np.zeros(len(net.points), dtype=bool)
    losses = np.zeros(len(net.points), dtype=bool)
    up, down = _others(model.compiled, "stock_balance", OF_STOCK)
    gains[up], losses[down] = True, True
    more, less = _others(model.compiled, "demand", OF_DEMAND)
    gains[net.classes.point[np.concatenate([more, less])]] = True

    return gains, losses


def _others(
    compiled: Compiled, family: str, known: frozenset[str]
) -> tuple[Ints, Ints]:
    """
    Returns the entities whose rows hold unknown columns, by the sign of their entry.
    """
    none = np.zeros(0, dtype=np.int64)
    blocks = [block for block in compiled.rows if block.name == family]
    others = [block for block in compiled.columns if block.name not in known]

    if not blocks or not others:
        return none, none

    block = blocks[0]
    strange = np.zeros(compiled.num_columns, dtype=bool)

    for other in others:
        strange[other.first : other.first + len(other)] = True

    begin, end = (
        compiled.start[block.first],
        compiled.start[block.first + len(block)],
    )
    count = np.diff(compiled.start[block.first : block.first + len(block) + 1])
    place = np.arange(len(block)) if block.keep is None else block.keep
    entity = np.repeat(place // max(block.num_buckets, 1), count)
    found = strange[compiled.index[begin:end]]
    up = compiled.value[begin:end] > 0

    return np.unique(entity[found & up]), np.unique(entity[found & ~up])
