"""
Settings of forecast consumption: those of the item, its group, or the data set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats
from lotwright.model.assemble.keys import look_up
from lotwright.model.assemble.time import first_number, first_text
from lotwright.model.data import PlanningData

#: Kinds of demand that consume forecast, by the rule of the item.
_CONSUME = {
    "none": (),
    "orders": ("order",),
    "transactions_by_key": ("order", "transfer", "campaign", "requisition"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settings:
    """
    How each line of demand takes part in forecast consumption, shape ``(n,)`` each.

    Parameters
    ----------
    consumes
        Whether it consumes forecast.
    netted
        Whether, as a forecast, it is consumed.
    back, ahead
        Days before and after it in which it looks for forecast.
    reduction_key
        Name of the percentages, blank where there is none.
    """

    consumes: Bools
    netted: Bools
    back: Floats
    ahead: Floats
    reduction_key: pd.Series


def settings_of(data: PlanningData, rows: pd.DataFrame) -> Settings:
    """
    Returns the settings of each line of demand.
    """
    items = data.table("items").set_index("item_id")["item_group"]
    group = look_up(rows["item_id"], items)
    rule = _value(data, rows["item_id"], group, "rule").fillna("orders")
    kind = rows["kind"]
    consumes = np.zeros(len(rows), dtype=np.bool_)

    for name, kinds in _CONSUME.items():
        consumes |= ((rule == name) & kind.isin(kinds)).to_numpy(dtype=bool)

    def days(column: str, default: str) -> Floats:
        own = _value(data, rows["item_id"], group, column).astype("float64")
        own = own.fillna(first_number(data, default))

        return np.asarray(own, dtype=np.float64)

    key = _value(data, rows["item_id"], group, "reduction_key")

    return Settings(
        consumes=consumes,
        netted=((kind == "forecast") & (rule != "none")).to_numpy(dtype=bool),
        back=days("back_days", "forecast_back_days"),
        ahead=days("forward_days", "forecast_ahead_days"),
        reduction_key=key.fillna(first_text(data, "reduction_key")),
    )


def _value(
    data: PlanningData, item: pd.Series, group: pd.Series, column: str
) -> pd.Series:
    """
    Returns what holds for each item in a column: its own row first, then its group's.
    """
    rows = data.table("forecast_netting")
    rows = rows[rows[column].notna()]
    own = rows[rows["item_id"].notna()].drop_duplicates("item_id")
    shared = rows[rows["item_id"].isna()].drop_duplicates("item_group")
    of_item = item.map(own.set_index("item_id")[column]).astype(rows[column].dtype)
    of_group = group.map(shared.set_index("item_group")[column])

    return of_item.fillna(of_group.astype(rows[column].dtype))
