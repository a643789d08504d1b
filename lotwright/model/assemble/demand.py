"""
Demand: the classes that lines form, and what lateness and loss cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lotwright.model.assemble.demand_lines import DEFAULT_PRIORITY
from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.worth import Worth
from lotwright.model.buckets import Buckets
from lotwright.model.network import Bools, DemandClasses, DemandLines, Floats, Ints

#: Priorities further apart than this cost the same, so that costs stay in proportion.
_MOST_STEPS = 10

#: Below the default priority, least costs of lateness grow by this part for each step.
_LEAST_STEP = 0.1

#: Lateness costs at least so many times holding, twice the penalty for safety stock.
_HOLDING_FACTOR = 10.0

#: Waiting a day costs at least so many times the set-up that it would save.
_SET_UP_FACTOR = 2.0

#: What is read of the lines.
_COLUMNS = [
    "demand_id",
    "kind",
    "base",
    "rank",
    "due_day",
    "bucket",
    "patience",
    "late_cost_per_day",
    "lost_cost",
]

#: The smallest order line counts for at least this part of the average one.
_LEAST_SHARE = 0.01


def demand_of(
    lines: pd.DataFrame,
    points: PointKeys,
    worth: Worth,
    may_be_late: Bools,
    buckets: Buckets,
) -> tuple[DemandClasses, DemandLines, Ints]:
    """
    Returns demand classes and their lines, and the row that each line was made of.

    Parameters
    ----------
    lines
        Lines of ``demand_rows``.
    points, buckets
        Stock points and time.
    worth
        What default costs are made of.
    may_be_late
        Whether demand of a stock point may be late, shape ``(P,)``.
    """
    point = points.find(lines["pair"].to_numpy(dtype=np.int64))
    lines = lines[_COLUMNS].assign(point=point)
    lines["late"], lines["lost"] = _costs(lines, worth, buckets)
    lines.loc[
        ~may_be_late[lines["point"].to_numpy(dtype=np.int64)], "patience"
    ] = -np.inf
    by = ["point", "rank", "late", "lost", "patience"]
    # The lines are sorted by demand already, and each sort here is stable.
    order = np.lexsort([lines[name].to_numpy() for name in ("due_day", *by[::-1])])
    lines = lines.iloc[order].reset_index(drop=True)
    new = _differ([lines[name].to_numpy() for name in by])
    code = np.cumsum(new) - 1
    heads = lines[new]
    quantity = np.zeros((len(heads), len(buckets)))
    bucket = lines["bucket"].to_numpy(dtype=np.int64)
    np.add.at(quantity, (code, bucket), lines["base"].to_numpy(dtype=np.float64))
    point = heads["point"].to_numpy(dtype=np.int64)
    rank = heads["rank"].to_numpy(dtype=np.int64)
    classes = DemandClasses(
        point=point,
        priority=rank,
        labels=_labels(points, point, rank),
        quantity=quantity,
        late_cost=heads["late"].to_numpy(dtype=np.float64),
        lost_cost=heads["lost"].to_numpy(dtype=np.float64),
        backlog_limit=_backlog_limit(lines, code, quantity.shape, buckets),
    )

    return classes, _demand_lines(lines, code), order


def _differ(columns: Sequence[NDArray[np.generic]]) -> Bools:
    """
    Returns which rows differ from the row before in any column; the first one does.
    """
    new = np.ones(len(columns[0]), dtype=np.bool_)
    new[1:] = False

    for column in columns:
        new[1:] |= np.not_equal(column[1:], column[:-1])

    return new


def _demand_lines(lines: pd.DataFrame, code: Ints) -> DemandLines:
    # Each kind is one word of all its lines, not a word for every line.
    which, kinds = pd.factorize(lines["kind"], use_na_sentinel=False)

    return DemandLines(
        demand_id=lines["demand_id"].to_numpy(dtype=object),
        kind=kinds.to_numpy(dtype=object)[which],
        demand_class=code,
        point=lines["point"].to_numpy(dtype=np.int64),
        priority=lines["rank"].to_numpy(dtype=np.int64),
        quantity=lines["base"].to_numpy(dtype=np.float64),
        due_day=lines["due_day"].to_numpy(dtype=np.int64),
        bucket=lines["bucket"].to_numpy(dtype=np.int64),
    )


def _costs(
    lines: pd.DataFrame, worth: Worth, buckets: Buckets
) -> tuple[Floats, Floats]:
    point = lines["point"].to_numpy(dtype=np.int64)
    rank = lines["rank"].to_numpy(dtype=np.int64)
    least = _smallest_need(lines)
    floor = np.maximum(
        _HOLDING_FACTOR * worth.holding_cost[point],
        _SET_UP_FACTOR * worth.largest_lot_cost[point] / least,
    )
    usual = worth.late_rate[point] * worth.price[point]
    late = np.maximum(usual * _doubled(rank), floor * _raised(rank))
    given = lines["late_cost_per_day"].to_numpy(dtype=np.float64)
    late = np.where(np.isnan(given), late, given)
    given = lines["lost_cost"].to_numpy(dtype=np.float64)
    given = np.where(np.isnan(given), worth.lost_cost[point], given)
    serving = worth.unit_cost[point] + worth.lot_cost[point] / least
    holding = worth.holding_cost[point] * buckets.horizon
    waiting = late * buckets.horizon + serving + holding
    # The price on top, so that nothing is lost for free where no other cost is known.
    default = 2.0 * waiting + worth.price[point]

    return late, np.where(np.isnan(given), default, given)


def _doubled(rank: Ints) -> Floats:
    """
    Returns the weight of priorities: 1 at the default one, doubled for each step.
    """
    steps = np.clip(DEFAULT_PRIORITY - rank, -_MOST_STEPS, _MOST_STEPS)

    return 2.0 ** np.asarray(steps, dtype=np.float64)


def _raised(rank: Ints) -> Floats:
    """
    Returns weights of at least 1 that are larger for every step of priority.
    """
    lowest = max(DEFAULT_PRIORITY, int(rank.max(initial=0)))
    below = lowest - np.maximum(rank, DEFAULT_PRIORITY)

    return np.maximum(_doubled(rank), 1.0) * (1.0 + _LEAST_STEP * below)


def _smallest_need(lines: pd.DataFrame) -> Floats:
    per_bucket = lines.groupby(["point", "rank", "bucket"])["base"].transform("sum")
    by_class = per_bucket.groupby([lines["point"], lines["rank"]])
    least = np.maximum(
        by_class.transform("min"), _LEAST_SHARE * by_class.transform("mean")
    )

    return np.asarray(least, dtype=np.float64)


def _labels(points: PointKeys, point: Ints, rank: Ints) -> tuple[str, ...]:
    item, location = points.item_id, points.location_id
    names = pd.Series(
        [
            f"{item[p]}@{location[p]}/{r}"
            for p, r in zip(point.tolist(), rank.tolist(), strict=True)
        ],
        dtype="str",
    )

    if names.is_unique:
        return tuple(names)

    again = names.groupby(names).cumcount()

    return tuple(names.where(again == 0, names + "." + (again + 1).astype("str")))


def _backlog_limit(
    lines: pd.DataFrame, code: Ints, shape: tuple[int, int], buckets: Buckets
) -> Floats:
    """
    Returns what may be late at the end of each bucket, shape ``(D, T)``.

    A line may be late at the end of a bucket when it may still be delivered on the
    first day after it; at the end of the horizon nothing may be: it is lost.
    """
    patience = lines["patience"].to_numpy(dtype=np.float64)
    hasty = patience < np.inf

    if not hasty.any():
        one = np.full(shape[1], np.inf)
        one[-1] = 0.0

        return np.broadcast_to(one, shape)

    limit = np.full(shape, np.inf)
    limit[code[hasty]] = 0.0
    first = lines["bucket"].to_numpy(dtype=np.int64)
    last = lines["due_day"].to_numpy(dtype=np.int64) + np.where(hasty, patience, 0.0)
    after = np.searchsorted(buckets.end, last, side="right")
    rows = np.flatnonzero(hasty & (after > first))
    base = lines["base"].to_numpy(dtype=np.float64)[rows]
    change = np.zeros((shape[0], shape[1] + 1))
    np.add.at(change, (code[rows], first[rows]), base)
    np.add.at(change, (code[rows], after[rows]), -base)
    limit += np.maximum(np.cumsum(change, axis=1)[:, :-1], 0.0)
    limit[:, -1] = 0.0

    return limit
