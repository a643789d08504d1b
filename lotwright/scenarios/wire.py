"""
Planning data and plans as bytes, the same bytes for the same content.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa

from lotwright.io.canonical import canonical
from lotwright.io.write import as_arrow
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.plan import Plan
from lotwright.model.plan_tables import PlanTables
from lotwright.model.problems import Origin
from lotwright.model.run_record import RunRecord, Termination
from lotwright.model.tables import OUTPUT_TABLES
from lotwright.model.validate import checked

#: Bytes of the number that says how long the head is.
_HEAD = 8

#: Table of the orders that a search starts from.
START = "planned_orders"

_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")


def data_as_bytes(
    data: PlanningData,
    asked: Mapping[str, object],
    start: pd.DataFrame | None = None,
) -> bytes:
    """
    Returns planning data, what is asked for them, and planned orders that their search
    may start from, as bytes.
    """
    tables = {name: data.tables[name] for name in data.tables if name in data.given}
    findings = [_as_dict(finding) for finding in data.findings]

    begun = {} if start is None else {START: start}

    return _packed({"asked": dict(asked), "findings": findings}, tables | begun)


def data_in(content: bytes) -> tuple[PlanningData, dict[str, Any]]:
    """
    Returns planning data, checked, and what is asked for them.
    """
    head, frames = _unpacked(content)
    begun = {"start": frames.pop(START)} if START in frames else {}
    asked: dict[str, Any] = {**head["asked"], **begun}
    findings = tuple(
        Finding(**{**each, "severity": Severity(each["severity"])})
        for each in head["findings"]
    )

    return PlanningData.from_frames(frames, findings=_kept(findings)), asked


def _kept(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """
    Returns findings but those that checking the tables finds anew.
    """
    return tuple(found for found in findings if found.code != "I-COL-UNKNOWN")


def plan_as_bytes(plan: Plan) -> bytes:
    """
    Returns a plan as bytes.

    A run with a work limit is reproducible to the byte, so that what the clock says is
    left out of its record.
    """
    run = _as_dict(plan.run)

    if plan.run.parameters.get("work_limit") is not None:
        run |= {"seconds": {}, "cpu_seconds": 0.0, "incumbents": []}

    run["objective"], run["bound"] = _told(run["objective"]), _told(run["bound"])
    run["incumbents"] = [[_told(x) for x in event] for event in run["incumbents"]]

    return _packed({"run": run}, plan.frames)


def plan_in(content: bytes) -> Plan:
    """
    Returns the plan that bytes hold.
    """
    head, streams = parted(content)
    tables = {name: plan_table_in(name, stream) for name, stream in streams.items()}

    return Plan(run=run_in(head["run"]), frames=PlanTables(tables))


def run_in(record: Mapping[str, Any]) -> RunRecord:
    """
    Returns the record of a run that JSON holds.
    """
    run: dict[str, Any] = {
        name: MappingProxyType(value) if isinstance(value, dict) else value
        for name, value in record.items()
    }
    run["termination"] = Termination(str(record["termination"]))
    run["objective"], run["bound"] = float(run["objective"]), float(run["bound"])
    run["incumbents"] = tuple(
        tuple(float(x) for x in event) for event in record["incumbents"]
    )

    return RunRecord(**run)


def _told(number: float) -> float | str:
    """
    Returns a number as JSON has it, which knows none that is infinite.
    """
    return float(number) if math.isfinite(number) else str(number)


def plan_table_in(name: str, stream: bytes) -> pd.DataFrame:
    """
    Returns a table of a plan from its Arrow stream.
    """
    return checked(OUTPUT_TABLES[name], _frame_in(stream), Origin())[0]


def _as_dict(record: RunRecord | Finding) -> dict[str, Any]:
    found: dict[str, Any] = {}

    for field in fields(record):
        value = getattr(record, field.name)
        found[field.name] = dict(value) if isinstance(value, Mapping) else value

    return found


def joined(head: Mapping[str, object], streams: Mapping[str, bytes]) -> bytes:
    """
    Returns a head and tables as one: its length, the head as JSON, each table's stream.

    Parameters
    ----------
    head
        What JSON can say.
    streams
        Tables by name, each an Arrow stream.
    """
    sizes = list(map(len, streams.values()))
    text = json.dumps({**head, "tables": list(streams), "sizes": sizes}).encode()

    return b"".join([len(text).to_bytes(_HEAD, "little"), text, *streams.values()])


def parted(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """
    Returns the head and the tables that were joined.
    """
    view = memoryview(content)
    start = _HEAD + int.from_bytes(view[:_HEAD], "little")
    head: dict[str, Any] = json.loads(bytes(view[_HEAD:start]))
    streams: dict[str, bytes] = {}

    for name, size in zip(head.pop("tables"), head.pop("sizes"), strict=True):
        streams[name] = bytes(view[start : start + size])
        start += size

    return head, streams


def table_as_bytes(name: str, frame: pd.DataFrame) -> bytes:
    """
    Returns a declared table as an Arrow stream, the same bytes for the same cells.
    """
    cells = canonical(as_arrow(name, frame))
    out = pa.BufferOutputStream()

    with pa.ipc.new_stream(out, cells.schema, options=_OPTIONS) as stream:
        stream.write_table(cells)

    return bytes(out.getvalue())


def _packed(head: Mapping[str, object], tables: Mapping[str, pd.DataFrame]) -> bytes:
    streams = {name: table_as_bytes(name, frame) for name, frame in tables.items()}

    return joined(head, streams)


def _unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    head, streams = parted(content)

    return head, {name: _frame_in(stream) for name, stream in streams.items()}


def _frame_in(stream: bytes) -> pd.DataFrame:
    with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
        cells: pa.Table = reader.read_all().combine_chunks()

    frame: pd.DataFrame = cells.to_pandas(date_as_object=False)

    return frame
