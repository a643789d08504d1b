"""
Grouping components into parts of a network, and putting plans of parts together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.choices import choices_of
from lotwright.model.network import Network
from lotwright.model.part import Part
from lotwright.model.price_tiers import price_tiers
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.search.components import components_of, whole_numbers

#: Networks with up to so many lots to decide are searched as a whole.
_SEARCHED_AT_ONCE = 250

#: Small components are searched together until there are so many lots to decide.
_SMALLEST = 100

#: A part is worth so many seconds, or so many nodes of a work limit.
_SECONDS_A_PART = 2.0
_NODES_A_PART = 100


def groups_of(net: Network, params: SolverParams, seats: int) -> list[Bools]:
    """
    Returns the stock points of each part: a large component, or several small ones.
    """
    component = components_of(net)
    lots = np.bincount(component, whole_numbers(net))
    total = int(lots.sum())

    if total <= _SEARCHED_AT_ONCE or len(lots) < 2:
        return []

    if params.work_limit is None:
        most = params.time_limit * seats / _SECONDS_A_PART
    else:
        most = params.work_limit / _NODES_A_PART

    target = max(_SMALLEST, total / max(most, 1.0))
    small = lots < target
    before = np.cumsum(np.where(small, lots, 0)) - np.where(small, lots, 0)
    group = np.where(small, before // target, -1 - np.arange(len(lots)))
    _, number = np.unique(group, return_inverse=True)
    of_point = number[component]

    return [of_point == one for one in range(int(number.max()) + 1)]


def is_whole(net: Network, part: Part) -> bool:
    """
    Returns whether a part has all choices and prices that it has in the whole.
    """
    found = len(choices_of(part.network)), len(price_tiers(part.network))

    return found == (len(_choices(net, part)), len(_tiers(net, part)))


def _choices(net: Network, part: Part) -> Ints:
    choices = choices_of(net)
    inside = part.inside["input"][choices.flow] & part.inside["point"][choices.other]

    return np.flatnonzero(inside)


def _tiers(net: Network, part: Part) -> Ints:
    return np.flatnonzero(part.inside["activity"][price_tiers(net).activity])


def cut(part: Part, plan: Quantities) -> Quantities:
    """
    Returns a part of a plan.
    """
    activity, demand = part.inside["activity"], part.inside["class"]

    return Quantities(
        receipt=plan.receipt[activity],
        lots=plan.lots[activity],
        served=plan.served[demand],
        lost=plan.lost[demand],
        overtime=plan.overtime[part.inside["resource"]],
        of_other_data=plan.of_other_data,
    )


def joined(net: Network, found: Sequence[tuple[Part, Quantities]]) -> Quantities:
    """
    Returns the plan of the whole network.
    """
    size = net.num_buckets

    def empty(rows: int) -> Floats:
        return np.zeros((rows, size))

    whole = {
        "receipt": empty(len(net.activities)),
        "lots": empty(len(net.activities)),
        "served": empty(len(net.classes)),
        "lost": empty(len(net.classes)),
        "overtime": empty(len(net.resources)),
        "expired": empty(len(net.points)),
        "instead": empty(len(choices_of(net))),
        "priced": empty(len(price_tiers(net))),
        "priced_lots": empty(len(price_tiers(net))),
        "saved": empty(len(net.rules.carries)),
        "still": empty(len(net.rules.families)),
    }

    for part, plan in found:
        tiers = _tiers(net, part)
        rows = {
            "receipt": part.rows("activity"),
            "lots": part.rows("activity"),
            "served": part.rows("class"),
            "lost": part.rows("class"),
            "overtime": part.rows("resource"),
            "expired": part.rows("point"),
            "instead": _choices(net, part),
            "priced": tiers,
            "priced_lots": tiers,
            "saved": part.rows("carried"),
            "still": part.rows("family"),
        }

        for name, place in rows.items():
            value = getattr(plan, name)

            if value is not None:
                # Resources that cannot bind are in several parts.
                whole[name][place] = np.maximum(whole[name][place], value)

    return Quantities(**whole, of_other_data=False)
