"""`isocross check`: what is wrong with files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.report import FORMAT
from engine.workspace import Faults
from engine.workspace.faults import escaped
from tui.cli_lessons import checked
from tui.headless import load, print_json
from tui.lessons import is_lesson


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for editors.")
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Validate workspace and lesson files; every fault with its line and what was expected."""
    told: list[dict[str, Any]] = []
    for source in files:
        try:
            lesson = checked(Path(source)) if is_lesson(Path(source)) else None
            workspace = None if lesson else load(source)
        except Faults as faults:
            told.append(_faults_json(source, faults))
            if not as_json:
                click.echo(str(faults), err=True)
            continue
        told.append({"file": source, "ok": True, "faults": []})
        if not as_json and lesson is not None:
            steps = f"{len(lesson.steps)} step{'' if len(lesson.steps) == 1 else 's'}"
            click.echo(f"{escaped(source)}: good, a lesson of {steps}")
        elif not as_json and workspace is not None:
            held = len(workspace.positions)
            positions = f"{held} position{'' if held == 1 else 's'}"
            click.echo(f"{escaped(source)}: good, {positions} at {workspace.venue.profile}")
    if as_json:
        print_json({"format": FORMAT, "files": told})
    raise SystemExit(0 if all(file["ok"] for file in told) else 1)


def _faults_json(source: str, faults: Faults) -> dict[str, Any]:
    """One file's faults as an editor wants them: a key, words, and where to put the mark."""
    keys = ("key", "message", "expected", "line", "column")
    found = [{key: getattr(fault, key) for key in keys} for fault in faults.faults]
    return {"file": source, "ok": False, "faults": found}
