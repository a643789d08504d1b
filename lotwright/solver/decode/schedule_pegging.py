"""
Table of the pegging of a schedule.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lotwright.model.findings import Finding, Severity
from lotwright.model.kernel import kernel
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.frames import as_table, first_second
from lotwright.solver.decode.schedule_tops import Pieces, top_begins
from lotwright.solver.decode.text_columns import LONG, Keys, keys_of, vocabulary
from lotwright.solver.decode.words import PlanWords
from lotwright.solver.schedule import NeedKind, Schedule

_Dates = NDArray[np.datetime64]

_NO_LINE = ("open_order", "planned", "safety", "excess")


def pegging_table(
    network: Network, schedule: Schedule, words: PlanWords, pieces: Pieces | None
) -> pd.DataFrame:
    """
    Returns the pegging table, by need and turn.

    Parameters
    ----------
    network, schedule, words
        What was planned, and its words.
    pieces
        The pegs split by the demand on top; None where they are too many, so that they
        stand as they are, without that demand.
    """
    pegs, needs = schedule.pegs, schedule.needs
    supply, need, hard = pegs.supply, pegs.need, pegs.hard

    if pieces is not None:
        peg = pieces.peg
        supply, need, hard = supply[peg], need[peg], hard[peg]

    supply_date, need_date, slack = _dates(network, schedule, supply, need)
    labels = _need_keys(network)
    demand_kind, demand_id = _demand_words(network, schedule, words, labels, need)
    supply_kind, supply_id, lot_id = _supply_words(network, schedule, words, supply)

    return as_table(
        "pegging",
        {
            "supply_kind": supply_kind,
            "supply_id": supply_id,
            "lot_id": lot_id,
            "demand_kind": demand_kind,
            "demand_id": demand_id,
            "top_demand_id": _tops(labels, pieces),
            "level": _levels(pieces),
            "item_id": words.item.column_of(needs.point, need),
            "location_id": words.location.column_of(needs.point, need),
            "quantity": _quantity(schedule, pieces),
            "supply_date": supply_date,
            "need_date": need_date,
            "slack_days": slack,
            "hard": hard,
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


def _dates(
    network: Network, schedule: Schedule, supply: Ints, need: Ints
) -> tuple[_Dates, _Dates, pd.arrays.IntegerArray]:
    """
    Returns from when on each supply may be used, when it is needed, and the days
    between.
    """
    size = len(supply)
    needs = schedule.needs
    days = np.concatenate([schedule.supply_day, schedule.receipts.available_day, [0]])
    there, then = np.empty((2, size), dtype=np.int64)
    slack, no_slack = np.zeros(size, dtype=np.int32), np.empty(size, dtype=np.bool_)
    _write_dates(
        there,
        then,
        slack,
        no_slack,
        np.maximum(days, 0),
        supply,
        needs.day,
        needs.kind < NeedKind.SAFETY,
        need,
        first_second(network),
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


def _quantity(schedule: Schedule, pieces: Pieces | None) -> Floats:
    return schedule.pegs.quantity if pieces is None else pieces.quantity


def _tops(labels: Keys, pieces: Pieces | None) -> pd.Series | None:
    if pieces is None:
        return None

    # A blank stands last, where -1 finds it.
    size = len(labels)

    return keys_of(labels, ("",)).column_of(np.arange(size + 1), pieces.top)


def _levels(pieces: Pieces | None) -> pd.arrays.IntegerArray | None:
    if pieces is None:
        return None

    return pd.arrays.IntegerArray(np.maximum(pieces.level, 0), pieces.level < 0)


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


def _demand_words(
    network: Network,
    schedule: Schedule,
    words: PlanWords,
    labels: Keys,
    need: Ints,
) -> tuple[pd.Series, pd.Series]:
    """
    Returns kind and key of the need of each peg.
    """
    needs, lines = schedule.needs, network.lines
    kinds = vocabulary([*lines.kind, *_NO_LINE])
    word, code = np.empty((2, len(needs)), dtype=np.int32)
    begins = top_begins(network)
    begins[NeedKind.ORDER_ISSUE] = len(labels)
    _write_labels(word, code, needs.kind, needs.ref, len(lines) - 1, begins)

    return (
        kinds.column_of(word, need),
        keys_of(labels, words.order_id).column_of(code, need),
    )


@kernel
def _write_labels(
    word: NDArray[np.int32],
    code: NDArray[np.int32],
    kind: Ints,
    ref: Ints,
    last: int,
    begins: Ints,
) -> None:
    for m in range(len(kind)):
        word[m] = ref[m] if kind[m] == 0 else last + kind[m]
        code[m] = begins[kind[m]] + ref[m]


def _supply_words(
    network: Network, schedule: Schedule, words: PlanWords, supply: Ints
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """
    Returns kind, key and lot of the supply of each peg.
    """
    known = network.supplies
    size, num_orders = len(known.kind), len(words.order_id)
    # What each supply is called; the last one, at -1, is a shortage.
    row, order = np.arange(size, dtype=np.int32), schedule.receipts.order
    of_order = np.arange(size, size + num_orders, dtype=np.int32)
    last = np.array([size + num_orders], dtype=np.int32)
    key = np.concatenate([row, of_order, size + order[num_orders:], last])
    kind = np.full(len(key), size, dtype=np.int32)
    lot = np.full(len(key), -1, dtype=np.int32)
    kind[:size] = lot[:size] = row
    kind[-1] = size + 1

    return (
        vocabulary([*known.kind, "planned", "shortage"]).column_of(kind, supply),
        keys_of(known.supply_id, words.order_id, ("",)).column_of(key, supply),
        vocabulary(known.lot_id, blank=True).column_of(lot, supply),
    )
