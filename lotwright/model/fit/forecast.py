"""
Forecast: settings of its consumption that do not fit together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lotwright.model.assemble.time import first_text
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import grouped

_CODE = "W-FORECAST-RULE"

#: Shares may miss 1 by so much.
_ROUNDING = 1e-6


def check_forecast(facts: Facts) -> Iterator[Finding]:
    """
    Yields settings of forecast consumption that change nothing, and odd shares.
    """
    data = facts.data
    method = first_text(data, "forecast_method")
    netting = data.table("forecast_netting")

    if method == "none":
        yield from grouped(
            _CODE,
            Severity.WARNING,
            "forecast_netting",
            netting,
            noun="row",
            text="{have} no effect, for orders consume no forecast; enter "
            "dataset.forecast_method, or remove the table.",
        )

    if method == "percent":
        yield from _unknown_keys(data)

    if method == "period":
        yield from _missing_periods(data)

    yield from _shares(data)


def _unknown_keys(data: PlanningData) -> Iterator[Finding]:
    known = data.table("reduction_keys")["reduction_key"]

    for table in ("dataset", "forecast_netting"):
        rows = data.table(table)
        named = rows["reduction_key"].notna()

        yield from grouped(
            _CODE,
            Severity.WARNING,
            table,
            rows[named & ~rows["reduction_key"].isin(known)],
            noun="row",
            column="reduction_key",
            text="{have} a reduction key without percentages, so that forecast counts "
            "in full; add its rows to reduction_keys.",
        )

    blank = not data.table("dataset")["reduction_key"].notna().any()

    if blank and not data.table("forecast_netting")["reduction_key"].notna().any():
        yield Finding(
            code=_CODE,
            severity=Severity.WARNING,
            table="dataset",
            column="reduction_key",
            text="Forecast is to be reduced by percentages and no reduction key is "
            "named, so that it counts in full; enter dataset.reduction_key.",
        )


def _missing_periods(data: PlanningData) -> Iterator[Finding]:
    if first_text(data, "forecast_period") == "periods" and not len(
        data.table("periods")
    ):
        yield Finding(
            code=_CODE,
            severity=Severity.WARNING,
            table="dataset",
            column="forecast_period",
            text="Orders are to consume the forecast of given periods and table "
            "periods is empty, so that they consume none; add the periods, or choose "
            "months or weeks.",
        )


def _shares(data: PlanningData) -> Iterator[Finding]:
    shares = data.table("forecast_shares")
    total = shares.groupby("family_id", as_index=False)["share"].sum()
    is_odd = np.abs(total["share"].to_numpy(dtype=np.float64) - 1.0) > _ROUNDING
    odd: pd.DataFrame = total[is_odd].assign(item_id=None)

    yield from grouped(
        _CODE,
        Severity.WARNING,
        "forecast_shares",
        odd,
        noun="family",
        column="share",
        text="{have} shares that do not add up to 1, so that another quantity is "
        "planned than was forecast; correct them.",
    )
