"""Lessons as JSON objects: the list, and one with its questions and answers worked out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from isocross.lessons.figures import plain
from isocross.lessons.files import Lesson, load_lesson
from isocross.lessons.play import BRACES, Stage, failures, stages
from isocross.report.json import FORMAT
from isocross.toml.faults import Fault, Faults


def lessons_json(found: Iterable[Lesson]) -> dict[str, Any]:
    """The lessons with their questions."""
    told = [{"id": known.id, "title": known.title, "question": known.question} for known in found]
    return {"format": FORMAT, "lessons": told}


def lesson_json(lesson: Lesson) -> dict[str, Any]:
    """One lesson, its steps worked out, and the claims that do not hold."""
    head = {"format": FORMAT, "id": lesson.id, "title": lesson.title, "question": lesson.question}
    return {**head, "steps": [step_json(stage) for stage in stages(lesson)], "failures": failures(lesson)}


def step_json(stage: Stage) -> dict[str, Any]:
    """A step with its words worked out, and every figure that it names, exact."""
    step = stage.step
    named = [
        *BRACES.findall(f"{step.ask} {' '.join(step.choices)} {step.reveal}"),
        *(claim.of for claim in step.claims),
    ]
    figures = {name: stage.figure(name).value for name in dict.fromkeys(named)}
    return {
        "step": step.number,
        "ask": stage.told(step.ask),
        "choices": [stage.told(choice) for choice in step.choices],
        "right": step.right,
        "answer": stage.told(step.reveal),
        "view": step.view,
        "venue": stage.book.profile.id,
        "place": f"{stage.moment.cursor:f}",
        "figures": {name: None if value is None else plain(value) for name, value in figures.items()},
    }


def checked(path: Path) -> Lesson:
    """The lesson in a file whose claims all hold; Faults with everything that is wrong otherwise."""
    lesson = load_lesson(path)
    broken = failures(lesson)
    if broken:
        raise Faults(str(path), [Fault("", words, "") for words in broken])
    return lesson
