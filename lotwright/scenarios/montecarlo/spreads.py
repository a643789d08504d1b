"""
Which demand lines and orders an error is about, and which of them share a draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.model.data import PlanningData
from lotwright.model.network import Bools, Ints, Texts
from lotwright.model.scenario import Operation, Override
from lotwright.model.tables import INPUT_TABLES
from lotwright.scenarios.montecarlo.execution import Execution
from lotwright.scenarios.montecarlo.sampling import Spread
from lotwright.scenarios.montecarlo.uncertainty import (
    DemandError,
    LeadTimeError,
    Share,
)
from lotwright.scenarios.refusals import Place, Refused
from lotwright.scenarios.rows import rows_meant

_E = TypeVar("_E", DemandError, LeadTimeError)

#: Column that an error changes, and key of its rows, by table.
_COLUMNS = {
    "demands": ("quantity", "demand_id"),
    "sources": ("lead_time_days", "source_id"),
    "supplies": ("quantity", "supply_id"),
}


def as_errors(
    given: float | _E | Iterable[_E] | None, kind: type[_E]
) -> tuple[_E, ...]:
    """
    Returns errors as they may be given: none, one, several, or a number as their cv.

    Parameters
    ----------
    given
        What was given.
    kind
        Their class.

    Raises
    ------
    TypeError
        When there is something else among them.
    """
    if given is None:
        return ()

    if isinstance(given, int | float):
        return (kind(cv=float(given)),)

    errors = (given,) if isinstance(given, kind) else tuple(given)  # type: ignore[arg-type]  # narrowed by its class

    for error in errors:
        if not isinstance(error, kind):
            msg = f"Expected {kind.__name__}, got {error!r}."
            raise TypeError(msg)

    return errors


def refuse_unknown(
    data: PlanningData,
    demand: Sequence[DemandError],
    lead_time: Sequence[LeadTimeError],
) -> None:
    """
    Refuses errors that mean no row.

    Raises
    ------
    InputError
        Lists all that is wrong with any of them.
    """
    problems: list[Problem] = []

    both: tuple[Sequence[DemandError | LeadTimeError], ...] = (demand, lead_time)

    for errors in both:
        for number, error in enumerate(errors, start=1):
            try:
                _meant(data, error, number)
            except Refused as refused:
                problems.extend(refused.problems)

    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def demand_spreads(
    data: PlanningData, execution: Execution, errors: Sequence[DemandError]
) -> tuple[Spread, ...]:
    """
    Returns which demand lines each error is about.
    """
    lines = execution.network.lines
    shares = {
        Share.EACH: np.arange(len(lines), dtype=np.int64),
        Share.GROUP: lines.point.astype(np.int64),
        Share.ALL: np.zeros(len(lines), dtype=np.int64),
    }

    found: list[Spread] = []

    for number, error in enumerate(errors, start=1):
        among = _among(lines.demand_id, _meant(data, error, number))
        found.append(_spread(error, among, shares))

    return tuple(found)


def lead_time_spreads(
    data: PlanningData, execution: Execution, errors: Sequence[LeadTimeError]
) -> tuple[Spread, ...]:
    """
    Returns which orders each error is about.
    """
    network, activity = execution.network, execution.activity
    known, planned = activity >= 0, execution.supply < 0
    source = np.full(len(activity), "", dtype=np.object_)
    source[known] = network.activities.source_id[activity[known]]
    supply = np.append(network.supplies.supply_id, "")[execution.supply]
    source_of = np.unique(network.activities.source_id.astype(str), return_inverse=True)
    by_point = len(network.activities) + execution.script.order_point
    shares = {
        Share.EACH: np.arange(len(activity), dtype=np.int64),
        Share.GROUP: np.where(known, source_of[1][activity], by_point).astype(np.int64),
        Share.ALL: np.zeros(len(activity), dtype=np.int64),
    }
    found: list[Spread] = []

    for number, error in enumerate(errors, start=1):
        ids = _meant(data, error, number)
        of_sources = error.table == "sources"
        among = planned & _among(source, ids) if of_sources else _among(supply, ids)
        found.append(_spread(error, among, shares))

    return tuple(found)


def _spread(
    error: DemandError | LeadTimeError, among: Bools, shares: dict[Share, Ints]
) -> Spread:
    return Spread(error=error, code=np.where(among, shares[Share(error.per)], -1))


def _among(keys: Texts, meant: Texts) -> Bools:
    found: Bools = pd.Index(keys).isin(meant)

    return found


def _meant(
    data: PlanningData, error: DemandError | LeadTimeError, number: int
) -> Texts:
    """
    Returns the keys of the rows that an error is about.

    Raises
    ------
    Refused
        When there is none, or its condition is not understood.
    """
    table = "demands" if isinstance(error, DemandError) else error.table
    column, key = _COLUMNS[table]
    frame = data.table(table)
    ids: Texts = frame[key].to_numpy(dtype=object)

    if not error.where and error.key is None:
        return ids

    override = Override(
        table=table,
        op=Operation.MULTIPLY,
        column=column,
        value=1.0,
        where=error.where,
        key=error.key,
    )
    place = Place(scenario=type(error).__name__, number=number, override=override)

    return ids[rows_meant(place, INPUT_TABLES[table], data.tables)]
