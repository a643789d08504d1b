"""
Supply that is missing: needs without a source, made items without bill or routing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lotwright.model.assemble.forecast_families import split_families
from lotwright.model.assemble.keys import look_up
from lotwright.model.assemble.stock import may_be_used
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.supply_graph import SupplyGraph
from lotwright.model.fit.wording import counted, grouped
from lotwright.model.membership import is_among
from lotwright.model.network import Floats
from lotwright.model.why_words import amount_text

#: Stock points without source that get a finding of their own.
LISTED = 20


def check_demand(facts: Facts) -> Iterator[Finding]:
    """
    Yields a finding when nothing is wanted at all.
    """
    demands = facts.data.table("demands")
    safety = facts.data.column("policies", "safety_stock")

    if not len(demands) and not (safety > 0).any():
        yield Finding(
            code="W-DEMAND-NONE",
            severity=Severity.WARNING,
            table="demands",
            text="There is no demand and no safety stock, so that there is nothing to "
            "plan; add rows to demands.",
        )


def check_sources(facts: Facts) -> Iterator[Finding]:
    """
    Yields stock points that are needed and that nothing can supply.
    """
    graph = facts.graph
    available = available_supply(facts.data, graph)
    need = gross_need(facts.data, graph, available)
    missing = np.flatnonzero((need > 1e-9) & ~graph.sourced)
    shortage = np.maximum(need - available, 0.0)[missing]
    missing = missing[np.lexsort((missing, -shortage))]

    for point in missing[:LISTED].tolist():
        yield _no_source(graph, point, need[point], available[point])

    rest = missing[LISTED:]

    if len(rest):
        yield Finding(
            code="W-SRC-NONE",
            severity=Severity.WARNING,
            table="sources",
            count=len(rest),
            text=f"{counted(len(rest), 'more stock point')} with smaller needs cannot "
            f"be supplied ({graph.label(rest[0])} first); add a row to "
            "sources for each.",
        )


def check_transfers(facts: Facts) -> Iterator[Finding]:
    """
    Yields transfers from nowhere, which the plan leaves out.
    """
    sources = facts.data.table("sources")
    lanes = facts.data.table("transport_lanes")
    starting = lanes.loc[lanes["from"].notna(), "lane_id"]
    lost = sources["from_location_id"].isna() & ~is_among(sources["lane_id"], starting)

    yield from grouped(
        "W-SRC-NONE",
        Severity.WARNING,
        "sources",
        sources[(sources["kind"] == "transfer") & lost],
        noun="transfer source",
        column="from_location_id",
        text="{have} no location to come from and {be} not used; fill "
        "from_location_id, or name a lane in lane_id.",
    )


def available_supply(data: PlanningData, graph: SupplyGraph) -> Floats:
    """
    Returns usable stock and open orders by stock point, shape ``(P,)``.
    """
    inventory = data.table("inventory")
    usable = inventory["quantity"].where(may_be_used(data), 0.0)
    supplies = data.table("supplies")
    stock = np.maximum(graph.total(inventory, usable), 0.0)

    return stock + graph.total(supplies, supplies["quantity"])


def gross_need(data: PlanningData, graph: SupplyGraph, available: Floats) -> Floats:
    """
    Returns what is wanted of each stock point over the whole plan, shape ``(P,)``.

    Needs pass on to components net of what is there; of several sources the one that
    needs most counts.
    """
    demands = split_families(data, data.table("demands"), "quantity")
    wanted = graph.total(demands, demands["quantity"])
    passed_on = graph.matrix()
    need = wanted

    # One round a level; a cycle is a finding of its own and stops here by count.
    for _ in range(len(graph)):
        update = wanted + passed_on @ np.maximum(need - available, 0.0)

        if np.allclose(update, need, rtol=1e-9, atol=1e-9):
            break

        need = update

    return need


def check_bills(facts: Facts) -> Iterator[Finding]:
    """
    Yields make sources that consume nothing.
    """
    made = facts.make_sources

    yield from grouped(
        "W-BOM-NONE",
        Severity.WARNING,
        "sources",
        made[made["bom_id"].isna()],
        noun="make source",
        text="{have} no bill of material, so that making consumes nothing; add rows to "
        "boms and bom_lines, or leave it where nothing is consumed.",
    )


def check_routings(facts: Facts) -> Iterator[Finding]:
    """
    Yields make sources that load no resource.
    """
    made = facts.make_sources
    with_work = is_among(
        made["routing_id"], facts.data.table("operations")["routing_id"]
    )

    yield from grouped(
        "W-ROUTE-NONE",
        Severity.WARNING,
        "sources",
        made[~with_work],
        noun="make source",
        text="{have} no routing with operations, so that making takes no capacity; add "
        "rows to routings and operations, or leave it where capacity never binds.",
    )


def check_phantoms(facts: Facts) -> Iterator[Finding]:
    """
    Yields bill lines that call for a phantom which has no bill of its own.
    """
    items = facts.data.table("items")
    phantoms = items.loc[items["kind"] == "phantom", "item_id"]
    hollow = phantoms[~is_among(phantoms, facts.data.table("boms")["item_id"])]
    lines = facts.data.table("bom_lines")

    yield from grouped(
        "W-BOM-PHANTOM",
        Severity.WARNING,
        "bom_lines",
        lines[is_among(lines["component_id"], hollow)],
        noun="bill line",
        column="component_id",
        text="{have} a phantom without a bill of its own, which comes from stock "
        "alone; add its bill to boms, or give the item another kind.",
    )


def check_sources_routing(facts: Facts) -> Iterator[Finding]:
    """
    Yields sources and open orders that name something made for another item or place.
    """
    routings = facts.data.table("routings").set_index("routing_id")
    sources = facts.data.table("sources")
    named = sources[sources["routing_id"].notna()]
    foreign = (
        look_up(named["routing_id"], routings["item_id"]).ne(named["item_id"])
        | look_up(named["routing_id"], routings["location_id"]).ne(named["location_id"])
    ).to_numpy(dtype=bool)

    yield from grouped(
        "W-SRC-ROUTING",
        Severity.WARNING,
        "sources",
        named[foreign],
        noun="source",
        column="routing_id",
        text="{have} the routing of another item or location, whose hours count all "
        "the same; name the right routing, or leave routing_id blank.",
    )

    bills = facts.data.table("boms").set_index("bom_id")["item_id"]
    named = sources[sources["bom_id"].notna()]
    foreign = look_up(named["bom_id"], bills).ne(named["item_id"]).to_numpy(dtype=bool)

    yield from grouped(
        "W-SRC-BOM",
        Severity.WARNING,
        "sources",
        named[foreign],
        noun="source",
        column="bom_id",
        text="{have} the bill of another item, whose components count all the same; "
        "name the right bill, or leave bom_id blank.",
    )


def check_open_order_source(facts: Facts) -> Iterator[Finding]:
    """
    Yields open orders whose source supplies another item or place.
    """
    sources = facts.data.table("sources").set_index("source_id")
    supplies = facts.data.table("supplies")
    named = supplies[supplies["source_id"].notna()]
    known = named[is_among(named["source_id"], sources.index)]
    foreign = (
        look_up(known["source_id"], sources["item_id"]).ne(known["item_id"])
        | look_up(known["source_id"], sources["location_id"]).ne(known["location_id"])
    ).to_numpy(dtype=bool)

    yield from grouped(
        "W-SUPPLY-SOURCE",
        Severity.WARNING,
        "supplies",
        known[foreign],
        noun="open order",
        column="source_id",
        text="{have} a source of another item or location and {be} counted as it "
        "stands; correct its item_id, location_id or source_id.",
    )


def _no_source(graph: SupplyGraph, point: int, need: float, there: float) -> Finding:
    label = graph.label(point)
    short = max(need - there, 0.0)
    needed = f"{label} is needed ({amount_text(need)} in all)"
    start = f"{needed} and has no source; stock and open orders"

    if short <= 1e-9:
        return Finding(
            code="W-SRC-NONE",
            severity=Severity.INFO,
            table="sources",
            key=label,
            column="item_id",
            text=f"{start} of {amount_text(there)} cover it; add a row to sources "
            "before they are used up.",
        )

    return Finding(
        code="W-SRC-NONE",
        severity=Severity.WARNING,
        table="sources",
        key=label,
        column="item_id",
        text=f"{start} cover {amount_text(there)} of it, {amount_text(short)} are "
        "missing; add a row to sources, or stock to inventory.",
    )
