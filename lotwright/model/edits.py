"""
Edits: what a planner changes in a plan by hand, as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pandas as pd

from lotwright.model.scenario import Cell


class EditKind(StrEnum):
    """
    What is done with an order.
    """

    LOCK = "lock"  #: it stays as it is
    MOVE = "move"  #: it gets another date, source or place, and stays there
    RESIZE = "resize"  #: it gets another quantity, and keeps that
    ADD = "add"  #: an order that was not there
    DELETE = "delete"  #: it goes; what is needed is planned anew
    APPROVE = "approve"  #: it is supply from now on
    FIRM = "firm"  #: the same, and nearly released


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """
    One thing that a planner does with an order, or with several.

    Parameters
    ----------
    kind
        What is done.
    order_id
        The order; of a new one its name, which may be empty.
    where
        Condition on planned orders, instead of one by name.
    cells
        What it gets: ``due_date``, ``start_date``, ``source_id``, ``location_id`` where
        it moves, ``quantity`` where it is resized, these and ``item_id`` where it is
        new.
    place
        Where the edit stands, for the texts of problems, such as a line of a file.
    """

    kind: EditKind
    order_id: str = ""
    where: str = ""
    cells: Mapping[str, Cell] = field(default_factory=lambda: MappingProxyType({}))
    place: str = ""

    def __str__(self) -> str:
        whom = f"where {self.where}" if self.where else self.order_id
        what = ", ".join(f"{name} {cell}" for name, cell in self.cells.items())

        return " ".join(part for part in (self.kind.value, whom, what) if part)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edits:
    """
    The orders of a plan, and what is to be changed in them.

    Every method returns edits with one more; nothing is checked before they are put on
    planning data, when all that is wrong is told at once.

    Parameters
    ----------
    tables
        Tables of the plan by name; planned orders and their components count.
    edits
        The edits, in order.
    """

    tables: Mapping[str, pd.DataFrame]
    edits: tuple[Edit, ...] = ()

    @property
    def orders(self) -> pd.DataFrame:
        """
        Planned orders, which the edits speak of.
        """
        return self.tables["planned_orders"]

    def lock(self, *order_ids: str, where: str = "") -> Edits:
        """
        Returns the edits with orders that stay as they are, and that nothing advises
        to change.

        Parameters
        ----------
        order_ids
            The orders.
        where
            Condition on the columns of planned orders, such as ``item_id == 'BIKE'``,
            instead.
        """
        return self._each(EditKind.LOCK, order_ids, where)

    def approve(self, *order_ids: str, where: str = "") -> Edits:
        """
        Returns the edits with orders that are approved: they stay as they are, and
        advice may be given on them.

        Parameters
        ----------
        order_ids, where
            As in ``lock``.
        """
        return self._each(EditKind.APPROVE, order_ids, where)

    def firm(self, *order_ids: str, where: str = "") -> Edits:
        """
        Returns the edits with orders that are firmed, as ``approve`` does.

        Parameters
        ----------
        order_ids, where
            As in ``lock``.
        """
        return self._each(EditKind.FIRM, order_ids, where)

    def delete(self, *order_ids: str, where: str = "") -> Edits:
        """
        Returns the edits with orders that go. A new plan makes what is needed anew; so
        that nothing like it comes back, take its source from the data as well.

        Parameters
        ----------
        order_ids, where
            As in ``lock``.
        """
        return self._each(EditKind.DELETE, order_ids, where)

    def move(
        self,
        order_id: str,
        due_date: Cell = None,
        *,
        start_date: Cell = None,
        source_id: str | None = None,
        location_id: str | None = None,
    ) -> Edits:
        """
        Returns the edits with an order at another date, or from another source.

        Parameters
        ----------
        order_id
            The order.
        due_date
            When it comes; as before, when left out.
        start_date
            When it starts; its lead time before, when left out and anything else moves.
        source_id
            Where it comes from.
        location_id
            Where it is received; by the first source there, where none is named.
        """
        return self._with(
            EditKind.MOVE,
            order_id,
            due_date=due_date,
            start_date=start_date,
            source_id=source_id,
            location_id=location_id,
        )

    def resize(self, order_id: str, quantity: float) -> Edits:
        """
        Returns the edits with an order of another quantity.

        Parameters
        ----------
        order_id
            The order.
        quantity
            How much, in the item's base unit.
        """
        return self._with(EditKind.RESIZE, order_id, quantity=quantity)

    def add(
        self,
        item_id: str,
        location_id: str,
        quantity: float,
        due_date: Cell,
        *,
        source_id: str | None = None,
        start_date: Cell = None,
        order_id: str = "",
    ) -> Edits:
        """
        Returns the edits with a new order, which stays as it is.

        Parameters
        ----------
        item_id, location_id, quantity, due_date
            What is to come where, how much and when.
        source_id
            Where from; the first source of the item there, when left out.
        start_date
            When it starts; its lead time before it comes, when left out.
        order_id
            Its name; made from its item, when left out.
        """
        return self._with(
            EditKind.ADD,
            order_id,
            item_id=item_id,
            location_id=location_id,
            quantity=quantity,
            due_date=due_date,
            source_id=source_id,
            start_date=start_date,
        )

    def and_also(self, edits: Iterable[Edit]) -> Edits:
        """
        Returns the edits with others, such as those of a file, after them.

        Parameters
        ----------
        edits
            The others.
        """
        return replace(self, edits=(*self.edits, *edits))

    def __len__(self) -> int:
        return len(self.edits)

    def __str__(self) -> str:
        return "\n".join(f"{at}. {edit}" for at, edit in enumerate(self.edits, start=1))

    def _each(self, kind: EditKind, order_ids: tuple[str, ...], where: str) -> Edits:
        if bool(order_ids) == bool(where):
            msg = f"Expected the names of orders or a condition to {kind}, not both."
            raise ValueError(msg)

        named = [Edit(kind=kind, order_id=each) for each in order_ids]

        return self.and_also(named or [Edit(kind=kind, where=where)])

    def _with(self, kind: EditKind, order_id: str, **cells: Any) -> Edits:  # noqa: ANN401 - whatever is given is checked with the data
        given = {name: cell for name, cell in cells.items() if cell is not None}

        return self.and_also([Edit(kind=kind, order_id=order_id, cells=given)])
