"""`isocross lessons`: what can be learnt here, and each lesson's questions with their answers worked out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import click

from isocross.lessons.figures import plain
from isocross.lessons.files import Lesson, load_lesson, load_lessons
from isocross.lessons.play import BRACES, LessonError, Stage, failures, stages
from isocross.toml.faults import Fault, Faults
from isocross.toml.places import listing, meant
from isocross_tui.cli.common import print_json


@click.command()
@click.argument("lesson_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lessons(lesson_id: str | None, as_json: bool) -> None:
    """The lessons, or one of them: its questions, and the answers with their figures."""
    loaded = load_lessons()
    for problem in loaded.problems:
        click.echo(problem, err=True)
    if lesson_id is None:
        _list(list(loaded.lessons.values()), as_json)
        raise SystemExit(1 if loaded.problems else 0)
    if lesson_id not in loaded.lessons:
        _refuse(f"no lesson is called {lesson_id!r}{meant(lesson_id, loaded.lessons)}"
                f" (expected one of {listing(loaded.lessons, 30)})")  # fmt: skip
    try:
        _tell(loaded.lessons[lesson_id], as_json)
    except LessonError as error:
        _refuse(f"{lesson_id}: {error}")


def _refuse(words: str) -> NoReturn:
    click.echo(words, err=True)
    raise SystemExit(1)


def _list(found: list[Lesson], as_json: bool) -> None:
    if as_json:
        told = [{"id": known.id, "title": known.title, "question": known.question} for known in found]
        print_json({"format": 1, "lessons": told})
        return
    for known in found:
        click.echo(f"{known.id:<26} {known.title}\n{'':<26} {known.question}")


def _tell(lesson: Lesson, as_json: bool) -> None:
    steps = [step_json(stage) for stage in stages(lesson)]
    broken = failures(lesson)
    if as_json:
        head = {"format": 1, "id": lesson.id, "title": lesson.title, "question": lesson.question}
        print_json({**head, "steps": steps, "failures": broken})
    else:
        click.echo(f"{lesson.title}\n\n{lesson.question}")
        for step in steps:
            click.echo(f"\n{step['step']}. {step['ask']}")
            for n, choice in enumerate(step["choices"], start=1):
                click.echo(f"   {n} {choice}{'  <' if n == step['right'] else ''}")
            click.echo(f"   {step['answer']}")
    for words in broken:
        click.echo(words, err=True)
    if broken:
        raise SystemExit(1)


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
