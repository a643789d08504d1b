"""
Sweeps: what becomes of the figures when one or two parameters vary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Unpack

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.scenario import ON_CELLS, Key, Operation, Override, Scenario
from lotwright.scenarios.planning import PlanOptions
from lotwright.scenarios.run import RunListener, run
from lotwright.solver.highs.control import Control

#: So many scenarios a sweep has at most.
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """
    One parameter that varies.

    Parameters
    ----------
    target
        ``table.column``.
    values
        What it is set to, has added, or is multiplied by, one after the other.
    op
        What is done with each value.
    where, key
        Which rows, as in ``Scenario.set``.
    name
        Name of its column in the answer; ``target`` when left out.

    Raises
    ------
    ValueError
        When there is no value, or the parts make no override.
    """

    target: str
    values: Sequence[float]
    op: Operation | str = Operation.MULTIPLY
    where: str = ""
    key: Key = None
    name: str = ""

    def __post_init__(self) -> None:
        if not len(self.values) or self.op not in ON_CELLS:
            msg = f"Expected values to set, add, or multiply by, got {self}."
            raise ValueError(msg)

        for value in self.values:
            self.override(value)

    @property
    def label(self) -> str:
        """
        Name of its column in the answer.
        """
        return self.name or self.target

    def override(self, value: float) -> Override:
        """
        Returns the change for one value.
        """
        table, dot, column = self.target.partition(".")

        if not dot:
            msg = f"Expected a target like demands.quantity, got {self.target!r}."
            raise ValueError(msg)

        return Override(
            table=table,
            op=Operation(self.op),
            column=column,
            value=value,
            where=self.where,
            key=self.key,
        )


def sweep(
    base: PlanningData | Scenario,
    *axes: Axis,
    workers: int | None = None,
    cluster: str = "",
    listener: RunListener | None = None,
    control: Control | None = None,
    **options: Unpack[PlanOptions],
) -> pd.DataFrame:
    """
    Returns the figures of a plan for every combination of values, one row each.

    Columns are one for each axis, ``scenario``, one for each figure, and ``failure``,
    which says why there is no plan where there is none.

    Parameters
    ----------
    base
        What is varied.
    axes
        One or two parameters.
    workers, cluster, listener, control
        As in ``run``.
    options
        As in ``plan``.

    Raises
    ------
    ValueError
        When there are too many axes, axes of one name, or too many combinations.
    InputError
        When a scenario cannot be applied.
    """
    varied, scenarios = grid_of(base, axes)
    runs = run(
        scenarios,
        workers=workers,
        cluster=cluster,
        listener=listener,
        control=control,
        **options,
    )

    return pd.concat([varied, runs.kpis()], axis=1)


def grid_of(
    base: PlanningData | Scenario, axes: Sequence[Axis]
) -> tuple[pd.DataFrame, list[Scenario]]:
    """
    Returns every combination of values, one row each, and the scenario of each.

    Parameters
    ----------
    base, axes
        As in ``sweep``.

    Raises
    ------
    ValueError
        When there are too many axes, axes of one name, or too many combinations.
    """
    labels = [axis.label for axis in axes]

    if len(axes) not in (1, 2) or len(set(labels)) < len(labels):
        msg = f"Expected one or two axes with names of their own, got {labels}."
        raise ValueError(msg)

    points = list(product(*(axis.values for axis in axes)))

    if len(points) > MOST:
        msg = f"Expected at most {MOST} combinations, got {len(points)}."
        raise ValueError(msg)

    scenarios = [point_of(base, axes, point) for point in points]

    return pd.DataFrame(points, columns=labels), scenarios


def point_of(
    base: PlanningData | Scenario, axes: Sequence[Axis], point: Sequence[float]
) -> Scenario:
    """
    Returns the scenario of one value for each parameter.

    Parameters
    ----------
    base
        What is varied.
    axes, point
        The parameters and their values.
    """
    pairs = list(zip(axes, point, strict=True))
    name = ", ".join(f"{axis.label} {axis.op} {value}" for axis, value in pairs)

    return Scenario(
        name=name,
        base=base,
        overrides=tuple(axis.override(value) for axis, value in pairs),
    )
