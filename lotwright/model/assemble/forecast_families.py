"""
Forecast of families and groups, split into that of their members.
"""

from __future__ import annotations

import pandas as pd

from lotwright.model.data import PlanningData


def split_families(
    data: PlanningData, rows: pd.DataFrame, quantity: str
) -> pd.DataFrame:
    """
    Returns demand with the forecast of families as that of their members, by share.

    A member that is a family itself is not split again. A line of a member is named
    by the forecast and the member; ``of_family`` says which lines are such.

    Parameters
    ----------
    data
        Planning data.
    rows
        Demand, with the columns of its table.
    quantity
        Column of the quantity that is split.
    """
    shares = data.table("forecast_shares")
    is_forecast = rows["kind"] == "forecast"
    is_family = (is_forecast & rows["item_id"].isin(shares["family_id"])).to_numpy()
    rows = rows.assign(of_family=False)

    if not is_family.any():
        return rows

    members = shares[["family_id", "item_id", "share"]].rename(
        columns={"item_id": "member_id"}
    )
    parts = rows[is_family].merge(members, left_on="item_id", right_on="family_id")
    parts = parts.assign(
        demand_id=parts["demand_id"] + "/" + parts["member_id"],
        item_id=parts["member_id"],
        of_family=True,
        **{quantity: parts[quantity] * parts["share"]},
    )

    return pd.concat([rows[~is_family], parts[rows.columns]], ignore_index=True)
