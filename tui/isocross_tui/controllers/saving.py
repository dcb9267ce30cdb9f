"""Saving, and what to do when the file is no longer what the desk knows of it. Nothing is overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

from isocross.desk.actions.shock import Caution, Reloaded, Saved
from isocross.desk.state import content
from isocross.disk.watch import GONE, Seen, Watch
from isocross.workspace import Faults, SaveError, Workspace, load_bytes
from isocross.workspace.load import Source
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.recorder.found import Opened, conflict_words, first_fault
from isocross_tui.recorder.recorder import Recorder, Recorders
from isocross_tui.screens.form import Field, Form, Verdict
from isocross_tui.screens.tell import Ask
from isocross_tui.user import files

CHECK_S = 1.5
"""Seconds between two looks at the file."""
CHANGED = "changed on disk"
UNKEPT = "not safe from a crash"
"""What is done is kept nowhere but on the desk."""
SHARED = "open in another desk too"
OURS = "[what was saved]"
"""In the place of the digest of a file that was replaced right after it was saved."""


def nothing_more() -> None:
    """What follows where nothing does."""


class Saving(Controller):
    """The file of the desk."""

    def __init__(self, desk: DeskApp, recorders: Recorders | None) -> None:
        """Have no file yet.

        Args:
            desk: whose file it is.
            recorders: where unsaved changes are kept; None: nowhere.
        """
        super().__init__(desk)
        self.recorders = recorders
        self.recorder: Recorder | None = None
        self.on_disk: Watch | None = None
        """Looks at the file of the workspace, if it has one."""
        self._postponed = False
        """Whether there is another version of the file that the user will decide about at the next save."""

    @property
    def commands(self) -> Handlers:
        """Saving, here or there."""
        return {"file.save": self.save, "file.save-as": self.save_as}

    def stand_on(self, file: Watch | None, recorder: Recorder | None) -> None:
        """Have another file on the desk; what is kept safe of it is kept from now on."""
        self.on_disk = file
        self.recorder = recorder
        self._postponed = False
        self.keep()
        self.mind()

    def keep(self) -> None:
        """Have every change kept safe from now on."""
        if self.recorder is not None:
            self.recorder.start(self.desk.store, self._cannot_keep)

    def let_go(self) -> None:
        """End with the present file; only its undo history stays."""
        if self.recorder is not None:
            self.recorder.close()
            self.recorder = None

    # --- the file on disk ----------------------------------------------------------------------

    def look_around(self) -> None:
        """Notice what happened to the file; what needs an answer waits until nothing stands over the desk."""
        if self.recorder is not None:
            self.recorder.tick()
        self.mind()
        if self.on_disk is None or self.desk.has_dialog:
            return
        news = self.on_disk.news()
        if news is None:
            return
        if news.digest == GONE:
            self.desk.say(f"{self._file_name} is no longer there; saving writes it again.", "warn")
        elif self.state.unsaved:
            self._ask_whose(news, self.on_disk.path)
        else:
            self._reload(news)

    def mind(self) -> None:
        """Keep in the title what holds now."""
        shared = self.on_disk is not None and self.recorder is not None and bool(self.recorder.others)
        unkept = self.recorder is not None and not self.recorder.keeps
        text = UNKEPT if unkept else CHANGED if self._postponed else SHARED if shared else ""
        if text != self.state.caution:
            self.dispatch(Caution(text))

    def _reload(self, seen: Seen) -> bool:
        """Show the file as it is now; one that cannot be read is a message, and the desk stays as it was."""
        if self.on_disk is None:
            return False
        try:
            path = self.on_disk.path
            workspace = self.desk.gate.read(seen, path)
        except Faults as faults:
            self.desk.say(
                f"{self._file_name} was changed on disk and the desk stays as it was: {first_fault(faults)}", "bad"
            )
            return False
        self.on_disk.knows(seen.digest, seen.real)
        self.dispatch(Reloaded(workspace, self._file_name))
        self._is_saved(Opened(Source(workspace, path, real=seen.real).key, seen.digest, workspace))
        return True

    @property
    def _file_name(self) -> str:
        return "" if self.on_disk is None else PurePath(self.on_disk.path).name

    # --- saving --------------------------------------------------------------------------------

    def save(self, then: Callable[[], None] = nothing_more) -> None:
        """Save where the workspace is from, or ask where to; a lesson has no file."""
        if self.desk.lesson is not None or self.state.path is None:
            self.save_as(then)
        else:
            self._save(self.state.path, then)

    def save_as(self, then: Callable[[], None] = nothing_more) -> None:
        """Ask where to save; a file that is there already is replaced only after a second word."""
        if self.desk.lesson is not None:
            self.desk.say(
                "A lesson's account is not saved; leave the lesson with esc, or copy it as a short code.", "warn"
            )
            return

        told: dict[str, Seen] = {}

        def judge(values: Mapping[str, str]) -> Verdict:
            verdict = self.desk.gate.judge_target(values["path"])
            path = self.desk.gate.target(values["path"]) if verdict.good else ""
            if path and path not in told:
                # what is judged once more when it is confirmed was never shown
                told[path] = self.desk.gate.look_at(path)
            return verdict

        def done(values: dict[str, str] | None) -> None:
            if values is not None:
                path = self.desk.gate.target(values["path"])
                self._save(path, then, told.get(path))

        suggestion = self.state.path or files.file_name(self.state.workspace.name)
        self.desk.push_screen(Form("Save as", [Field("path", "file", suggestion, "name.toml")], judge), done)

    def _save(self, path: str, then: Callable[[], None] = nothing_more, over: Seen | None = None) -> None:
        """Save and go on, unless the file is another one than the desk knows: that is asked about.

        Args:
            path: where to.
            then: what follows once it is saved.
            over: a file that the user wants to be overwritten, as it was looked at; None: only that of the desk.
        """
        if self.on_disk is not None and self.on_disk.is_of(path):
            seen = self.on_disk.look()
            if not self.on_disk.may_be_written(seen) and (over is None or seen.key != over.key):
                self._ask_whose(seen, path, then)
                return
            over = seen
        if self._write(path, over or self.desk.gate.nothing_at(path)):
            then()

    def _write(self, path: str, agreed: Seen) -> bool:
        """Save in the place of what was agreed to; whether it was done."""
        document = self.state.document()
        try:
            saved = self.desk.gate.save(document, path, agreed)
        except SaveError as error:
            self.desk.say(str(error), "bad")
            return False
        self.desk.gate.remember(path)
        self.dispatch(Saved(path, document))
        self._stands_in(path, document)
        lost = ("its comments and its order could not be kept",) if saved.rewritten else ()
        unsure = () if saved.durable else ("the disk did not confirm it yet",)
        if told := (*lost, *saved.lost, *unsure):
            self.desk.say(f"Saved to {path}; {'; '.join(told)}.", "warn")
        return True

    def _stands_in(self, path: str, document: Workspace) -> None:
        """From now on the desk is on this file, which has this workspace, in whatever text."""
        seen = self.desk.gate.look_at(path)
        # somebody may have written right after us: the next look at the file tells of it then
        digest = seen.digest if _says(seen, document, path) else OURS
        self.on_disk = self.desk.gate.watch(path, digest, seen.real)
        self._is_saved(Opened(Source(document, path, real=seen.real).key, digest, document))

    def _is_saved(self, opened: Opened) -> None:
        """What is kept safe counts from here; under another name, in another place."""
        self._postponed = False
        before = self.recorder
        if before is not None and self.recorders is not None and before.opened.key != opened.key:
            self.recorder = self.recorders.open(opened, clean=True)
            self.keep()
            before.close()
        if self.recorder is not None:
            self.recorder.saved(opened)
        self.mind()

    def _cannot_keep(self, why: str) -> None:
        self.desk.say(why, "bad")
        self.mind()

    # --- two versions --------------------------------------------------------------------------

    def _ask_whose(self, other: Seen, path: str, then: Callable[[], None] = nothing_more) -> None:
        """Ask which version it shall be: the desk's, the file's, or both side by side."""

        def answered(answer: str | None) -> None:
            if answer == "m":
                self._save(path, then, over=other)
            elif answer == "t":
                if self._reload(other):
                    then()
            elif answer == "b":
                self._save_beside(path, then)
            else:
                self._postponed = True
                self.mind()

        answers = {"m": "mine", "t": "theirs", "b": "both"}
        question = conflict_words(path, self.desk.gate.beside(path))
        self.desk.push_screen(Ask("Changed on disk", question, answers, "decide when saving"), answered)

    def _save_beside(self, path: str, then: Callable[[], None]) -> None:
        beside = self.desk.gate.beside(path)
        if self._write(beside, self.desk.gate.nothing_at(beside)):
            mine, theirs = PurePath(beside).name, PurePath(path).name
            self.desk.say(f"Yours is in {mine} and stays on the desk; {theirs} is as it was found.", "good")
            then()


def _says(seen: Seen, workspace: Workspace, path: str) -> bool:
    """Whether a file has this workspace."""
    try:
        return seen.data is not None and content(load_bytes(seen.data, path)) == content(workspace)
    except Faults:
        return False
