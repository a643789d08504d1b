"""
What is wrong with an override, as problems that name it and what to do about it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from lotwright.errors import LotwrightError, Problem
from lotwright.model.nearest import what_to_write
from lotwright.model.scenario import Override


class Refused(LotwrightError):
    """
    An override cannot be made.

    Parameters
    ----------
    problems
        Why.
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(str(problems[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    Where an override stands.

    Parameters
    ----------
    scenario
        Name of its scenario.
    number
        Its place there, from 1.
    override
        The override.
    """

    scenario: str
    number: int
    override: Override

    def __str__(self) -> str:
        return f"scenario {self.scenario}, override {self.number}"

    def refusal(self, text: str, remedy: str, value: str = "") -> Refused:
        """
        Returns why the override cannot be made.

        Parameters
        ----------
        text
            What is wrong.
        remedy
            What to do about it.
        value
            What was written.
        """
        return Refused(
            Problem(
                code="E-SCENARIO",
                table=self.override.table,
                column=self.override.column,
                file=str(self),
                value=value,
                text=text,
                remedy=remedy,
            )
        )

    def unknown(self, word: str, what: str, known: Collection[str]) -> Refused:
        """
        Returns that a name is not known, with the one that may be meant.

        Parameters
        ----------
        word
            The name.
        what
            What it should be the name of.
        known
            Names that would be right.
        """
        remedy = what_to_write(word, known)

        return self.refusal(f'"{word}" is no {what}.', remedy, value=word)

    def put(self, problem: Problem, key: str = "") -> Problem:
        """
        Returns a problem of the tables as one of this override.

        Parameters
        ----------
        problem
            The problem; its line means nothing, for there is no file.
        key
            Key of its row, where it is known.
        """
        text = f"{key}: {problem.text}" if key else problem.text

        return replace(problem, file=str(self), row=0, text=text)
