"""
Tests of edits as files.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lotwright.errors import InputError
from lotwright.model.edits import EditKind
from lotwright.scenarios.edit_file import read_edits


def test_both_kinds_of_files_say_the_same(tmp_path: Path) -> None:
    """Tests that TOML and CSV lead to the same edits, places and types aside."""
    toml, lines = tmp_path / "edits.toml", tmp_path / "edits.csv"
    toml.write_text(
        '[[edit]]\ndo = "move"\norder_id = "A"\ndue_date = 2026-12-24\n\n'
        '[[edit]]\ndo = "firm"\nwhere = "kind == \'buy\'"\n\n'
        '[[edit]]\ndo = "add"\nitem_id = "I"\nlocation_id = "L"\nquantity = 3\n'
        'due_date = "2026-12-24"\n',
        "utf-8",
    )
    lines.write_text(
        "do,order_id,where,item_id,location_id,quantity,due_date\n"
        "move,A,,,,,2026-12-24\nfirm,,kind == 'buy',,,,\nadd,,,I,L,3,2026-12-24\n",
        "utf-8",
    )

    by_toml, by_csv = read_edits(toml), read_edits(lines)

    assert [EditKind.MOVE, EditKind.FIRM, EditKind.ADD] == [e.kind for e in by_toml]
    assert {"due_date": date(2026, 12, 24)} == dict(by_toml[0].cells)
    for one, other in zip(by_toml, by_csv, strict=True):
        assert (one.kind, one.order_id, one.where) == (
            other.kind,
            other.order_id,
            other.where,
        )
        assert {n: str(c) for n, c in one.cells.items() if n != "quantity"} == {
            n: str(c) for n, c in other.cells.items() if n != "quantity"
        }
    assert 3.0 == by_csv[2].cells["quantity"] == by_toml[2].cells["quantity"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[edit]]\ndo = 'lock'\n", "an order and a condition, or neither"),
        ("[[edit]]\ndo = 'lok'\norder_id = 'A'\n", "Did you mean lock?"),
        ("[[edit]]\norder_id = 'A'\n", "does not say what to do"),
        ("[[edit]]\ndo = 'lock'\norder = 'A'\n", 'has no "order"'),
        ("edits = 1\n", 'has no "edits"'),
        ("", "holds no edit"),
        ("[[", "cannot be read"),
    ],
)
def test_faults_are_told(tmp_path: Path, text: str, told: str) -> None:
    """Tests that a file that is malformed is refused with a remedy."""
    file = tmp_path / "edits.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(InputError) as caught:
        read_edits(file)

    assert told in str(caught.value)
