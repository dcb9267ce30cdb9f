"""Keeps what is done on a desk safe from its end, whatever that is: every change is in a journal before it is drawn.

Nothing here waits for an exit. A desk that ends without a word leaves its journal as it is, and the next one that opens
the same file finds it; a clean quit folds the journal to what the file says, so that only the undo history is left.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from isocross.desk.state import State
from isocross.desk.store import Change, Store
from isocross.disk.journal import Journal
from isocross.disk.lock import Holder, Lock
from isocross.disk.watch import digest_of
from isocross.records import dataclass
from isocross.regular import is_regular, reason
from isocross_tui.recorder.found import Found, Opened, found_in
from isocross_tui.recorder.line import MomentLine, known_as, line_records, step_record

LIMIT = 1024 * 1024
"""Bytes after which a journal is written anew."""
RETRY_S = 5.0
"""Seconds before a disk that refused is asked again."""
MINUTE_S = 60
DESKS = 100
"""As many can have one file open at the same time before they would share a journal."""


@dataclass(frozen=True)
class Clocks:
    """Where the time is from."""

    now: Callable[[], float] = time.time
    """Seconds of the epoch, for people."""
    ticks: Callable[[], float] = time.monotonic
    """Seconds that only go forward, for intervals."""


class Recorder:
    """Keeps the history of one opened file in its journal, from `start` to `close` or the end of the process."""

    def __init__(self, journal: Journal, lock: Lock, opened: Opened, found: Found, clocks: Clocks) -> None:
        self.found = found
        self.opened = opened
        self._others: tuple[Holder, ...] = ()
        self._journal = journal
        self._lock = lock
        self.clocks = clocks
        self._store: Store[State] | None = None
        self._stop: Callable[[], None] = lambda: None
        self._tell: Callable[[str], None] = lambda _: None
        self._before = opened.moment
        self._minute = 0
        self._room = LIMIT
        self._back, self._on = 0, 0
        """How many steps the journal itself can take back and do again."""
        self._owed = False
        """Whether there is a change that the journal does not have."""
        self._silent_until = 0.0
        self._refused = False

    @property
    def others(self) -> tuple[Holder, ...]:
        """Who else has the file open, of those who had it first."""
        self._others = tuple(holder for holder in self._others if holder.holds)
        return self._others

    def seen_with(self, others: Iterable[Holder]) -> None:
        """Note who has the file open already."""
        self._others = tuple(others)

    def start(self, store: Store[State], tell: Callable[[str], None]) -> None:
        """Keep every change of this store from now on.

        Args:
            store: the desk's, at what was decided about `found`.
            tell: says once that nothing can be kept, and why.
        """
        self._store, self._tell = store, tell
        self._before = store.state.moment
        self._stop = store.observe(self._hear)
        self._try(self._probe)
        there = is_regular(self._journal.path)
        if there and (self.found.unsaved or self.found.damaged or self.found.line is None):
            self._try(self._fold)

    @property
    def keeps(self) -> bool:
        """Whether all that is done is safe from a crash, as far as it was tried."""
        return not self._refused

    def pause(self) -> None:
        """Hear of nothing until `start`; what is kept already stays, and the file stays this desk's."""
        self.tick()
        self._stop()
        self._store = None

    def saved(self, opened: Opened) -> None:
        """The file has what the desk has, or the desk what the file has: changes are counted from here."""
        self.opened = opened
        self._try(self._fold)

    def tick(self) -> None:
        """Have the disk confirm what it was not asked to yet; to be called now and then."""
        self._try(self._fold if self._owed else self._journal.sync_if_due)

    def close(self) -> None:
        """End cleanly: only the undo history stays, as seen from what the file says."""
        self._stop()
        settled = MomentLine.of(self._store).settled(self.opened.moment) if self._store is not None else None
        with suppress(OSError):
            if settled is not None and (settled.past or settled.future):
                self._journal.rewrite(line_records(settled.within(), self._head()))
            elif self._store is not None:
                self._journal.remove()
        self.release()

    def release(self) -> None:
        """End and leave the journal as it is, for the next desk to find."""
        self._stop()
        with suppress(OSError):
            self._journal.sync()
        self._journal.close()
        self._lock.release()

    def _probe(self) -> None:
        """Find out at the start whether anything can be kept, and not at the first change."""
        folder = self._journal.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    def _hear(self, change: Change, state: State) -> None:
        before, self._before = self._before, state.moment
        if not self._journal.whole or self._journal.size > self._room or not self._follows(change):
            self._owed = True
            self._try(self._fold)
            return
        record = step_record(change, before, state.moment)
        now = int(self.clocks.now())
        if now // MINUTE_S != self._minute:
            self._minute = now // MINUTE_S
            record["t"] = now
        self._owed = True
        self._try(lambda: self._append(record))

    def _follows(self, change: Change) -> bool:
        """Whether the journal has what this change is made on; the desk can undo farther than a journal reaches."""
        match change:
            case Change.STEP:
                self._back, self._on = self._back + 1, 0
            case Change.UNDONE:
                self._back, self._on = self._back - 1, self._on + 1
            case Change.REDONE:
                self._back, self._on = self._back + 1, self._on - 1
        return change is not Change.BEGUN and min(self._back, self._on) >= 0

    def _append(self, record: Mapping[str, object]) -> None:
        self._journal.append(record)
        self._owed = False

    def _fold(self) -> None:
        """Write the journal anew: the line as it is, and from what it counts. Nothing done leaves no journal."""
        if self._store is None or self.clocks.ticks() < self._silent_until:
            return
        line = MomentLine.of(self._store).within()
        if line.settled(self.opened.moment) == MomentLine(self.opened.moment):
            self._journal.remove()
        else:
            self._journal.rewrite(line_records(line, self._head()))
        self._back, self._on = len(line.past), len(line.future)
        self._room = max(LIMIT, 2 * self._journal.size)
        self._refused = self._owed = False

    def _head(self) -> dict[str, object]:
        now = int(self.clocks.now())
        self._minute = now // MINUTE_S
        key, base = self.opened.key, self.opened.digest
        return {"of": key, "base": base, "saved": known_as(self.opened.workspace), "t": now}

    def _try(self, write: Callable[[], None]) -> None:
        """Write, or say once that it cannot be done; the next change tries again with all that was missed."""
        try:
            write()
        except OSError as error:
            self._silent_until = self.clocks.ticks() + RETRY_S
            if not self._refused:
                self._refused = True
                where = f"{error.filename}: " if isinstance(error.filename, str) else ""
                self._tell(f"Unsaved changes cannot be kept safe from a crash: {where}{reason(error)}.")


