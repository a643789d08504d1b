"""
Table of the pegging of a schedule.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.frames import as_table, dates
from lotwright.solver.decode.schedule_tops import Pieces, top_codes
from lotwright.solver.decode.text_columns import Keys, keys_of, vocabulary
from lotwright.solver.decode.words import PlanWords
from lotwright.solver.schedule import NeedKind, Schedule

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

    days = np.concatenate([schedule.supply_day, schedule.receipts.available_day, [0]])
    there = np.maximum(days, 0)[supply]
    need_day, is_met = needs.day[need], supply >= 0
    is_real = (needs.kind < NeedKind.SAFETY)[need]
    slack = np.where(is_met & is_real, need_day - there, np.nan)
    labels = _need_keys(network)
    demand_kind, demand_id = _demand_words(network, schedule, words, labels, need)
    supply_kind, supply_id, lot_id = _supply_words(network, schedule, words, supply)
    point = needs.point[need]

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
            "item_id": words.item.column(point),
            "location_id": words.location.column(point),
            "quantity": _quantity(schedule, pieces),
            "supply_date": dates(network, there, known=is_met),
            "need_date": dates(network, need_day, known=is_real),
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


def _quantity(schedule: Schedule, pieces: Pieces | None) -> Floats:
    return schedule.pegs.quantity if pieces is None else pieces.quantity


def _tops(labels: Keys, pieces: Pieces | None) -> pd.Series | None:
    if pieces is None:
        return None

    return keys_of(labels, ("",)).column(
        np.where(pieces.top >= 0, pieces.top, len(labels))
    )


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
    is_issue = needs.kind == NeedKind.ORDER_ISSUE
    code = top_codes(network, needs.kind, needs.ref)
    code = np.where(is_issue, len(labels) + needs.ref, code)
    kinds = vocabulary([*lines.kind, *_NO_LINE])
    word = np.where(needs.kind == NeedKind.LINE, needs.ref, len(lines) - 1 + needs.kind)

    return (
        kinds.column(word[need]),
        keys_of(labels, words.order_id).column(code[need]),
    )


def _supply_words(
    network: Network, schedule: Schedule, words: PlanWords, supply: Ints
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """
    Returns kind, key and lot of the supply of each peg.
    """
    known = network.supplies
    size, num_orders = len(known.kind), len(words.order_id)
    # What each supply is called; the last one, at -1, is a shortage.
    row = np.arange(size, dtype=np.int64)
    order = schedule.receipts.order
    key = np.concatenate([row, size + order, [size + num_orders]])
    kind = np.concatenate([row, np.full(len(order), size), [size + 1]])
    lot = np.concatenate([row, np.full(len(order) + 1, -1)])

    return (
        vocabulary([*known.kind, "planned", "shortage"]).column(kind[supply]),
        keys_of(known.supply_id, words.order_id, ("",)).column(key[supply]),
        vocabulary(known.lot_id, blank=True).column(lot[supply]),
    )
