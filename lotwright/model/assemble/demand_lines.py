"""
Demand lines: what the tables ask for, net of what orders consume of forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.forecast import forecast_left
from lotwright.model.assemble.forecast_families import split_families
from lotwright.model.assemble.keys import Keys, look_up, look_up_numbers
from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.units import in_base_units
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding
from lotwright.model.network import Floats

#: What is told of a line.
_TOLD = [
    "demand_id",
    "kind",
    "pair",
    "base",
    "rank",
    "due_day",
    "required_day",
    "bucket",
    "patience",
    "late_cost_per_day",
    "lost_cost",
    "sellable",
    "in_parts",
    "least",
]

#: Priority of a line where neither it nor its customer has one.
DEFAULT_PRIORITY = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wanted:
    """
    Demand that is planned.

    Parameters
    ----------
    lines
        Lines inside the horizon, sorted by name: ``demand_id``, ``kind``, ``pair``,
        ``base`` (quantity), ``rank`` (priority), ``due_day``, ``required_day`` and its
        ``bucket``, ``patience`` (days), costs, and how it is delivered.
    findings
        What was consumed of forecast.
    """

    lines: pd.DataFrame
    findings: tuple[Finding, ...]


def demand_rows(
    data: PlanningData, keys: Keys, buckets: Buckets, calendars: Calendars
) -> Wanted:
    """
    Returns the demand lines inside the horizon, with base quantity, day and bucket.

    Demand due on a day on which its location does not ship is required on the last
    open day before; past-due demand counts in the first bucket, but a forecast dated
    before the plan no longer counts. Orders beyond the horizon consume forecast too.
    """
    rows = _rows(data, keys, buckets)
    rows["base"], findings = forecast_left(data, rows, buckets)
    calendar = data.table("locations").set_index("location_id")["calendar_id"]
    due = rows["due_day"].to_numpy(dtype=np.int64)
    required = calendars.before(
        calendars.codes(look_up(rows["location_id"], calendar)),
        due,
        np.zeros_like(due),
    )
    required = np.maximum(required, 0)
    lines = rows.assign(required_day=required, bucket=buckets.of(required))[_TOLD]
    counts = (lines["base"] > 0).to_numpy(dtype=bool) & (required < buckets.horizon)
    # Sorted, so that sums do not depend on the order of the rows.
    lines = lines[counts].sort_values("demand_id", ignore_index=True)

    return Wanted(lines=lines, findings=findings)


def _rows(data: PlanningData, keys: Keys, buckets: Buckets) -> pd.DataFrame:
    rows = data.table("demands")
    least = in_base_units(data, "demands", "min_shipment")
    rows = rows.assign(
        base=in_base_units(data, "demands", "quantity"),
        least=np.nan_to_num(least),
        sellable=_of_customer(data, rows, "sellable_days", 0.0),
        rank=_of_customer(data, rows, "priority", DEFAULT_PRIORITY).astype(np.int64),
        due_day=days_from(rows["due_date"], buckets.as_of),
        patience=rows["max_late_days"].fillna(np.inf),
        in_parts=data.column("demands", "split_allowed").astype("bool"),
    )
    rows = split_families(data, rows, "base")
    rows["pair"] = keys.pair(rows["item_id"], rows["location_id"])

    return rows


def _of_customer(
    data: PlanningData, rows: pd.DataFrame, column: str, default: float
) -> Floats:
    """
    Returns numbers of the lines, and where they are blank those of their customers.
    """
    customers = data.table("customers").set_index("customer_id")[column]
    own = rows[column].to_numpy(dtype=np.float64, na_value=np.nan)
    of_customer = look_up_numbers(rows["customer_id"], customers, default)

    return np.where(np.isnan(own), of_customer, own)
