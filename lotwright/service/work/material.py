"""
What a run is made of, as bytes: tables, parameters, a scenario, and a plan to change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from lotwright.model.data import PlanningData
from lotwright.model.edits import Edit, EditKind, Edits
from lotwright.model.plan import Plan
from lotwright.model.scenario import Scenario
from lotwright.scenarios.apply import apply
from lotwright.scenarios.scenario_file import scenario_of
from lotwright.scenarios.wire import data_in, joined, parted, plan_in
from lotwright.service.work.parameters import with_parameters

_DATA, _PLAN, _KEPT = "data/", "plan/", "kept"

#: Cells of an edit, beside what it does and to which order.
_OF_EDIT = ("do", "order_id", "where")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """
    What the store has of a run, or of a version that is to be planned.

    Parameters
    ----------
    tables
        Tables of its version, each an Arrow stream.
    scenario, parameters
        Changes to them.
    record, plan
        Record of its solve and the tables of its plan; empty where there is none.
    kept
        Orders that its plan keeps from edits before, an Arrow stream; may be empty.
    dataset_id
        Where its version is from; empty where nobody asks.
    """

    tables: Mapping[str, bytes]
    scenario: Mapping[str, Any]
    parameters: Mapping[str, Any]
    record: Mapping[str, Any]
    plan: Mapping[str, bytes]
    kept: bytes = b""
    dataset_id: str = ""

    def payload(self, **head: object) -> bytes:
        """
        Returns it as bytes for a process of its own.

        Parameters
        ----------
        head
            What else the process must know, in types that JSON has.
        """
        made_of = {
            "scenario": dict(self.scenario),
            "parameters": dict(self.parameters),
            "record": dict(self.record),
        }
        streams = {f"{_DATA}{name}": each for name, each in self.tables.items()}
        streams |= {f"{_PLAN}{name}": each for name, each in self.plan.items()}
        streams |= {_KEPT: self.kept} if self.kept else {}

        return joined({**head, "made_of": made_of}, streams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """
    The same, read.

    Parameters
    ----------
    version
        The data as they were committed.
    scenario
        What is changed about them, without the parameters.
    parameters
        How a plan of a name sees them.
    head
        What else was to be known.
    content, kept
        Record and tables of the plan, and the orders that it keeps, as bytes.
    """

    version: PlanningData
    scenario: Scenario | None
    parameters: Mapping[str, Any]
    head: Mapping[str, Any]
    content: bytes
    kept: bytes

    @property
    def data(self) -> PlanningData:
        """
        The data that are to be planned, or were.
        """
        return planned_data(self.version, self.scenario, self.parameters)

    @property
    def plan(self) -> Plan:
        """
        The plan.
        """
        return plan_in(self.content)

    def edits(self, plan: Plan) -> Edits:
        """
        Returns all orders of the plan to be edited, those that it keeps included.

        Parameters
        ----------
        plan
            The plan.
        """
        begun = plan.edit()

        if not self.kept:
            return begun

        with pa.ipc.open_stream(pa.py_buffer(self.kept)) as stream:
            kept: pd.DataFrame = stream.read_all().to_pandas(date_as_object=False)

        orders = begun.orders.astype(
            dict.fromkeys(begun.orders.select_dtypes("category").columns, "str")
        )
        both = pd.concat([kept, orders[list(kept.columns)]], ignore_index=True)

        return replace(begun, tables={**begun.tables, "planned_orders": both})


def material_in(payload: bytes) -> Material:
    """
    Returns what a payload of ``Stored`` holds.
    """
    head, streams = parted(payload)
    made_of = head.pop("made_of")
    tables, plan = (
        {
            name.removeprefix(kind): each
            for name, each in streams.items()
            if name.startswith(kind)
        }
        for kind in (_DATA, _PLAN)
    )
    data, _ = data_in(joined({"asked": {}, "findings": []}, tables))
    content = made_of["scenario"]

    return Material(
        version=data,
        scenario=scenario_of(content, "scenario") if content else None,
        parameters=made_of["parameters"],
        head=head,
        content=joined({"run": made_of["record"]}, plan),
        kept=streams.get(_KEPT, b""),
    )


def planned_data(
    data: PlanningData, scenario: Scenario | None, parameters: Mapping[str, Any]
) -> PlanningData:
    """
    Returns data as a run plans them: first the parameters count, then the scenario.
    """
    begun = with_parameters(data, parameters)

    if begun.overrides:
        data = apply(begun)

    return data if scenario is None else apply(scenario.on(data))


def edits_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Edit, ...]:
    """
    Returns edits that came as JSON.

    Parameters
    ----------
    rows
        Each with ``do``, ``order_id`` or ``where``, and its cells.
    """
    return tuple(
        Edit(
            kind=EditKind(row["do"]),
            order_id=row.get("order_id", ""),
            where=row.get("where", ""),
            cells={name: row[name] for name in row if name not in _OF_EDIT},
            place=f"edit {number}",
        )
        for number, row in enumerate(rows, start=1)
    )