class Recorders:
    """The folder with every journal. A file has one for each desk that has it open at the same time."""

    def __init__(self, folder: Path, clocks: Clocks | None = None) -> None:
        self.folder = folder
        self.clocks = clocks or Clocks()

    def open(self, opened: Opened, *, clean: bool = False) -> Recorder:
        """The recorder for a file, with what earlier desks have left of it.

        Args:
            opened: the file.
            clean: take a journal that nobody has to decide about; what others have left stays for later.
        """
        name = digest_of(opened.key.encode("utf-8", "surrogateescape"))[:16]
        last = self._last(name)
        held: list[Holder] = []
        free: list[Recorder] = []
        for number in range(1, DESKS + 1):
            path = self.folder / f"{name}.{number}.journal"
            lock = Lock.take(path.with_suffix(".lock"), self.clocks.now()) if number < DESKS else Lock(path)
            if isinstance(lock, Holder):
                held.append(lock)
                continue
            journal = Journal(path, self.clocks.ticks)
            free.append(Recorder(journal, lock, opened, found_in(path, opened), self.clocks))
            if free[-1].found.unsaved is not clean or (number >= last and not clean):
                break
        chosen = next((each for each in free if each.found.unsaved is not clean), free[-1 if clean else 0])
        for each in free:
            if each is not chosen:
                each.release()
        chosen.seen_with(held)
        return chosen

    def _last(self, name: str) -> int:
        """The highest number among the journals of one name."""
        try:
            names = [path.name for path in self.folder.glob(f"{name}.*.journal")]
        except OSError:
            return 0
        found = (re.fullmatch(r"\w+\.(\d{1,4})\.journal", each) for each in names)
        return max((int(each[1]) for each in found if each), default=0)
