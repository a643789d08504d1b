"""
Tests of what a cell that does not fit its column may mean.
"""

from __future__ import annotations

import pytest

from lotwright.model.readings import proposal
from lotwright.model.tables import INPUT_TABLES

NUMBER = INPUT_TABLES["sources"].column("lead_time_days")
MONEY = INPUT_TABLES["items"].column("unit_cost")
WHOLE = INPUT_TABLES["demands"].column("priority")
DAY = INPUT_TABLES["demands"].column("due_date")
TRUTH = INPUT_TABLES["calendar_days"].column("open")
SOURCE = INPUT_TABLES["sources"].column("kind")
ITEM = INPUT_TABLES["items"].column("kind")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("15.12.2026", "Write 2026-12-15."),
        ("5.1.26", "Write 2026-01-05."),
        ("12/18/2026", "Write 2026-12-18."),
        ("03/04/2026", "Write 2026-04-03 or 2026-03-04."),
        ("04-04-2026", "Write 2026-04-04."),
        ("04 Dec 2026", "Write 2026-12-04."),
        ("4. Dezember 2026", "Write 2026-12-04."),
        ("December 4, 2026", "Write 2026-12-04."),
        ("2026/12/04", "Write 2026-12-04."),
        ("20261204", "Write 2026-12-04."),
        ("2026-12-04 13:30:00", "Write 2026-12-04, without the time."),
        ("2026-02-30", ""),
        ("31.02.2026", ""),
        ("04 Foo 2026", ""),
        ("next week", ""),
        ("99999", ""),
    ],
)
def test_days(word: str, sentence: str) -> None:
    """Tests that days are proposed as they should be written, two where both may be."""
    assert sentence == proposal(DAY, word)


def test_days_that_a_workbook_counts() -> None:
    """Tests that a number of a day is told by its date."""
    assert (
        "Write 2026-12-14, which the workbook counts as 46370: format it as a date."
        == proposal(DAY, "46370")
    )


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("35 days", "Write 35 alone; it counts in"),
        ("2,5 d", "Write 2.5 alone; it counts in"),
        ("ca. 7", "Write 7 alone; it counts in"),
        ("5 %", ""),
        ("2 to 3 days", ""),
        ("1e5x", ""),
        ("", ""),
    ],
)
def test_numbers_with_a_unit(word: str, sentence: str) -> None:
    """Tests that a number beside one word is proposed alone, and no other."""
    found = proposal(NUMBER, word)

    assert found.startswith(sentence)
    assert bool(sentence) == bool(found)


@pytest.mark.parametrize("word", ["12,50 €", "EUR 12.5", "€12,5", "12.50EUR"])
def test_money(word: str) -> None:
    """Tests that a currency is told apart from its amount."""
    assert proposal(MONEY, word).startswith("Write 12.5 alone")


def test_whole_numbers() -> None:
    """Tests that no part of a whole number is proposed."""
    assert proposal(WHOLE, "3 pc").startswith("Write 3 alone; without a unit")
    assert not proposal(WHOLE, "1.5 pc")
    assert not proposal(WHOLE, "high")


def test_truth_and_words_of_other_systems() -> None:
    """Tests that yes and no, and usual words for a choice, lead to ours."""
    assert "Write true." == proposal(TRUTH, "Ja")
    assert "Write false." == proposal(TRUTH, "no")
    assert not proposal(TRUTH, "perhaps")
    assert "Did you mean buy?" == proposal(SOURCE, "Purchase")
    assert "Did you mean made?" == proposal(ITEM, "Finished goods")
    assert "Did you mean purchased?" == proposal(ITEM, "raw")
    assert not proposal(ITEM, "whatever")
