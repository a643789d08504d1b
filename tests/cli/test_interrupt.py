"""
Tests of Ctrl-C while a plan is made.
"""

from __future__ import annotations

import signal

import pytest

from lotwright.cli.interrupt import interrupts


class _Buttons:
    """
    Remembers which buttons were pressed.
    """

    def __init__(self) -> None:
        self.pressed: list[str] = []

    def stop(self) -> None:
        """
        Remembers a stop.
        """
        self.pressed.append("stop")

    def cancel(self) -> None:
        """
        Remembers a cancel.
        """
        self.pressed.append("cancel")


def test_first_stops_second_cancels_third_interrupts() -> None:
    """Tests that each Ctrl-C is stronger than the one before."""
    buttons, said = _Buttons(), list[str]()

    with interrupts(buttons, said.append):
        signal.raise_signal(signal.SIGINT)
        assert ["stop"] == buttons.pressed
        signal.raise_signal(signal.SIGINT)
        assert ["stop", "cancel"] == buttons.pressed

        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert 2 == len(said)


def test_former_handler_comes_back() -> None:
    """Tests that Ctrl-C means what it meant before once the plan is made."""
    before = signal.getsignal(signal.SIGINT)

    with interrupts(_Buttons(), print):
        assert before != signal.getsignal(signal.SIGINT)

    assert before == signal.getsignal(signal.SIGINT)
