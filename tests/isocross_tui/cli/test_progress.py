from io import StringIO

import click
import pytest
from click.testing import CliRunner

from isocross.work import Work
from isocross_tui.cli import progress
from isocross_tui.cli.main import main
from isocross_tui.cli.output import Screened
from isocross_tui.cli.progress import STOPPED, STOPPED_CODE, AtWork, told, work_of_command


class Started(Exception):
    """The line would have begun."""


class Timer:
    def __init__(self, _after, _what):
        self.daemon = False

    def start(self):
        raise Started

    def cancel(self):
        pass


@pytest.mark.parametrize(
    ("command", "terminal", "tells"), [("advise", True, True), ("advise", False, False), ("desk", True, False)]
)
def test_it_is_told_at_a_terminal_only_and_not_of_who_has_the_terminal(monkeypatch, capsys, command, terminal, tells):
    monkeypatch.setattr(progress, "Timer", Timer)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    context = click.Context(click.Command(command))
    try:
        with told(context, command):
            begun = False
    except Started:
        begun = True
    assert begun is tells


def test_what_is_worked_out_says_how_far_it_is():
    at_work = AtWork("advise")
    assert at_work.words == "advise: at work · ctrl+c stops"
    with click.Context(click.Command("advise"), obj=at_work):
        work = work_of_command()
    work.spend(1_234)
    assert at_work.words == "advise: 1,234 steps · ctrl+c stops"
    work.tell("12 combinations weighed")
    work.spend()
    assert at_work.words == "advise: 12 combinations weighed · ctrl+c stops"
    assert isinstance(work_of_command(), Work)


def test_the_line_is_gone_before_anything_is_printed():
    printed = StringIO()
    stream, seen = Screened(printed), []
    stream.before = lambda: seen.append(printed.getvalue())
    stream.write("figures")
    assert (seen, printed.getvalue()) == ([""], "figures")


def test_ctrl_c_ends_any_command_with_one_sentence(monkeypatch):
    @click.command()
    def stopped():
        raise KeyboardInterrupt

    monkeypatch.setattr("isocross_tui.cli.main.found", lambda _where: stopped)
    result = CliRunner().invoke(main, ["venues"])
    assert (result.exit_code, result.stdout, result.stderr) == (STOPPED_CODE, "", f"{STOPPED}\n")
