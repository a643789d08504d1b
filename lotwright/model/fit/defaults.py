"""
Defaults that change the plan and were taken because nothing was given.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import counted
from lotwright.model.membership import is_among
from lotwright.model.tables import INPUT_TABLES

_GROUPS = ["item_id", "item_group", "location_id"]


def check_defaults(facts: Facts) -> Iterator[Finding]:
    """
    Yields one finding for each default that changes the plan.
    """
    yield from _dataset_defaults(facts)
    yield from _stock_defaults(facts.data)
    yield from _value_defaults(facts.data)
    yield from _lateness_defaults(facts.data)
    yield from _capacity_defaults(facts.data)


def _dataset_defaults(facts: Facts) -> Iterator[Finding]:
    dataset = facts.data.table("dataset")

    if not dataset["as_of"].notna().any():
        yield _default(
            "dataset",
            "as_of",
            f"The plan starts today, {facts.start:%Y-%m-%d}; enter dataset.as_of to "
            "plan from the day of the data.",
        )

    if not dataset["bucket_scheme"].notna().any() and not len(
        facts.data.table("periods")
    ):
        scheme = _declared("dataset", "bucket_scheme")
        yield _default(
            "dataset",
            "bucket_scheme",
            f"Time is cut into {scheme}; enter dataset.bucket_scheme, or rows in "
            "periods, for other buckets.",
        )


def _stock_defaults(data: PlanningData) -> Iterator[Finding]:
    if not len(data.table("inventory")):
        yield _default(
            "inventory",
            "quantity",
            "No stock on hand is given, so the plan starts from nothing; enter the "
            "stock in inventory.",
        )


def _value_defaults(data: PlanningData) -> Iterator[Finding]:
    costs = data.table("costs")
    general = costs[_GROUPS].isna().all(axis=1) & costs["holding_rate_per_year"].notna()
    priced = data.table("policies")
    general_price = priced[_GROUPS].isna().all(axis=1) & priced["holding_cost"].notna()

    if general_price.any():
        return

    items = data.table("items")
    own = priced.loc[priced["holding_cost"].notna(), "item_id"]

    if not general.any() and not is_among(items["item_id"], own).all():
        rate = _declared("costs", "holding_rate_per_year")
        yield _default(
            "costs",
            "holding_rate_per_year",
            f"Holding stock costs {rate:.0%} of its value a year; enter "
            "costs.holding_rate_per_year, or policies.holding_cost, for another rate.",
        )

    unvalued = items[~(items["unit_cost"] > 0) & ~is_among(items["item_id"], own)]

    if len(unvalued):
        yield _default(
            "items",
            "unit_cost",
            f"{counted(len(unvalued), 'item')} without unit_cost ({_first(unvalued)}): "
            "valued from what they are made of, or at 1; enter items.unit_cost so that "
            "stock and lateness are priced rightly.",
            count=len(unvalued),
        )


def _lateness_defaults(data: PlanningData) -> Iterator[Finding]:
    demands = data.table("demands")
    blank = demands["late_cost_per_day"].isna()

    if blank.any():
        count = int(blank.sum())
        yield _default(
            "demands",
            "late_cost_per_day",
            f"{counted(count, 'demand')} without late_cost_per_day: lateness is priced "
            "by priority and value, high enough that it never pays to save stock or "
            "set-ups; enter the cost where it is known.",
            count=count,
        )


def _capacity_defaults(data: PlanningData) -> Iterator[Finding]:
    resources = data.table("resources")
    finite = data.column("resources", "kind") == "finite"
    given = is_among(
        resources["resource_id"], data.table("resource_capacity")["resource_id"]
    )
    blank = resources[resources["base_capacity"].isna() & finite & ~given]

    if len(blank):
        yield _default(
            "resources",
            "base_capacity",
            f"{counted(len(blank), 'resource')} without base_capacity "
            f"({_first(blank)}): 8 hours on an open day; enter base_capacity.",
            count=len(blank),
        )


def _declared(table: str, column: str) -> object:
    return INPUT_TABLES[table].column(column).default


def _first(rows: pd.DataFrame) -> str:
    names = ", ".join(rows.iloc[:3, 0])
    return f"{names} and {len(rows) - 3:,} more" if len(rows) > 3 else names


def _default(table: str, column: str, text: str, count: int = 1) -> Finding:
    return Finding(
        code="I-DEFAULT",
        severity=Severity.INFO,
        table=table,
        column=column,
        text=text,
        count=count,
    )
