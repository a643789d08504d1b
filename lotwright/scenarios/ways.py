"""
Which source an edited order has: the one that is named, or the first at its place.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.edits import Edit
from lotwright.scenarios.edit_refusals import refusal, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    A source of an order.

    Parameters
    ----------
    source_id, location_id, kind, supplier_id
        As in the table of sources.
    """

    source_id: str
    location_id: str
    kind: str
    supplier_id: str | None


class Ways:
    """
    The sources of planning data.

    Parameters
    ----------
    data
        The data.
    """

    def __init__(self, data: PlanningData) -> None:
        rank = data.column("sources", "priority")
        rows = data.table("sources").assign(rank=rank)
        self._items = data.table("items")["item_id"]
        self._locations = data.table("locations")["location_id"]
        self._rows = rows.sort_values(["rank", "source_id"], kind="stable")
        self.has_by_products = bool((data.table("bom_lines")["quantity_per"] < 0).any())

    def found(self, edit: Edit, item_id: str) -> Way:
        """
        Returns the source that an edit names, or the first of its item at its place.

        Parameters
        ----------
        edit
            The edit, with ``source_id``, ``location_id`` or both.
        item_id
            Item of the order.

        Raises
        ------
        EditRefused
            When there is none.
        """
        source, place = (
            str(edit.cells[name]) if name in edit.cells else ""
            for name in ("source_id", "location_id")
        )
        rows = self._of_item(edit, item_id)

        if source:
            if source not in set(rows["source_id"]):
                known = rows["source_id"].tolist()
                raise unknown(edit, f"source of {item_id}", source, known)

            rows = rows[rows["source_id"] == source]

        if place:
            rows = self._at(edit, rows, item_id, place)

        row = rows.iloc[0]

        return Way(
            source_id=str(row["source_id"]),
            location_id=str(row["location_id"]),
            kind=str(row["kind"]),
            supplier_id=None if pd.isna(row["supplier_id"]) else row["supplier_id"],
        )

    def _of_item(self, edit: Edit, item_id: str) -> pd.DataFrame:
        if item_id not in set(self._items):
            raise unknown(edit, "item", item_id, self._items.tolist())

        return self._rows[self._rows["item_id"] == item_id]

    def _at(
        self, edit: Edit, rows: pd.DataFrame, item_id: str, place: str
    ) -> pd.DataFrame:
        if place not in set(self._locations):
            raise unknown(edit, "location", place, self._locations.tolist())

        here = rows[rows["location_id"] == place]

        if not len(here):
            others = ", ".join(sorted(set(rows["location_id"]))) or "no place"
            text = f"Nothing supplies {item_id} at {place}; sources are at {others}."
            remedy = "Name another place, or insert a source there first."
            raise refusal(edit, text, remedy, column="location_id", value=place)

        return here
