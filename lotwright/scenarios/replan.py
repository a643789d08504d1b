"""
Planning anew after edits: what is kept stays to the letter, and what moved is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.edits import Edits
from lotwright.model.findings import Finding
from lotwright.model.plan import Plan
from lotwright.model.scenario import Scenario
from lotwright.scenarios.apply import apply
from lotwright.scenarios.compare import compare
from lotwright.scenarios.comparison import Comparison
from lotwright.scenarios.conflicts import conflicts_of, kept_supplies
from lotwright.scenarios.edited import edited
from lotwright.scenarios.order_changes import order_changes
from lotwright.scenarios.planning import PlanOptions, asked_of
from lotwright.solver.decode.findings import findings_frame
from lotwright.solver.highs.control import Control
from lotwright.solver.params import Engine
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener
from lotwright.solver.solve import plan as make_plan

#: Kinds of supplies, and of the planned orders that they were.
_KINDS = {"production": "make", "purchase": "buy", "transfer": "transfer"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replan:
    """
    A plan that was made anew after edits, beside the one that was edited.

    Parameters
    ----------
    before
        The plan that was edited; its orders are those that were edited.
    plan
        The new plan: its planned orders stand beside those that are kept.
    data
        The data that it was made of: the edits are among the supplies.
    scenario
        The edits as overrides of the data before.
    names
        What kept orders of the plan before are called now, by their name there.
    kept
        Orders that are kept, as rows of planned orders, with ``status`` and ``locked``.
    findings
        What keeping them is at odds with, order by order.
    """

    before: Plan
    plan: Plan
    data: PlanningData
    scenario: Scenario
    names: Mapping[str, str]
    kept: pd.DataFrame
    findings: tuple[Finding, ...]

    @property
    def orders(self) -> pd.DataFrame:
        """
        All orders, those that are kept and those that are planned, by due date.
        """
        return _together(self.kept, self.plan.orders)

    @property
    def changes(self) -> pd.DataFrame:
        """
        Orders that were added, removed, moved or resized: first those that are kept,
        each by its name, then all others.
        """
        before = _renamed(self.before.orders, self.names)
        was_kept = before["order_id"].isin(self.kept["order_id"])
        by_name = order_changes(_named(before[was_kept]), _named(self.kept))
        others = order_changes(before[~was_kept], self.plan.orders)

        if not len(by_name):
            return others

        by_name["kind"] = by_name["kind"].str.split(" ").str[-1]

        return pd.concat([by_name, others], ignore_index=True)

    @property
    def kept_cost(self) -> float:
        """
        What the kept orders cost as far as the plan before says; no part of the cost of
        the new plan, for nothing is decided about them any more.
        """
        return float(self.kept["cost"].sum())

    def comparison(self, names: tuple[str, str] = ("before", "after")) -> Comparison:
        """
        Returns what the new plan changes against the one before, kept orders included.

        Parameters
        ----------
        names
            What to call the plans.
        """
        after = self.plan.replace(frames={"planned_orders": self.orders})

        return compare(self.before, after, names=names)

    def edit(self) -> Edits:
        """
        Returns all orders to be edited further, on ``data``.
        """
        frames = {
            "planned_orders": self.orders,
            "order_components": self.plan.components,
        }

        return Edits(tables=frames)

    def summary(self) -> str:
        """
        Returns what came of the edits in some lines.
        """
        changes = self.changes["change"].value_counts()
        told = ", ".join(
            f"{count:,} {str(kind).replace('_', ' and ')}"
            for kind, count in sorted(changes.items())
        )
        lines = [
            f"{_counted(len(self.kept), 'order')} kept, "
            f"{_counted(len(self.plan.orders), 'order')} planned.",
            f"Against the plan before: {told or 'no order has changed'}.",
            f"Cost {self.plan.run.objective:,.0f}, before "
            f"{self.before.run.objective:,.0f}; {self.kept_cost:,.0f} for kept orders "
            "is no longer in it.",
        ]

        return "\n".join([*lines, *(f"  {found.text}" for found in self.findings)])

    def __str__(self) -> str:
        return self.summary()


def replan(
    data: PlanningData,
    before: Plan,
    edits: Edits | None = None,
    *,
    found: Quantities | None = None,
    listener: Listener | None = None,
    control: Control | None = None,
    **options: Unpack[PlanOptions],
) -> Replan:
    """
    Returns a new plan that keeps edited orders to the letter, and what it changes.

    Orders that are locked, moved, resized, new, approved or firmed are supplies of the
    data, with their date, quantity and source, whatever engine plans the rest. A search
    starts from the plan before.

    Parameters
    ----------
    data
        The data that the plan was made of, or newer ones.
    before
        The plan.
    edits
        What is changed by hand, from ``before.edit()``; nothing, when left out.
    found, listener, control, options
        As in ``plan``.

    Raises
    ------
    InputError
        When an edit cannot be made; lists every problem.
    """
    asked: dict[str, Any] = asked_of(options)

    def make(changed: PlanningData, start: pd.DataFrame) -> Plan:
        if asked.get("engine") not in (Engine.MRP, Engine.LP):
            asked["start"] = start

        return make_plan(
            changed, **asked, found=found, listener=listener, control=control
        )

    return replanned(data, before, before.edit() if edits is None else edits, make)


def replanned(
    data: PlanningData,
    before: Plan,
    edits: Edits,
    make: Callable[[PlanningData, pd.DataFrame], Plan],
) -> Replan:
    """
    Returns what ``replan`` does, whoever makes the plan.

    Parameters
    ----------
    data, before, edits
        As in ``replan``.
    make
        Returns a plan of data; given the orders that a search may start from.

    Raises
    ------
    InputError
        When an edit cannot be made; lists every problem.
    """
    work = edited(data, edits)
    changed = apply(work.scenario) if work.scenario.overrides else data
    orders = _renamed(edits.orders, work.names)
    kept = _kept(changed, orders)
    left = {*kept["order_id"], *work.deleted}
    start = orders[~orders["order_id"].isin(left)].reset_index(drop=True)
    made = make(changed, start)
    findings = tuple(conflicts_of(changed, made))

    return Replan(
        before=before.replace(frames={"planned_orders": edits.orders}),
        plan=_with_findings(made, findings),
        data=changed,
        scenario=work.scenario,
        names=work.names,
        kept=kept,
        findings=findings,
    )


def _renamed(orders: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """
    Returns orders of which those that are kept are called as they are as supplies.
    """
    orders = _plain(orders)
    own = orders["order_id"].astype("str")

    return orders.assign(order_id=own.map(lambda name: names.get(name, name)))


def _named(orders: pd.DataFrame) -> pd.DataFrame:
    """
    Returns orders of which each is the same as the one of its name alone.
    """
    names = orders["order_id"].astype("str") + " "

    return orders.assign(kind=names + orders["kind"].astype("str"))


def _plain(orders: pd.DataFrame) -> pd.DataFrame:
    coded = orders.select_dtypes("category").columns

    return orders.astype(dict.fromkeys(coded, "str"))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _kept(data: PlanningData, orders: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the approved and firmed orders of data as planned orders, with what is known
    of them from a plan.
    """
    rows = kept_supplies(data)
    kept = rows.rename(columns={"supply_id": "order_id"})
    known = orders.drop_duplicates("order_id").set_index("order_id")
    found = known.reindex(kept["order_id"])
    same = [name for name in orders.columns if name not in kept and name != "order_id"]
    kept = kept.assign(
        kind=kept["kind"].map(_KINDS).fillna("buy").astype("str"),
        uom=kept["item_id"].map(data.table("items").set_index("item_id")["base_uom"]),
        locked=kept["locked"].fillna(value=False).astype(bool),
        **{name: found[name].to_numpy() for name in same},
    )

    return kept[list(orders.columns)].reset_index(drop=True)


def _together(kept: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    if not len(kept):
        return _plain(orders)

    whole = pd.concat([kept, _plain(orders)[list(kept.columns)]], ignore_index=True)

    return whole.sort_values(["due_date", "order_id"], kind="stable", ignore_index=True)


def _with_findings(plan: Plan, findings: tuple[Finding, ...]) -> Plan:
    """
    Returns a plan that names conflicts among its findings.
    """
    if not findings:
        return plan

    run_id = plan.run.data_fingerprint[:12]
    told = findings_frame(findings, run_id)
    table = pd.concat([_plain(told), _plain(plan.findings)], ignore_index=True)

    return plan.replace(frames={"findings": table})
