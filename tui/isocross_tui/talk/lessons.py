"""Lessons in words: a question, your guess, the answer of the engine; then the desk is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isocross.desk.state import State
from isocross.lessons.play import LessonError, Run, stages, state_of
from isocross.money import ZERO
from isocross_tui.talk.talk import Former, Lines, Talk, TalkError


def lesson(talk: Talk, words: str) -> Lines:
    """Begin a lesson; without words, which there are."""
    found = talk.gate.lessons()
    if not words:
        return [f"{id}: {known.title}. {known.question}" for id, known in found.lessons.items()] + list(found.problems)
    if words not in found.lessons:
        raise TalkError(f"There is not a lesson “{words}”: say lesson alone for all of them.")
    if talk.former is None:
        talk.former = Former(talk.state, talk.store.history, talk.on_disk)
        talk.on_disk = None
        talk.keeping.pause()
    known = found.lessons[words]
    talk.lesson = Run(known, stages(known))
    return [f"{known.title}. {known.question}", *_ask(talk, talk.lesson)]


def guess(talk: Talk, words: str) -> Lines:
    """Answer the question with the number of a choice, or let it be told."""
    run = talk.lesson
    if run is None:
        raise TalkError("No lesson is under way: say lesson for all of them.")
    if run.told:
        raise TalkError("The answer was told already: say next.")
    choices = run.stage.step.choices
    if words:
        if not words.isdecimal() or not 1 <= int(words[:3]) <= len(choices):
            raise TalkError(f"Say a number from 1 to {len(choices)}." if choices else "This question has no choices.")
        return _tell(talk, run, int(words) - 1)
    return _tell(talk, run)


def go_on(talk: Talk, run: Run) -> Lines:
    """Tell the answer; then the next question, or the end."""
    if not run.told:
        return _tell(talk, run)
    if run.is_last:
        give_back(talk)
        return [f"The lesson is over; “{talk.state.workspace.name}” is as you left it."]
    run.index, run.told = run.index + 1, False
    return _ask(talk, run)


def leave_lesson(talk: Talk, words: str) -> Lines:  # noqa: ARG001 - every verb takes its words
    """Leave the lesson."""
    if talk.lesson is None:
        raise TalkError("No lesson is under way.")
    give_back(talk)
    return [f"The lesson was left; {talk.state.workspace.name} is as it was."]


def give_back(talk: Talk) -> None:
    """Have the desk as it was before the lesson, if one is under way."""
    former, talk.former, talk.lesson = talk.former, None, None
    if former is not None:
        talk.store.reset(former.state, former.history)
        talk.on_disk = former.on_disk
        talk.keeping.start()


def _ask(talk: Talk, run: Run) -> Iterator[str]:
    """The account at its opening, and the question."""
    stage = run.stage
    try:
        shown = state_of(stage, None)
    except LessonError as error:
        give_back(talk)
        raise TalkError(f"This lesson cannot be played: {error}.") from None
    _put(talk, shown.at(replace(shown.moment, shock=ZERO, place=ZERO)))
    yield f"Question {run.index + 1} of {len(run.stages)}: {stage.told(stage.step.ask)}"
    yield from (f"{n}: {stage.told(choice)}" for n, choice in enumerate(stage.step.choices, 1))
    yield "Say the number of your guess, or next for the answer." if stage.step.choices else "Say next for the answer."


def _tell(talk: Talk, run: Run, guess: int | None = None) -> Iterator[str]:
    run.told = True
    stage, step = run.stage, run.stage.step
    _put(talk, state_of(stage, None))
    if step.right is not None:
        said = "The answer" if guess is None else "You were right" if guess == step.right - 1 else "Not so. The answer"
        yield f"{said}: {stage.told(step.choices[step.right - 1])}"
    yield stage.told(step.reveal)
    yield "Say next to go back to your account." if run.is_last else "Say next for the next question, or leave."


def _put(talk: Talk, shown: State) -> None:
    talk.store.reset(replace(shown, message=talk.state.message, warning=talk.state.warning))
