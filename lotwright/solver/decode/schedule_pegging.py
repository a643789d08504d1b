"""
Table of the pegging of a schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lotwright.model.findings import Finding, Severity
from lotwright.model.kernel import kernel
from lotwright.model.network import Bools, Ints, Network
from lotwright.model.plan_tables import bounds_of_parts
from lotwright.model.rules import FAR
from lotwright.solver.decode.frames import as_table, first_second
from lotwright.solver.decode.schedule_tops import Pieces, top_begins
from lotwright.solver.decode.text_columns import (
    LONG,
    Keys,
    Vocabulary,
    keys_of,
    vocabulary,
)
from lotwright.solver.decode.words import PlanWords
from lotwright.solver.schedule import NeedKind, Schedule

_Dates = NDArray[np.datetime64]

_NO_LINE = ("open_order", "planned", "safety", "excess")


def pegging_parts(
    network: Network,
    schedule: Schedule,
    words: PlanWords,
    pieces: Pieces | None,
    most: int,
) -> Iterator[pd.DataFrame]:
    """
    Yields the pegging table in parts, by need and turn.

    Parameters
    ----------
    network, schedule, words
        What was planned, and its words.
    pieces
        The pegs split by the demand on top; None where they are too many, so that they
        stand as they are, without that demand.
    most
        Rows of each part at most.
    """
    pegs, needs = schedule.pegs, schedule.needs
    labels = _need_keys(network)
    # Both ends of a peg take their key from one list, for orders are in both. A blank
    # stands last, where -1 finds it.
    keys = keys_of(labels, network.supplies.supply_id, words.order_id, ("",))
    days = _Days(network, schedule)
    demand = _DemandNames(network, schedule, len(labels))
    given = _supply_names(network, schedule, len(labels))
    del labels
    amount = pegs.quantity if pieces is None else pieces.quantity

    for first, last in bounds_of_parts(len(amount), most):
        some = slice(first, last)
        rows = some if pieces is None else pieces.peg[some]
        supply, need = pegs.supply[rows], pegs.need[rows]
        supply_date, need_date, slack = days.of(supply, need)
        demand_word, demand_key = demand.of(need)

        yield as_table(
            "pegging",
            {
                "supply_kind": given.kind.column_of(given.word, supply),
                "supply_id": keys.column_of(given.key, supply),
                "lot_id": given.lot.column_of(given.batch, supply),
                "demand_kind": demand.kind.column(demand_word),
                "demand_id": keys.column(demand_key),
                "top_demand_id": _top_ids(keys, pieces, some),
                "level": _levels(pieces, some),
                "item_id": words.item.column_of(needs.point, need),
                "location_id": words.location.column_of(needs.point, need),
                "quantity": amount[some],
                "supply_date": supply_date,
                "need_date": need_date,
                "slack_days": slack,
                "hard": pegs.hard[rows],
            },
        )


def pegging_findings(schedule: Schedule, pieces: Pieces | None) -> list[Finding]:
    """
    Returns a finding where pegs stand without the demand on top.
    """
    if pieces is not None:
        return []

    return [
        Finding(
            code="I-PEG-DIRECT",
            severity=Severity.INFO,
            table="pegging",
            count=len(schedule.pegs),
            text=f"The {len(schedule.pegs):,} pegs stand without the demand at the top "
            "of their chains, for split by it they would be too many. Walk up from an "
            "order, or down from a demand, to see what belongs together.",
        )
    ]


class _Days:
    """
    Days on which supplies may be used, and on which they are needed.
    """

    def __init__(self, network: Network, schedule: Schedule) -> None:
        receipts, needs = schedule.receipts, schedule.needs
        days = np.concatenate(
            [schedule.supply_day, receipts.available_day, [0]], dtype=np.int32
        )
        self._there = np.maximum(days, 0, out=days)
        self._then = needs.day
        self._is_real = needs.kind < NeedKind.SAFETY
        self._base = first_second(network)

    def of(
        self, supply: Ints, need: Ints
    ) -> tuple[_Dates, _Dates, pd.arrays.IntegerArray]:
        """
        Returns from when on each supply may be used, when it is needed, and the days
        between.
        """
        size = len(supply)
        there, then = np.empty((2, size), dtype=np.int64)
        slack, no_slack = np.zeros(size, dtype=np.int32), np.empty(size, dtype=np.bool_)
        _write_dates(
            there,
            then,
            slack,
            no_slack,
            self._there,
            supply,
            self._then,
            self._is_real,
            need,
            self._base,
        )

        return (
            there.view("datetime64[s]"),
            then.view("datetime64[s]"),
            pd.arrays.IntegerArray(
                slack if size >= LONG else slack.astype(np.int64), no_slack
            ),
        )


@kernel
def _write_dates(
    there: Ints,
    then: Ints,
    slack: NDArray[np.int32],
    no_slack: Bools,
    days: Ints,
    supply: Ints,
    need_day: Ints,
    is_real: Bools,
    need: Ints,
    base: int,
) -> None:
    # The least integer stands for "not a time".
    blank = np.iinfo(np.int64).min

    for g in range(len(supply)):
        m, s = need[g], supply[g]
        comes = s >= 0 and days[s] < FAR
        there[g] = base + days[s] * 86400 if comes else blank
        then[g] = base + need_day[m] * 86400 if is_real[m] else blank
        no_slack[g] = not comes or not is_real[m]

        if not no_slack[g]:
            slack[g] = need_day[m] - days[s]


def _top_ids(keys: Keys, pieces: Pieces | None, some: slice) -> pd.Series | None:
    if pieces is None:
        return None

    return keys.column_of(np.arange(len(keys)), pieces.top[some])


def _levels(pieces: Pieces | None, some: slice) -> pd.arrays.IntegerArray | None:
    if pieces is None:
        return None

    level = pieces.level[some]

    return pd.arrays.IntegerArray(np.maximum(level, 0), level < 0)


def _need_keys(network: Network) -> Keys:
    """
    Returns what needs are called, by code of ``Tops``.
    """
    labels = network.points.labels

    return keys_of(
        network.lines.demand_id,
        network.open_issues.supply_id,
        [f"safety:{label}" for label in labels],
        [f"excess:{label}" for label in labels],
    )


class _DemandNames:
    """
    What needs are called, where so many keys stand before those of supplies.
    """

    def __init__(self, network: Network, schedule: Schedule, num_labels: int) -> None:
        lines = network.lines
        self.kind: Vocabulary = vocabulary([*lines.kind, *_NO_LINE])
        self._needs, self._last = schedule.needs, len(lines) - 1
        self._begins = top_begins(network)
        self._begins[NeedKind.ORDER_ISSUE] = num_labels + len(network.supplies.kind)

    def of(self, need: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """
        Returns which word, and which of all keys, each need has.
        """
        word, key = np.empty((2, len(need)), dtype=np.int32)
        needs = self._needs
        _write_labels(word, key, needs.kind, needs.ref, need, self._last, self._begins)

        return word, key


@kernel
def _write_labels(
    word: NDArray[np.int32],
    code: NDArray[np.int32],
    kind: Ints,
    ref: Ints,
    need: Ints,
    last: int,
    begins: Ints,
) -> None:
    for n in range(len(need)):
        m = need[n]
        word[n] = ref[m] if kind[m] == 0 else last + kind[m]
        code[n] = begins[kind[m]] + ref[m]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _SupplyNames:
    """
    Words for the kinds of supplies and their lots, and which of them, and of all keys,
    each supply has; the last one, at -1, is a shortage.
    """

    kind: Vocabulary
    word: NDArray[np.int32]
    key: NDArray[np.int32]
    lot: Vocabulary
    batch: NDArray[np.int32]


def _supply_names(
    network: Network, schedule: Schedule, num_labels: int
) -> _SupplyNames:
    """
    Returns what supplies are called, where so many keys stand before theirs.
    """
    known, order = network.supplies, schedule.receipts.order
    size, num_orders = len(known.kind), len(schedule.orders)
    beside = order[num_orders:]
    key = np.arange(size + num_orders + len(beside) + 1, dtype=np.int32)
    key[size + num_orders : -1] = size + beside
    key[-1] = size + num_orders
    key += num_labels
    word = np.full(len(key), size, dtype=np.int32)
    batch = np.full(len(key), -1, dtype=np.int32)
    word[:size] = batch[:size] = np.arange(size, dtype=np.int32)
    word[-1] = size + 1

    return _SupplyNames(
        kind=vocabulary([*known.kind, "planned", "shortage"]),
        word=word,
        key=key,
        lot=vocabulary(known.lot_id, blank=True),
        batch=batch,
    )
