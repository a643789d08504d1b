"""
Content of a publication: orders, their pegging, and messages, in typed columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lotwright.errors import LotwrightError
from lotwright.io.write import ARROW_TYPES
from lotwright.model.arrays import Bools
from lotwright.model.conditions import rows_where
from lotwright.model.schema import ColumnType, Table
from lotwright.model.tables_output import PEGGING, PLANNED_ORDERS
from lotwright.service.connect.result_tables import MESSAGE_COLUMNS
from lotwright.service.store import blobs, runs
from lotwright.service.store.store import Store

#: Changes with the meaning of what is published.
_FORM = "1"

#: Tables of a plan that are published; orders that an edited plan keeps stand beside
#: those that it planned.
_SOURCES = ("planned_orders", "kept_orders", "pegging", "action_messages", "findings")

#: What pegging calls that is no order's; orders that are kept are open orders to it.
_NO_ORDER = ("stock", "shortage")
_ORDERS = ("planned", "open_order")

#: What messages take from each of these tables, and by which name.
_FROM_ACTIONS = {
    "action": "code",
    "item_id": "item_id",
    "location_id": "location_id",
    "supply_id": "supply_id",
    "from_date": "from_date",
    "to_date": "to_date",
    "from_qty": "from_qty",
    "to_qty": "to_qty",
    "benefit": "benefit",
    "text": "text",
}
_FROM_FINDINGS = {
    "code": "code",
    "severity": "severity",
    "table": "about_table",
    "key": "about_key",
    "column": "about_column",
    "value": "benefit",
    "count": "occurrences",
    "text": "text",
    "hint": "hint",
}


class PlanGoneError(LotwrightError):
    """
    A run is not there any more, nor its plan: nothing of it can be published.
    """


@dataclass(frozen=True, kw_only=True)
class Content:
    """
    What is published.

    Parameters
    ----------
    digest
        Its fingerprint.
    tables
        ``planned_orders``, ``pegging`` and ``messages``.
    """

    digest: str
    tables: Mapping[str, pa.Table]

    @cached_property
    def counts(self) -> dict[str, int]:
        """
        Rows of each table.
        """
        return {name: int(cells.num_rows) for name, cells in self.tables.items()}


def digest_of(digests: Mapping[str, str], condition: str) -> str:
    """
    Returns the fingerprint of what would be published.

    Parameters
    ----------
    digests
        Fingerprints of a plan's tables by name.
    condition
        Which orders.
    """
    parts = (_FORM, condition, *(digests.get(name, "") for name in _SOURCES))

    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def content_of(store: Store, tenant_id: str, run_id: str, condition: str) -> Content:
    """
    Returns what of a run's plan is published.

    A condition chooses orders; with them go their pegging and the messages on their
    items where they are received. Without one all goes, and what was found too.

    Parameters
    ----------
    store, tenant_id, run_id
        The run, which has a plan.
    condition
        Which orders; blank for all.

    Raises
    ------
    InputError
        When the condition is not understood.
    PlanGoneError
        When the run was deleted: no plan is not a plan without orders.
    """
    with store.look(tenant_id) as connection:
        digests = runs.result_tables(connection, tenant_id, run_id)

        if not digests:
            msg = f"The plan of run {run_id} is not there any more; publish another."
            raise PlanGoneError(msg)

        found = {
            name: _cells_in(blobs.get(connection, tenant_id, digests[name]))
            for name in _SOURCES
            if name in digests
        }

    columns = _declared(PLANNED_ORDERS)
    orders = pa.concat_tables(
        typed(found.get(name), columns) for name in ("kept_orders", "planned_orders")
    )
    pegging = typed(found.get("pegging"), _declared(PEGGING))
    messages = _messages(found)

    if condition.strip():
        frame = orders.to_pandas(date_as_object=False)
        orders = orders.filter(pa.array(rows_where(frame, condition)))
        pegging = pegging.filter(pa.array(_of_orders(pegging, orders)))
        messages = messages.filter(pa.array(_on_items(messages, orders)))

    return Content(
        digest=digest_of(digests, condition),
        tables={"planned_orders": orders, "pegging": pegging, "messages": messages},
    )


def typed(cells: pa.Table | None, columns: Mapping[str, ColumnType]) -> pa.Table:
    """
    Returns a table with these columns and no others, each of its type; columns that it
    lacks are blank.
    """
    num_rows = 0 if cells is None else cells.num_rows
    arrays = []

    for name, kind in columns.items():
        known = cells is not None and name in cells.column_names
        column = cells.column(name) if cells is not None and known else None
        arrays.append(_column(column, ARROW_TYPES[kind], num_rows))

    return pa.table(arrays, names=list(columns))


def _column(
    column: pa.ChunkedArray | None, wanted: pa.DataType, num_rows: int
) -> pa.ChunkedArray | pa.Array:
    if column is None:
        return pa.nulls(num_rows, wanted)

    is_coded = pa.types.is_dictionary(column.type)
    plain = column.cast(column.type.value_type) if is_coded else column
    cells = plain.cast(wanted)

    # A database keeps "not known" as nothing, and knows no NaN that all could read.
    if pa.types.is_floating(wanted):
        cells = pc.if_else(pc.is_finite(cells), cells, pa.scalar(None, wanted))

    return cells


def _messages(found: Mapping[str, pa.Table]) -> pa.Table:
    parts = [
        _renamed(found.get("action_messages"), "action", _FROM_ACTIONS),
        _renamed(found.get("findings"), "finding", _FROM_FINDINGS),
    ]

    return pa.concat_tables(parts)


def _renamed(cells: pa.Table | None, kind: str, names: Mapping[str, str]) -> pa.Table:
    if cells is None:
        return typed(None, MESSAGE_COLUMNS)

    kept = [name for name in names if name in cells.column_names]
    chosen = cells.select(kept).rename_columns([names[name] for name in kept])
    kinds = pa.array([kind] * cells.num_rows, pa.large_string())

    return typed(chosen.append_column("kind", kinds), MESSAGE_COLUMNS)


def _of_orders(pegging: pa.Table, orders: pa.Table) -> Bools:
    """
    Returns which rows of the pegging have one of the orders at an end.
    """
    frame, chosen = _frame(pegging), _frame(orders)["order_id"]
    supplies = ~frame["supply_kind"].isin(_NO_ORDER) & frame["supply_id"].isin(chosen)
    needs = frame["demand_kind"].isin(_ORDERS) & frame["demand_id"].isin(chosen)

    return np.asarray(supplies | needs, dtype=np.bool_)


def _on_items(messages: pa.Table, orders: pa.Table) -> Bools:
    """
    Returns which messages are on an item where one of the orders is received.
    """
    names = ["item_id", "location_id"]
    chosen = pd.MultiIndex.from_frame(_frame(orders)[names])

    return np.asarray(pd.MultiIndex.from_frame(_frame(messages)[names]).isin(chosen))


def _frame(cells: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = cells.to_pandas(date_as_object=False)

    return frame


def _declared(table: Table) -> dict[str, ColumnType]:
    return {column.name: column.type for column in table.columns}


def _cells_in(stream: bytes) -> pa.Table:
    with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
        return reader.read_all()
