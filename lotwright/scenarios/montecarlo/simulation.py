"""
What a simulation tells: service and cost under uncertainty, and what is at risk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

import pandas as pd

from lotwright.model.network import Network
from lotwright.model.plan import Plan
from lotwright.model.why_words import amount_text
from lotwright.scenarios.montecarlo.sampling import Samples
from lotwright.scenarios.montecarlo.tables import (
    causes_table,
    demands_table,
    figures_table,
    items_table,
    samples_table,
)
from lotwright.scenarios.montecarlo.uncertainty import DemandError, Job, LeadTimeError

#: Figures that a summary tells.
_TOLD = (
    "on_time_in_full",
    "quantity_on_time",
    "late_lines",
    "stock_value_average",
    "cost",
)

#: Demands that a summary names at most.
_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulation:
    """
    A plan that was carried out many times.

    Parameters
    ----------
    demand, lead_time
        What was uncertain.
    seed
        Of the random numbers.
    samples
        A row for each sample, with its figures, the same as those of plans.
    figures
        A row for each figure: its value in the ``plan``; its ``mean`` in the samples
        with the ``standard_error`` of that mean, the ``deviation``, and percentiles.
    demands
        A row for each demand line, those at most ``risk`` first: how probable it is
        that it is late or short, how late, and the most frequent cause.
    items
        A row for each item and location: service of its demand, and its mean stock.
    causes
        A row for each cause of what was late or short but is not so in the plan.
    """

    demand: tuple[DemandError, ...]
    lead_time: tuple[LeadTimeError, ...]
    seed: int
    samples: pd.DataFrame
    figures: pd.DataFrame
    demands: pd.DataFrame
    items: pd.DataFrame
    causes: pd.DataFrame

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """
        All tables by name.
        """
        names = ("figures", "demands", "items", "causes", "samples")

        return MappingProxyType({name: getattr(self, name) for name in names})

    def figure(self, name: str) -> pd.Series[Any]:
        """
        Returns the row of one figure.

        Raises
        ------
        KeyError
            When there is no figure of that name.
        """
        return cast("pd.Series[Any]", self.figures.set_index("name").loc[name])

    def summary(self) -> str:
        """
        Returns in some lines what to expect, and which demand is at risk.
        """
        at_risk = self.demands[(self.demands["risk"] > 0).to_numpy()]
        lines = [f"{len(self):,} samples."]
        lines += [_figure_line(self.figure(name), name) for name in _TOLD]

        if not len(at_risk):
            return "\n".join([*lines, "No demand is late or short in any sample."])

        rows = at_risk.head(_MOST).to_dict("records")
        lines.append(
            f"{len(at_risk):,} of {len(self.demands):,} demand lines are late or short "
            "in some sample; most often"
        )

        return "\n".join([*lines, *(f"  {risk_text(row)}" for row in rows)])

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str]:
        # Notebooks ask for this; pages lie above scenarios.
        from lotwright.plot.display import simulation_bundle

        return simulation_bundle(self)

    def __str__(self) -> str:
        return self.summary()


def simulation_of(
    plan: Plan, network: Network, job: Job, samples: Samples
) -> Simulation:
    """
    Returns what samples of a plan tell.

    Parameters
    ----------
    plan, network
        What was planned.
    job
        What was drawn.
    samples
        What came of it.
    """
    table = samples_table(samples)

    return Simulation(
        demand=job.demand,
        lead_time=job.lead_time,
        seed=job.seed,
        samples=table,
        figures=figures_table(plan, table),
        demands=demands_table(plan, network, samples),
        items=items_table(plan, network, samples),
        causes=causes_table(network, samples),
    )


def risk_text(row: Mapping[Any, object]) -> str:
    """
    Returns a sentence on a demand at risk: how often it is late, how late, and why.

    Parameters
    ----------
    row
        Its row of the table of demands.
    """
    risk, mean = _number(row["risk"]), _number(row["days_late_mean"])
    often = _number(row["late_probability"])
    text = (
        f"{row['demand_id']} ({row['item_id']}@{row['location_id']}) is late or short"
    )

    if _number(row["short_probability"]) == 0:
        text = f"{row['demand_id']} ({row['item_id']}@{row['location_id']}) is late"

    text += f" in {risk:.0%} of samples"

    if often > 0:
        text += f", by {mean / often:.1f} days then"

    planned = _number(row["planned_days_late"])

    if planned > 0 or _number(row["planned_short"]) > 0:
        text += "; the plan itself has it late or short"

    if row["cause"]:
        text += f"; most often ({_number(row['cause_share']):.0%}) {_because(row)}"

    return f"{text}."


def _because(row: Mapping[Any, object]) -> str:
    place = f"{row['cause_item_id']}@{row['cause_location_id']}"

    if row["cause"] == "lead_time":
        return f"because orders for {place} take longer"

    return f"because more of {place} is taken than planned"


def _figure_line(row: pd.Series[Any], name: str) -> str:
    fraction = row["unit"] == "fraction"
    unit = "" if fraction else f" {row['unit']}"

    def shown(value: object) -> str:
        number = _number(value)

        return f"{number:.1%}" if fraction else amount_text(number)

    word = name.replace("_", " ").capitalize()

    return (
        f"{word}: {shown(row['mean'])} ± {shown(row['standard_error'])}{unit} on "
        f"average, {shown(row['p5'])} to {shown(row['p95'])} in nine of ten samples "
        f"({shown(row['plan'])} in the plan)."
    )


def _number(value: object) -> float:
    return float(str(value))
