"""
Facts: what the checks look at, worked out once and only when asked for.
"""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from lotwright.errors import DataError
from lotwright.model.assemble.keys import keys_of
from lotwright.model.assemble.network import assemble
from lotwright.model.assemble.sources import Sources, sources_of
from lotwright.model.assemble.time import buckets_of
from lotwright.model.assemble.working_days import calendars_of
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.fit.supply_graph import SupplyGraph, supply_graph
from lotwright.model.network import Network


class Facts:
    """
    Planning data and what follows from them.

    Parameters
    ----------
    data
        Well-formed planning data.
    """

    def __init__(self, data: PlanningData) -> None:
        self.data = data

    @cached_property
    def buckets(self) -> Buckets:
        """
        Time buckets of the plan.
        """
        return buckets_of(self.data)

    @cached_property
    def calendars(self) -> Calendars:
        """
        Working calendars around the horizon.
        """
        return calendars_of(self.data, self.buckets)

    @cached_property
    def _all_sources(self) -> Sources:
        keys = keys_of(self.data)

        return sources_of(self.data, keys, self.buckets, self.calendars)

    @cached_property
    def sources(self) -> pd.DataFrame:
        """
        Usable sources with the routing and the bill that the plan takes for them.
        """
        found = self._all_sources

        return found.frame[~found.phantom].reset_index(drop=True)

    @cached_property
    def phantoms(self) -> pd.DataFrame:
        """
        Item, location and bill of the phantoms that the plan puts together when there
        is demand for them, which needs no source.
        """
        found = self._all_sources
        columns = ["item_id", "location_id", "bom_id"]

        return found.frame.loc[found.phantom, columns].reset_index(drop=True)

    @property
    def make_sources(self) -> pd.DataFrame:
        """
        Usable sources that make their item.
        """
        return self.sources[self.sources["kind"] == "make"]

    @cached_property
    def graph(self) -> SupplyGraph:
        """
        Which stock point is made or moved from which.
        """
        return supply_graph(self.data, self.sources, self.phantoms, self.buckets)

    @cached_property
    def network(self) -> Network | None:
        """
        The network that would be planned, missing where the data contradict themselves.
        """
        try:
            return assemble(self.data, self._all_sources)
        except DataError:
            return None

    @property
    def start(self) -> pd.Timestamp:
        """
        First day of the plan.
        """
        return pd.Timestamp(self.buckets.as_of)

    @property
    def end(self) -> pd.Timestamp:
        """
        First day after the plan.
        """
        return self.start + pd.Timedelta(days=self.buckets.horizon)
