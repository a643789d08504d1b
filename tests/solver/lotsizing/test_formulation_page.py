"""
Tests that the manual's page of the mathematics speaks of the model as it is.
"""

from __future__ import annotations

from pathlib import Path

from lotwright.solver.lotsizing.algebra import Model
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.compiled import Block
from lotwright.solver.lotsizing.model import FAMILIES
from tests.solver.lotsizing.tiny_networks import tiny_network

PAGE = Path(__file__).parents[3] / "docs" / "formulation.md"


def _blocks() -> tuple[Block, ...]:
    """
    Returns the blocks of columns of the model.
    """
    net = tiny_network(0)
    model = Model()
    Columns(model, net)

    return model.compile().columns


def _table(heading: str) -> list[list[str]]:
    """
    Returns the cells of the table below a heading, without its head.
    """
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    lines = section.split("\n## ")[0].splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| `")]

    return [[cell.strip("| ") for cell in row] for row in rows]


def test_every_column_is_on_the_page() -> None:
    """
    Tests that the table of columns names each block, in order, and no other.
    """
    named = [row[0].strip("`").split("[")[0] for row in _table("Columns")]

    assert [block.name for block in _blocks()] == named


def test_every_family_is_on_the_page() -> None:
    """
    Tests that each family of rows is explained, in order, and no other.
    """
    section = PAGE.read_text(encoding="utf-8").split("\n## Rows\n")[1]
    words = section.split("\n## ")[0].split("**`")[1:]

    assert [family.__name__ for family in FAMILIES] == [
        word.split("[")[0] for word in words
    ]


def test_every_cost_term_is_on_the_page() -> None:
    """
    Tests that the table of the objective has each term with the columns it comes from.
    """
    columns: dict[str, list[str]] = {}

    for block in _blocks():
        if block.term:
            columns.setdefault(block.term, []).append(f"`{block.name}`")

    named = {row[0].strip("`"): row[1].split(", ") for row in _table("Objective")}

    assert columns == named
