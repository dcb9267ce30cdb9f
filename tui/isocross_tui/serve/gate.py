"""The gate of a visitor: shipped workspaces, short codes, and short names in the folder of the visit. Nothing else.

The process of a visit stands in that folder and never leaves it, so a short name is a file there. No path is ever
taken from a visitor: a name is letters, digits, hyphens and underscores, and what it names has to be a plain file.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from isocross.disk.watch import Seen, Watch, look_at
from isocross.lessons.files import FOLDER, LoadedLessons, load_lessons
from isocross.rules.catalogue import shipped_ids
from isocross.toml.faults import Fault, escaped, shown
from isocross.workspace import Faults, Saved, SaveError, Workspace, dump, shipped
from isocross.workspace.code import is_code, open_code
from isocross.workspace.load import Source
from isocross_tui.recorder.found import mine_beside
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Verdict
from isocross_tui.serve.limits import MIB, Limits
from isocross_tui.serve.timed import TooLongError, at_most
from isocross_tui.serve.visits import TRACE
from isocross_tui.user.answers import Cash
from isocross_tui.user.files import FIRST
from isocross_tui.user.gate import Gate, shipped_offers
from isocross_tui.user.themes import LoadedThemes, load_themes, shipped_folder

if TYPE_CHECKING:
    from isocross.exchange.liquidations import Record

SUFFIX: Final = ".toml"
_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,63}}(\.mine(-\d{{1,3}})?)?{re.escape(SUFFIX)}")
EXPECTED: Final = "a name of letters, digits, hyphens and underscores, without folders"
NO_PICTURES: Final = "a visitor's desk keeps none"
NO_TABLES: Final = "tables of venues are not kept here"


class VisitorGate(Gate):
    """What a visitor's desk may do with files."""

    asks_for_paths = False
    keeps = False

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Let through what is in one folder.

        Args:
            folder: of the visit, in which this process stands.
            limits: how much it may hold, and how long reading a workspace may take.
        """
        self._folder = folder
        self._limits = limits

    # --- opening -------------------------------------------------------------------------------

    def open(self, name: str | None) -> Source:
        """Open a shipped workspace, a code, or a file of the visit by its short name; raises Faults."""
        try:
            with at_most(self._limits.solve_s):
                return self._opened(FIRST if name is None else name)
        except TooLongError as error:
            raise Faults("this workspace", [Fault("", str(error), "a smaller account")]) from None

    def _opened(self, name: str) -> Source:
        if is_code(name):
            return Source(open_code(name))
        known = shipped()
        if name in known:
            return Source(super().read(look_at(known[name]), f"{name}{SUFFIX}"), shipped_as=name)
        file = short(name)
        seen = self.look_at(file)
        return Source(self.read(seen, file), file, seen.digest, real=seen.real)

    def imported(self, name: str, cash: Cash) -> None:
        """Import nothing: a visitor names no file of a venue."""

    def record(self, name: str) -> Record:
        """Read no record: a visitor names no file of a venue."""
        raise Faults(shown(name), [Fault("", "records are not read in a visit", "the account's own lived path")])

    def offers(self) -> list[Choice]:
        """List the files of the visit, and the shipped workspaces."""
        return [Choice(name, name, "of this visit") for name in self._files()] + shipped_offers()

    def remember(self, path: str) -> None:
        """Remember nothing."""

    # --- the file on the desk ------------------------------------------------------------------

    def look_at(self, path: str) -> Seen:
        """Read a file of the visit for what it is now."""
        return look_at(self._place(path))

    def read(self, seen: Seen, path: str) -> Workspace:
        """Read the workspace in what was seen of a file of the visit; raises Faults."""
        self._place(path)
        return super().read(seen, path)

    def watch(self, path: str, known: str, real: str) -> Watch:
        """Watch a file of the visit."""
        return super().watch(self._place(path), known, real)

    # --- saving --------------------------------------------------------------------------------

    def target(self, text: str) -> str:
        """Complete what was typed to a short name."""
        return text if text.endswith(SUFFIX) else f"{text}{SUFFIX}"

    def judge_target(self, text: str) -> Verdict:
        """Say whether it is a short name, whether that file is there already, and whether there is room."""
        if not text:
            return Verdict("A name is missing.", False)
        name = self.target(text)
        try:
            self._place(name)
        except Faults as faults:
            return Verdict(_words(faults), False)
        if name in self._files():
            return Verdict(f"{name} is there already and will be replaced.", True)
        if len(self._files()) >= self._limits.files_kept:
            return Verdict(f"A visit keeps {self._limits.files_kept} files; take the name of one that is there.", False)
        return Verdict(f"Writes {name}, which goes with this visit; a short code keeps it for longer.", True)

    def beside(self, path: str) -> str:
        """Name a file beside another."""
        return mine_beside(self._place(path))

    def save(self, workspace: Workspace, path: str, agreed: Seen) -> Saved:
        """Write a workspace into the folder of the visit; raises SaveError."""
        try:
            name = self._place(path)
        except Faults as faults:
            raise SaveError(f"could not save: {_words(faults)}") from None
        others = [file for file in self._files() if file != name]
        most, size = self._limits.files_kept, self._limits.size_kept
        if len(others) >= most:
            raise SaveError(f"could not save {name}: a visit keeps {most} files; take the name of one that is there")
        if sum(os.lstat(file).st_size for file in others) + len(dump(workspace).encode()) > size:
            raise SaveError(f"could not save {name}: a visit keeps {size // MIB} MiB")
        return super().save(workspace, name, agreed)

    def keep_pictures(self, title: str, pictures: Mapping[str, str]) -> str:  # noqa: ARG002 - the gate's own signature
        """Keep no picture."""
        raise OSError(NO_PICTURES)

    def keep_table(self, venue: str, document: str) -> str:  # noqa: ARG002 - the gate's own signature
        """Keep no table."""
        raise OSError(NO_TABLES)

    def keep_trace(self, trace: str) -> str:
        """Keep the trace where whoever runs this finds it, and tell nothing of it."""
        with suppress(OSError):
            self._folder.with_name(TRACE).write_text(trace, encoding="utf-8")
        return ""

    # --- what the desk is made with --------------------------------------------------------------

    def recorders(self) -> Recorders | None:
        """Keep nothing that would outlast the visit."""
        return None

    def themes(self) -> LoadedThemes:
        """Read the shipped themes; their files are not looked at again."""
        loaded = load_themes([shipped_folder()])
        return LoadedThemes(loaded.themes, loaded.problems)

    def lessons(self) -> LoadedLessons:
        """Read the shipped lessons."""
        return load_lessons([FOLDER])

    def venues(self) -> tuple[str, ...]:
        """List the shipped venues."""
        return shipped_ids()

    def first_start(self) -> bool:
        """Take every visitor for a new one."""
        return True

    # --- the folder ----------------------------------------------------------------------------

    def _files(self) -> list[str]:
        """The plain files of the visit that have a short name."""
        return sorted(
            each.name
            for each in os.scandir(self._folder)
            if _NAME.fullmatch(each.name) and each.is_file(follow_symlinks=False)
        )

    def _place(self, name: str) -> str:
        """The name, if it is a short one and names a plain file of the visit or nothing yet; raises Faults."""
        short(name)
        if not self._folder.samefile(os.curdir):
            raise Faults(name, [Fault("", "the visit has lost its folder", "the folder of the visit")])
        try:
            plain = stat.S_ISREG(os.lstat(name).st_mode)
        except FileNotFoundError:
            plain = True
        if not plain:
            raise Faults(name, [Fault("", "this is not a plain file", "a workspace")])
        return name


def short(name: str) -> str:
    """Complete the name of a file of a visit, its ending written or not; raises Faults."""
    file = name if name.endswith(SUFFIX) else f"{name}{SUFFIX}"
    if _NAME.fullmatch(file) is None:
        raise Faults(shown(name), [Fault("", "this is not a name in a visit", EXPECTED)])
    return file


def _words(faults: Faults) -> str:
    """What is wrong with a name."""
    fault = faults.faults[0]
    return f"{escaped(faults.origin)}: {fault.message}; expected {fault.expected}."
