"""
A file of scores: one line of JSON each, added as a run goes on.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from benchmarks.scores import Score


def add(path: Path, score: Score) -> None:
    """
    Adds a score to a file, which is made where there is none.
    """
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(dataclasses.asdict(score)) + "\n")


def read(path: Path) -> list[Score]:
    """
    Returns the scores of a file; of several for an engine on an instance the last one.
    """
    if not path.exists():
        return []

    lines = path.read_text(encoding="utf-8").splitlines()
    found = {score.key: score for score in map(_score, lines)}

    return list(found.values())


def _score(line: str) -> Score:
    fields = json.loads(line)
    trail = tuple((float(at), float(cost)) for at, cost in fields.pop("trail"))

    return Score(trail=trail, **fields)
