"""
Which parameter moves a figure of the plan most, one varied at a time.
"""

from __future__ import annotations

from typing import Unpack

import numpy as np
import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.scenario import Scenario
from lotwright.scenarios.planning import PlanOptions
from lotwright.scenarios.run import RunListener, Runs, run
from lotwright.scenarios.sweep import MOST, Axis, point_of
from lotwright.solver.highs.control import Control

#: Name of the scenario that changes nothing.
_BASE = "base"


def tornado(
    base: PlanningData | Scenario,
    *axes: Axis,
    figure: str = "cost",
    workers: int | None = None,
    cluster: str = "",
    listener: RunListener | None = None,
    control: Control | None = None,
    **options: Unpack[PlanOptions],
) -> pd.DataFrame:
    """
    Returns how far each parameter moves a figure of the plan, the farthest first.

    Each parameter is varied alone, and the rest stays as it is. Columns are ``name``;
    ``low`` and ``high``, the figure at the smallest and at the largest value of the
    parameter; ``base``, the figure of the base; ``low_value`` and ``high_value``, these
    values; ``reach``, how far the two figures lie from the base in sum; and
    ``failure``, which says why there is no plan where there is none.

    Parameters
    ----------
    base
        What is varied.
    axes
        The parameters, each with two values.
    figure
        Name of the figure, as in the key figures of a plan.
    workers, cluster, listener, control
        As in ``run``.
    options
        As in ``plan``.

    Raises
    ------
    ValueError
        When there is no parameter, two have one name, or one has not two values.
    KeyError
        When plans have no such figure.
    InputError
        When a scenario cannot be applied.
    """
    _refuse(axes)
    name = _BASE if isinstance(base, PlanningData) else base.name
    scenarios = [Scenario(name=name, base=base)]
    scenarios += [
        point_of(base, (axis,), (value,))
        for axis in axes
        for value in sorted(axis.values)
    ]
    runs = run(
        scenarios,
        workers=workers,
        cluster=cluster,
        listener=listener,
        control=control,
        **options,
    )
    names = [scenario.name for scenario in scenarios]
    found = [_figure(runs, each, figure) for each in names]
    failures = [str(runs.failures.get(each, "")) for each in names]
    low, high = np.array(found[1::2]), np.array(found[2::2])
    table = pd.DataFrame(
        {
            "name": pd.Series([axis.label for axis in axes], dtype="str"),
            "low": low,
            "base": found[0],
            "high": high,
            "low_value": [float(min(axis.values)) for axis in axes],
            "high_value": [float(max(axis.values)) for axis in axes],
            "reach": np.abs(low - found[0]) + np.abs(high - found[0]),
            "failure": pd.Series(
                [
                    one or two or failures[0]
                    for one, two in zip(failures[1::2], failures[2::2], strict=True)
                ],
                dtype="str",
            ),
        }
    )

    return table.sort_values("reach", ascending=False, kind="stable", ignore_index=True)


def _refuse(axes: tuple[Axis, ...]) -> None:
    labels = [axis.label for axis in axes]

    if not axes or len(set(labels)) < len(labels) or 2 * len(axes) >= MOST:
        msg = f"Expected parameters with names of their own, got {labels}."
        raise ValueError(msg)

    for axis in axes:
        if len(set(axis.values)) != 2 or len(axis.values) != 2:
            msg = f"Expected two values of {axis.label}, got {list(axis.values)}."
            raise ValueError(msg)


def _figure(runs: Runs, scenario: str, figure: str) -> float:
    """
    Returns a figure of a scenario's plan, NaN where there is none.
    """
    if scenario in runs.failures:
        return float("nan")

    return runs.plans[scenario].kpi(figure)
