"""
Decoding: from the quantities of an engine to the tables of a plan.
"""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from lotwright.model.findings import Finding
from lotwright.model.kpis import kpis
from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.causes import root_causes
from lotwright.solver.decode.chains_in_buckets import (
    chains_in_buckets,
    wanted_of_steps,
)
from lotwright.solver.decode.end_stock_findings import end_stock_findings
from lotwright.solver.decode.explanations import explained
from lotwright.solver.decode.findings import (
    bucket_findings,
    capacity_findings,
    demand_findings,
    findings_frame,
    order_findings,
    stock_findings,
)
from lotwright.solver.decode.fulfilment import (
    Deliveries,
    deliveries_frame,
    deliveries_of,
    delivery_days,
    fulfilment_frame,
    fulfilment_of,
)
from lotwright.solver.decode.loads import (
    load_grid,
    loads_frame,
    operations_frame,
    setup_of,
    work_of,
)
from lotwright.solver.decode.matching import ABSOLUTE
from lotwright.solver.decode.needs import NeedKind
from lotwright.solver.decode.order_frames import (
    components_frame,
    orders_frame,
    pegging_frame,
)
from lotwright.solver.decode.orders import (
    clean_orders,
    issues_of,
    order_ids,
    receipts_of,
)
from lotwright.solver.decode.pegging import Pegging, peg
from lotwright.solver.decode.plan_view import plan_view
from lotwright.solver.decode.projection import projection_frame
from lotwright.solver.decode.relation import most_by
from lotwright.solver.decode.replaced import with_choices
from lotwright.solver.decode.room_findings import room_findings
from lotwright.solver.decode.schedule_findings import expiry_findings
from lotwright.solver.decode.share_findings import share_findings
from lotwright.solver.decode.use_findings import use_findings
from lotwright.solver.decode.waiting import feed_open_orders, flows_of
from lotwright.solver.quantities import Quantities

logger = logging.getLogger(__name__)


def decode(
    network: Network,
    quantities: Quantities,
    *,
    engine: str = "mip",
    run_id: str = "",
    findings: tuple[Finding, ...] = (),
) -> dict[str, pd.DataFrame]:
    """
    Returns the tables of the plan that some quantities stand for, by name.

    Nothing in them depends on which engine decided: orders, dates, pegging, stock,
    loads, findings and figures all follow from the quantities and the network.

    Parameters
    ----------
    network
        What was planned.
    quantities
        What an engine decided.
    engine
        Name of that engine.
    run_id
        Name of the run, for the table of findings.
    findings
        Findings of the engine, to stand beside those of the network and of the plan.
    """
    orders = clean_orders(network, quantities)
    receipts = receipts_of(network, orders)
    issues = with_choices(network, issues_of(network, orders), quantities)
    work = work_of(network, orders, quantities)
    deliveries = deliveries_of(network, quantities)
    order_id = order_ids(network, orders)

    expired = _expired(network, quantities)

    flows = flows_of(network, receipts, issues, deliveries, expired)
    feeding = feed_open_orders(network, flows)
    pegging = peg(network, orders, receipts, issues, deliveries, feeding, expired)
    supply_day = _supply_day(deliveries, pegging)
    day = delivery_days(network, deliveries, _supply_day(deliveries, pegging, network))
    fulfilment = fulfilment_of(network, deliveries, day)
    grid = load_grid(network, work, quantities)

    delivered = deliveries_frame(network, deliveries, day)
    projection = projection_frame(network, flows, feeding, deliveries)
    shape = (len(network.points), network.num_buckets)

    if quantities.stock_worth is not None:
        projection["shadow_price"] = quantities.stock_worth.ravel()

    end = projection["end"].to_numpy().reshape(shape)
    view = plan_view(network, orders, issues, pegging, grid, end)
    chains = chains_in_buckets(view, deliveries, day, fulfilment)
    causes = root_causes(network, chains, orders.activity)
    setup = setup_of(network, orders, work)
    planned = orders_frame(network, orders, order_id, pegging, end, setup, engine)
    past_ids = np.array(order_id, dtype=np.object_)[pegging.dates.is_past]
    is_past = planned["order_id"].isin(past_ids).to_numpy()

    found = [
        *network.findings,
        *findings,
        *demand_findings(network, delivered, fulfilment, causes),
        *stock_findings(network, projection),
        *expiry_findings(network, expired),
        *end_stock_findings(network, projection),
        *share_findings(network, orders),
        *room_findings(network, projection),
        *capacity_findings(network, grid),
        *use_findings(network, grid),
        *order_findings(network, planned, is_past),
        *bucket_findings(network, deliveries, supply_day),
    ]
    frames = {
        "planned_orders": planned,
        "order_components": components_frame(
            network, issues, receipts, order_id, pegging
        ),
        "order_operations": operations_frame(network, order_id, work, grid),
        "pegging": pegging_frame(network, deliveries, issues, order_id, pegging),
        "deliveries": delivered,
        "demand_fulfilment": fulfilment_frame(network, fulfilment, causes.code),
        "inventory_projection": projection,
        "capacity_load": loads_frame(network, grid, quantities.capacity_worth),
        "explanations": explained(
            network,
            chains,
            orders.activity,
            np.array(order_id, dtype=np.object_),
            wanted_of_steps(network, chains),
        ),
        "findings": findings_frame(found, run_id),
    }
    frames["kpis"] = kpis(network, frames)
    logger.info("Decoded %s orders with %s pegs.", len(orders), len(pegging.pegs))

    return frames


def _expired(network: Network, quantities: Quantities) -> Floats:
    """
    Returns what is scrapped by age, freed of a solver's rounding, shape ``(P, T)``.
    """
    shape = (len(network.points), network.num_buckets)

    if quantities.expired is None:
        return np.zeros(shape)

    scale = np.maximum(quantities.expired.max(axis=1, initial=0.0), 1.0)
    counts = quantities.expired > ABSOLUTE * scale[:, None]

    return np.where(counts, np.round(quantities.expired, 6), 0.0)


def _supply_day(
    deliveries: Deliveries, pegging: Pegging, network: Network | None = None
) -> Ints:
    """
    Returns the latest day of the supplies pegged to each delivery, -1 without any.

    With a network, a supply that the quantities bring only after the bucket of the
    delivery counts as there on its last day: stock is missing until then.
    """
    pegs = pegging.pegs
    rows = (pegs.need.kind == NeedKind.DELIVERY) & (pegs.supply >= 0)
    supply, bucket = pegs.supply[rows], pegs.need.bucket[rows]
    day = pegging.supply_day[supply]

    if network is not None:
        last = np.minimum(day, network.buckets.end[bucket] - 1)
        day = np.where(pegging.supplies.bucket[supply] > bucket, last, day)

    return most_by(pegs.need.ref[rows], day, len(deliveries.line), -1)
