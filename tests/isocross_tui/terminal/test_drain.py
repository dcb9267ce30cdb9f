"""What is learnt of a line that never answers, on a clock of the test's own and a queue like a terminal's."""

from io import StringIO

import pytest

from isocross_tui.terminal.drain import FASTEST, QUEUE, Drain, TimedFile, size_of
from isocross_tui.terminal.driver import holds_escape_back
from isocross_tui.terminal.line import TerminalLine


class SlowLine:
    """A queue of a size that empties at a rate, and whoever writes into it waits while it is full."""

    def __init__(self, rate: float, queue: int = QUEUE) -> None:
        self.now, self.rate, self.queue, self.held = 100.0, rate, queue, 0.0
        self.drain = Drain(lambda: self.now)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.held = max(0.0, self.held - self.rate * seconds)

    def write(self, size: int) -> None:
        self.drain.hand(size)
        over = self.held + size - self.queue
        took = max(0.0, over / self.rate)
        self.wait(took)
        self.held += size
        self.drain.take(size, took)

    def hold(self, frames: int, size: int, between_s: float = 1 / 60) -> int:
        """How many of so many frames were painted; the others gathered into later ones."""
        painted = 0
        for _ in range(frames):
            if not self.drain.busy:
                self.write(size)
                painted += 1
            self.wait(between_s)
        return painted


@pytest.mark.parametrize("queue", [4_096, QUEUE])
@pytest.mark.parametrize(("rate", "size"), [(20_000.0, 4_000), (20_000.0, 1_000), (50_000.0, 2_000), (8_000.0, 2_000)])
def test_once_it_is_known_how_slow_a_line_is_little_is_on_its_way_most_of_the_time(rate, queue, size):
    line = SlowLine(rate, queue)
    line.hold(1_800, size)
    behind = []
    for _ in range(600):
        line.hold(30, size)
        behind.append(line.held / rate)
    # only a queue that fills once in a while tells that the line is no faster than it was
    assert max(behind) <= (queue + size) / rate
    assert sum(behind) / len(behind) < (0.45 * queue + size) / rate
    # and the line is not left idle for it
    taken = line.drain._taken
    line.hold(1_800, size)
    assert line.drain._taken - taken > 0.8 * rate * 30


def test_a_line_that_takes_what_it_gets_is_never_held_back():
    line = SlowLine(FASTEST)
    assert line.hold(300, 4_000) == 300


def test_what_is_not_taken_yet_holds_the_next_frame_back():
    drain = Drain(lambda: 0.0)
    drain.hand(10)
    assert drain.busy
    drain.take(10, 0.0)
    assert not drain.busy


@pytest.mark.slow
def test_a_line_that_becomes_fast_is_held_back_no_more():
    line = SlowLine(5_000)
    line.hold(600, 2_000)
    assert line.hold(60, 2_000) < 20
    line.rate = 10 * FASTEST
    line.hold(60 * 600, 2_000)
    assert line.hold(60, 2_000) == 60


def test_a_terminal_that_was_stopped_for_a_while_is_soon_no_slow_line():
    line = SlowLine(10 * FASTEST)
    line.hold(60, 2_000)
    # nobody reads for twenty seconds
    line.drain.hand(2_000)
    assert line.drain.busy
    line.wait(20)
    line.drain.take(2_000, 20.0)
    # a frame comes within two seconds, and after half a minute all of them do
    assert line.hold(130, 2_000) > 0
    line.hold(60 * 40, 2_000)
    assert line.hold(60, 2_000) == 60


@pytest.mark.parametrize(("stall_s", "known"), [(0.5, 0), (3.0, 0), (20.0, 0), (20.0, 20_000)])
def test_after_one_stall_a_held_key_is_painted_again_at_once(stall_s, known):
    line = SlowLine(known or 10 * FASTEST)
    line.hold(600, 3_000)
    line.rate = 10 * FASTEST
    line.drain.hand(3_000)
    line.wait(stall_s)
    line.drain.take(3_000, stall_s)
    assert line.hold(90, 3_000, 1 / 30) > 60


def test_a_terminal_that_answers_is_paced_by_its_answers_alone():
    line = TerminalLine(lambda: 0.0)
    line.drain.hand(10)
    assert line.busy
    assert line.ask()
    line.answered()
    assert not line.busy


def test_what_is_written_is_written_through_and_counted():
    drain, written = Drain(), StringIO()
    file = TimedFile(written, drain)
    drain.hand(size_of("−33 %"))
    assert file.write("−33 %") == 5
    assert written.getvalue() == "−33 %"
    assert not drain.busy


@pytest.mark.parametrize(
    ("environment", "held_back"),
    [
        ({"TERM": "screen", "STY": "1.desk"}, True),
        ({"TERM": "screen.xterm-256color"}, True),
        ({"TERM": "screen-256color", "TMUX": "/tmp/s"}, False),
        ({"TERM": "screen-256color", "STY": "1.desk", "TMUX": "/tmp/s"}, False),
        ({"TERM": "xterm-256color"}, False),
    ],
)
def test_only_gnu_screen_keeps_escape_back(environment, held_back):
    assert holds_escape_back(environment) is held_back
