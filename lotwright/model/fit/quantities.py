"""
Quantities: demand of nothing, negative stock, stock that may not be used, units.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lotwright.model.assemble.stock import may_be_used
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import counted, examples, grouped, point_label
from lotwright.model.membership import is_among
from lotwright.model.why_words import amount_text

#: Tables whose quantities may be in a unit of their own: the item's column, a noun.
_MEASURED = (
    ("demands", "item_id", "demand"),
    ("inventory", "item_id", "stock row"),
    ("supplies", "item_id", "open order"),
    ("bom_lines", "component_id", "bill line"),
    ("components_open", "component_id", "open component"),
)


def check_zero_demand(facts: Facts) -> Iterator[Finding]:
    """
    Yields demand of quantity 0.
    """
    demands = facts.data.table("demands")

    yield from grouped(
        "I-DEMAND-ZERO",
        Severity.INFO,
        "demands",
        demands[demands["quantity"] == 0],
        noun="demand",
        column="quantity",
        text="{have} quantity 0 and no effect; enter the quantity that is open, or "
        "remove the row.",
    )


def check_stock(facts: Facts) -> Iterator[Finding]:
    """
    Yields stock points whose usable stock is negative, and stock that is not usable.
    """
    inventory = facts.data.table("inventory")
    usable = facts.data.column("inventory", "status") == "available"
    place = ["item_id", "location_id"]
    total = inventory[usable].groupby(place, as_index=False)["quantity"].sum()
    negative = total[total["quantity"] < 0]

    if len(negative):
        names = _labels(negative)
        yield Finding(
            code="W-STOCK-NEGATIVE",
            severity=Severity.WARNING,
            table="inventory",
            key=names[0] if len(names) == 1 else "",
            column="quantity",
            count=len(names),
            text=f"Stock is negative at {counted(len(names), 'stock point')} "
            f"({examples(names)}) and counts as 0; book the missing receipts or count "
            "the stock.",
        )

    yield from _held(inventory[~may_be_used(facts.data)])


def check_phantom_stock(facts: Facts) -> Iterator[Finding]:
    """
    Yields stock of phantoms, which only MRP uses without orders for them.
    """
    items = facts.data.table("items")
    phantoms = items.loc[items["kind"] == "phantom", "item_id"]
    # A phantom without a bill is no phantom: it comes from stock.
    phantoms = phantoms[is_among(phantoms, facts.data.table("boms")["item_id"])]
    inventory = facts.data.table("inventory")
    usable = facts.data.column("inventory", "status") == "available"
    stock = inventory[usable & is_among(inventory["item_id"], phantoms)]
    total = stock.groupby(["item_id", "location_id"], as_index=False)["quantity"].sum()
    total = total[total["quantity"] > 0]

    if len(total):
        names = _labels(total)
        amounts = total["quantity"].tolist()
        listed = [f"{n}: {amount_text(q)}" for n, q in zip(names, amounts, strict=True)]
        yield Finding(
            code="W-FEATURE-DEGRADED",
            severity=Severity.DEGRADED,
            table="inventory",
            key=names[0] if len(names) == 1 else "",
            column="quantity",
            count=len(names),
            text=f"Stock of phantoms at {counted(len(names), 'stock point')} "
            f"({examples(listed)}) is used before its components, which MRP takes "
            "without an order for the phantom; an optimised plan has such orders, "
            "which take no time and cost nothing. Leave them out, or enter the stock "
            "as that of its components.",
        )


def _held(held: pd.DataFrame) -> Iterator[Finding]:
    for status, rows in held.groupby("status"):
        quantity = rows["quantity"].sum()

        yield from grouped(
            "I-STOCK-HELD",
            Severity.INFO,
            "inventory",
            rows,
            noun="stock row",
            column="status",
            text=f"{{have}} status {status}: {amount_text(quantity)} in all, not "
            "counted as usable; set the status to available when it is released.",
        )


def check_units(facts: Facts) -> Iterator[Finding]:
    """
    Yields quantities in a unit for which the item has no conversion.
    """
    for table, item, noun in _MEASURED:
        rows = facts.data.table(table)

        if "uom" not in rows or not rows["uom"].notna().any():
            continue

        yield from grouped(
            "E-UOM-MISSING",
            Severity.ERROR,
            table,
            rows[_unknown_unit(facts.data, rows, item)],
            noun=noun,
            column="uom",
            text="{have} a unit for which the item lacks a conversion; add a row to "
            "item_uoms, or give the quantity in the base unit.",
        )


def _unknown_unit(data: PlanningData, rows: pd.DataFrame, item: str) -> pd.Series:
    base = data.table("items").set_index("item_id")["base_uom"]
    known = pd.MultiIndex.from_frame(data.table("item_uoms")[["item_id", "uom"]])
    wanted = pd.MultiIndex.from_frame(rows[[item, "uom"]])
    other = rows["uom"].notna() & (rows["uom"] != rows[item].map(base))

    return other & ~wanted.isin(known)


def _labels(rows: pd.DataFrame) -> list[str]:
    return [
        point_label(item, location)
        for item, location in zip(rows["item_id"], rows["location_id"], strict=True)
    ]
