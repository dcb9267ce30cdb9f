"""The process of a visit: it takes a terminal, lets go of everything else, and shows the desk.

It begins as a fork of a warm parent or as a fresh interpreter. In both cases nothing of the host's environment is left
when the desk begins, and of the visitor's only what was checked.
"""

from __future__ import annotations

import fcntl
import os
import re
import resource
import signal
import sys
import termios
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from isocross_tui.serve.ends import End
from isocross_tui.serve.limits import FILE_SIZE, NICE, OPEN_FILES, Limits
from isocross_tui.serve.seat import Seat
from isocross_tui.serve.visits import TRACE

TERM: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}")
_CHECKED: Final = {
    "COLORTERM": re.compile(r"[A-Za-z0-9._-]{1,32}"),
    "NO_COLOR": re.compile(r"[ -~]{0,32}"),
    "LANG": re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
}
"""What is taken of a visitor's environment, and what it has to look like."""
DUMB: Final = "dumb"


def checked(environment: Mapping[str, str], term: str) -> dict[str, str]:
    """Take what is known and looks as it should of a visitor's environment, with the kind of terminal."""
    known = {
        name: environment[name]
        for name, looks in _CHECKED.items()
        if name in environment and looks.fullmatch(environment[name])
    }
    return {**known, "TERM": term}


def run(seat: Seat, terminal: int) -> NoReturn:
    """Become the process of a visit, show the desk until it ends, and end as it did.

    Args:
        seat: what it is given.
        terminal: descriptor of the terminal that is to be its own.
    """
    code = int(End.BROKEN)
    try:
        code = _shown(seat, terminal)
        sys.stdout.flush()
    except Exception:
        # whoever runs this finds it; no trace goes to a visitor
        with suppress(OSError):
            Path(seat.folder).with_name(TRACE).write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)


def _shown(seat: Seat, terminal: int) -> int:
    _take(terminal)
    _stand(seat)
    _keep_to(seat.limits)
    from isocross.rules.catalogue import (  # noqa: PLC0415 - the environment is read while this is imported
        know_only_shipped,
    )
    from isocross_tui.cli.desk import prepare  # noqa: PLC0415

    prepare(os.environ)
    know_only_shipped()
    from isocross_tui.serve.visit import visit  # noqa: PLC0415

    return visit(seat, os.environ)


def _take(terminal: int) -> None:
    """Make a terminal the only thing that is open, and the one that signals come from."""
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(terminal, descriptor)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        # those of before believe that they are on a file of the server's
        mode = "w" if descriptor else "r"
        stream = open(  # noqa: SIM115 - it stays open
            descriptor, mode, buffering=1, encoding="utf-8", errors="replace", closefd=False
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _stand(seat: Seat) -> None:
    """Stand in the folder of the visit, with an environment of its own."""
    os.chdir(seat.folder)
    os.umask(0o077)
    os.environ.clear()
    os.environ.update(
        {
            "HOME": seat.home,
            "PATH": os.defpath,
            "TMPDIR": seat.home,
            **{f"XDG_{kind}_HOME": f"{seat.home}/{kind.lower()}" for kind in ("CONFIG", "STATE", "DATA", "CACHE")},
            "LANG": "C.UTF-8",
            **seat.environment,
        }
    )


def _keep_to(limits: Limits) -> None:
    """Give up the right to take more than a visit may."""
    os.nice(NICE)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_DATA, limits.memory),
    ):
        _, before = resource.getrlimit(kind)
        least = most if before == resource.RLIM_INFINITY else min(most, before)
        resource.setrlimit(kind, (least, least))


def main() -> None:
    """Be a fresh interpreter for a visit: its seat is the argument, its terminal the standard input."""
    run(Seat.heard(sys.argv[1]), os.dup(0))


if __name__ == "__main__":
    main()
