"""
Tests of explanations and action messages on plans of random networks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.actions import actions_of
from lotwright.solver.decode.explanations import explanations_of, root_cause_codes
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.schedule import NeedKind, Schedule
from tests.networks import random_network

SEEDS = range(30)


def _ids(schedule: Schedule) -> pd.Series:
    return pd.Series([f"K{n}" for n in range(len(schedule.orders))], dtype="str")


def _last_days(network: Network, schedule: Schedule) -> pd.Series:
    """
    Returns the last day on which each demand line gets anything, or ``FAR``.
    """
    needs, pegs = schedule.needs, schedule.pegs
    rows = np.flatnonzero(needs.kind[pegs.need] == NeedKind.LINE)
    line = needs.ref[pegs.need[rows]]

    return pd.Series(pegs.day[rows]).groupby(network.lines.demand_id[line]).max()


@pytest.mark.parametrize("seed", SEEDS)
def test_days_of_the_steps_add_up_to_the_delay(seed: int) -> None:
    """
    Tests that every late or short line is explained, and no other, and that the days of
    its first path add up to its delay.
    """
    network = random_network(seed)
    schedule = plan_mrp(network)
    last = _last_days(network, schedule)
    due = pd.Series(network.lines.due_day, index=network.lines.demand_id)
    delay = (last - due.reindex(last.index)).clip(lower=0)

    found = explanations_of(network, schedule, _ids(schedule))

    first = found[
        found["path"] == found.groupby("demand_id")["path"].transform("first")
    ]
    days = first.groupby("demand_id")["days"].sum(min_count=1).fillna(FAR)
    expected = delay[delay > 0].where(last < FAR, FAR)

    assert expected.to_dict() == days.to_dict()


@pytest.mark.parametrize("seed", SEEDS)
def test_root_causes_are_those_of_the_explanations(seed: int) -> None:
    """
    Tests that the code of each line is that of its first explanation.
    """
    network = random_network(seed)
    schedule = plan_mrp(network)
    table = explanations_of(network, schedule, _ids(schedule))
    first = table[table["rank"] == 1].set_index("demand_id")["cause_code"]
    codes = pd.Series(root_cause_codes(network, schedule), network.lines.demand_id)

    assert first.to_dict() == codes[codes != ""].to_dict()


@pytest.mark.parametrize("seed", SEEDS)
def test_less_of_an_order_makes_nothing_late(seed: int) -> None:
    """
    Tests that no line is later or shorter when all advice on quantities is followed.
    """
    network = random_network(seed)
    schedule = plan_mrp(network)
    actions = actions_of(network, schedule, _ids(schedule))
    cut = actions[actions["action"].isin(["cancel", "decrease"])]
    to_qty = cut.set_index("supply_id")["to_qty"]
    supplies = network.supplies
    wanted = pd.Series(supplies.supply_id).map(to_qty).to_numpy(dtype=np.float64)
    quantity = np.where(np.isnan(wanted), supplies.quantity, wanted)
    less = replace(network, supplies=replace(supplies, quantity=quantity))

    before = _last_days(network, schedule)
    after = _last_days(network, plan_mrp(less))

    assert (after <= before.reindex(after.index)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_of_an_order_make_nothing_late(seed: int) -> None:
    """
    Tests that no line is later or shorter when all advice to split orders is followed,
    with the rest put off, and that both parts make up the order.
    """
    network = random_network(seed)
    schedule = plan_mrp(network)
    actions = actions_of(network, schedule, _ids(schedule))
    early = actions[actions["action"] == "split"].set_index("supply_id")
    later = actions[actions["action"] == "defer"].set_index("supply_id")
    later = later.reindex(early.index)

    before = _last_days(network, schedule)
    after = _last_days(network, plan_mrp(_split(network, early, later)))

    assert (after <= before.reindex(after.index)).all()
    known = later["to_qty"].notna()
    assert np.allclose(
        (early["to_qty"] + later["to_qty"])[known], early["from_qty"][known]
    )


def _split(network: Network, early: pd.DataFrame, later: pd.DataFrame) -> Network:
    """
    Returns a network in which some open orders come in two parts.
    """
    supplies, rules = network.supplies, network.rules.supplies
    size = len(supplies.kind)
    rows = np.flatnonzero(pd.Index(supplies.supply_id).isin(early.index))
    key = pd.Index(supplies.supply_id[rows])
    part = early["to_qty"].reindex(key).to_numpy(dtype=np.float64)
    take = np.append(np.arange(size), rows)
    quantity, day = supplies.quantity[take].copy(), supplies.day[take].copy()
    quantity[rows] -= part
    quantity[size:] = part
    start = pd.Timestamp(network.as_of)
    to_day = (early["to_date"].reindex(key) - start).dt.days
    rest = (later["to_date"].reindex(key) - start).dt.days.to_numpy(dtype=np.float64)
    day[size:] = to_day
    day[rows] = np.where(np.isnan(rest), day[rows], rest)
    bucket = np.searchsorted(network.buckets.end, day, side="right")
    changed = {"quantity": quantity, "day": day, "bucket": bucket}
    columns = {name: getattr(supplies, name)[take] for name in supplies.__slots__}
    of_rules = {name: getattr(rules, name)[take] for name in rules.__slots__}

    return replace(
        network,
        supplies=replace(supplies, **{**columns, **changed}),
        rules=replace(network.rules, supplies=replace(rules, **of_rules)),
    )
