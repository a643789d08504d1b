"""
Explanations: why each late or short demand line is, step by step.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Floats, Ints, Network, Texts
from lotwright.model.rules import FAR
from lotwright.solver.decode.causes_of_lines import CODES_OF, OF_LINE, OF_SOURCE, Cause
from lotwright.solver.decode.chains import Chains, Steps, chains_of
from lotwright.solver.decode.explanation_texts import hints_of, other_days, paths_of
from lotwright.solver.decode.frames import as_table, dates
from lotwright.solver.decode.text_columns import Keys
from lotwright.solver.schedule import Schedule

_KINDS = {
    **dict.fromkeys(OF_LINE, "demand"),
    Cause.AWAIT: "order",
    **dict.fromkeys(OF_SOURCE, "source"),
}

_LIMITS = {
    ResourceKind.MACHINE: "resource",
    ResourceKind.GROUP: "resource",
    ResourceKind.SUPPLIER: "supplier",
    ResourceKind.SOURCE: "source",
    ResourceKind.LANE: "lane",
}


def explanations_of(
    network: Network, schedule: Schedule, order_id: Keys | pd.Series | Texts
) -> pd.DataFrame:
    """
    Returns the table of explanations, by demand line and rank.

    The part of a line that comes last, or never, is explained first; the days of its
    rows add up to the delay of the line. Other parts follow where something else delays
    them.

    Parameters
    ----------
    network, schedule
        What was planned.
    order_id
        Identifier of each planned order.
    """
    chains = chains_of(network, schedule)

    return explained(
        network,
        chains,
        schedule.orders.activity,
        order_id,
        other_days(network, schedule, chains.steps),
    )


def explained(
    network: Network,
    chains: Chains,
    activity: Ints,
    order_id: Keys | pd.Series | Texts,
    other_day: Ints,
) -> pd.DataFrame:
    """
    Returns the table of explanations that some chains make.

    Parameters
    ----------
    network, chains
        Chains of a plan.
    activity, order_id
        Activity and identifier of each planned order.
    other_day
        As in ``hints_of``, for each step.
    """
    quantity, kept = _quantities(chains)
    rows, rank = _ranked(chains, kept)
    steps = _taken(chains.steps, rows)
    chain = steps.chain
    day, is_known = chains.day[chain], chains.day[chain] < FAR
    paths = paths_of(network, activity, chains, order_id, kept)
    names = object_ids(network, steps)

    return as_table(
        "explanations",
        {
            "demand_id": network.lines.demand_id[chains.line[chain]],
            "rank": rank,
            "cause_code": np.array(CODES_OF, dtype=np.object_)[steps.cause],
            "object_kind": _object_kinds(network, steps),
            "object_id": names,
            "period_id": np.array([*network.buckets.period_id, ""], dtype=np.object_)[
                steps.bucket
            ],
            "quantity": quantity[chain],
            "days": np.where(steps.days < FAR, steps.days, np.nan),
            "earliest_date": dates(network, day, known=is_known),
            "fix_hint": hints_of(network, activity, steps, day, names, other_day[rows]),
            "path": paths[chain],
        },
    )


def root_cause_codes(network: Network, schedule: Schedule) -> Texts:
    """
    Returns the code of the first cause of each demand line, empty where it is in time.
    """
    chains = chains_of(network, schedule)
    first = first_steps(chains)
    found = np.full(len(network.lines), "", dtype=np.object_)
    line = chains.line[chains.steps.chain[first]]
    found[line] = np.array(CODES_OF, dtype=np.object_)[chains.steps.cause[first]]

    return found


def first_steps(chains: Chains) -> Ints:
    """
    Returns the step that stands first in the explanation of each line that has one.
    """
    _, kept = _quantities(chains)
    rows, rank = _ranked(chains, kept)
    first: Ints = rows[rank == 1]

    return first


def _quantities(chains: Chains) -> tuple[Floats, Ints]:
    """
    Returns the quantity of each chain, with that of later ones of the same line and
    root, which are left out; and the chains that are kept.
    """
    steps = chains.steps
    roots = np.flatnonzero(steps.is_root)
    roots = roots[np.unique(steps.chain[roots], return_index=True)[1]]
    frame = pd.DataFrame(
        {
            "line": chains.line[steps.chain[roots]],
            "cause": steps.cause[roots],
            "object": steps.object[roots],
            "bucket": steps.bucket[roots],
        }
    )
    keys = ["line", "cause", "object", "bucket"]
    part = chains.quantity[steps.chain[roots]]
    whole = frame.assign(part=part).groupby(keys)["part"].transform("sum")
    quantity = chains.quantity.copy()
    quantity[steps.chain[roots]] = whole.to_numpy(dtype=np.float64)
    is_first = ~frame.duplicated().to_numpy(dtype=np.bool_)

    return quantity, steps.chain[roots[is_first]]


def _ranked(chains: Chains, kept: Ints) -> tuple[Ints, Ints]:
    """
    Returns the steps that delay, by line and rank, and the rank of each.
    """
    steps = chains.steps
    is_kept = np.zeros(len(chains.line), dtype=np.bool_)
    is_kept[kept] = True
    rows = np.flatnonzero(is_kept[steps.chain] & (steps.days > 0))
    line, chain = chains.line[steps.chain[rows]], steps.chain[rows]
    is_past = steps.cause[rows] == Cause.BEFORE_TODAY
    order = np.lexsort(
        (1 - steps.is_root[rows], -steps.days[rows], is_past, chain, line)
    )
    rows, line = rows[order], line[order]
    rank = pd.Series(line).groupby(line).cumcount() + 1

    return rows, np.asarray(rank, dtype=np.int64)


def _taken(steps: Steps, rows: Ints) -> Steps:
    """
    Returns some of the steps.
    """
    return Steps(**{name: getattr(steps, name)[rows] for name in Steps.__slots__})


def _object_kinds(network: Network, steps: Steps) -> Texts:
    words = [_KINDS.get(cause, "item") for cause in Cause]
    found = np.array(words, dtype=np.object_)[steps.cause]
    rows = _of_resource(steps)
    limits = np.array([_LIMITS[kind] for kind in ResourceKind], dtype=np.object_)
    found[rows] = limits[network.resources.kind[steps.object[rows]]]

    return found


def object_ids(network: Network, steps: Steps) -> Texts:
    """
    Returns the name of the object of each step, as it stands in its own table.
    """
    found = np.full(len(steps), "", dtype=np.object_)
    labels = np.array(network.points.labels, dtype=np.object_)
    is_resource = np.zeros(len(steps), dtype=np.bool_)
    is_resource[_of_resource(steps)] = True
    kinds = np.array([_KINDS.get(cause, "item") for cause in Cause])[steps.cause]
    kinds[is_resource] = "limit"
    names = {
        "item": labels,
        "demand": network.lines.demand_id,
        "order": network.supplies.supply_id,
        "source": network.activities.source_id,
        "limit": _limit_names(network),
    }

    for kind, known in names.items():
        rows = kinds == kind
        found[rows] = known[steps.object[rows]]

    return found


def _limit_names(network: Network) -> Texts:
    """
    Returns the name of what each resource limits, without the word that tells the
    limits of suppliers, sources and lanes from machines.
    """
    names = network.resources.resource_id.copy()

    for kind in (ResourceKind.SUPPLIER, ResourceKind.SOURCE, ResourceKind.LANE):
        prefix = kind.name.lower() + ":"
        rows = np.flatnonzero(network.resources.kind == kind)
        names[rows] = [str(name).removeprefix(prefix) for name in names[rows]]

    return names


def _of_resource(steps: Steps) -> Ints:
    return np.flatnonzero(
        (steps.cause == Cause.CAPACITY) | (steps.cause == Cause.SUPPLIER)
    )
