"""
Formats that a request accepts, as its header ``Accept`` says (RFC 9110).
"""

from __future__ import annotations

from collections.abc import Sequence


def format_of(accept: str, formats: Sequence[str], default: str) -> str:
    """
    Returns the format of an answer: of those that are named, the one that is wanted
    most, and the default where none is.

    Parameters
    ----------
    accept
        The header.
    formats
        What there is, the best first; each counts only where it is named itself.
    default
        What whoever takes anything gets.
    """
    weights = _weights(accept)
    named = [each for each in (*formats, default) if weights.get(each, 0.0) > 0.0]

    return max(named, key=lambda each: weights[each], default=default)


def _weights(accept: str) -> dict[str, float]:
    """
    Returns how much each format is wanted; one with a weight of 0 is not.
    """
    weights: dict[str, float] = {}

    for part in accept.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        weight = 1.0

        for parameter in parameters:
            key, _, value = parameter.partition("=")

            if key.strip() == "q":
                weight = _number(value)

        weights[name] = weight

    return weights


def _number(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0

    # Neither is anything more than wanted, nor NaN more than another.
    return weight if 0.0 <= weight <= 1.0 else 0.0
