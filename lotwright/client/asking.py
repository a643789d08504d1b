"""
What is asked of the library, as a service takes it.
"""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

import pandas as pd

from lotwright.client.dataset import Dataset
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.model.scenario import Scenario
from lotwright.scenarios.planning import PlanOptions, asked_of
from lotwright.scenarios.scenario_file import scenario_text
from lotwright.solver.params import Engine, Objective, SolverParams

#: What only the machine that plans may decide.
_THEIRS = ("memory_mb", "options")


def options_asked(options: PlanOptions) -> dict[str, object]:
    """
    Returns options as a service takes them.

    Raises
    ------
    ValueError
        When one is out of its range, or not the client's to set.
    TypeError
        When there is none of a name.
    """
    asked = {name: x for name, x in asked_of(options).items() if x is not None}

    for name in _THEIRS:
        if name in asked:
            msg = f"Expected no {name}: what a service may take is set there."
            raise ValueError(msg)

    Engine(str(asked.get("engine", Engine.AUTO.value)))
    Objective(str(asked.get("objective", Objective.COST.value)))
    known = set(SolverParams.__slots__)
    SolverParams(**{name: x for name, x in asked.items() if name in known})  # type: ignore[arg-type]  # it checks them itself

    return asked


def with_reference(
    data: PlanningData | Dataset, reference: Plan | pd.DataFrame
) -> PlanningData:
    """
    Returns planning data with the orders of an earlier plan to be compared with.

    Raises
    ------
    ValueError
        When the data are at the service.
    """
    if isinstance(data, Dataset):
        msg = "Expected planning data with a reference, got a data set of the service."
        raise ValueError(msg)

    orders = reference.orders if isinstance(reference, Plan) else reference
    coded = orders.select_dtypes("category").columns

    return data.replace(reference_orders=orders.astype(dict.fromkeys(coded, "str")))


def scenario_asked(
    scenario: Scenario | None, *, always: bool = False
) -> dict[str, Any]:
    """
    Returns a scenario with all that is below it, in types that JSON has; empty where
    nothing changes, unless it is wanted always.
    """
    if scenario is None or (scenario.changes_nothing and not always):
        return {}

    content = tomllib.loads(scenario_text(scenario))
    found: dict[str, Any] = json.loads(json.dumps(content, default=date.isoformat))

    return found
