"""
Tables of a simulation: figures, demand lines, stock points and causes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools
from lotwright.model.codes_of_rows import codes_of
from lotwright.model.kpis import COST_TERMS
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.plan import Plan
from lotwright.scenarios.montecarlo.sampling import FIGURES, Samples

#: What a cause is called, by its number.
CAUSES = ("lead_time", "demand")

#: Percentiles that are told.
PERCENTILES = (5, 25, 50, 75, 95)


def samples_table(samples: Samples) -> pd.DataFrame:
    """
    Returns the figures of each sample, a row for each; cost is the sum of its terms.

    Parameters
    ----------
    samples
        The samples.
    """
    service = len(FIGURES)
    figures = samples.figures
    columns: dict[str, object] = {"sample": np.arange(len(figures))}
    columns |= {name: figures[:, at] for at, name in enumerate(FIGURES)}
    columns["cost"] = figures[:, service:].sum(axis=1)
    columns |= {name: figures[:, service + at] for at, name in enumerate(COST_TERMS)}

    return pd.DataFrame(columns)


def figures_table(plan: Plan, samples: pd.DataFrame) -> pd.DataFrame:
    """
    Returns what each figure is in the plan and in the samples, a row per figure.

    Parameters
    ----------
    plan
        The plan.
    samples
        Figures of each sample.
    """
    known = plan.kpis.set_index("name")
    unit = known["unit"].to_dict() | {"quantity_delivered": "fraction"}
    planned = known["value"].to_dict()
    wanted = float(plan.fulfilment["quantity"].sum())
    short = float(plan.fulfilment["short_qty"].sum())
    planned["quantity_delivered"] = 1.0 - short / wanted if wanted > 0 else 1.0
    names = [str(name) for name in samples.columns if name != "sample"]
    values = samples[names].to_numpy(dtype=np.float64)
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(len(names))
    # What never varies has no deviation, not even by rounding.
    deviation = np.where(np.ptp(values, axis=0) == 0, 0.0, deviation)
    spread = np.percentile(values, PERCENTILES, axis=0)

    return pd.DataFrame(
        {
            "name": pd.Series(names, dtype="str"),
            "plan": [float(planned[name]) for name in names],
            "mean": values.mean(axis=0),
            "standard_error": deviation / np.sqrt(len(values)),
            "deviation": deviation,
            **{f"p{at}": spread[row] for row, at in enumerate(PERCENTILES)},
            "unit": pd.Series([str(unit[name]) for name in names], dtype="str"),
        }
    )


def demands_table(plan: Plan, network: Network, samples: Samples) -> pd.DataFrame:
    """
    Returns the demand lines by risk: those first that are late or short most often.

    Parameters
    ----------
    plan, network
        What was planned.
    samples
        The samples.
    """
    lines, points = network.lines, network.points
    is_late, is_short = samples.days_late > 0, samples.short > 0
    missed = is_late | is_short
    risk, count = missed.mean(axis=0), len(missed)
    cause, share = _most_often(samples.cause, missed)
    place = np.where(cause >= 0, cause // 2, 0)
    words = np.array([*CAUSES, ""], dtype=np.object_)
    row = codes_of(
        plan.fulfilment["demand_id"].to_numpy(dtype=object),
        pd.Series(lines.demand_id, dtype=object),
    )
    planned = plan.fulfilment.iloc[row]
    frame = pd.DataFrame(
        {
            "demand_id": lines.demand_id,
            "item_id": points.item_id[lines.point],
            "location_id": points.location_id[lines.point],
            "quantity": lines.quantity,
            "due_date": network.buckets.date(lines.due_day).astype("datetime64[s]"),
            "planned_days_late": planned["days_late"].to_numpy(dtype=np.float64),
            "planned_short": planned["short_qty"].to_numpy(dtype=np.float64),
            "risk": risk,
            "standard_error": np.sqrt(risk * (1.0 - risk) / count),
            "late_probability": is_late.mean(axis=0),
            "short_probability": is_short.mean(axis=0),
            "days_late_mean": samples.days_late.mean(axis=0),
            "days_late_p90": np.percentile(samples.days_late, 90, axis=0),
            "fill_rate": _ratio(
                samples.on_time.sum(axis=0), samples.wanted.sum(axis=0)
            ),
            "cause": words[np.where(cause >= 0, cause % 2, -1)],
            "cause_item_id": np.where(cause >= 0, points.item_id[place], ""),
            "cause_location_id": np.where(cause >= 0, points.location_id[place], ""),
            "cause_share": share,
        }
    )
    turn = np.lexsort(
        (np.arange(len(frame)), -frame["days_late_mean"].to_numpy(), -risk)
    )

    return _as_text(frame.iloc[turn].reset_index(drop=True))


def items_table(plan: Plan, network: Network, samples: Samples) -> pd.DataFrame:
    """
    Returns service and stock of every item and location, in the network's order.

    Parameters
    ----------
    plan, network
        What was planned.
    samples
        The samples.
    """
    lines, points, days = network.lines, network.points, network.buckets.days
    shape = (len(points), network.num_buckets)
    end = plan.projection["end"].to_numpy(dtype=np.float64).reshape(shape)
    on_time = _by_point(network, samples.on_time)
    wanted = _by_point(network, samples.wanted)
    missed = ((samples.days_late > 0) | (samples.short > 0)).mean(axis=0)
    size = np.bincount(lines.point, minlength=len(points)).astype(np.float64)
    at_risk = np.bincount(lines.point, weights=missed, minlength=len(points))
    spread = np.percentile(samples.stock, (5, 95), axis=0)

    return _as_text(
        pd.DataFrame(
            {
                "item_id": points.item_id,
                "location_id": points.location_id,
                "demands": size.astype(np.int64),
                "on_time_in_full": 1.0 - _ratio(at_risk.astype(np.float64), size),
                "fill_rate": _ratio(on_time, wanted),
                "stock_planned": np.maximum(end, 0.0) @ days / days.sum(),
                "stock_mean": samples.stock.mean(axis=0),
                "stock_p5": spread[0],
                "stock_p95": spread[1],
            }
        )
    )


def causes_table(network: Network, samples: Samples) -> pd.DataFrame:
    """
    Returns why demand was late or short, the most frequent cause first.

    ``share`` is of all demand lines that were late or short in any sample, but for
    those that the plan itself has late.

    Parameters
    ----------
    network
        What was planned.
    samples
        The samples.
    """
    missed = ((samples.days_late > 0) | (samples.short > 0)) & (samples.cause >= 0)
    sample, line = np.nonzero(missed)
    cause = samples.cause[sample, line]
    codes, place = np.unique(cause, return_inverse=True)
    count = np.bincount(place, minlength=len(codes))
    frame = pd.DataFrame(
        {
            "cause": np.array(CAUSES, dtype=np.object_)[codes % 2],
            "item_id": network.points.item_id[codes // 2],
            "location_id": network.points.location_id[codes // 2],
            "share": count / max(count.sum(), 1),
            "demands": _distinct(place, line, len(codes)),
            "samples": _distinct(place, sample, len(codes)),
        }
    )

    return _as_text(
        frame.sort_values("share", ascending=False, kind="stable").reset_index(
            drop=True
        )
    )


def _by_point(network: Network, cells: Floats) -> Floats:
    return np.bincount(
        network.lines.point,
        weights=cells.sum(axis=0),
        minlength=len(network.points),
    ).astype(np.float64)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """
    Returns parts of wholes, NaN of nothing.
    """
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)


def _distinct(group: Ints, member: Ints, size: int) -> Ints:
    """
    Returns how many different members each group has.
    """
    pairs = np.unique(np.stack([group, member]), axis=1)

    return np.bincount(pairs[0], minlength=size)


def _most_often(cause: Ints, missed: Bools) -> tuple[Ints, Floats]:
    """
    Returns the most frequent cause of each line, or -1, and its share of the samples in
    which the line is late or short.
    """
    size = missed.shape[1]
    found, share = np.full(size, -1, dtype=np.int64), np.zeros(size)
    sample, line = np.nonzero(missed & (cause >= 0))

    if not len(line):
        return found, share

    pairs, count = np.unique(
        np.stack([line, cause[sample, line]]), axis=1, return_counts=True
    )
    # Of equally frequent ones, that of the lowest number.
    turn = np.lexsort((-pairs[1], count))
    found[pairs[0, turn]] = pairs[1, turn]
    share[pairs[0, turn]] = count[turn]

    return found, share / np.maximum(missed.sum(axis=0), 1)


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Returns a frame whose columns of words are text.
    """
    words = [name for name in frame.columns if frame[name].dtype == np.object_]

    return frame.astype(dict.fromkeys(words, "str"))
