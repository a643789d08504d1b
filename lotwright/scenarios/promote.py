"""
Scenarios and the table of overrides: read from it, and kept there when promoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.model.data import PlanningData
from lotwright.model.scenario import Key, Operation, Override, Scenario
from lotwright.scenarios.apply import apply

#: How rows of the table are told that are part of the data already.
PROMOTED = "promoted"

_TABLE = "overrides"


def promote(scenario: Scenario) -> PlanningData:
    """
    Returns the planning data of a scenario as a new base.

    What was applied stays on record in the table ``overrides``, with ``promoted`` as
    its source, so that it is neither lost nor applied again.

    Parameters
    ----------
    scenario
        The scenario; at its bottom are planning data.

    Raises
    ------
    InputError
        When an override does not fit; lists every problem.
    ValueError
        When there are no planning data at its bottom.
    """
    data = apply(scenario)
    table = data.table(_TABLE)
    fresh = pd.DataFrame(list(_rows(scenario, table)))

    if not len(fresh):
        return data

    both = pd.concat([table.astype(object), fresh.astype(object)], ignore_index=True)

    return data.replace(**{_TABLE: both.where(both.notna(), None)})


def scenarios_in(data: PlanningData) -> dict[str, Scenario]:
    """
    Returns the scenarios of the table ``overrides`` on their data, by name; what has
    been promoted is none any more.

    Parameters
    ----------
    data
        Planning data.

    Raises
    ------
    InputError
        When a row makes no override; lists every problem.
    """
    rows = data.table(_TABLE).sort_values(["scenario_id", "seq"])
    rows = rows[(rows["source"] != PROMOTED).fillna(value=True).to_numpy(dtype=bool)]
    found: dict[str, list[Override]] = {}
    problems: list[Problem] = []

    for cells in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        row = {str(name): cell for name, cell in cells.items()}
        overrides = found.setdefault(str(row["scenario_id"]), [])

        try:
            overrides.append(_override(row))
        except (ValueError, TypeError) as error:
            problems.append(_problem(row, str(error)))

    if problems:
        raise InputError(problems)

    return {
        name: Scenario(name=name, base=data, overrides=tuple(overrides))
        for name, overrides in found.items()
    }


def _rows(scenario: Scenario, table: pd.DataFrame) -> Iterator[dict[str, object]]:
    """
    Yields the overrides of a scenario as rows of the table, after those of its name.
    """
    for part in scenario.chain:
        own = table.loc[table["scenario_id"] == part.name, "seq"]
        first = int(own.max()) + 1 if len(own) else 1

        for number, each in enumerate(part.overrides, start=first):
            rows = [dict(row) for row in each.rows]
            value = _json(rows) if rows else each.value
            yield {
                "scenario_id": part.name,
                "seq": number,
                "table": each.table,
                "key": None if each.key is None else _json(each.key),
                "where": each.where or None,
                "column": each.column or None,
                "op": each.op.value,
                "value": None if value is None else str(value),
                "note": each.note or None,
                "source": PROMOTED,
            }


def _json(value: object) -> str:
    def plain(cell: object) -> str:
        return str(cell.isoformat() if isinstance(cell, date) else cell)

    return json.dumps(value, default=plain, ensure_ascii=False)


def _override(row: Mapping[str, Any]) -> Override:
    """
    Returns a row of the table as an override.
    """
    op, value = Operation(row["op"] or "set"), row["value"]
    rows: list[Mapping[str, Any]] = []

    if op is Operation.INSERT:
        given = json.loads(value or "null")
        rows = given if isinstance(given, list) else [given]
        value = None

        if not all(isinstance(each, dict) for each in rows):
            msg = 'Expected a row as JSON such as {"item_id": "A"} in value.'
            raise ValueError(msg)
    elif op in (Operation.ADD, Operation.MULTIPLY):
        value = float(value or "nan")

    return Override(
        table=row["table"],
        op=op,
        column=row["column"] or "",
        value=value,
        where=row["where"] or "",
        key=_key(row["key"]),
        rows=tuple(rows),
        note=row["note"] or "",
    )


def _key(text: str | None) -> Key:
    """
    Returns a key that is given as JSON, or as the only key cell itself.
    """
    if text is None:
        return None

    try:
        key = json.loads(text)
    except ValueError:
        return text

    # Names that look like numbers are names.
    return key if isinstance(key, dict | str) else text


def _problem(row: Mapping[str, Any], text: str) -> Problem:
    name, number = row["scenario_id"], row["seq"]

    return Problem(
        code="E-SCENARIO",
        table=_TABLE,
        file=f"scenario {name}, override {number}",
        value=str(row["value"] or ""),
        text=text,
        remedy="Give table, op, column and value; key or where say which rows, and "
        "an insert has its row as JSON in value.",
    )
