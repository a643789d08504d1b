"""
Dead data: rows that nothing refers to.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import grouped
from lotwright.model.membership import is_among

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
        used = _is_named(facts.data, rows[key], columns)

        if table == "resources":
            groups = facts.data.table("operations")["group_id"]
            used |= is_among(rows["group_id"], groups)

        yield from _unused(table, noun, rows[~used])


def check_unused_recipes(facts: Facts) -> Iterator[Finding]:
    """
    Yields bills and routings that no source takes.
    """
    boms = facts.data.table("boms")
    items = facts.data.table("items")
    phantoms = items.loc[items["kind"] == "phantom", "item_id"]
    lines = facts.data.table("bom_lines")
    called = phantoms[is_among(phantoms, lines["component_id"])]
    taken = is_among(boms["bom_id"], facts.make_sources["bom_id"])
    taken |= is_among(boms["bom_id"], facts.phantoms["bom_id"])
    exploded = is_among(boms["item_id"], called)

    yield from _unused("boms", "bill", boms[~taken & ~exploded])

    routings = facts.data.table("routings")
    taken = is_among(routings["routing_id"], facts.make_sources["routing_id"])

    yield from _unused("routings", "routing", routings[~taken])


def _is_named(data: PlanningData, keys: pd.Series, columns: tuple[str, ...]) -> Bools:
    named = np.zeros(len(keys), dtype=bool)

    for name in columns:
        table, _, column = name.partition(".")
        named |= is_among(keys, data.table(table)[column])

    return named


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
