"""
Tests of columns of text made from codes.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.solver.decode.text_columns import (
    hexadecimal,
    keys_of,
    utf8,
    words_at,
)


@pytest.mark.parametrize("digits", [4, 6, 12])
def test_keys_of_one_length(digits: int) -> None:
    """
    Tests that rows get their keys, in words of four bytes or not.
    """
    numbers = np.array([10, 255, 4096], dtype=np.uint64)
    keys = hexadecimal(numbers, digits)

    column = keys.column(np.array([2, 0, 0, 1], dtype=np.int32))

    expected = [f"{number % 16**digits:0{digits}x}" for number in (4096, 10, 10, 255)]
    assert expected == column.tolist()
    assert [f"{number:0{digits}x}" for number in (10, 255, 4096)] == keys.all().tolist()


def test_no_keys_of_one_length() -> None:
    """
    Tests that there are as many keys as rows, when there is none.
    """
    keys = hexadecimal(np.zeros(0, dtype=np.uint64), 12)

    assert [] == keys.column(np.zeros(0, dtype=np.int64)).tolist()


def test_keys_as_words() -> None:
    """
    Tests that keys are the same words however they are held, also where none is asked.
    """
    labels = np.array(["a", "", "long"], dtype=np.object_)
    rows = np.array([2, 0], dtype=np.int64)

    assert ["long", "a"] == words_at(utf8(labels), rows)
    assert ["long", "a"] == words_at(labels, rows)
    assert [] == words_at(utf8(labels), rows[:0])


def test_keys_of_several_lengths() -> None:
    """
    Tests that keys of one length among others are found by row.
    """
    keys = keys_of(
        utf8(("Zürich", "")), hexadecimal(np.array([7], dtype=np.uint64), 12)
    )

    column = keys.column(np.array([2, 1, 0, 2]))

    assert ["000000000007", "", "Zürich", "000000000007"] == column.tolist()
    assert 3 == len(keys)


def test_keys_of_things_by_row() -> None:
    """
    Tests that the label of a thing is looked up for each row.
    """
    keys = utf8(("A", "BC"))

    column = keys.column_of(np.array([1, 0]), np.array([0, 0, 1]))

    assert ["BC", "BC", "A"] == column.tolist()
