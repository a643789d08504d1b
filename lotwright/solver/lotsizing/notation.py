"""
Names and numbers in model files, which allow few characters and must lose nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.lotsizing.compiled import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class NameStyle:
    """
    What a file format allows in a name.

    Parameters
    ----------
    forbidden
        Pattern of the characters that become ``_``.
    opening, closing
        What stands around label and bucket.
    longest
        Longest label; formats allow 255 characters for a whole name.
    """

    forbidden: str
    opening: str
    closing: str
    longest: int = 80


#: Free MPS and OR-Tools: any visible ASCII character.
MPS_STYLE = NameStyle(forbidden=r"[^!-~]", opening="[", closing="]")

#: LP: no operators, and no square brackets, which mark quadratic terms.
LP_STYLE = NameStyle(forbidden=r"[^A-Za-z0-9_.,@#&%~!?]", opening="(", closing=")")


def names_of(blocks: Sequence[Block], size: int, style: NameStyle) -> list[str]:
    """
    Returns the name of every column or row, all different.

    Parameters
    ----------
    blocks
        Blocks of columns or of rows, in order; none when the model has no names, whose
        columns and rows are then called ``x1``, ``x2`` and so on.
    size
        Number of columns or rows.
    style
        What the file allows.
    """
    if not blocks:
        return [f"x{place + 1}" for place in range(size)]

    names: list[str] = []

    for block, name in zip(
        blocks, unique_labels([block.name for block in blocks], style), strict=True
    ):
        labels = unique_labels(block.labels, style)
        heads = [f"{name}{style.opening}{label}," for label in labels]
        size = len(heads) * block.num_buckets
        places = np.arange(size) if block.keep is None else block.keep
        entities, buckets = np.divmod(places, max(block.num_buckets, 1))
        names += [
            f"{heads[entity]}{bucket}{style.closing}"
            for entity, bucket in zip(
                entities.tolist(), (buckets + 1).tolist(), strict=True
            )
        ]

    return names


def unique_labels(labels: Sequence[str], style: NameStyle) -> list[str]:
    """
    Returns labels of allowed characters, all different.

    A label that meets another one once its characters are replaced, or that is too
    long, gets ``~2``, ``~3`` and so on at its end; labels that fit as they are stay.

    Parameters
    ----------
    labels
        Labels as the planner knows them, all different.
    style
        What the file allows.
    """
    forbidden = re.compile(style.forbidden)
    plain = [forbidden.sub("_", label)[: style.longest] for label in labels]
    kept = {old for old, new in zip(labels, plain, strict=True) if old == new}
    last: Counter[str] = Counter(kept)

    for place, (old, new) in enumerate(zip(labels, plain, strict=True)):
        if old not in kept:
            plain[place] = _free_name(new, last)

    return plain


def number_texts(values: NDArray[np.float64]) -> list[str]:
    """
    Returns each number in its shortest form that reads back to the same number.
    """
    different, places = np.unique(values + 0.0, return_inverse=True)
    texts = [repr(value).removesuffix(".0") for value in different.tolist()]

    return [texts[place] for place in places.tolist()]


def _free_name(name: str, last: Counter[str]) -> str:
    """
    Returns ``name``, or its next variant ``name~2``, ``name~3``, ... not yet taken.

    Parameters
    ----------
    name
        What the label would like to be called.
    last
        Last number given to each name that is taken; brought up to date.
    """
    variant = name

    while variant in last:
        last[name] += 1
        variant = f"{name}~{last[name]}"

    last[variant] += 1
    return variant
