"""
Decoding: from a schedule to the tables of a plan.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from lotwright.model.findings import Finding
from lotwright.model.kpis import kpis, line_costs
from lotwright.model.membership import places_in
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.plan_tables import InParts, PlanTables
from lotwright.solver.decode.actions import action_findings, actions_of
from lotwright.solver.decode.end_stock_findings import end_stock_findings
from lotwright.solver.decode.explanations import explanations_of
from lotwright.solver.decode.findings import (
    capacity_findings,
    findings_frame,
    stock_findings,
)
from lotwright.solver.decode.loads import LoadGrid, grid_of, is_operation, loads_frame
from lotwright.solver.decode.openings import Openings, openings_of
from lotwright.solver.decode.relation import sum_by
from lotwright.solver.decode.schedule_findings import (
    expiry_findings,
    late_order_findings,
    line_findings,
    move_findings,
    open_component_findings,
)
from lotwright.solver.decode.schedule_fulfilment import (
    day_deliveries,
    day_fulfilment,
    deliveries_table,
    fulfilment_table,
)
from lotwright.solver.decode.schedule_ids import schedule_ids
from lotwright.solver.decode.schedule_orders import (
    components_parts,
    operations_parts,
    orders_in_short,
    orders_parts,
    table_order,
)
from lotwright.solver.decode.schedule_pegging import pegging_findings, pegging_parts
from lotwright.solver.decode.schedule_stock import (
    stock_in_short,
    stock_of,
    stock_parts,
)
from lotwright.solver.decode.schedule_tops import pieces_of
from lotwright.solver.decode.text_columns import vocabulary
from lotwright.solver.decode.turns import add_at
from lotwright.solver.decode.use_findings import use_findings
from lotwright.solver.decode.words import plan_words
from lotwright.solver.schedule import Schedule

logger = logging.getLogger(__name__)


def decode_schedule(
    network: Network,
    schedule: Schedule,
    *,
    engine: str = "mrp",
    run_id: str = "",
    findings: Sequence[Finding] = (),
) -> PlanTables:
    """
    Returns the tables of the plan that a schedule stands for, by name.

    Those with a row for each order, peg, component or operation, or each stock point
    and bucket, are made when they are looked up: all together, they take more room than
    all else.

    Parameters
    ----------
    network
        What was planned.
    schedule
        What an engine decided.
    engine
        Name of that engine.
    run_id
        Name of the run, for the table of findings.
    findings
        Findings to stand beside those of the network, the schedule and the plan.
    """
    work = schedule.work
    openings = openings_of(network, work.load, work.bucket)

    if len(network.rules.families):
        opened = replace(work, setup=work.setup + openings.hours)
        schedule = replace(schedule, work=opened)

    order_id = schedule_ids(network, schedule.orders)
    words = plan_words(network, order_id)
    rows = table_order(network, schedule)
    grid = schedule_grid(network, schedule, openings)
    deliveries = day_deliveries(network, schedule)
    fulfilment = day_fulfilment(network, deliveries)
    stock = stock_of(network, schedule, deliveries)
    pieces = pieces_of(network, schedule)
    explanations = explanations_of(network, schedule, order_id)
    codes, cause = _causes(network, explanations)

    delivered = deliveries_table(network, words, deliveries)
    expiry = expiry_findings(network, stock.expired)
    projection = stock_in_short(network, stock)
    actions = actions_of(network, schedule, order_id)
    late_cost, lost_cost = line_costs(network, delivered, deliveries.line)
    found = [
        *network.findings,
        *schedule.findings,
        *findings,
        *line_findings(network, fulfilment, late_cost + lost_cost, codes, cause),
        *stock_findings(network, projection),
        *end_stock_findings(network, projection),
        *expiry,
        *capacity_findings(network, grid),
        *use_findings(network, grid),
        *late_order_findings(network, schedule, order_id),
        *open_component_findings(network, schedule),
        *move_findings(network, schedule, order_id),
        *action_findings(network, actions),
        *pegging_findings(schedule, pieces),
    ]
    frames = {
        "deliveries": delivered,
        "demand_fulfilment": fulfilment_table(
            network, words, fulfilment, vocabulary(codes, blank=True), cause
        ),
        "capacity_load": loads_frame(network, grid),
        "explanations": explanations,
        "action_messages": actions,
        "findings": findings_frame(found, run_id),
    }
    asked = {
        "planned_orders": orders_in_short(network, schedule, words, rows),
        "inventory_projection": projection,
    }
    figures = kpis(
        network,
        {**frames, **asked},
        (late_cost, lost_cost),
        schedule.orders.activity[rows],
    )
    del asked, projection
    logger.info("Decoded %s orders with %s pegs.", len(rows), len(schedule.pegs))

    setup = _setup(network, schedule)

    return PlanTables(
        {
            "planned_orders": _in_parts(
                orders_parts, network, schedule, words, rows, setup, engine
            ),
            "order_components": _in_parts(
                components_parts, network, schedule, words, rows
            ),
            "order_operations": _in_parts(
                operations_parts, network, schedule, words, rows, grid
            ),
            "pegging": _in_parts(pegging_parts, network, schedule, words, pieces),
            "deliveries": frames.pop("deliveries"),
            "demand_fulfilment": frames.pop("demand_fulfilment"),
            "inventory_projection": _in_parts(stock_parts, network, words, stock),
            **frames,
            "kpis": figures,
        }
    )


def _in_parts(make: Callable[..., Iterator[pd.DataFrame]], *given: object) -> InParts:
    """
    Returns a table that a function makes in parts, given the rows of a part at last.
    """
    return InParts(parts=partial(make, *given))


def _causes(
    network: Network, explanations: pd.DataFrame
) -> tuple[tuple[str, ...], Ints]:
    """
    Returns the codes of root causes, and which of them each demand line has, or -1.
    """
    first = explanations[(explanations["rank"] == 1).to_numpy(dtype=np.bool_)]
    code, codes = pd.factorize(first["cause_code"], sort=True)
    cause = np.full(len(network.lines), -1, dtype=np.int64)

    if len(first):
        row = places_in(network.lines.demand_id, first["demand_id"])
        cause[row >= 0] = code[row[row >= 0]]

    return tuple(str(word) for word in codes), cause


def schedule_grid(network: Network, schedule: Schedule, openings: Openings) -> LoadGrid:
    """
    Returns load and capacity of resources by bucket.
    """
    work = schedule.work
    shape = (len(network.resources), network.num_buckets)
    resource = network.loads.resource[work.load]
    run, setup = np.zeros(shape), np.zeros(shape)
    add_at(run, resource, work.bucket, work.run)
    add_at(setup, resource, work.bucket, work.setup)

    return grid_of(network, openings, run, setup, schedule.overtime)


def _setup(network: Network, schedule: Schedule) -> Floats:
    """
    Returns the set-up that each order takes of machines and groups, shape ``(K,)``.
    """
    work = schedule.work
    rows = is_operation(network, work.load)

    return sum_by(work.order[rows], work.setup[rows], len(schedule.orders))
