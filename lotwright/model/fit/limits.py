"""
Limits: lot sizes, stock limits and capacities that cannot be kept together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import keys_of, points_of
from lotwright.model.assemble.policies import resolve
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import grouped
from lotwright.model.membership import is_among
from lotwright.model.network import Bools


def check_lots(facts: Facts) -> Iterator[Finding]:
    """
    Yields sources and policies with lot sizes that no order can have.
    """
    for table, noun in (("sources", "source"), ("policies", "policy")):
        rows = facts.data.table(table)

        yield from grouped(
            "W-LOT-SIZE",
            Severity.WARNING,
            table,
            rows[no_lot_fits(rows)],
            noun=noun,
            column="lot_multiple",
            text="{have} no multiple between the smallest and the largest lot; "
            "lower min_lot or lot_multiple, or raise max_lot.",
        )

    yield from _against_policies(facts)

    sources = facts.data.table("sources")
    fixed = sources["fixed_lot"]

    yield from grouped(
        "W-LOT-SIZE",
        Severity.WARNING,
        "sources",
        sources[(fixed < sources["min_lot"]) | (fixed > sources["max_lot"])],
        noun="source",
        column="fixed_lot",
        text="{have} a fixed lot outside the smallest and the largest lot, which it "
        "beats; leave min_lot and max_lot blank, or correct fixed_lot.",
    )


def _against_policies(facts: Facts) -> Iterator[Finding]:
    """
    Yields sources whose lots contradict those of the policy of their stock point.
    """
    sources = facts.sources.drop_duplicates("source_id").reset_index(drop=True)

    if not len(sources) or not len(facts.data.table("policies")):
        return

    keys = keys_of(facts.data)
    pair = keys.pair(sources["item_id"], sources["location_id"])
    points = points_of(keys, [pair])
    names = ["min_lot", "max_lot", "lot_multiple"]
    policies = resolve(facts.data, "policies", points, names).iloc[points.find(pair)]
    policies = policies.reset_index(drop=True)
    both = sources[names].fillna(policies[names])
    is_free = sources["fixed_lot"].isna()
    clash = is_free & (both["min_lot"] > both["max_lot"])

    yield from grouped(
        "W-LOT-SIZE",
        Severity.WARNING,
        "sources",
        sources[clash],
        noun="source",
        column="min_lot",
        text="{have} a smallest lot above the largest lot of the policy, or a largest "
        "lot below its smallest, and the source is followed; correct one of the two.",
    )

    alone = no_lot_fits(sources) | no_lot_fits(policies)

    yield from grouped(
        "W-LOT-SIZE",
        Severity.WARNING,
        "sources",
        sources[is_free & ~clash & no_lot_fits(both) & ~alone],
        noun="source",
        column="lot_multiple",
        text="{have} no multiple between the smallest and the largest lot, part of "
        "which the policy gives; correct the lots of the source or of the policy.",
    )


def no_lot_fits(rows: pd.DataFrame) -> Bools:
    """
    Returns where no whole multiple lies between the smallest and the largest lot.
    """
    lowest = rows["min_lot"].fillna(0.0).to_numpy(dtype=np.float64)
    highest = rows["max_lot"].fillna(np.inf).to_numpy(dtype=np.float64)
    multiple = rows["lot_multiple"].fillna(0.0).to_numpy(dtype=np.float64)
    step = np.where(multiple > 0.0, multiple, 1.0)
    first = np.maximum(np.ceil(lowest / step - 1e-9), 1.0) * step

    return (multiple > 0.0) & (first > highest * (1.0 + 1e-9))


def check_stock_limits(facts: Facts) -> Iterator[Finding]:
    """
    Yields policies that want more safety stock than the largest stock allows.
    """
    policies = facts.data.table("policies")

    yield from grouped(
        "W-STOCK-LIMITS",
        Severity.WARNING,
        "policies",
        policies[policies["safety_stock"] > policies["max_stock"]],
        noun="policy",
        column="max_stock",
        text="{have} more safety stock than the largest stock, so that one of the two "
        "is always broken; raise max_stock or lower safety_stock.",
    )


def check_capacity(facts: Facts) -> Iterator[Finding]:
    """
    Yields finite resources that are loaded and have no capacity at all.
    """
    resources = facts.data.table("resources")
    idle = _never_open(facts.data) & (resources["kind"] != "infinite")
    operations = facts.data.table("operations")
    used = is_among(operations["routing_id"], facts.make_sources["routing_id"])
    loaded = is_among(resources["resource_id"], operations.loc[used, "resource_id"])

    yield from grouped(
        "W-RESOURCE-ZERO",
        Severity.WARNING,
        "resources",
        resources[idle & loaded],
        noun="resource",
        column="base_capacity",
        text="{be} loaded by operations and {have} no capacity or overtime, so that "
        "nothing can be made there; enter base_capacity, or take the operations "
        "elsewhere.",
    )


def _never_open(data: PlanningData) -> pd.Series:
    resources = data.table("resources")
    zero = (resources["base_capacity"] == 0) | (resources["units"] == 0)
    days = data.table("resource_capacity")
    some = days[(days["capacity"] > 0) | (days["overtime_max"] > 0)]

    return (
        zero
        & ~(resources["overtime_max"] > 0)
        & ~is_among(resources["resource_id"], some["resource_id"])
    )
