"""
What orders that are kept are at odds with: the past, components, capacity.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lotwright.model.assemble.time import buckets_of
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.plan import Plan
from lotwright.model.why_words import amount_text

#: Orders that a plan keeps and nobody has released.
KEPT = ("approved", "firmed")

#: Work that is no overload.
_NOTHING = 1e-6

#: As many orders are named in one finding.
_NAMED = 5


def kept_supplies(data: PlanningData) -> pd.DataFrame:
    """
    Returns the approved and firmed orders of planning data, rows of ``supplies``.

    Parameters
    ----------
    data
        The data.
    """
    rows = data.table("supplies")

    return rows[rows["status"].isin(KEPT)].reset_index(drop=True)


def conflicts_of(data: PlanningData, plan: Plan) -> Iterator[Finding]:
    """
    Yields what the kept orders of data are at odds with in a plan, order by order.

    Parameters
    ----------
    data
        The data that were planned.
    plan
        Their plan.
    """
    kept = kept_supplies(data)

    if not len(kept):
        return

    yield from _past(data, kept)
    yield from _components(kept, plan)
    yield from _capacity(data, kept, plan)


def _past(data: PlanningData, kept: pd.DataFrame) -> Iterator[Finding]:
    today = pd.Timestamp(buckets_of(data).as_of)

    for row in kept.to_dict("records"):
        due, start = row["due_date"], row["start_date"]

        if due < today:
            text = (
                f"was to come on {due:%Y-%m-%d}, before the plan starts, and is taken "
                "to come on its first day. Move it, or delete it."
            )
        elif not pd.isna(start) and start < today:
            text = (
                f"was to start on {start:%Y-%m-%d}, before the plan starts; it is kept "
                f"for {due:%Y-%m-%d} all the same. Move it, if it has not started."
            )
        else:
            continue

        yield _finding("X-KEPT-PAST", row["supply_id"], text)


def _components(kept: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """
    Yields kept orders of which a component is missing or comes too late.
    """
    pegs = plan.pegging
    needs = pegs[(pegs["demand_kind"] == "open_order")]
    needs = needs[needs["demand_id"].astype("str").isin(kept["supply_id"])]
    short = needs["supply_kind"] == "shortage"
    late = ~short & (needs["slack_days"] < 0)
    rows = needs.assign(short=short, late=late)[short | late]

    for (name, item), part in rows.groupby(["demand_id", "item_id"], observed=True):
        missing = float(part.loc[part["short"], "quantity"].sum())
        delayed = part[part["late"]]
        told = [f"lacks {amount_text(missing)} {item}"] if missing > 0 else []

        if len(delayed):
            days = int(-delayed["slack_days"].min())
            told.append(
                f"waits for {amount_text(delayed['quantity'].sum())} {item}, up to "
                f"{days} day{'' if days == 1 else 's'} too late"
            )

        text = f"{' and '.join(told)}. It keeps its date; move or resize it."
        yield _finding("X-KEPT-COMPONENT", str(name), text)


def _capacity(data: PlanningData, kept: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """
    Yields resources and buckets that cannot do what open orders take of them.
    """
    loads = plan.loads
    most = loads["capacity"] + loads["overtime_max"].fillna(0.0)
    beyond = loads["load_open"] - most
    full = loads.assign(beyond=beyond)[beyond > _NOTHING]

    if not len(full):
        return

    buckets = buckets_of(data)
    first = dict(zip(buckets.period_id, buckets.date(buckets.start), strict=True))
    last = dict(zip(buckets.period_id, buckets.date(buckets.end - 1), strict=True))
    users = _users(data, kept)

    for row in full.to_dict("records"):
        name, period = str(row["resource_id"]), str(row["period_id"])
        inside = users[users["resource_id"] == name]
        begun = inside["start"] <= pd.Timestamp(last[period])
        begun &= inside["due_date"] >= pd.Timestamp(first[period])
        orders = sorted(set(inside.loc[begun, "supply_id"]))

        if orders:
            listed = ", ".join(orders[:_NAMED])
            more = f" and {len(orders) - _NAMED} more" if len(orders) > _NAMED else ""
            yield Finding(
                code="X-KEPT-CAPACITY",
                severity=Severity.WARNING,
                table="resources",
                key=name,
                count=len(orders),
                text=f"{name} lacks {amount_text(row['beyond'])} in {period} for "
                f"orders that are kept: {listed}{more}. Move or resize one of them.",
            )


def _users(data: PlanningData, kept: pd.DataFrame) -> pd.DataFrame:
    """
    Returns which kept order works on which resource or group between which days.
    """
    sources = data.table("sources")[["source_id", "routing_id", "lead_time_days"]]
    rows = kept.merge(sources, on="source_id", how="left", suffixes=("", "_of"))
    routing = rows["routing_id"].fillna(rows["routing_id_of"])
    # Weekends and holidays aside, work is done within the lead time.
    ahead = pd.to_timedelta(2 * rows["lead_time_days"].fillna(0.0) + 7, unit="D")
    start = rows["start_date"].fillna(rows["due_date"] - ahead)
    rows = rows.assign(routing_id=routing, start=start)
    steps = data.table("operations")[["routing_id", "resource_id", "group_id"]]
    rows = rows[["supply_id", "routing_id", "start", "due_date"]].merge(
        steps, on="routing_id"
    )
    by_machine = rows.drop(columns="group_id")
    by_group = rows.drop(columns="resource_id").rename(
        columns={"group_id": "resource_id"}
    )

    return pd.concat([by_machine, by_group]).dropna(subset="resource_id")


def _finding(code: str, name: str, text: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.WARNING,
        table="supplies",
        key=name,
        text=f"Order {name} {text}",
    )
