"""
What a bar of an order tells when somebody points at it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lotwright.plot.texts import amounts, days, hovers, is_blank, labels, words


def order_hovers(orders: pd.DataFrame, **more: Sequence[str]) -> list[str]:
    """
    Returns the hover text of each order.

    Parameters
    ----------
    orders
        Planned orders.
    more
        Further facts by name, safe to show, one for each order.
    """
    units = labels(words(orders["uom"]), 12)
    quantities = amounts(orders["quantity"])

    return hovers(
        [
            f"{item} at {place}"
            for item, place in zip(
                labels(orders["item_id"], 60),
                labels(orders["location_id"], 30),
                strict=True,
            )
        ],
        Order=labels(orders["order_id"], 60),
        Kind=labels(orders["kind"]),
        Quantity=[
            f"{quantity} {unit}".rstrip()
            for quantity, unit in zip(quantities, units, strict=True)
        ],
        Start=days(orders["start_date"]),
        Due=days(orders["due_date"]),
        First_needed=days(orders["requested_date"]),
        Days_after_that=[
            "" if is_blank(value) else f"{float(value):g}"
            for value in orders["delay_days"].tolist()
        ],
        Source=labels(orders["source_id"], 60),
        Supplier=labels(orders["supplier_id"], 60),
        From=labels(orders["from_location_id"], 60),
        Status=labels(orders["status"]),
        Reason=[name.replace("_", " ") for name in labels(orders["reason"])],
        Cost=amounts(orders["cost"]),
        Decide_by=days(orders["firm_by"]),
        **more,
    )
