"""
Routes of figures: those of the library as Plotly documents, and key figures in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

import plotly.graph_objects as go
from fastapi import APIRouter, Query
from fastapi.responses import Response

from lotwright import plot
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.plot.kpi_list import HEADLINE, cards_of
from lotwright.scenarios.compare import compare
from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.formats import JSON
from lotwright.service.api.kept import data_of, plan_of, refuse_planless
from lotwright.service.api.looks import LOOK
from lotwright.service.api.polled import Polled
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.api.results import run_names

router = APIRouter(prefix="/v1", tags=["figures"], route_class=Polled)

#: Marks of one figure at most; titles say where there are more.
MOST = 5000

_Key = Annotated[str, Query(max_length=4000)]
_ThemeOf = Annotated[Literal["light", "dark"], Query()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """
    What a figure is to show; data are read only where a figure needs them.
    """

    plan: Plan
    data: Callable[[], PlanningData]
    item: str
    location: str
    resource: str
    demand: str
    colour: str
    where: str
    rows: str
    part: int
    most: int | None
    theme: str

    def at_most(self, marks: int) -> int:
        """
        Returns how many marks the figure may have, of so many that it draws at most.
        """
        return min(self.most or marks, marks)


def _load(asked: _Asked) -> go.Figure:
    return plot.load(asked.plan, asked.resource, theme=asked.theme)


def _loads(asked: _Asked) -> go.Figure:
    return plot.loads(asked.plan, most=asked.at_most(200), theme=asked.theme)


def _stock(asked: _Asked) -> go.Figure:
    return plot.stock(asked.plan, asked.item, asked.location, theme=asked.theme)


def _orders(asked: _Asked) -> go.Figure:
    return plot.orders(
        asked.plan,
        asked.resource,
        where=asked.where,
        rows=asked.rows,
        colour=asked.colour or "lateness",
        data=asked.data() if asked.colour == "priority" else None,
        most=asked.most,
        part=asked.part,
        theme=asked.theme,
    )


def _chain(asked: _Asked) -> go.Figure:
    return plot.chain(
        asked.plan,
        asked.demand,
        colour=asked.colour or "lateness",
        most=asked.at_most(MOST),
        theme=asked.theme,
    )


def _pegging(asked: _Asked) -> go.Figure:
    most = asked.at_most(1500)

    return plot.pegging(asked.plan, asked.demand, most=most, theme=asked.theme)


def _supply_path(asked: _Asked) -> go.Figure:
    return plot.supply_path(
        asked.data(),
        asked.item,
        asked.location,
        most=asked.at_most(1000),
        theme=asked.theme,
    )


def _where_used(asked: _Asked) -> go.Figure:
    return plot.where_used(
        asked.data(),
        asked.item,
        asked.location,
        most=asked.at_most(1000),
        theme=asked.theme,
    )


def _search(asked: _Asked) -> go.Figure:
    return plot.search(asked.plan, theme=asked.theme)


def _costs(asked: _Asked) -> go.Figure:
    return plot.costs(asked.plan, theme=asked.theme)


def _kpis(asked: _Asked) -> go.Figure:
    return plot.kpis(asked.plan, theme=asked.theme)


#: Figures of one run, and what each must be asked with.
FIGURES: Mapping[str, tuple[Callable[[_Asked], go.Figure], tuple[str, ...]]] = {
    "chain": (_chain, ("demand",)),
    "costs": (_costs, ()),
    "kpis": (_kpis, ()),
    "load": (_load, ("resource",)),
    "loads": (_loads, ()),
    "orders": (_orders, ()),
    "pegging": (_pegging, ("demand",)),
    "search": (_search, ()),
    "stock": (_stock, ("item", "location")),
    "supply_path": (_supply_path, ("item",)),
    "where_used": (_where_used, ("item",)),
}


@router.get("/runs/{run_id}/figures/{name}", dependencies=[LOOK])
def get_figure(
    run_id: str,
    name: str,
    who: Reader,
    store: StoreOf,
    item: _Key = "",
    location: _Key = "",
    resource: _Key = "",
    demand: _Key = "",
    colour: Annotated[str, Query(max_length=20)] = "",
    filter_: Annotated[str, Query(alias="filter", max_length=2000)] = "",
    rows: Literal["item", "resource"] = "item",
    part: Annotated[int, Query(ge=1, lt=2**31)] = 1,
    most: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    theme: _ThemeOf = "light",
) -> Response:
    """
    Returns a figure of a plan as a Plotly document.

    Orders are drawn in parts of some rows each, of items or resources; ``filter`` says
    which orders, and ``layout.meta`` of the document how many there are.
    """
    plan = plan_of(store, who, run_id)

    if name not in FIGURES:
        raise unknown()

    draw, needed = FIGURES[name]
    asked = _Asked(
        plan=plan,
        data=lambda: data_of(store, who, run_id),
        item=item,
        location=location,
        resource=resource,
        demand=demand,
        colour=colour,
        where=filter_,
        rows=rows,
        part=part,
        most=most,
        theme=theme,
    )
    missing = [each for each in needed if not getattr(asked, each)]

    if missing:
        raise Refusal(422, "figure", f"This figure needs {' and '.join(missing)}.")

    try:
        return _document(draw(asked))
    except ValueError as error:
        raise Refusal(422, "figure", str(error)) from None


@router.get("/runs/{run_id}/kpis", dependencies=[LOOK])
def get_kpis(run_id: str, who: Reader, store: StoreOf) -> dict[str, Any]:
    """
    Returns the key figures of a plan in words, each with how it is computed; those that
    planners ask for first stand first.
    """
    refuse_planless(store, who, run_id)

    def made() -> list[dict[str, Any]]:
        return _cards(plan_of(store, who, run_id))

    cards = store.memory.get(who.tenant_id, "cards", run_id, make=made, size=_size)

    return {"cards": cards}


def _cards(plan: Plan) -> list[dict[str, Any]]:
    kpis = plan.kpis
    known = [str(name) for name in kpis.loc[kpis["scope"] == "all", "name"]]
    names = [*HEADLINE, *(name for name in known if name not in HEADLINE)]
    shown = [name for name in names if name in known]
    cards = cards_of(kpis, shown)

    return [
        {"name": name, "is_headline": name in HEADLINE, **_named(asdict(card))}
        for name, card in zip(shown, cards, strict=True)
    ]


def _size(cards: list[dict[str, Any]]) -> int:
    """
    Returns about the memory that cards take.
    """
    return sum(2_000 + 2 * len(str(card)) for card in cards)


@router.get("/compare/figures/{name}", dependencies=[LOOK])
def get_comparison_figure(
    name: Literal["comparison", "bridge"],
    runs: Annotated[str, Query(max_length=400)],
    who: Reader,
    store: StoreOf,
    labels: Annotated[str, Query(max_length=1000)] = "",
    plan: Annotated[str, Query(max_length=200)] = "",
    theme: _ThemeOf = "light",
) -> Response:
    """
    Returns a figure of what plans differ in: all key figures, or the bridge of costs
    from the first plan to another one.
    """
    names = run_names(runs)
    called = [label for label in labels.split(",") if label]
    called = called if len(set(called)) == len(names) else names
    plans = [plan_of(store, who, each) for each in names]
    found = compare(*plans, names=called)
    other = called[names.index(plan)] if plan in names[1:] else called[1]

    if name == "bridge":
        return _document(plot.bridge(found, other, theme=theme))

    return _document(plot.comparison(found, theme=theme))


def _named(card: dict[str, str]) -> dict[str, str]:
    return {
        "label": card["name"],
        "value": card["value"],
        "definition": card["definition"],
    }


def _document(figure: go.Figure) -> Response:
    return Response(figure.to_json(), media_type=JSON)
