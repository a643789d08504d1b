"""
Rules of demand lines: when they are required, and how they may be delivered.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.assemble.policies import allowed
from lotwright.model.assemble.reading import Reading
from lotwright.model.membership import places_in
from lotwright.model.network import DemandLines
from lotwright.model.rules import FAR, LineRules

_COLUMNS = ["required_day", "patience", "sellable", "in_parts", "least"]

#: Kind of demand that gets an order of its own.
_OWN_ORDER = "requisition"


def line_rules_of(
    read: Reading, policies: pd.DataFrame, lines: DemandLines
) -> LineRules:
    """
    Returns the rules of demand lines.

    Parameters
    ----------
    read
        What the tables say.
    policies
        What holds for each stock point.
    lines
        Demand of the network.
    """
    place = places_in(pd.Index(lines.demand_id), read.demand["demand_id"])
    rows = read.demand[_COLUMNS].iloc[place]
    required = rows["required_day"].to_numpy(dtype=np.int64)
    may_be_late = allowed(policies, "allow_backorder")[lines.point]
    patience = rows["patience"].to_numpy(dtype=np.float64)

    return LineRules(
        required_day=required,
        last_day=_last_day(lines.due_day, patience, may_be_late),
        sellable_days=np.ceil(rows["sellable"].to_numpy(dtype=np.float64)).astype(
            np.int64
        ),
        split_allowed=rows["in_parts"].to_numpy(dtype=bool),
        own_order=np.asarray(lines.kind == _OWN_ORDER, dtype=np.bool_),
        min_shipment=rows["least"].to_numpy(dtype=np.float64),
    )


def _last_day(due: Ints, patience: Floats, may_be_late: Bools) -> Ints:
    """
    Returns the last day on which lines may be served; one before today is lost.
    """
    wait = np.where(may_be_late, patience, 0.0)
    last = due + np.floor(np.minimum(wait, FAR)).astype(np.int64)

    return np.where(np.isinf(wait), FAR, last)
