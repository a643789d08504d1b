"""
Stock points of the network: stock, receipts, targets and policies of each.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.lots import lot_rules_of
from lotwright.model.assemble.making import Making
from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.stock_targets import Targets
from lotwright.model.assemble.structure import Structure
from lotwright.model.assemble.supply import Supply, by_bucket
from lotwright.model.assemble.worth import Worth
from lotwright.model.network import (
    Floats,
    Ints,
    Points,
)

#: Penalties for stock outside its limits, as so many times holding.
_PENALTY = 5.0


def stock_points_of(
    points: PointKeys,
    sources: Sources,
    structure: Structure,
    policies: pd.DataFrame,
    worth: Worth,
    supply: Supply,
    targets: Targets,
    making: Making,
) -> Points:
    """
    Returns the stock points of the network.

    Parameters
    ----------
    points, sources, structure, policies, worth
        What they are, and how they are planned.
    supply
        What is there, what comes, and what open orders still need.
    targets
        How much stock is wanted.
    making
        The supplying side.
    """
    supplies, issues = supply.supplies, supply.issues
    shape = targets.safety_stock.shape
    coming = np.where(supplies.kind == "stock", 0.0, supplies.quantity)

    return Points(
        item_id=points.item_id,
        location_id=points.location_id,
        labels=tuple(structure.labels),
        level=structure.level,
        component=making.component,
        downstream_days=making.downstream_days,
        opening_stock=supply.on_hand,
        open_receipts=_by_bucket(shape, supplies.point, supplies.bucket, coming),
        open_issues=_by_bucket(shape, issues.point, issues.bucket, issues.quantity),
        safety_stock=targets.safety_stock,
        largest_stock=targets.largest_stock,
        holding_cost=worth.holding_cost,
        safety_penalty=_penalty(policies, "safety_penalty", worth.holding_cost),
        excess_penalty=_penalty(policies, "excess_penalty", worth.holding_cost),
        value=worth.value,
        lot_rule=lot_rules_of(sources, policies, structure.product),
        period_days=numbers(policies, "period_days", 7.0),
        reorder_point=numbers(policies, "reorder_point"),
        order_up_to=numbers(policies, "order_up_to"),
    )


def _by_bucket(
    shape: tuple[int, ...], point: Ints, bucket: Ints, quantity: Floats
) -> Floats:
    """
    Returns quantities by stock point and bucket; where there are none, all cells share
    the memory of one.
    """
    if not quantity.any():
        return np.broadcast_to(0.0, shape)

    return by_bucket(shape, point, bucket, quantity)


def _penalty(policies: pd.DataFrame, column: str, holding: Floats) -> Floats:
    given = numbers(policies, column)

    return np.where(np.isnan(given), _PENALTY * holding, given)
