"""
The page of results: how they were measured, comparison by set, costs and best values.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from benchmarks.scores import (
    Score,
    best_of,
    compared,
    costs,
    mean_integral,
    summary,
)

#: A plan within this part of a bound is proven to be the best.
PROVEN = 1e-4

_PACKAGES = ("lotwright", "highspy", "pyscipopt", "ortools", "numpy", "numba")


def report(
    scores: Sequence[Score], engines: Sequence[str], seconds: float, command: str = ""
) -> str:
    """
    Returns the results as a page.

    Parameters
    ----------
    scores
        Of all engines and instances.
    engines
        Their names, the one that the others are compared with first.
    seconds
        What each was allowed.
    command
        What makes the page again.
    """
    with_some = [name for name in engines if any(s.engine == name for s in scores)]
    parts = [
        _head(seconds, command),
        _comparison(scores, with_some),
        _alone(scores, with_some, seconds),
        ("", *(f"- {line}" for line in summary(scores, with_some, seconds)[-1:])),
        _costs(scores, with_some),
        _values(scores),
    ]

    return "\n".join(line for part in parts for line in part) + "\n"


def _head(seconds: float, command: str) -> Iterator[str]:
    yield "# Results of benchmarks.quality"
    yield ""
    yield f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {', '.join(_versions())}; Python"
    yield f"{platform.python_version()} on {_machine()}."

    if command:
        yield from ("", "```", command, "```")

    yield ""
    yield f"Every engine has {seconds:g} seconds for an instance, and one thread."
    yield "HiGHS and SCIP get the natural model, as they come, and CPU seconds;"
    yield "Lotwright gets planning tables, and seconds of wall clock. Costs are"
    yield "recomputed from nothing but what a plan makes and when. A cell without a"
    yield "figure is no valid plan: one that delivers late or not what may not be late,"
    yield "or that asks for more than capacity."


def _comparison(scores: Sequence[Score], engines: Sequence[str]) -> Iterator[str]:
    first, table = engines[0], costs(scores)
    yield from ("", f"## {first} against the others, by set", "")
    yield "Ratios of costs, below 1 where it is cheaper; the mean is the geometric one"
    yield "over instances that both plan. What only one of them plans is won or lost."
    yield ""
    yield "| against | set | instances | mean | worst | won | tied | lost |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"

    for other in engines[1:]:
        ratio = table[first] / table[other]
        both = table[[first, other]].replace(np.inf, 0.0).notna().all(axis=1)
        groups = [(name, rows) for name, rows in ratio.groupby(level="group")]

        for name, rows in [*groups, ("**all**", ratio)]:
            found = compared(rows)
            count = int(both.loc[rows.index].sum())

            if count:
                yield (
                    f"| {other} | {name} | {count} | {_ratio(found.mean)} | "
                    f"{_ratio(found.worst)} | {found.won} | {found.tied} | "
                    f"{found.lost} |"
                )


def _alone(
    scores: Sequence[Score], engines: Sequence[str], seconds: float
) -> Iterator[str]:
    yield from ("", "## Each engine by set", "")
    yield "The gap is the part of the cost that is above the engine's own bound. The"
    yield "primal integral is the mean distance to the best plan known over the time"
    yield "allowed: 0 with the best plan at once, 1 without any."
    yield ""
    yield "| engine | set | planned | of | mean gap | primal integral | CPU s |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    groups = sorted({s.group for s in scores})

    for engine in engines:
        for group in [*groups, ""]:
            inside = [s for s in scores if not group or s.group == group]
            own = [s for s in inside if s.engine == engine]
            planned = [s for s in own if np.isfinite(s.cost)]
            gaps = [s.gap for s in planned if np.isfinite(s.gap)]

            if own:
                yield (
                    f"| {engine} | {group or '**all**'} | {len(planned)} | {len(own)} "
                    f"| {f'{np.mean(gaps):.2%}' if gaps else '-'} | "
                    f"{_ratio(mean_integral(inside, engine, seconds))} | "
                    f"{np.mean([s.cpu for s in own]):.1f} |"
                )


def _costs(scores: Sequence[Score], engines: Sequence[str]) -> Iterator[str]:
    yield from ("", "## Costs", "")
    yield "| set | instance | " + " | ".join(engines) + " | bound |"
    yield "|---|---|" + "---:|" * (len(engines) + 1)
    known = {s.key: s for s in scores}

    for group, name in sorted({(s.group, s.name) for s in scores}):
        found = [known.get((group, name, engine)) for engine in engines]
        cells = ["" if s is None else _number(s.cost) for s in found]
        cells.append("" if found[0] is None else _number(found[0].bound))
        yield f"| {group} | {name} | " + " | ".join(cells) + " |"


def _values(scores: Sequence[Score]) -> Iterator[str]:
    yield from ("", "## Best values found", "")
    yield "The bound is the highest one of all engines; a plan within a hundredth of a"
    yield "per cent of it is proven to be the best."
    yield ""
    yield "| set | instance | cost | by | bound | by | gap | known optimum |"
    yield "|---|---|---:|---|---:|---|---:|---:|"
    best = {s.key[:2]: s for s in best_of(scores)}

    for key in sorted({s.key[:2] for s in scores}):
        known = [s for s in scores if s.key[:2] == key]
        tight = max(known, key=lambda s: s.bound)
        label = f"| {key[0]} | {key[1]} |"

        if tight.shows_none:
            yield f"{label} - | | no plan is possible | {tight.engine} | | |"
        elif key not in best:
            yield f"{label} - | | {_number(tight.bound)} | {tight.engine} | | |"
        else:
            yield f"{label} {_value(best[key], tight)} |"


def _value(best: Score, tight: Score) -> str:
    gap = (best.cost - tight.bound) / max(abs(best.cost), 1e-9)
    optimum = best.cost / (1.0 + best.to_optimum)
    cells = (
        _number(best.cost),
        f"{best.engine} in {best.cpu:.0f} CPU s",
        _number(tight.bound),
        tight.engine,
        "proven" if gap <= PROVEN else f"{gap:.1%}",
        _number(optimum) if np.isfinite(optimum) else "",
    )

    return " | ".join(cells)


def _versions() -> Iterator[str]:
    for package in _PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue


def _machine() -> str:
    """
    Returns the kind of processor, how many there are, and how much memory.
    """
    cores = f"{platform.machine()}, {os.cpu_count()} cores"
    memory = Path("/proc/meminfo")

    if not memory.exists():
        return cores

    kib = int(memory.read_text(encoding="ascii").split()[1])

    return f"{cores}, {kib / 2**20:.0f} GiB"


def _ratio(value: float) -> str:
    return f"{value:.4f}" if np.isfinite(value) else "-"


def _number(value: float) -> str:
    return f"{value:,.2f}" if np.isfinite(value) else "-"
