"""
Units of measure: quantities of a row in the base unit of its item.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.errors import DataError, Problem
from lotwright.model.data import PlanningData
from lotwright.model.network import Floats

#: So many rows are named in one error.
_MOST_NAMED = 20


def in_base_units(
    data: PlanningData, table: str, column: str, item: str = "item_id"
) -> Floats:
    """
    Returns a column of quantities in base units.

    Parameters
    ----------
    data
        Planning data.
    table, column
        Where the quantities are; a ``uom`` column of the table says their unit.
    item
        Column that names the item.

    Raises
    ------
    DataError
        When the item has no conversion from the unit (``E-UOM-MISSING``).
    """
    rows = data.table(table)
    quantity = rows[column].to_numpy(dtype=np.float64)

    if "uom" not in rows.columns or not rows["uom"].notna().any():
        return quantity

    factor = _factors(data, rows[item], rows["uom"])
    missing = np.flatnonzero(np.isnan(factor))

    if len(missing):
        raise DataError(
            [
                Problem(
                    code="E-UOM-MISSING",
                    table=table,
                    row=int(place) + 2,
                    column="uom",
                    value=str(rows["uom"].iloc[place]),
                    text=f"item {rows[item].iloc[place]} has no conversion from "
                    f"{rows['uom'].iloc[place]}.",
                    remedy="Add a row to item_uoms, or give the base unit.",
                )
                for place in missing[:_MOST_NAMED].tolist()
            ]
        )

    return quantity * factor


def _factors(data: PlanningData, item: pd.Series, uom: pd.Series) -> Floats:
    base = data.table("items").set_index("item_id")["base_uom"]
    uoms = data.table("item_uoms")
    known = pd.DataFrame(
        {
            "item_id": uoms["item_id"],
            "uom": uoms["uom"],
            "factor": uoms["numerator"].to_numpy(dtype=np.float64)
            / data.column("item_uoms", "denominator").to_numpy(dtype=np.float64),
        }
    )
    wanted = pd.DataFrame({"item_id": item.array, "uom": uom.array})
    factor = wanted.merge(known, on=["item_id", "uom"], how="left")["factor"].to_numpy()
    is_base = (uom.isna() | (uom == item.map(base))).to_numpy(dtype=bool)

    return np.where(is_base, 1.0, factor)
