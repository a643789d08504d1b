"""
Reading: what the tables say, brought into one order and one unit, still as frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.demand_lines import demand_rows
from lotwright.model.assemble.keys import Keys, PointKeys, keys_of, points_of
from lotwright.model.assemble.materials import ByProducts, Flows, materials_of
from lotwright.model.assemble.open_orders import OpenOrders, open_orders
from lotwright.model.assemble.operations import Steps, steps_of
from lotwright.model.assemble.sources import Sources, sources_of
from lotwright.model.assemble.stand_ins import StandIns
from lotwright.model.assemble.stock import usable_stock
from lotwright.model.assemble.time import buckets_of
from lotwright.model.assemble.working_days import calendars_of
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """
    What the tables say before stock points are numbered.

    Parameters
    ----------
    data
        The tables themselves.
    buckets, calendars, keys
        Time, and the codes of items and locations.
    sources, steps, flows, by_products, stand_ins
        Ways of getting supply, their operations, what they consume and deliver, and
        what they may consume instead.
    stock, opened, demand
        Usable stock, open orders and demand inside the horizon.
    remarks
        What was found on demand and stock.
    """

    data: PlanningData
    buckets: Buckets
    calendars: Calendars
    keys: Keys
    sources: Sources
    steps: Steps
    flows: Flows
    by_products: ByProducts
    stand_ins: StandIns
    stock: pd.DataFrame
    opened: OpenOrders
    demand: pd.DataFrame
    remarks: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """
        Data left out on the way, and forecast that was consumed.
        """
        return (*self.sources.findings, *self.by_products.findings, *self.remarks)

    def points(self) -> PointKeys:
        """
        Returns the stock points that any part speaks of.
        """
        frames = (self.stock, self.opened.orders, self.opened.needs, self.demand)

        return points_of(
            self.keys,
            [
                self.sources.pair,
                self.flows.pair,
                self.by_products.pair,
                self.stand_ins.pair,
                *(frame["pair"].to_numpy(dtype=np.int64) for frame in frames),
            ],
        )


def read_tables(data: PlanningData, sources: Sources | None = None) -> Reading:
    """
    Returns what the tables say; the sources may have been read before.

    Raises
    ------
    DataError
        When buckets or calendars cannot be made, or a unit has no conversion.
    """
    buckets = buckets_of(data)
    calendars = calendars_of(data, buckets)
    keys = keys_of(data)

    if sources is None:
        sources = sources_of(data, keys, buckets, calendars)

    steps = steps_of(data, sources)
    flows, by_products, stand_ins = materials_of(
        data, keys, sources, buckets, steps.gross
    )
    wanted = demand_rows(data, keys, buckets, calendars)
    stock, held = usable_stock(data, keys, buckets, wanted.lines)

    return Reading(
        data=data,
        buckets=buckets,
        calendars=calendars,
        keys=keys,
        sources=sources,
        steps=steps,
        flows=flows,
        by_products=by_products,
        stand_ins=stand_ins,
        stock=stock,
        opened=open_orders(data, keys, sources, flows, buckets, calendars),
        demand=wanted.lines,
        remarks=(*wanted.findings, *held),
    )
