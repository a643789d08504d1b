"""
Tests of problems on the screen.
"""

from __future__ import annotations

import io

from rich.console import Console

from lotwright.cli.problems import show_problems
from lotwright.errors import Problem


def _shown(problems: list[Problem]) -> str:
    out = io.StringIO()
    show_problems(problems, Console(file=out, width=140))

    return out.getvalue()


def _problem(row: int, column: str, text: str = "It is wrong.") -> Problem:
    return Problem(
        code="E-DATA-TYPE",
        table="items",
        file="items.csv",
        row=row,
        column=column,
        text=text,
        remedy="Mend it.",
    )


def test_what_is_alike_is_counted() -> None:
    """Tests that three of many in one column are shown, and every other column, too."""
    many = [_problem(row, "unit_cost") for row in range(2, 60)]

    shown = _shown([*many, _problem(7, "kind")])

    assert "59 problems in the input" in shown
    assert "line 4, unit_cost" in shown
    assert "line 5, unit_cost" not in shown
    assert "... and 55 like these, lines 5 to 59" in shown
    assert "line 7, kind" in shown


def test_few_are_all_shown() -> None:
    """Tests that a fourth of a kind is not worth a count of one."""
    shown = _shown([_problem(row, "kind") for row in range(2, 6)])

    assert "line 5, kind" in shown
    assert "like these" not in shown


def test_what_is_in_no_column_is_never_counted() -> None:
    """Tests that problems of files are shown one by one."""
    shown = _shown([_problem(0, "", f"File {n}.") for n in range(9)])

    assert all(f"File {n}." in shown for n in range(9))


def test_the_last_of_very_many_says_so() -> None:
    """Tests that what was not even listed is not taken for what there is."""
    many = [_problem(row, "kind") for row in range(2, 9)]

    shown = _shown([*many, _problem(9, "kind", "and 4,711 more like these")])

    assert "... and more than 5 like these, lines 5 to 9" in shown


def test_what_is_in_no_line_is_never_counted() -> None:
    """Tests that problems of a mapping, which have no lines, are shown one by one."""
    shown = _shown([_problem(0, "from", f"Table {n}.") for n in range(9)])

    assert all(f"Table {n}." in shown for n in range(9))
    assert "lines 0" not in shown
