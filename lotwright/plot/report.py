"""
A plan as one page that needs no network: exceptions first, then figures and charts.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.model.plan import Plan
from lotwright.plot.cost_terms import costs
from lotwright.plot.demand_chain import chain
from lotwright.plot.display import FINDING_COLUMNS
from lotwright.plot.exceptions import bottlenecks, exceptions, missed, ranked
from lotwright.plot.kpi_list import HEADLINE, cards_of
from lotwright.plot.load_map import loads
from lotwright.plot.numerals import amount, counted, percent
from lotwright.plot.order_bars import orders
from lotwright.plot.pages import Sheet, as_data, render, sheet_of
from lotwright.plot.plotly_bundle import bundle
from lotwright.plot.resource_load import load
from lotwright.plot.search_course import search
from lotwright.plot.stock_projection import stock
from lotwright.plot.theme import GROUND, INK, Theme, template

#: Charts of resources, demands and stock points, of the worst of each.
_WORST = 2

#: Bars of the chart of orders, which has to draw in a moment.
_BARS = 300

_ORDERS = {
    "order_id": "Order",
    "kind": "Kind",
    "item_id": "Item",
    "location_id": "Location",
    "quantity": "Quantity",
    "uom": "Unit",
    "start_date": "Start",
    "due_date": "Due",
    "delay_days": "Days after first need",
    "status": "Status",
    "supplier_id": "Supplier",
    "reason": "Reason",
    "cost": "Cost",
}

_MISSED = {
    "demand_id": "Demand",
    "item_id": "Item",
    "location_id": "Location",
    "quantity": "Wanted",
    "late_qty": "Late",
    "short_qty": "Never",
    "days_late": "Days late",
    "promised_date": "All there on",
    "value_late": "Value",
    "object_id": "Held up by",
    "fix_hint": "What would mend it",
}

_BOTTLENECKS = {
    "resource_id": "Resource",
    "highest": "Highest load (%)",
    "fullest": "in bucket",
    "mean": "Mean load (%)",
    "full": "Full buckets",
    "setup_share": "Set-up share of load (%)",
    "overtime": "Overtime",
    "overload": "Overload",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """
    A figure of the page.

    Parameters
    ----------
    name
        Of its element.
    caption
        What it shows, for readers who do not see it.
    height
        In pixels.
    json
        The figure without its template.
    """

    name: str
    caption: str
    height: int
    json: str


def report(plan: Plan, *, title: str = "Plan", rows: int = 200) -> str:
    """
    Returns a plan as one HTML page that works without any network.

    The same plan makes the same page.

    Parameters
    ----------
    plan
        The plan.
    title
        What was planned.
    rows
        Rows of each long table at most.
    """
    themes = {theme.value: template(theme).to_plotly_json() for theme in Theme}

    return render(
        "report.html",
        title=title,
        headline=_headline(plan),
        counts=_counts(plan),
        missed=sheet_of(
            missed(plan), _MISSED, "Demand that is late or short, by value", rows
        ),
        exceptions=sheet_of(
            exceptions(plan), FINDING_COLUMNS, "Exceptions, the costliest first", rows
        ),
        cards=cards_of(plan.kpis, HEADLINE),
        kpis=_all_kpis(plan),
        bottlenecks=sheet_of(
            bottlenecks(plan), _BOTTLENECKS, "Resources, the fullest first", rows
        ),
        charts=list(_charts(plan)),
        orders=sheet_of(
            plan.orders, _ORDERS, f"{counted(len(plan.orders), 'planned order')}", rows
        ),
        findings=sheet_of(ranked(plan.findings), FINDING_COLUMNS, "All findings", rows),
        run=_run(plan),
        colours={theme.value: (GROUND[theme], INK[theme]) for theme in Theme},
        themes=as_data(themes),
        as_data=as_data,
        plotly=bundle().read_text(encoding="utf-8"),
    )


def write_report(
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    title: str = "Plan",
    rows: int = 200,
) -> Path:
    """
    Writes a plan as one HTML page and returns the file.

    Parameters
    ----------
    plan
        The plan.
    path
        The file.
    title, rows
        As in ``report``.
    """
    file = Path(path)
    file.write_text(report(plan, title=title, rows=rows), encoding="utf-8")

    return file


def _headline(plan: Plan) -> list[str]:
    return plan.summary().splitlines()[:3]


def _counts(plan: Plan) -> str:
    late, short = (int(plan.kpi(name)) for name in ("late_lines", "short_lines"))
    grave = len(exceptions(plan))

    return (
        f"{counted(late, 'demand')} late, {counted(short, 'demand')} short, "
        f"{counted(grave, 'exception')}."
    )


def _all_kpis(plan: Plan) -> Sheet:
    cards = cards_of(plan.kpis)

    return Sheet(
        caption="All key figures with their definitions",
        heads=("Figure", "Value", "How it is computed"),
        is_number=(False, True, False),
        rows=[(card.name, card.value, card.definition) for card in cards],
    )


def _charts(plan: Plan) -> Iterator[Chart]:
    full = bottlenecks(plan)["resource_id"].head(_WORST).tolist()
    late = missed(plan)["demand_id"].head(_WORST).tolist()
    figures = [
        loads(plan),
        *(load(plan, str(resource)) for resource in full),
        *(chain(plan, str(demand), most=300) for demand in late),
        *(stock(plan, item, place) for item, place in _points(plan)),
        costs(plan),
        search(plan),
        orders(plan, most=_BARS),
    ]

    drawn = [figure for figure in figures if len(figure.data)]

    for at, figure in enumerate(drawn, start=1):
        yield _chart(figure, f"chart-{at}")


def _chart(figure: go.Figure, name: str) -> Chart:
    figure.layout.template = None
    caption = str(figure.layout.title.text)

    for sign, mark in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        caption = caption.replace(sign, mark)

    return Chart(
        name=name,
        caption=caption,
        height=int(figure.layout.height or 480),
        json=str(figure.to_json(engine="json")),
    )


def _points(plan: Plan) -> list[tuple[str, str]]:
    """
    Returns the stock points to look at: where most waits, else where stock is worth
    most.
    """
    rows = plan.projection
    points = rows.assign(waits=rows["backlog"] + rows["waiting"]).groupby(
        ["item_id", "location_id"], observed=True
    )
    waits, worth = points["waits"].sum(), points["value"].mean()
    order = np.lexsort((-worth.to_numpy(), -waits.to_numpy()))

    return [(str(key[0]), str(key[1])) for key in waits.index[order[:_WORST]]]


def _run(plan: Plan) -> Sheet:
    run = plan.run
    facts = {
        "Engine": run.engine_used,
        "Engine asked for": run.engine_asked,
        "Why this engine": run.choice,
        "Why it ended": run.termination.value.replace("_", " "),
        "Cost": amount(run.objective),
        "No plan costs less than": amount(run.bound),
        "Gap": percent(run.gap()) if math.isfinite(run.gap()) else "nothing is proven",
        "Data": run.data_fingerprint,
        **{f"Version of {name}": version for name, version in run.versions.items()},
        **{
            f"Parameter {name.replace('_', ' ')}": str(value)
            for name, value in run.parameters.items()
            if not (value is None or pd.isna(str(value)))
        },
    }

    return Sheet(
        caption="How this plan was made",
        heads=("What", "Value"),
        is_number=(False, False),
        rows=[(name, value) for name, value in facts.items() if value not in ("", "-")],
    )
