"""
What is wrong with an edit, as problems that name the order and what to do about it.
"""

from __future__ import annotations

from collections.abc import Collection

from lotwright.errors import LotwrightError, Problem
from lotwright.model.edits import Edit
from lotwright.model.nearest import nearest


class EditRefused(LotwrightError):
    """
    An edit cannot be made.

    Parameters
    ----------
    problem
        Why.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def refusal(
    edit: Edit, text: str, remedy: str, *, column: str = "", value: object = ""
) -> EditRefused:
    """
    Returns why an edit cannot be made.

    Parameters
    ----------
    edit
        The edit.
    text, remedy
        What is wrong, and what to do about it.
    column, value
        Which cell of the edit is meant, and what it holds.
    """
    return EditRefused(
        Problem(
            code="E-EDIT",
            table="planned_orders",
            file=edit.place or f"edit {edit}",
            column=column,
            value=str(value),
            text=text,
            remedy=remedy,
        )
    )


def unknown(edit: Edit, what: str, word: str, known: Collection[str]) -> EditRefused:
    """
    Returns that a name is not known, with the one that may be meant.

    Parameters
    ----------
    edit
        The edit.
    what
        What the name should be one of.
    word
        The name.
    known
        Names that would be right.
    """
    near = nearest(word, known)
    few = ", ".join(list(known)[:8])
    remedy = f"Did you mean {near}?" if near else f"Known are {few or 'none'}."

    return refusal(edit, f'"{word}" is no {what}.', remedy, value=word)
