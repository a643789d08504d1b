"""
Dead data: rows that nothing refers to.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import grouped

#: Columns that put a row to use: key column, its table and noun, columns that name it.
_USES = (
    (
        "items",
        "item_id",
        "item",
        (
            "sources.item_id",
            "demands.item_id",
            "inventory.item_id",
            "supplies.item_id",
            "bom_lines.component_id",
            "components_open.component_id",
        ),
    ),
    (
        "resources",
        "resource_id",
        "resource",
        ("operations.resource_id", "supplies.resource_id"),
    ),
    (
        "suppliers",
        "supplier_id",
        "supplier",
        ("sources.supplier_id", "supplies.supplier_id"),
    ),
    (
        "calendars",
        "calendar_id",
        "calendar",
        (
            "locations.calendar_id",
            "resources.calendar_id",
            "suppliers.calendar_id",
            "transport_lanes.calendar_id",
            "sources.lead_time_calendar_id",
            "calendars.base_calendar_id",
        ),
    ),
)


def check_unused(facts: Facts) -> Iterator[Finding]:
    """
    Yields items, resources, suppliers and calendars that nothing refers to.
    """
    for table, key, noun, columns in _USES:
        rows = facts.data.table(table)
        used = rows[key].isin(_named(facts.data, columns))

        if table == "resources":
            used |= rows["group_id"].isin(
                facts.data.table("operations")["group_id"].dropna()
            )

        yield from _unused(table, noun, rows[~used])


def check_unused_recipes(facts: Facts) -> Iterator[Finding]:
    """
    Yields bills and routings that no source takes.
    """
    boms = facts.data.table("boms")
    items = facts.data.table("items")
    phantoms = items.loc[items["kind"] == "phantom", "item_id"]
    called = phantoms[phantoms.isin(facts.data.table("bom_lines")["component_id"])]
    taken = boms["bom_id"].isin(facts.make_sources["bom_id"])
    exploded = boms["item_id"].isin(called)

    yield from _unused("boms", "bill", boms[~taken & ~exploded])

    routings = facts.data.table("routings")
    taken = routings["routing_id"].isin(facts.make_sources["routing_id"])

    yield from _unused("routings", "routing", routings[~taken])


def _named(data: PlanningData, columns: tuple[str, ...]) -> pd.Series:
    parts = [data.table(name.split(".")[0])[name.split(".")[1]] for name in columns]

    every: pd.Series = pd.concat([part.dropna().drop_duplicates() for part in parts])

    return every


def _unused(table: str, noun: str, rows: pd.DataFrame) -> Iterator[Finding]:
    return grouped(
        "I-DATA-UNUSED",
        Severity.INFO,
        table,
        rows,
        noun=noun,
        text="{be} used by nothing and without effect on the plan; remove what is no "
        "longer needed, or name it where it belongs.",
    )
