"""What is done before the camera: a lesson asks, plays and answers; an account goes its way and halts at each event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from isocross.desk.actions.shock import Show
from isocross.desk.state import Moment, State
from isocross.lessons.files import Lesson
from isocross.lessons.play import Stage, stages, state_of
from isocross.money import ONE, ZERO
from isocross.workspace.load import Source
from isocross_tui.cast.desk import FilmedDesk, Script, Take
from isocross_tui.player import FRAME_S, SPEEDS, Player, ReplayPlayer

FRAME: Final = Decimal(str(FRAME_S))
STILL: Final = Decimal(2)
"""Seconds for which a picture stands that begins or ends something."""
WORDS_A_SECOND: Final = 4
MOST_FRAMES: Final = 240
"""A replay goes as fast as it takes to have no more, at the highest speed at most."""


def of_workspace(source: Source, pace: Decimal = ONE) -> Script:
    """Play a workspace on its own path: to its shock, or past the last event where it has none.

    Args:
        source: what to play.
        pace: how many times as long it takes.
    """

    def script(desk: FilmedDesk) -> Iterator[Take]:
        asked = State.opened(source.workspace)
        desk.store.reset(replace(asked, warning=desk.state.warning).at(Moment(source.workspace, ZERO)))
        player = Player.towards(asked)
        if asked.moment.kind.has_bars:
            desk.store.dispatch(Show("replay"))
            player = ReplayPlayer(player.end, speed=_speed(player.end))
        yield Take(STILL * pace)
        yield from _played(desk, player, pace)
        yield Take(2 * STILL * pace)

    return script


def of_lesson(lesson: Lesson, pace: Decimal = ONE) -> tuple[Source, Script]:
    """Ask each question of a lesson, play its account to the place of the answer, and give it.

    Args:
        lesson: what to play.
        pace: how many times as long it takes.
    """
    told = stages(lesson)

    def script(desk: FilmedDesk) -> Iterator[Take]:
        desk.lessons.begin(lesson)
        for number, stage in enumerate(told, 1):
            asked = stage.told(stage.step.ask)
            yield Take(_reading(asked, *stage.step.choices) * pace, (f"Question {number}",))
            yield from _stage(desk, stage, asked, pace)
            desk.lessons.go_on()
            yield Take(_reading(stage.told(stage.step.reveal)) * pace, (f"Answer {number}",))
            if number < len(told):
                desk.lessons.go_on()

    return Source(replace(told[0].workspace, name=lesson.title), shipped_as=lesson.id), script


def _stage(desk: FilmedDesk, stage: Stage, asked: str, pace: Decimal) -> Iterator[Take]:
    """The account of a question from its opening to the place of the answer."""
    there = state_of(stage, desk.state.theme)
    if there.moment.cursor == ZERO:
        return
    opening = there.at(replace(there.moment, shock=ZERO, place=ZERO))
    desk.store.reset(replace(opening, warning=desk.state.warning))
    desk.caption(asked)
    yield Take(STILL * pace)
    yield from _played(desk, Player(there.moment.cursor), pace)
    desk.caption("")


def _played(desk: FilmedDesk, player: Player, pace: Decimal) -> Iterator[Take]:
    """A picture for each frame; those of a halt are one that stands longer."""
    while (step := player.frame(desk.state)) is not None:
        desk.store.dispatch(step)
        halt, player.halt = player.halt, 0
        yield Take(FRAME * (1 + halt) * pace)


def _speed(end: Decimal) -> int:
    """The slowest speed at which a replay has not too many frames."""
    return next((speed for speed in SPEEDS if end / speed <= MOST_FRAMES), SPEEDS[-1])


def _reading(*texts: str) -> Decimal:
    """Seconds it takes to read."""
    return STILL + Decimal(sum(len(text.split()) for text in texts)) / WORDS_A_SECOND
