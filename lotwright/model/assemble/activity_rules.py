"""
Rules of activities: validity, agreed shares, least values and scales of prices.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats
from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.reading import Reading
from lotwright.model.rules import ActivityRules, PriceSteps


def activity_rules_of(read: Reading) -> ActivityRules:
    """
    Returns when and for what quantities activities may be used.
    """
    sources = read.sources

    return ActivityRules(
        valid_from=np.maximum(sources.valid_from, 0),
        valid_to=sources.valid_to,
        lot_from=sources.lot_from,
        lot_to=sources.lot_to,
        share=numbers(sources.frame, "share"),
        least_value=_least_value(read),
    )


def price_steps_of(read: Reading, unit_cost: Floats) -> PriceSteps:
    """
    Returns the steps of the scales that sources name, by activity and quantity.

    A step without a price has that of its source; what operations and lanes cost comes
    on top of any price.

    Parameters
    ----------
    read
        What the tables say.
    unit_cost
        What a unit of each activity costs in all, shape ``(A,)``.
    """
    frame, data = read.sources.frame, read.data
    steps = data.table("price_breaks").assign(
        scheme=data.column("price_breaks", "scheme")
    )
    named = frame[["price_break_id", "unit_cost"]].reset_index(names="activity")
    rows = named.dropna(subset=["price_break_id"]).merge(
        steps, on="price_break_id", suffixes=("_source", "")
    )
    rows = rows.sort_values(["activity", "from_quantity"], ignore_index=True)
    activity = rows["activity"].to_numpy(dtype=np.int64)
    own = numbers(rows, "unit_cost_source", 0.0)
    price = numbers(rows, "unit_cost")
    price = np.where(np.isnan(price), own, price)

    return PriceSteps(
        activity=activity,
        from_quantity=rows["from_quantity"].to_numpy(dtype=np.float64),
        unit_cost=price + unit_cost[activity] - own,
        incremental=(rows["scheme"] == "incremental").to_numpy(dtype=np.bool_),
    )


def _least_value(read: Reading) -> Floats:
    """
    Returns the smallest value of an order with its supplier, shape ``(A,)``.
    """
    frame = read.sources.frame
    least = read.data.table("suppliers").set_index("supplier_id")["moq_value"]
    supplier = frame["supplier_id"].where(frame["kind"] == "buy")

    return supplier.map(least).fillna(0.0).to_numpy(dtype=np.float64)
