"""The desk in words at a real terminal: lines are edited, its end is asked about, and nothing moves the cursor."""

from __future__ import annotations

import sys

import pytest
from pty_terminal import DESK, Terminal

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)


def test_a_line_is_edited_and_the_end_asks_about_what_is_not_saved(home):
    with Terminal((*DESK, "talk", "guide-cross"), home, environment={"TERM": "xterm-256color"}) as terminal:

        def listening(times: int) -> None:
            """Wait until it has asked for a line so many times: what is typed between is the system's to edit."""
            terminal.wait_for(lambda: terminal.text.count("\n> ") == times)

        listening(1)
        # ctrl+c takes a line away, and the talk goes on
        terminal.type("nonsense")
        terminal.wait_for("> nonsense")
        # a signal that comes while a letter is taken is heard with the next one only: let it wait for one
        while terminal.read(0.5):
            pass
        terminal.type("\x03")
        listening(2)
        terminal.type("flip btc\r")
        listening(3)
        assert "BTC is isolated now." in terminal.text
        terminal.type("\x04")
        listening(4)
        assert "Save them before you quit? yes, no, or stay." in terminal.text
        terminal.type("stay\r")
        listening(5)
        assert "Nothing was done." in terminal.text
        terminal.type("quit\r")
        listening(6)
        terminal.type("no\r")
        assert terminal.wait_for_end() == 0
        assert b"\x1b" not in terminal.written
