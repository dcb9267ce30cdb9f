"""What is told of a command that takes longer than half a second: on standard error, where that is a terminal.

It is gone before anything is printed, so what is printed is the same with and without it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

import click

from isocross.work import Work
from isocross_tui.cli.output import Screened

if TYPE_CHECKING:
    from rich.progress import Progress

SOON_S = 0.5
"""A command that takes longer than this is told of."""
STOPPED = "Stopped by ctrl+c before it was done."
STOPPED_CODE = 130
"""What a shell takes for a program that was stopped so."""
_SILENT = frozenset({"desk", "demo", "serve", "talk", "mcp", "live", "venue", "watch"})
"""They have the terminal to themselves, or say themselves what goes on."""


class AtWork:
    """A command at work, and the line that tells of it."""

    def __init__(self, name: str) -> None:
        """Know its name, and nothing of how far it is."""
        self._name, self._far = name, ""
        self._line: Progress | None = None
        self._over = False
        self._turn = Lock()

    def hear(self, work: Work) -> None:
        """Hear how far a study is."""
        self._far = work.far or f"{work.done:,} steps"

    @property
    def words(self) -> str:
        """What it does, how far it is, and how it is stopped."""
        return f"{self._name}: {self._far or 'at work'} · ctrl+c stops"

    def tell(self) -> None:
        """Begin to tell, unless it is over."""
        from rich.console import Console  # noqa: PLC0415 - only who waits pays for this import
        from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        at_work = self

        class Words(ProgressColumn):
            """What is told now."""

            def render(self, task: Task) -> Text:  # noqa: ARG002 - the toolkit's own signature
                return Text(at_work.words)

        with self._turn:
            if self._over:
                return
            console = Console(file=sys.__stderr__, highlight=False)
            self._line = Progress(
                SpinnerColumn("line"), TimeElapsedColumn(), Words(), console=console, transient=True,
                refresh_per_second=4, redirect_stdout=False, redirect_stderr=False,
            )  # fmt: skip
            self._line.add_task("", total=None)
            self._line.start()

    def stop(self) -> None:
        """Tell nothing more, and leave nothing of it."""
        with self._turn:
            self._over = True
            if self._line is not None:
                self._line.stop()
                self._line = None


@contextmanager
def told(ctx: click.Context, name: str) -> Iterator[None]:
    """Tell of a command while it is at work; ctrl+c ends it with one sentence."""
    at_work = ctx.obj = AtWork(name)
    timer = Timer(SOON_S, at_work.tell)
    timer.daemon = True
    streams = [stream for stream in (sys.stdout, sys.stderr) if isinstance(stream, Screened)]
    if name not in _SILENT and sys.stderr is not None and sys.stderr.isatty():
        for stream in streams:
            stream.before = at_work.stop
        timer.start()
    try:
        yield
    except KeyboardInterrupt:
        at_work.stop()
        click.echo(STOPPED, err=True)
        raise SystemExit(STOPPED_CODE) from None
    finally:
        timer.cancel()
        at_work.stop()


def work_of_command() -> Work:
    """Work that tells the line of the command how far it is."""
    context = click.get_current_context(silent=True)
    at_work = None if context is None else context.find_object(AtWork)
    return Work() if at_work is None else Work(told=at_work.hear)
