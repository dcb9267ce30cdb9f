"""The desk playing by itself: one lesson after the other, before an audience, until somebody presses a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle

from textual import events
from textual.app import ComposeResult

from isocross.desk.actions.shock import Show
from isocross.desk.state import Moment, State
from isocross.lessons.play import Act
from isocross.money import ZERO
from isocross.workspace.load import Source
from isocross_tui.app import Desk
from isocross_tui.player import FRAME_S, Player
from isocross_tui.user.settings import Face
from isocross_tui.widgets.prose import Prose, say

READING = 30
"""Frames, at a pace of one, for which a workspace stands still before it is played, and after."""
OVER = object()
"""What comes after the last frame."""


class Demo(Desk):
    """A desk that plays a list of workspaces over and over; any key or click ends it."""

    def __init__(self, playlist: Sequence[Source], face: Face | None = None, *, colours: bool | None = None) -> None:
        """Make a demo.

        Args:
            playlist: what to play, in order; at least one.
            face: settings, keys and characters; those of the program when absent.
            colours: as a desk takes it.
        """
        super().__init__(playlist[0], face=face, colours=colours)
        self._playlist = playlist
        self._acts = cycle(enumerate(playlist, 1))
        self._frames: Iterator[object] = iter(())

    def compose(self) -> ComposeResult:
        """The desk with a caption in the place of its keys."""
        yield from super().compose()
        yield Prose(id="caption")

    def on_mount(self) -> None:
        """Present, and begin."""
        self.screen.add_class("-demo")
        self.call_after_refresh(self._begin_to_play)

    def _begin_to_play(self) -> None:
        self.tour.present()
        self.play_on()
        self.set_interval(FRAME_S, self.play_on)

    def play_on(self) -> None:
        """Show the next frame; after the last one of a workspace comes the first of the next."""
        if next(self._frames, OVER) is OVER:
            self._next_act()

    def _next_act(self) -> None:
        number, source = next(self._acts)
        asked = replace(State.opened(source.workspace), warning=self.state.warning)
        opening = asked.at(Moment(source.workspace, ZERO))
        self.store.reset(opening)
        act = source if isinstance(source, Act) else None
        # a lesson is played as far as it goes, another workspace past the last that falls
        player = Player.towards(asked if act else opening, self.pace)
        if act is not None and act.view:
            self.store.dispatch(Show(act.view))
        head = f"{number} of {len(self._playlist)}: {source.workspace.name}. Any key ends the demo."
        told = [say(act.caption)] if act is not None and act.caption else []
        self.screen.query_one("#caption", Prose).show((say(head, "accent"), *told))
        self._frames = self._played(player)

    def _played(self, player: Player) -> Iterator[None]:
        """A frame at a time, those that stand still too."""
        still = round(READING * self.pace)
        yield from [None] * still
        while (step := player.frame(self.state)) is not None:
            self.store.dispatch(step)
            yield None
        yield from [None] * still

    async def on_event(self, event: events.Event) -> None:
        """Leave at the first key or click."""
        if isinstance(event, events.Key | events.MouseDown):
            self.exit()
        else:
            await super().on_event(event)


def run_demo(playlist: Sequence[Source], face: Face) -> int:
    """Play a list of workspaces until a key is pressed; the exit code."""
    demo = Demo(playlist, face)
    demo.run()
    return demo.return_code or 0
