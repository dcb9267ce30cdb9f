"""The last gate of the command line: what is printed is harmless to a terminal, and what cannot be printed is said."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TextIO, cast

from isocross.regular import reason
from isocross.toml.faults import screened

CLOSED_PIPE: Final = 141
"""What a shell tells of a program whose reader went away before all was written, such as `head`."""


class OutputError(Exception):
    """Standard output or standard error takes no more."""

    def __init__(self, error: OSError) -> None:
        """Keep why; a reader that has read enough is told nothing."""
        super().__init__(str(error))
        closed = isinstance(error, BrokenPipeError)
        self.said, self.code = ("", CLOSED_PIPE) if closed else (f"isocross: cannot write: {reason(error)}\n", 1)


def _nothing() -> None:
    pass


class Screened:
    """A stream of text that lets no character through that a terminal would act on."""

    def __init__(self, stream: TextIO | None) -> None:
        """Stand before a stream; None: the program was started with it closed."""
        self._stream = stream
        self.before: Callable[[], None] = _nothing
        """What is done before anything is written."""

    def write(self, text: str) -> int:
        """Write text; raises OutputError where the stream takes no more."""
        if self._stream is None:
            raise OutputError(OSError(errno.EBADF, "the output is closed"))
        self.before()
        try:
            return self._stream.write(screened(text))
        except OSError as error:
            raise OutputError(error) from None

    def flush(self) -> None:
        """Hand over what was written; raises OutputError where the stream takes no more."""
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError as error:
            raise OutputError(error) from None

    def isatty(self) -> bool:
        """Whether the stream leads to a terminal."""
        return self._stream is not None and self._stream.isatty()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the stream's own."""
        return getattr(self._stream, name)


@contextmanager
def screened_output() -> Iterator[None]:
    """Put both output streams behind the gate; an output that fails ends the program with one sentence and exit 1.

    A closed pipe ends it without a word, with the exit code that a shell has for that.
    """
    before = sys.stdout, sys.stderr
    out, err = Screened(sys.stdout), Screened(sys.stderr)
    sys.stdout, sys.stderr = cast("TextIO", out), cast("TextIO", err)
    try:
        try:
            yield
        finally:
            # what waits in a buffer fails here, where it can be said, and not after the end
            out.flush()
            err.flush()
    except OutputError as error:
        sys.stdout, sys.stderr = before
        _give_up(error)
    finally:
        sys.stdout, sys.stderr = before


def _give_up(error: OutputError) -> None:
    """Say what happened if that can be said, and drop what the buffers still hold."""
    streams: tuple[TextIO | None, ...] = (sys.stdout, sys.stderr)
    if streams[1] is not None:
        with suppress(OSError):
            streams[1].write(error.said)
            streams[1].flush()
    for stream in streams:
        if stream is not None:
            _drop(stream)
    raise SystemExit(error.code)


def _drop(stream: TextIO) -> None:
    """Make a stream that takes no more lead nowhere, so that the end of the program does not fail over it."""
    try:
        stream.flush()
    except OSError:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
