"""`isocross lessons`: what can be learnt here, and each lesson's questions with their answers worked out."""

from __future__ import annotations

import click

from isocross.lessons.files import Lesson, load_lessons
from isocross.lessons.play import LessonError
from isocross.lessons.report import lesson_json, lessons_json
from isocross.toml.places import listing, meant
from isocross_tui.cli.common import print_json, refuse


@click.command()
@click.argument("lesson_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lessons(lesson_id: str | None, as_json: bool) -> None:
    """List the lessons, or print one with its questions and answers."""
    loaded = load_lessons()
    for problem in loaded.problems:
        click.echo(problem, err=True)
    if lesson_id is None:
        _list(list(loaded.lessons.values()), as_json)
        raise SystemExit(1 if loaded.problems else 0)
    if lesson_id not in loaded.lessons:
        expected = listing(loaded.lessons, 30)
        words = f"no lesson is called {lesson_id!r}{meant(lesson_id, loaded.lessons)} (expected one of {expected})"
        refuse(ValueError(words))
    try:
        _tell(loaded.lessons[lesson_id], as_json)
    except LessonError as error:
        refuse(ValueError(f"{lesson_id}: {error}"))


def _list(found: list[Lesson], as_json: bool) -> None:
    if as_json:
        print_json(lessons_json(found))
        return
    for known in found:
        click.echo(f"{known.id:<26} {known.title}\n{'':<26} {known.question}")


def _tell(lesson: Lesson, as_json: bool) -> None:
    told = lesson_json(lesson)
    if as_json:
        print_json(told)
    else:
        click.echo(f"{lesson.title}\n\n{lesson.question}")
        for step in told["steps"]:
            click.echo(f"\n{step['step']}. {step['ask']}")
            for n, choice in enumerate(step["choices"], start=1):
                click.echo(f"   {n} {choice}{'  <' if n == step['right'] else ''}")
            click.echo(f"   {step['answer']}")
    for words in told["failures"]:
        click.echo(words, err=True)
    if told["failures"]:
        raise SystemExit(1)
