"""
The supply graph: which stock point is made or moved from which.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from lotwright.model.assemble.forecast_families import split_families
from lotwright.model.assemble.keys import Keys, PointKeys
from lotwright.model.assemble.versions import best_version, versions
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.network import Bools, Floats, Ints

_PLACE = ["item_id", "location_id"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SupplyGraph:
    """
    Stock points and the needs that one passes on to another.

    Parameters
    ----------
    points, places
        Item and location of each stock point, in the order of their names, as texts and
        as codes.
    component, parent
        Stock points of each edge: the parent is made of or moved from the component.
    ratio
        Component for one unit of the parent, scrap left out.
    is_move
        Whether an edge is a transfer.
    sourced
        Whether a stock point has a source, or is a phantom with a bill.
    """

    points: pd.DataFrame
    places: PointKeys
    component: Ints
    parent: Ints
    ratio: Floats
    is_move: Bools
    sourced: Bools

    def __len__(self) -> int:
        return len(self.points)

    def label(self, point: int) -> str:
        """
        Returns the name of a stock point.
        """
        item, location = self.points.iloc[point]
        return f"{item}@{location}"

    def code(self, rows: pd.DataFrame) -> Ints:
        """
        Returns the stock point of each row with item and location.
        """
        return self.places.find(self.places.keys.pair(*(rows[name] for name in _PLACE)))

    def total(self, table: pd.DataFrame, quantity: pd.Series) -> Floats:
        """
        Returns the sum of a quantity by stock point, shape ``(P,)``.
        """
        weights = quantity.fillna(0.0).to_numpy(dtype=np.float64)

        total = np.zeros(len(self))
        np.add.at(total, self.code(table), weights)

        return total

    def matrix(self) -> sparse.csr_array:
        """
        Returns the needs passed on, component by parent, the largest of parallel edges.
        """
        edges = pd.DataFrame(
            {"component": self.component, "parent": self.parent, "ratio": self.ratio}
        )
        edges = edges.groupby(["component", "parent"], as_index=False).max()
        places = (edges["component"].to_numpy(), edges["parent"].to_numpy())

        return sparse.csr_array(
            (edges["ratio"].to_numpy(), places), shape=(len(self), len(self))
        )


def supply_graph(
    data: PlanningData,
    sources: pd.DataFrame,
    in_stock: pd.DataFrame,
    buckets: Buckets,
) -> SupplyGraph:
    """
    Returns the supply graph of the data.

    By-products are left out: they come out of an activity, they do not go in.

    Parameters
    ----------
    data
        Planning data.
    sources
        Usable sources with the bill that each one takes.
    in_stock
        Item, location and bill of phantoms that lie in stock.
    buckets
        Time buckets, for the versions of bills.
    """
    made = sources.loc[sources["kind"] == "make", [*_PLACE, "bom_id"]]
    made = pd.concat([made, in_stock], ignore_index=True)
    phantoms = _phantoms(data, made, buckets)
    bills = pd.concat([made, phantoms], ignore_index=True)
    bills = bills.drop_duplicates(ignore_index=True)
    moved = _moved_from(sources)
    edges = pd.concat([_made_of(data, bills), moved], ignore_index=True)
    places = [
        sources[_PLACE],
        bills.loc[bills["bom_id"].notna(), _PLACE],
        edges[["item_id", "location_id"]],
        edges[["from_item", "from_location"]].set_axis(_PLACE, axis=1),
        *(data.table(name)[_PLACE] for name in ("demands", "inventory", "supplies")),
    ]
    members = split_families(data, data.table("demands"), "quantity")
    places.append(members.loc[members["of_family"], _PLACE])
    points = pd.concat([place.drop_duplicates() for place in places]).dropna()
    points = points.drop_duplicates().sort_values(_PLACE, ignore_index=True)
    keys = Keys(
        items=pd.Index(points["item_id"].unique()),
        locations=pd.Index(points["location_id"].unique()).sort_values(),
    )
    known = PointKeys(
        keys=keys, pairs=keys.pair(points["item_id"], points["location_id"])
    )
    sourced = np.zeros(len(points) + 1, dtype=np.bool_)

    for place in places[:2]:
        sourced[known.find(keys.pair(place["item_id"], place["location_id"]))] = True

    return SupplyGraph(
        points=points,
        places=known,
        component=known.find(keys.pair(edges["from_item"], edges["from_location"])),
        parent=known.find(keys.pair(edges["item_id"], edges["location_id"])),
        ratio=edges["ratio"].to_numpy(dtype=np.float64),
        is_move=edges["is_move"].to_numpy(dtype=bool),
        # Blank places are nowhere: they mark what lies behind the last one.
        sourced=sourced[:-1],
    )


def _made_of(data: PlanningData, bills: pd.DataFrame) -> pd.DataFrame:
    lines = data.table("bom_lines")
    base = pd.Series(
        data.column("boms", "base_quantity").to_numpy(),
        index=pd.Index(data.table("boms")["bom_id"]),
    )
    per_unit = (data.column("bom_lines", "kind") == "per_unit").to_numpy()
    ratio = lines["quantity_per"] / base.reindex(lines["bom_id"]).to_numpy()
    lines = lines.assign(ratio=ratio.where(per_unit, 0.0))
    lines = lines[lines["quantity_per"] > 0]
    edges = bills.loc[bills["bom_id"].notna(), [*_PLACE, "bom_id"]].merge(
        lines[["bom_id", "component_id", "consume_location_id", "ratio"]], on="bom_id"
    )

    return pd.DataFrame(
        {
            "item_id": edges["item_id"],
            "location_id": edges["location_id"],
            "from_item": edges["component_id"],
            "from_location": edges["consume_location_id"].fillna(edges["location_id"]),
            "ratio": edges["ratio"],
            "is_move": np.zeros(len(edges), dtype=bool),
        }
    )


def _moved_from(sources: pd.DataFrame) -> pd.DataFrame:
    moves = sources[sources["kind"] == "transfer"]

    return pd.DataFrame(
        {
            "item_id": moves["item_id"],
            "location_id": moves["location_id"],
            "from_item": moves["item_id"],
            "from_location": moves["from_location_id"],
            "ratio": np.ones(len(moves)),
            "is_move": np.ones(len(moves), dtype=bool),
        }
    )


def _phantoms(data: PlanningData, made: pd.DataFrame, buckets: Buckets) -> pd.DataFrame:
    """
    Returns the bills of phantoms at the places where made items call for them.
    """
    items = data.table("items")
    phantoms = items.loc[items["kind"] == "phantom", "item_id"]
    found = made.iloc[:0]

    if not len(phantoms):
        return found

    boms = versions(data, "boms", "bom_id", buckets)
    parents = made

    # A phantom may hold a phantom; each round goes one level deeper.
    while True:
        edges = _made_of(data, parents)
        called = edges.loc[edges["from_item"].isin(phantoms)]
        called = called[["from_item", "from_location"]].set_axis(_PLACE, axis=1)
        called = called.drop_duplicates(ignore_index=True)
        called = called.assign(
            bom_id=best_version(
                boms, "bom_id", called["item_id"], called["location_id"]
            )
        )
        before = len(found)
        found = pd.concat([found, called]).drop_duplicates(_PLACE, ignore_index=True)
        parents = found.iloc[before:]

        if not len(parents):
            break

    return found
