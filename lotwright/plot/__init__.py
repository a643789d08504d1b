"""
Figures of plans, data and comparisons; each function returns a Plotly figure.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

# Nothing of this is loaded before it is asked for: a plan needs no figure, and the
# library of figures takes a second to load.
if TYPE_CHECKING:
    from lotwright.plot.comparison_figure import comparison as comparison
    from lotwright.plot.cost_bridge import bridge as bridge
    from lotwright.plot.cost_terms import costs as costs
    from lotwright.plot.demand_chain import chain as chain
    from lotwright.plot.kpi_figure import kpis as kpis
    from lotwright.plot.load_map import loads as loads
    from lotwright.plot.order_bars import orders as orders
    from lotwright.plot.pegging_network import pegging as pegging
    from lotwright.plot.resource_load import load as load
    from lotwright.plot.risk_figure import risks as risks
    from lotwright.plot.search_course import search as search
    from lotwright.plot.stock_projection import stock as stock
    from lotwright.plot.supply_path_figure import supply_path as supply_path
    from lotwright.plot.sweep_figure import sweep as sweep
    from lotwright.plot.theme import Theme as Theme
    from lotwright.plot.tornado_figure import tornado as tornado
    from lotwright.plot.uncertainty_figure import uncertainty as uncertainty
    from lotwright.plot.where_used_figure import where_used as where_used
else:
    #: Module of each public name.
    _MODULES = {
        "Theme": "theme",
        "bridge": "cost_bridge",
        "chain": "demand_chain",
        "comparison": "comparison_figure",
        "costs": "cost_terms",
        "kpis": "kpi_figure",
        "load": "resource_load",
        "loads": "load_map",
        "orders": "order_bars",
        "pegging": "pegging_network",
        "risks": "risk_figure",
        "search": "search_course",
        "stock": "stock_projection",
        "supply_path": "supply_path_figure",
        "sweep": "sweep_figure",
        "tornado": "tornado_figure",
        "uncertainty": "uncertainty_figure",
        "where_used": "where_used_figure",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)

        module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
        value = globals()[name] = getattr(module, name)

        return value

    def __dir__() -> list[str]:
        return sorted(_MODULES)
