"""
Rules of demand lines: when they are required, and how they may be delivered.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.assemble.policies import allowed
from lotwright.model.network import DemandLines
from lotwright.model.rules import FAR, LineRules

#: What is read of the lines.
TOLD = ["required_day", "patience", "sellable", "in_parts", "least"]

#: Kind of demand that gets an order of its own.
_OWN_ORDER = "requisition"


def line_rules_of(
    told: pd.DataFrame, policies: pd.DataFrame, lines: DemandLines
) -> LineRules:
    """
    Returns the rules of demand lines.

    Parameters
    ----------
    told
        What the tables say of each line, in the order of the lines.
    policies
        What holds for each stock point.
    lines
        Demand of the network.
    """
    required = told["required_day"].to_numpy(dtype=np.int64)
    may_be_late = allowed(policies, "allow_backorder")[lines.point]
    patience = told["patience"].to_numpy(dtype=np.float64)

    return LineRules(
        required_day=required,
        last_day=_last_day(lines.due_day, patience, may_be_late),
        sellable_days=np.ceil(told["sellable"].to_numpy(dtype=np.float64)).astype(
            np.int64
        ),
        split_allowed=told["in_parts"].to_numpy(dtype=bool),
        own_order=np.asarray(lines.kind == _OWN_ORDER, dtype=np.bool_),
        min_shipment=told["least"].to_numpy(dtype=np.float64),
    )


def _last_day(due: Ints, patience: Floats, may_be_late: Bools) -> Ints:
    """
    Returns the last day on which lines may be served; one before today is lost.
    """
    wait = np.where(may_be_late, patience, 0.0)
    last = due + np.floor(np.minimum(wait, FAR)).astype(np.int64)

    return np.where(np.isinf(wait), FAR, last)
