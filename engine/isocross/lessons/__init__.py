"""Lessons: files that ask a question about an account, let a room predict, and have the engine answer.

A lesson is TOML: steps with keys to press, words with figures to be put in, and claims that must hold. `files` reads
one and tells every fault at its line, `rows` says what each table may hold, `figures` names the figures a lesson can
use, `play` runs it without a screen and checks its claims, so no number in a lesson is typed, and `card` is a step in
words, for whoever shows it.

In: a lesson file and its workspace. Out: the frames and words of each step, for the desk or the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.lessons.card import Asked, Card, card_of
    from isocross.lessons.files import (
        Claim,
        Lesson,
        LoadedLessons,
        Step,
        is_lesson,
        lesson_folders,
        load_lesson,
        load_lessons,
        read_lesson,
    )
    from isocross.lessons.play import Act, LessonError, Run, Stage, failures, playlist, stages, state_of
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Act",
    "Asked",
    "Card",
    "Claim",
    "Lesson",
    "LessonError",
    "LoadedLessons",
    "Run",
    "Stage",
    "Step",
    "card_of",
    "failures",
    "is_lesson",
    "lesson_folders",
    "load_lesson",
    "load_lessons",
    "playlist",
    "read_lesson",
    "stages",
    "state_of",
]
