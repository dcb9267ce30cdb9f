"""The desk in words at a real terminal: lines are edited, its end is asked about, and nothing moves the cursor."""

from __future__ import annotations

import sys

import pytest
from pty_terminal import DESK, Terminal

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)


def test_a_line_is_edited_and_the_end_asks_about_what_is_not_saved(home):
    with Terminal((*DESK, "talk", "guide-cross"), home, environment={"TERM": "xterm-256color"}) as terminal:
        terminal.wait_for("> ")
        # ctrl+c takes a line away, and the talk goes on
        terminal.type("nonsense")
        terminal.wait_for("> nonsense")
        terminal.type("\x03")
        terminal.wait_for(lambda: terminal.text.count("> ") == 2)
        terminal.type("flip btc\r")
        terminal.wait_for("BTC is isolated now.")
        terminal.type("\x04")
        terminal.wait_for("Save them before you quit?")
        terminal.type("stay\r")
        terminal.wait_for("Nothing was done.")
        terminal.type("quit\r")
        terminal.wait_for("quit? yes, no, or stay.")
        terminal.type("no\r")
        assert terminal.wait_for_end() == 0
        assert b"\x1b" not in terminal.written
