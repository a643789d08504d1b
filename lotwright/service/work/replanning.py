"""
Replanning in a process of its own: edits are checked, made, and planned around.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from lotwright.fanout.task import Line
from lotwright.model.conditions import rows_where
from lotwright.model.scenario import Override, Scenario
from lotwright.scenarios.edited import edited
from lotwright.scenarios.planning import wired
from lotwright.scenarios.replan import Replan, replan
from lotwright.scenarios.wire import joined, parted, plan_as_bytes
from lotwright.service.work.fallback import Rescue, rescue_in
from lotwright.service.work.handover import handing_over
from lotwright.service.work.material import Material, edits_of, material_in
from lotwright.service.work.tasks import figures, refused_by_name
from lotwright.solver.result import Progress

#: Tables beside those of every plan: orders that are kept, and what has changed.
KEPT, CHANGES = "kept_orders", "order_changes"


def edits_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns how many orders each edit of a plan means, or all that is wrong with them.
    """

    def made() -> bytes:
        material = material_in(payload)
        begun, rows = material.edits(material.plan), material.head["edits"]
        edited(material.data, begun.and_also(edits_of(rows)))
        counts = [
            int(rows_where(begun.orders, row["where"]).sum()) if row.get("where") else 1
            for row in rows
        ]

        return joined({"counts": counts}, {})

    return refused_by_name(made)


def replan_task(payload: bytes, line: Line) -> bytes:
    """
    Returns the plan that keeps what was edited to the letter, with what it changes, or
    why there is none.
    """
    return _replanned(payload, line, Rescue())


def rescue_replan_task(payload: bytes, line: Line) -> bytes:
    """
    Returns the plan that stands in for one whose search heeded no limit; what was
    edited is kept to the letter all the same.
    """
    rescue, rest = rescue_in(payload)

    return _replanned(rest, line, rescue)


def _replanned(payload: bytes, line: Line, rescue: Rescue) -> bytes:
    listen, control = wired(line)
    listen = handing_over(line, listen)

    def made() -> bytes:
        material = material_in(payload)
        before = material.plan
        edits = material.edits(before).and_also(edits_of(material.head["edits"]))
        listen(Progress(phase="read", seconds=0.0))
        found = replan(
            rescue.data(material.data),
            before,
            edits,
            **rescue.asked(material.head["asked"]),
            listener=listen,
            control=control,
        )

        return _answer(material, replace(found, plan=rescue.told(found.plan)))

    return refused_by_name(made)


def _answer(material: Material, found: Replan) -> bytes:
    head, streams = parted(plan_as_bytes(found.plan))
    changes = found.changes
    told = {
        "kept": len(found.kept),
        "kept_cost": found.kept_cost,
        "changes": _counted(changes),
        "conflicts": [each.text for each in found.findings],
        "text": found.summary(),
    }
    head["summary"] = {**figures(found.plan), "replan": told}
    head["scenario"] = content_of(material.scenario, found.scenario)
    extra = {KEPT: as_stream(found.kept), CHANGES: as_stream(changes)}

    return joined(head, {**streams, **extra})


def content_of(*scenarios: Scenario | None) -> dict[str, Any]:
    """
    Returns scenarios, each on the one before it, as one scenario file would say them.
    """
    given = [each for each in scenarios if each is not None]
    overrides = [
        _written(override)
        for scenario in given
        for part in scenario.chain
        for override in part.overrides
    ]

    return {"name": given[-1].name, "override": overrides} if overrides else {}


def as_stream(frame: pd.DataFrame) -> bytes:
    """
    Returns a table that is not declared anywhere as an Arrow stream; its times are
    days.
    """
    cells = pa.Table.from_pandas(frame, preserve_index=False)
    days = [
        pa.field(each.name, pa.date32()) if pa.types.is_timestamp(each.type) else each
        for each in cells.schema
    ]
    cells = cells.cast(pa.schema(days))
    out = pa.BufferOutputStream()

    with pa.ipc.new_stream(out, cells.schema) as stream:
        stream.write_table(cells)

    return bytes(out.getvalue())


def _counted(changes: pd.DataFrame) -> dict[str, int]:
    counts = changes["change"].astype("str").value_counts()

    return {str(name): int(count) for name, count in sorted(counts.items())}


def _written(override: Override) -> dict[str, Any]:
    return dict(_cells(override))


def _cells(override: Override) -> Iterator[tuple[str, Any]]:
    yield from (("table", override.table), ("op", override.op.value))

    if override.column:
        value = override.value
        yield from (("column", override.column), ("value", _plain(value, blank="")))

    if override.where:
        yield "where", override.where

    if override.key is not None:
        key = override.key
        yield "key", _row(key) if isinstance(key, Mapping) else _plain(key)

    if override.rows:
        yield "rows", [_row(row) for row in override.rows]

    if override.note:
        yield "note", override.note


def _row(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(cell) for name, cell in cells.items()}


def _plain(cell: Any, *, blank: str | None = None) -> Any:  # noqa: ANN401 - a cell in, what JSON has out
    if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
        return blank

    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"

    return cell.item() if hasattr(cell, "item") else cell
