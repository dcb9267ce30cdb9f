"""A class: one presents on a terminal, others follow over SSH, each at their own size, and can try for themselves."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pty_terminal import DESK, Terminal
from ssh_class import Class, seen
from ssh_room import needs_client

pytestmark = [needs_client, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the room is warm there")]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Class]:
    with Class(tmp_path, "--per-address", "20") as room:
        yield room


def test_a_class_follows_at_its_own_sizes_and_one_tries_for_itself_and_comes_back(room):
    with ExitStack() as stack:
        sizes = ((90, 26), (120, 36), (160, 50), (100, 30))
        followers = [stack.enter_context(room.follower(size)) for size in sizes]
        for follower in followers:
            follower.wait_for("You follow the presenter")
        seen(room.presenter, "4 watch.")
        room.presenter.type("\x1b[Df")
        for follower in followers:
            seen(follower, "BTC −31", "−33.0 %")
        one, *others = followers
        # who follows changes nothing
        one.type("\x1b[D" * 5)
        seen(one, "BTC −31")
        one.type("\x06")
        seen(one, "You are on your own; ctrl+f follows the presenter again.", "BTC −31")
        seen(room.presenter, "4 watch, 1 on their own.")
        one.type("\x1b[D")
        seen(one, "BTC −32")
        room.presenter.type("\x1b[D" * 12)
        for follower in others:
            seen(follower, "BTC −43")
        seen(one, "BTC −32")
        one.type("\x06")
        seen(one, "BTC −43", "You follow the presenter")
        seen(room.presenter, "4 watch.")


def test_a_follower_that_reads_nothing_keeps_nobody_waiting(room):
    with room.follower() as frozen, room.follower() as other:
        for follower in (frozen, other):
            follower.wait_for("You follow the presenter")
        frozen.process.send_signal(signal.SIGSTOP)
        for step in range(40):
            room.presenter.type("\x1b[D" if step % 2 else "\x1b[C")
            room.presenter.read(0.01)
            other.read(0.01)
        room.presenter.type("\x1b[C" * 20)
        seen(other, "BTC −10")
        frozen.process.send_signal(signal.SIGCONT)
        seen(frozen, "BTC −10")


def test_where_a_lesson_asks_the_class_guesses_and_the_presenter_sees_how(room):
    with room.follower() as one, room.follower() as other:
        for follower in (one, other):
            follower.wait_for("You follow the presenter")
        room.presenter.type("5")
        room.presenter.wait_for("Who pays on cross margin")
        room.presenter.type("\r")
        for follower, keys in ((one, "\x1b[B" * 3), (other, "\x1b[B")):
            seen(follower, "question 1 of 3")
            follower.type(keys)
        seen(room.presenter, "2 watch. 2 of 2 have guessed · ctrl+g shows the bars")
        room.presenter.type("\x07")
        seen(room.presenter, "ctrl+g hides the bars", "1 of 2", "0 of 2")
        room.presenter.type(" ")
        seen(one, "You were right: Its own margin, then the unused cash.")
        seen(other, "Not so. The answer: Its own margin, then the unused cash.")
        seen(room.presenter, "1 of 2 guessed right.")


def test_the_class_ends_with_its_presenter(room):
    with room.follower() as follower:
        follower.wait_for("You follow the presenter")
        room.presenter.type("q")
        # both are read: a desk that nobody reads does not end at once
        follower.wait_for(lambda: room.presenter.read(0) >= 0 and "because the room closes" in follower.text)
        assert follower.wait_for_end() == 1
        follower.assert_left_clean()
        assert room.presenter.wait_for_end() == 0
        room.presenter.assert_left_clean()
    log = (room.home / "state" / "isocross" / "visits.log").read_text(encoding="utf-8")
    assert "s, closing" in log
    assert "Traceback" not in log


def test_the_class_ends_also_when_its_presenter_is_killed(room):
    with room.follower() as follower:
        follower.wait_for("You follow the presenter")
        room.presenter.process.kill()
        follower.wait_for("because the room closes")
        assert follower.wait_for_end() == 1
        follower.wait_for(lambda: not list(room.home.glob("isocross-*")))
        # the port is given up a moment after the folder
        follower.wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", int(room.port))) == errno.ECONNREFUSED)


def test_a_class_that_cannot_begin_says_why(tmp_path):
    for options, words in (
        (("--authorized-keys", "nowhere"), "nowhere: these keys cannot be read"),
        (("--anonymous", "--port", "1"), ""),
    ):
        if not words and os.geteuid() == 0:
            continue
        with Terminal((*DESK, "serve", "ssh", "--follow", *options), tmp_path) as terminal:
            assert terminal.wait_for_end() == 1
            assert words in terminal.text
            assert b"\x1b[?1049h" not in terminal.written
