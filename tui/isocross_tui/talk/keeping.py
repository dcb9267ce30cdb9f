"""What keeps a talk safe from its own end: the journal of the desk, offered again the next time a file is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from isocross.desk.state import State
from isocross.desk.store import Store
from isocross.format import counted
from isocross.records import dataclass
from isocross.workspace.load import Source
from isocross_tui.recorder.found import Opened, difference, offer_words, other_words
from isocross_tui.recorder.line import MomentLine
from isocross_tui.recorder.recorder import Recorder, Recorders


@dataclass
class Keeping:
    """The journal of what is on the desk; without recorders nothing is kept."""

    store: Store[State]
    recorders: Recorders | None
    recorder: Recorder | None = None
    trouble: list[str] = field(default_factory=list)
    """What is to be said of the journal with the next line."""

    def open(self, source: Source) -> MomentLine | None:
        """Take up the journal of a workspace; the line to stand on where nothing has to be decided."""
        self.close()
        if self.recorders is None:
            return None
        opened = Opened(source.key, source.digest, source.workspace)
        self.recorder = recorder = self.recorders.open(opened)
        if source.path is not None and (others := other_words(recorder.others, recorder.clocks.now())):
            self.trouble.append(others)
        line = recorder.found.line
        return None if line is None or recorder.found.unsaved else line.settled(opened.moment)

    @property
    def offer(self) -> str:
        """What an earlier desk left unsaved, as a question; empty: nothing."""
        recorder = self.recorder
        if recorder is None or recorder.found.line is None or not recorder.found.unsaved:
            return ""
        words = offer_words(recorder.opened.workspace.name, recorder.found, recorder.clocks.now())
        return f"{words} recover, discard, show, or later."

    def differences(self) -> list[str]:
        """What was changed and not saved, line by line of the file."""
        recorder = self.recorder
        if recorder is None or recorder.found.line is None:
            return []
        shown = difference(recorder.found.line.present.workspace, recorder.opened.workspace)
        return [told for told in ("".join(span.text for span in p.spans) for p in shown) if told]

    def decided(self, *, recover: bool) -> tuple[MomentLine | None, str]:
        """The line to stand on after a decision, and what is said of it."""
        recorder = self.recorder
        if recorder is None or recorder.found.line is None:
            return None, ""
        line, moment = recorder.found.line, recorder.opened.moment
        if recover:
            return line, f"{counted(recorder.found.changes, 'change').capitalize()} recovered; not saved yet."
        settled = line.settled(moment) or MomentLine(moment, (), (line.present,))
        return settled, "Discarded; redo brings it back until something else is done."

    def later(self) -> None:
        """Leave the journal as it is; what is done from now on is kept nowhere."""
        if self.recorder is not None:
            self.recorder.release()
            self.recorder = None

    def start(self) -> None:
        """Have every change kept from now on."""
        if self.recorder is not None:
            self.recorder.start(self.store, self.trouble.append)

    def pause(self) -> None:
        """Keep nothing of what is done in a lesson."""
        if self.recorder is not None:
            self.recorder.pause()

    def saved(self, source: Source, digest: str) -> None:
        """The workspace is in a file as it stands; under another name it has another journal."""
        opened = Opened(source.key, digest, source.workspace)
        before = self.recorder
        if before is None or self.recorders is None:
            return
        if before.opened.key != opened.key:
            self.recorder = self.recorders.open(opened, clean=True)
            self.start()
            before.close()
        if self.recorder is not None:
            self.recorder.saved(opened)

    def tick(self, say: Callable[[str], None]) -> None:
        """Have the disk confirm what was done, and say what is the matter."""
        if self.recorder is not None:
            self.recorder.tick()
        for words in self.trouble:
            say(words)
        self.trouble.clear()

    def close(self) -> None:
        """End with the present workspace; only its undo history stays."""
        if self.recorder is not None:
            self.recorder.close()
            self.recorder = None
