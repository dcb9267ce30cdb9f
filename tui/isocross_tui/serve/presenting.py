"""Presenting to a class: the server in a process of its own, the presenter's desk on this terminal."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from isocross.workspace import Faults
from isocross_tui.cli.common import refuse
from isocross_tui.cli.desk import no_terminal as refuse_terminal
from isocross_tui.cli.desk import prepare
from isocross_tui.serve.hub import PRESENT
from isocross_tui.user.files import state_folder

Serve = Callable[[Path, Callable[[str], None]], None]
"""Serves until it is told to end, with the folder of a hub; says when visitors can come. Raises ValueError."""


def present(source: str | None, serve: Serve) -> int:
    """Open the presenter's desk and serve those that follow, until the desk is left; the exit code.

    Args:
        source: what is presented.
        serve: runs the server.
    """
    why = refuse_terminal(os.environ)
    if why is not None:
        refuse(ValueError(why))
    log = state_folder() / "visits.log"
    hub = Path(tempfile.mkdtemp(prefix="isocross-"))
    try:
        server, said = _begun(serve, hub, log)
        try:
            if not said.startswith(_OPEN):
                refuse(ValueError(said or f"The server could not begin; {log} says why."))
            return _desk(source, hub, f"{said[1:]} The log is in {log}.")
        finally:
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGTERM)
            os.waitpid(server, 0)
    finally:
        shutil.rmtree(hub, ignore_errors=True)


_OPEN = "+"
"""What the first word of a server that has begun starts with."""


def _begun(serve: Serve, hub: Path, log: Path) -> tuple[int, str]:
    """Fork the server; its process, and what it says first."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hear, say = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.close(hear)
            os.setsid()
            paper = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor, instead in ((0, nothing), (1, paper), (2, paper)):
                os.dup2(instead, descriptor)
            try:
                serve(hub, lambda words: _say(say, f"{_OPEN}{words}"))
            except ValueError as error:
                _say(say, str(error))
        finally:
            # also where the presenter was killed
            shutil.rmtree(hub, ignore_errors=True)
            os._exit(0)
    os.close(say)
    with os.fdopen(hear, encoding="utf-8") as first:
        return process, first.readline().strip()


def _say(descriptor: int, words: str) -> None:
    with suppress(OSError):
        os.write(descriptor, f"{words}\n".encode())
        os.close(descriptor)


def _desk(source: str | None, hub: Path, said: str) -> int:
    """The presenter's desk."""
    prepare(os.environ)
    from isocross_tui.serve.presenter import PresenterDesk  # noqa: PLC0415
    from isocross_tui.user.gate import Gate  # noqa: PLC0415
    from isocross_tui.user.settings import face_of_user  # noqa: PLC0415

    gate = Gate()
    try:
        opened = gate.open(source)
    except Faults as faults:
        print(faults, file=sys.stderr)
        return 1
    desk = PresenterDesk(opened, str(hub / PRESENT), gate.recorders(), face_of_user(os.environ, None, None), said)
    try:
        desk.run()
    finally:
        if desk.saving.recorder is not None:
            desk.saving.recorder.release()
    return desk.return_code or 0
