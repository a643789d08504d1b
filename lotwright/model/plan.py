"""
Plan: the tables that a run answers with, and the record of the run.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lotwright.model.assemble.network import assemble
from lotwright.model.data import PlanningData
from lotwright.model.edits import Edits
from lotwright.model.pegging import walk_down, walk_up
from lotwright.model.plan_tables import PlanTables
from lotwright.model.run_record import RunRecord
from lotwright.model.why import Why, why
from lotwright.model.why_order import WhyOrder, why_order


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """
    A frozen bundle of result frames.

    For each supply, the pegged quantities add up to its quantity, and for each need to
    what is needed; in every row of the projection, the end is the start plus receipts
    less issues.

    Parameters
    ----------
    run
        What was asked, done and proven.
    frames
        Tables of the plan by name, as declared for output; the longest may be made when
        they are first looked up.
    """

    run: RunRecord
    frames: Mapping[str, pd.DataFrame]

    @property
    def orders(self) -> pd.DataFrame:
        """
        Planned orders, by due date.
        """
        return self.frames["planned_orders"]

    @property
    def components(self) -> pd.DataFrame:
        """
        What the planned orders take.
        """
        return self.frames["order_components"]

    @property
    def operations(self) -> pd.DataFrame:
        """
        Work of the planned orders on resources.
        """
        return self.frames["order_operations"]

    @property
    def pegging(self) -> pd.DataFrame:
        """
        Which supply serves which need.
        """
        return self.frames["pegging"]

    @property
    def explanations(self) -> pd.DataFrame:
        """
        Why each late or short demand is, by rank of the cause.
        """
        return self.frames["explanations"]

    @property
    def deliveries(self) -> pd.DataFrame:
        """
        What is delivered to demand, and what is given up.
        """
        return self.frames["deliveries"]

    @property
    def fulfilment(self) -> pd.DataFrame:
        """
        What each demand gets.
        """
        return self.frames["demand_fulfilment"]

    @property
    def projection(self) -> pd.DataFrame:
        """
        Stock of every item at every location through every bucket.
        """
        return self.frames["inventory_projection"]

    @property
    def loads(self) -> pd.DataFrame:
        """
        Load of every resource in every bucket.
        """
        return self.frames["capacity_load"]

    @property
    def findings(self) -> pd.DataFrame:
        """
        What a planner should know, the gravest first.
        """
        return self.frames["findings"]

    @property
    def kpis(self) -> pd.DataFrame:
        """
        Cost by term, and service.
        """
        return self.frames["kpis"]

    @property
    def run_stats(self) -> pd.DataFrame:
        """
        The record of the run as a table of one row.
        """
        return run_stats(self.run)

    def replace(
        self,
        *,
        run: RunRecord | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
    ) -> Plan:
        """
        Returns the plan with another record or with some tables replaced.
        """
        return Plan(
            run=run or self.run, frames=PlanTables(self.frames).replaced(frames or {})
        )

    def kpi(self, name: str) -> float:
        """
        Returns one figure.

        Raises
        ------
        KeyError
            When there is no figure of that name.
        """
        return float(self.kpis.set_index("name")["value"].loc[name])

    def walk_up(self, order_id: str) -> pd.DataFrame:
        """
        Returns everything that an order is for, step by step up to the demand.

        Raises
        ------
        KeyError
            When nothing is pegged to that order.
        """
        return walk_up(self.pegging, self.orders, order_id)

    def walk_down(self, key: str) -> pd.DataFrame:
        """
        Returns everything that a demand or an order depends on, step by step down.

        Raises
        ------
        KeyError
            When nothing is pegged to that demand or order.
        """
        return walk_down(self.pegging, self.orders, key)

    def why(self, demand_id: str) -> Why:
        """
        Returns how a demand fares, and why: causes with the chain of each.

        Raises
        ------
        KeyError
            When the plan has no such demand.
        """
        return why(self.frames, demand_id)

    def why_order(self, order_id: str, data: PlanningData | None = None) -> WhyOrder:
        """
        Returns what a planned order is for; the parts add up to its quantity.

        Parameters
        ----------
        order_id
            The order.
        data
            The data that were planned, to name the rule that made its lot.

        Raises
        ------
        KeyError
            When the plan has no such order.
        """
        network = None if data is None else assemble(data)

        return why_order(self.frames, order_id, network)

    def edit(self) -> Edits:
        """
        Returns its orders to be edited: locked, moved, resized, added, deleted,
        approved or firmed, and then planned anew by ``replan``.
        """
        return Edits(tables=self.frames)

    def write(
        self,
        path: str | os.PathLike[str],
        format: str = "csv",  # noqa: A002 - the word that people use
    ) -> tuple[Path, ...]:
        """
        Writes each table of the plan to a file of its own and returns the files.

        Parameters
        ----------
        path
            Folder, made where there is none; or a workbook that ends in ``.xlsx``.
        format
            ``csv`` or ``parquet``; a workbook has no other format.
        """
        # Writing lies above the model, which otherwise knows no files.
        from lotwright.io.write import write

        tables = PlanTables(self.frames).replaced({"run_stats": self.run_stats})

        return write(tables, path, format)

    def report(
        self, path: str | os.PathLike[str], *, title: str = "Plan", rows: int = 200
    ) -> Path:
        """
        Writes the plan as one HTML page, which needs no network, and returns the file.

        Parameters
        ----------
        path
            The file.
        title
            What was planned.
        rows
            Rows of each long table at most.
        """
        # Pages and figures lie above the model.
        from lotwright.plot.report import write_report

        return write_report(self, path, title=title, rows=rows)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str]:
        # Notebooks ask for this.
        from lotwright.plot.display import plan_bundle

        return plan_bundle(self)

    def summary(self) -> str:
        """
        Returns the plan in some lines: engine, cost, service and what is worst.
        """
        return "\n".join([*_headline(self), *_service(self), *_worst(self)])

    def __str__(self) -> str:
        return self.summary()


def run_stats(run: RunRecord) -> pd.DataFrame:
    """
    Returns the record of a run as a table of one row; nested parts are JSON.

    A run with a work limit is reproducible to the byte, so that its row leaves out what
    the clock says.
    """
    timed = run.parameters.get("work_limit") is None
    incumbents = run.incumbents if timed else ()
    size, gap = run.size, run.gap()
    limited = run.termination.value.endswith("_limit")
    row = {
        "engine_asked": run.engine_asked,
        "engine_used": run.engine_used,
        "status": run.termination.value,
        "objective": _finite(run.objective),
        "bound": _finite(run.bound),
        "gap": _finite(gap),
        "terms": json.dumps(dict(run.terms)),
        "rows": size.get("rows"),
        "columns": size.get("columns"),
        "binaries": size.get("binaries"),
        "nodes": size.get("nodes"),
        "phases": json.dumps(dict(run.seconds) if timed else {}),
        "peak_mb": run.parameters.get("peak_mb"),
        "threads": run.parameters.get("threads"),
        "seed": run.parameters.get("seed"),
        "limit_kind": run.termination.value if limited else "",
        "versions": json.dumps(dict(run.versions)),
        "data_version": run.data_fingerprint,
        "incumbents": json.dumps([[_finite(x) for x in at] for at in incumbents]),
    }

    return pd.DataFrame([row])


def _headline(plan: Plan) -> list[str]:
    run, gap = plan.run, plan.run.gap()
    cost = plan.kpis.set_index("name").loc["cost"]
    line = f"Cost {cost['value']:,.0f} {cost['unit']}".rstrip()

    if math.isfinite(run.bound):
        line += f", no plan costs less than {run.bound:,.0f}"

    if math.isfinite(gap):
        line += f" (gap {gap:.2%})"

    engine = f"Planned by {run.engine_used} ({run.termination.value})"

    if run.engine_asked not in (run.engine_used, "auto"):
        engine += f" instead of {run.engine_asked}"

    return [f"{engine}: {run.choice}" if run.choice else f"{engine}.", f"{line}."]


def _service(plan: Plan) -> list[str]:
    lines, late, short = (
        int(plan.kpi(name)) for name in ("lines", "late_lines", "short_lines")
    )
    counts = plan.findings["severity"].value_counts()
    errors, warnings = int(counts.get("error", 0)), int(counts.get("warning", 0))

    return [
        f"{plan.kpi('on_time_in_full'):.1%} of {lines:,} demand lines in full and in "
        f"time; {late:,} late, {short:,} short.",
        f"{int(plan.kpi('orders')):,} planned orders; overtime "
        f"{plan.kpi('overtime_hours'):,.1f} h, overload "
        f"{plan.kpi('overload_hours'):,.1f} h; average stock value "
        f"{plan.kpi('stock_value_average'):,.0f}.",
        f"{errors:,} errors and {warnings:,} warnings.",
    ]


def _worst(plan: Plan, most: int = 5) -> list[str]:
    missed = plan.findings[plan.findings["code"].isin(["X-LATE", "X-SHORT"])]
    worst = missed.sort_values(["value", "key"], ascending=[False, True]).head(most)

    if not len(worst):
        return []

    return ["Late or short, the costliest first:", *("  " + worst["text"])]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
