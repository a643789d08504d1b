"""
Optimisation in units in which no number is far from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from lotwright.model.network import Network
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.units import (
    Units,
    in_units,
    quantities_in,
    quantities_of,
    units_of,
)
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress
from lotwright.solver.search.optimise import Optimised, optimise


def optimise_scaled(
    net: Network,
    params: SolverParams,
    *,
    starts: Sequence[Quantities] = (),
    relax: bool = False,
    listener: Listener | None = None,
    control: Control | None = None,
) -> Optimised:
    """
    Returns what `optimise` does, in units that suit a solver where numbers are extreme.

    Parameters
    ----------
    net, params, starts, relax, listener, control
        As in `optimise`.
    """
    units = units_of(net)

    if units is None:
        return optimise(
            net,
            params,
            starts=starts,
            relax=relax,
            listener=listener,
            control=control,
        )

    done = optimise(
        in_units(net, units),
        params,
        starts=[quantities_in(net, units, start) for start in starts],
        relax=relax,
        listener=_in_own_units(listener, net, units),
        control=control,
    )
    result = done.result
    found = done.quantities

    return replace(
        done,
        result=replace(
            result,
            # They are columns of another model, which may even have more of them.
            values=None,
            objective=result.objective * units.money,
            bound=result.bound * units.money,
            incumbents=tuple(
                (seconds, cost * units.money, bound * units.money)
                for seconds, cost, bound in result.incumbents
            ),
        ),
        quantities=None if found is None else quantities_of(net, units, found),
    )


def _in_own_units(
    listener: Listener | None, net: Network, units: Units
) -> Listener | None:
    if listener is None:
        return None

    def hear(event: Progress) -> None:
        plan = event.plan
        listener(
            replace(
                event,
                incumbent=event.incumbent * units.money,
                bound=event.bound * units.money,
                plan=None if plan is None else partial(_unscaled, net, units, plan),
            )
        )

    return hear


def _unscaled(net: Network, units: Units, plan: Callable[[], Quantities]) -> Quantities:
    return quantities_of(net, units, plan())
