"""The gate: the only way from the desk to a file. What a desk may read and write is what its gate lets through.

A user's own desk has the gate of this module, which lets through what the user could open in a shell. A visitor's desk
has a narrower one. No other part of the desk opens a file, lists a folder or asks where one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import isocross.lessons as lessons  # noqa: PLR0402 - the package also has a function of this name
from isocross.disk.watch import GONE, Seen, Watch, look_at
from isocross.regular import is_regular, real_path, reason
from isocross.rules.catalogue import profile_ids
from isocross.workspace import Saved, Workspace
from isocross.workspace.load import Source
from isocross.workspace.templates import templates
from isocross_tui.recorder.found import mine_beside
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Verdict
from isocross_tui.user import answers, files
from isocross_tui.user.answers import Cash
from isocross_tui.user.files import first_start, open_source, recent, remember, state_folder, workspace_of
from isocross_tui.user.themes import LoadedThemes, load_themes, theme_folders

if TYPE_CHECKING:
    from isocross.exchange import Imported
    from isocross.exchange.liquidations import Record
    from isocross.lessons import LoadedLessons


class Gate:
    """What a user's own desk may do with files."""

    asks_for_paths = True
    """Whether a file may be named by its path."""
    keeps = True
    """Whether what is saved is still there after the desk has ended."""

    # --- opening -------------------------------------------------------------------------------

    def open(self, name: str | None) -> Source:
        """Open a file, a shipped workspace, a code, or what was open last; raises Faults."""
        return open_source(name)

    def imported(self, name: str, cash: Cash) -> Imported | None:
        """Read the account in a venue's answer or a table; None for what is opened as it is. Raises Faults."""
        return answers.imported(name, cash)

    def record(self, name: str) -> Record:
        """Read a venue's record of liquidations; raises Faults."""
        from isocross.exchange import read_bytes  # noqa: PLC0415 - only who looks into one pays for it
        from isocross.exchange.liquidations import read_record  # noqa: PLC0415 - as above

        return read_record(read_bytes(name), PurePath(name).name)

    def offers(self) -> list[Choice]:
        """List what can be opened without being named: recent files, those near by, and the shipped ones."""
        choices = [Choice(path, PurePath(path).name, "recent") for path in recent() if is_regular(path)]
        known = {choice.key for choice in choices}
        own = (files.workspaces_folder(), "in your workspaces folder")
        for folder, where in ((Path.cwd(), "in this folder"), own):
            found = [path for path in files.workspaces_in(folder) if str(path) not in known]
            choices += [Choice(str(path), path.name, where) for path in found]
            known |= {str(path) for path in found}
        return choices + shipped_offers()

    def judge_source(self, values: Mapping[str, str]) -> Verdict:
        """Say whether a named file can be opened, and what is wrong with it if not."""
        return answers.judge_source(values, self.open)

    def remember(self, path: str) -> None:
        """Note a file as the one to open next time."""
        remember(path)

    # --- the file on the desk ------------------------------------------------------------------

    def look_at(self, path: str) -> Seen:
        """Read a file for what it is now."""
        return look_at(path)

    def read(self, seen: Seen, path: str) -> Workspace:
        """Read the workspace in what was seen of a file; raises Faults."""
        return workspace_of(seen, path)

    def nothing_at(self, path: str) -> Seen:
        """Give what is agreed to where nobody looked: a new file, and none in the place of another."""
        return Seen(GONE, real=real_path(path))

    def watch(self, path: str, known: str, real: str) -> Watch:
        """Watch a file, of which a content is known by its digest, in the place where it was read."""
        return Watch(path, known, real=real)

    # --- saving --------------------------------------------------------------------------------

    def target(self, text: str) -> str:
        """Complete what was typed to the file to save to."""
        return files.target(text)

    def judge_target(self, text: str) -> Verdict:
        """Say whether there is a name to save under, and whether that file is there already."""
        return files.judge_target(text)

    def beside(self, path: str) -> str:
        """Name a file beside another, for the other version of it; one that is not taken."""
        return mine_beside(path)

    def save(self, workspace: Workspace, path: str, agreed: Seen) -> Saved:
        """Write a workspace in the place of the file that was agreed to; raises SaveError."""
        from isocross.workspace.saving import save_workspace  # noqa: PLC0415 - only who saves pays for it

        return save_workspace(workspace, path, agreed)

    def keep_pictures(self, title: str, pictures: Mapping[str, str]) -> str:
        """Write pictures of the screen, given by the endings of their files, and say where; raises OSError."""
        written = files.keep_pictures(title, pictures)
        return f"Written: {' and '.join(path.name for path in written)} in {written[0].parent}"

    def keep_table(self, venue: str, document: str) -> str:
        """Write the user's own table of a venue, and say where; raises OSError."""
        from isocross.disk.atomic import write_atomically  # noqa: PLC0415 - only who saves pays for it
        from isocross.rules.own_tables import forget, own_tables_folder  # noqa: PLC0415 - as above

        path = own_tables_folder() / f"{venue}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, document.encode())
        forget()
        return str(path)

    def keep_trace(self, trace: str) -> str:
        """Keep the trace of a fault of the program's own, and say where, or why not."""
        path, offered = state_folder() / "crash.log", "Unsaved changes are offered when it is opened again."
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(trace, encoding="utf-8")
        except OSError as problem:
            return f"{offered} {path} could not be written: {reason(problem)}"
        return f"{offered} The details are in {path}"

    # --- what the desk is made with --------------------------------------------------------------

    def recorders(self) -> Recorders | None:
        """Give the folder where unsaved changes are kept from moment to moment; None: they are kept nowhere."""
        return Recorders(state_folder() / "journals")

    def themes(self) -> LoadedThemes:
        """Read the themes to choose from."""
        return load_themes(theme_folders())

    def lessons(self) -> LoadedLessons:
        """Read the lessons to choose from."""
        return lessons.load_lessons()

    def venues(self) -> tuple[str, ...]:
        """List the venues to choose from, by their ids."""
        return profile_ids()

    def first_start(self) -> bool:
        """Whether the desk was never started before without a file; from now on it was."""
        return first_start(state_folder())


def shipped_offers() -> list[Choice]:
    """List the shipped workspaces."""
    return [Choice(offer.name, offer.name, offer.title) for offer in templates().values()]
