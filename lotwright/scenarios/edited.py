"""
Edits of a plan as a scenario: orders that are kept are supplies of the data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.model.conditions import rows_where
from lotwright.model.data import PlanningData
from lotwright.model.edits import Edit, EditKind, Edits
from lotwright.model.scenario import Operation, Override, Scenario
from lotwright.scenarios.edit_cells import (
    amount_of,
    day_of,
    refuse_cells,
    refuse_order,
)
from lotwright.scenarios.edit_refusals import EditRefused, refusal, unknown
from lotwright.scenarios.ways import Ways

#: Kinds of planned orders, and of the supplies that they become.
_KINDS = {"make": "production", "buy": "purchase", "transfer": "transfer"}

#: Supplies that may be edited; what is released lives in the ERP.
_EDITABLE = ("planned", "approved", "firmed")

#: How rows are told that come from an edit.
ORIGIN = "edit"

#: How the names of kept orders begin, for each plan gives its planned ones anew.
_KEPT = "K-"

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """
    Edits put on planning data.

    Parameters
    ----------
    scenario
        What they change in the data.
    names
        What planned orders that are kept are called as supplies.
    deleted
        Orders that are deleted.
    """

    scenario: Scenario
    names: Mapping[str, str]
    deleted: frozenset[str]


def edited(data: PlanningData, edits: Edits, name: str = "edits") -> Edited:
    """
    Returns edits as a scenario on planning data.

    An order that is kept, moved, resized or new is a row of ``supplies`` with status
    ``approved`` or ``firmed``, locked unless it is only approved or firmed; every
    engine takes it as it is. Edits of orders that are supplies already change these.

    Parameters
    ----------
    data
        The data that are to be planned.
    edits
        The edits, made one after the other.
    name
        Name of the scenario.

    Raises
    ------
    InputError
        When an edit cannot be made; lists every problem.
    """
    work = _Work(data=data, edits=edits, ways=Ways(data))

    for edit in edits.edits:
        work.make(edit)

    if work.problems:
        raise InputError(work.problems)

    overrides = tuple(work.overrides())

    return Edited(
        scenario=Scenario(name=name, base=data, overrides=overrides),
        names={order: kept for order, kept in work.names.items() if kept in work.rows},
        deleted=frozenset(
            order for order, kept in work.names.items() if kept in work.gone
        )
        | frozenset(work.gone),
    )


@dataclass(slots=True, kw_only=True)
class _Work:
    """
    Orders as edits leave them.

    Parameters
    ----------
    data, edits, ways
        The data, the edits and the sources there are.
    rows
        Orders that are edited, as rows of supplies, by name.
    before
        The same as they were; not of those that are new.
    gone
        Names of deleted orders.
    names
        What planned orders are called as supplies.
    problems
        What is wrong so far.
    """

    data: PlanningData
    edits: Edits
    ways: Ways
    rows: dict[str, _Row] = field(default_factory=dict)
    before: dict[str, _Row] = field(default_factory=dict)
    gone: dict[str, None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _planned: pd.DataFrame = field(init=False)
    _open: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        self._planned = _plain(self.edits.orders).set_index("order_id", drop=False)
        self._open = self.data.table("supplies").set_index("supply_id", drop=False)

    def make(self, edit: Edit) -> None:
        """
        Makes an edit, or notes why it cannot be made.
        """
        try:
            refuse_cells(edit)
            names = self._meant(edit)
        except EditRefused as refused:
            self.problems.append(refused.problem)
            return
        except InputError as error:
            self.problems.extend(error.problems)
            return

        for name in names:
            try:
                self._make(edit, name)
            except EditRefused as refused:
                self.problems.append(refused.problem)

    def overrides(self) -> Iterator[Override]:
        """
        Yields the changes of the data.
        """
        for name in self.gone:
            if name in self._open.index:
                yield from self._deleted(name)

        fresh = [name for name in self.rows if name not in self._open.index]

        for name in self.rows:
            if name in self._open.index:
                yield from self._changed(name)

        rows = [row for name in fresh for row in (self.rows[name], *self._brings(name))]

        if rows:
            cells = tuple(
                {k: v for k, v in row.items() if v is not None} for row in rows
            )
            yield Override(table="supplies", op=Operation.INSERT, rows=cells)

    def _meant(self, edit: Edit) -> list[str]:
        if edit.kind is EditKind.ADD:
            return [self._name_of(edit)]

        if edit.where:
            rows = self._planned.reset_index(drop=True)
            found = rows.loc[rows_where(rows, edit.where), "order_id"].tolist()

            if not found:
                text = f'No order is meant by "{edit.where}".'
                remedy = "Look at the spelling of what it compares with."
                raise refusal(edit, text, remedy, value=edit.where)

            return [self._known(str(name)) for name in found]

        name = self._known(edit.order_id)

        if not name:
            known = [*self._planned.index, *self._open.index]
            raise unknown(edit, "planned order", edit.order_id, known)

        return [name]

    def _known(self, order_id: str) -> str:
        """
        Returns the name that an order has, or will have, as a supply; empty when there
        is no such order. That of a kept order counts without its beginning, too.
        """
        if order_id in self._open.index or order_id in self.rows:
            return order_id

        if order_id not in self._planned.index:
            kept = f"{_KEPT}{order_id}"

            return kept if kept in self._open.index else ""

        if order_id not in self.names:
            taken = {*self._open.index, *self.rows}
            self.names[order_id] = _first_free(f"{_KEPT}{order_id}", taken)

        return self.names[order_id]

    def _name_of(self, edit: Edit) -> str:
        taken = {*self._planned.index, *self._open.index, *self.rows}
        name = edit.order_id

        if name in taken:
            text = f"There is an order {name} already."
            raise refusal(edit, text, "Give the new order another name.", value=name)

        return name or _first_free(f"NEW-{edit.cells['item_id']}", taken)

    def _make(self, edit: Edit, name: str) -> None:
        if name in self.gone:
            text = f"Order {edit.order_id} is deleted by an edit before this one."
            raise refusal(edit, text, "Leave one of the two out.", value=name)

        if edit.kind is EditKind.ADD:
            self.rows[name] = self._added(edit, name)
            return

        row = dict(self.rows.get(name) or self._row(edit, name))

        if edit.kind is EditKind.DELETE:
            self.rows.pop(name, None)
            self.gone[name] = None
            return

        if edit.kind is EditKind.MOVE:
            self._move(edit, row)
        elif edit.kind is EditKind.RESIZE:
            row["quantity"] = amount_of(edit)

        if edit.kind is EditKind.FIRM:
            row["status"] = "firmed"
        elif row["status"] == "planned":
            row["status"] = "approved"

        if edit.kind not in (EditKind.APPROVE, EditKind.FIRM):
            row["locked"] = True

        self.rows[name] = row

    def _row(self, edit: Edit, name: str) -> _Row:
        """
        Returns an order as a row of supplies, as it is before any edit.
        """
        if name in self._open.index:
            row = _cells(self._open.loc[[name]])

            if row["status"] not in _EDITABLE:
                text = f"Order {name} is {row['status']} and not planned here."
                remedy = "Change it where it was released, and read the data anew."
                raise refusal(edit, text, remedy, value=name)
        else:
            order_id = next(each for each, kept in self.names.items() if kept == name)
            row = _as_supply(_cells(self._planned.loc[[order_id]]), name)

        self.before[name] = dict(row)

        return row

    def _added(self, edit: Edit, name: str) -> _Row:
        cells = edit.cells
        row: _Row = {
            "supply_id": name,
            "status": "approved",
            "item_id": str(cells["item_id"]),
            "quantity": amount_of(edit),
            "due_date": day_of(edit, "due_date"),
            "start_date": day_of(edit, "start_date"),
            "locked": True,
            "source": ORIGIN,
        }
        self._send(edit, row)
        refuse_order(edit, row["start_date"], row["due_date"])

        return row

    def _move(self, edit: Edit, row: _Row) -> None:
        due = day_of(edit, "due_date")
        places = [name for name in ("source_id", "location_id") if name in edit.cells]

        if not edit.cells:
            text = "It says neither when nor where the order is to be."
            raise refusal(edit, text, "Give a due_date, a source_id or a location_id.")

        row["start_date"] = day_of(edit, "start_date")
        row["due_date"] = due or row["due_date"]

        if places:
            self._send(edit, row)

        refuse_order(edit, row["start_date"], row["due_date"])

    def _send(self, edit: Edit, row: _Row) -> None:
        """
        Gives an order the source or place of an edit, and what follows from it.
        """
        way = self.ways.found(edit, row["item_id"])
        row |= {
            "source_id": way.source_id,
            "location_id": way.location_id,
            "kind": _KINDS[way.kind],
            "supplier_id": way.supplier_id,
            "routing_id": None,
        }

    def _deleted(self, name: str) -> Iterator[Override]:
        for table, where in self._with_it(name):
            yield Override(table=table, op=Operation.DELETE, where=where)

        yield Override(table="supplies", op=Operation.DELETE, key=name)

    def _changed(self, name: str) -> Iterator[Override]:
        """
        Yields what an edit changes in an order that is a supply, and in what it takes
        and brings.
        """
        row, before = self.rows[name], self.before[name]

        for column, cell in row.items():
            if cell != before[column]:
                yield Override(
                    table="supplies",
                    op=Operation.SET,
                    column=column,
                    value=cell,
                    key=name,
                )

        factor = row["quantity"] / before["quantity"] if before["quantity"] else 1.0
        days = (row["due_date"] - before["due_date"]).days

        for table, where in self._with_it(name):
            amount, date = (
                ("quantity", "due_date")
                if table == "supplies"
                else ("quantity_remaining", "need_date")
            )

            for op, column, value, idle in (
                (Operation.MULTIPLY, amount, factor, 1.0),
                (Operation.ADD, date, days, 0),
            ):
                if value != idle:
                    yield Override(
                        table=table, op=op, column=column, value=value, where=where
                    )

    def _with_it(self, name: str) -> Iterator[tuple[str, str]]:
        """
        Yields which rows belong to an order that is a supply: table and condition.
        """
        taken = self.data.table("components_open")["supply_id"] == name
        rows = self._open
        brought = (rows["source"] == ORIGIN) & (rows["source_ref"] == name)

        if taken.any():
            yield "components_open", f"supply_id == {name!r}"

        if brought.any():
            yield "supplies", f"source == {ORIGIN!r} and source_ref == {name!r}"

    def _brings(self, name: str) -> Iterator[_Row]:
        """
        Yields the by-products of a planned order that is kept, as supplies.
        """
        if name not in self.before or not self.ways.has_by_products:
            return

        row, before = self.rows[name], self.before[name]
        parts = _plain(self.edits.tables["order_components"])
        known = parts["order_id"].map(self.names) == name
        parts = parts[known & (parts["quantity"] < 0)]
        factor = row["quantity"] / before["quantity"]

        for number, part in enumerate(parts.to_dict("records"), start=1):
            yield {
                "supply_id": f"{name}/{number}",
                "kind": "production",
                "status": "confirmed",
                "item_id": part["component_id"],
                "location_id": part["location_id"],
                "quantity": -part["quantity"] * factor,
                "due_date": row["due_date"],
                "locked": True,
                "source": ORIGIN,
                "source_ref": name,
            }


def _first_free(name: str, taken: Collection[str]) -> str:
    """
    Returns a name, with a number after it when it is taken.
    """
    others = (f"{name}-{number}" for number in range(2, len(taken) + 3))

    return next(each for each in (name, *others) if each not in taken)


def _plain(orders: pd.DataFrame) -> pd.DataFrame:
    """
    Returns a table of a plan with its words as text.
    """
    coded = orders.select_dtypes("category").columns

    return orders.astype(dict.fromkeys(coded, "str"))


def _cells(rows: pd.DataFrame) -> _Row:
    """
    Returns the cells of the first of some rows, None where they are blank.
    """
    row = rows.to_dict("records")[0]

    return {
        str(name): None if pd.isna(cell) or cell == "" else cell
        for name, cell in row.items()
    }


def _as_supply(order: _Row, name: str) -> _Row:
    """
    Returns a planned order as a row of supplies.
    """
    same = ("item_id", "location_id", "source_id", "supplier_id", "routing_id")
    lots = order.get("lots")

    return {
        "supply_id": name,
        "kind": _KINDS[order["kind"]],
        "status": "planned",
        **{name: order.get(name) for name in same},
        "quantity": order["quantity"],
        "due_date": order["due_date"],
        "start_date": order.get("start_date"),
        "lots": lots if lots is not None and lots > 1 else None,
        "locked": None,
        "source": ORIGIN,
    }
