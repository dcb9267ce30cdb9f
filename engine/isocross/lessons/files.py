"""Lessons: files of questions whose answers the engine gives. Read, checked with every fault at its line, listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from isocross.account.book import Mode
from isocross.disk.input import decoded, document_of, file_bytes
from isocross.folders import config_folder
from isocross.lessons.rows import ClaimRow, LessonRow, StepRow
from isocross.records import dataclass
from isocross.regular import is_folder, reason
from isocross.rules.catalogue import profile_ids
from isocross.toml.faults import escaped, shown
from isocross.toml.places import Path as Where
from isocross.toml.places import Places, Problem, faults_of, listing, meant
from isocross.toml.read import SIZE_LIMIT, WORKSPACE, parse
from isocross.workspace import Faults, Workspace, book_of, load_file, load_text, shipped
from isocross.workspace.build import under_venue
from isocross.workspace.rows import row_of, rows_of

FOLDER: Final = Path(__file__).parent / "shipped"
KEYS: Final = frozenset(("question", "steps"))
"""A file with one of them is meant to be a lesson, and no workspace."""


@dataclass(frozen=True)
class Claim:
    """Something that has to hold at a step, held against the engine."""

    of: str
    """A figure, such as `btc.status`."""
    equals: Decimal | str | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    same_as: str = ""
    """Another figure."""


@dataclass(frozen=True)
class Step:
    """One question of a lesson, and what is shown as the answer."""

    number: int
    """From 1."""
    workspace: Workspace
    view: str
    ask: str
    reveal: str
    """Words with figures in braces."""
    choices: tuple[str, ...] = ()
    right: int | None = None
    """Number of the right choice, from 1."""
    at: Decimal | None = None
    """Place of a lived path; None: its end, or the shock of the workspace."""
    time: str = ""
    """The moment of a replay, in place of a place."""
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A question, and the steps that answer it."""

    id: str
    order: int
    """Lessons are listed by it."""
    title: str
    question: str
    steps: tuple[Step, ...]
    origin: str = ""
    """The file."""


@dataclass
class LoadedLessons:
    """The lessons that could be read, by id, and what is wrong with the others."""

    lessons: dict[str, Lesson] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def lesson_folders() -> list[Path]:
    """The program's own lessons, then the user's where there are any."""
    own = config_folder() / "lessons"
    return [FOLDER, *([own] if is_folder(own) else [])]


def load_lessons(folders: list[Path] | None = None) -> LoadedLessons:
    """Every `*.toml` of the folders; what is broken is told, and nothing is raised. A user's own goes before ours."""
    loaded = LoadedLessons()
    for folder in lesson_folders() if folders is None else folders:
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
        except OSError as error:
            loaded.problems.append(f"{escaped(str(folder))}: this folder cannot be read: {reason(error)}")
            continue
        for path in files:
            try:
                lesson = load_lesson(path)
            except Faults as faults:
                loaded.problems.append(str(faults))
            else:
                loaded.lessons[lesson.id] = lesson
    loaded.lessons = dict(sorted(loaded.lessons.items(), key=lambda known: (known[1].order, known[0])))
    return loaded


def is_lesson(path: Path) -> bool:
    """Whether a file is meant to be a lesson, by its keys; one that cannot be read is none."""
    try:
        return bool(KEYS & document_of(path, WORKSPACE, "a lesson").keys())
    except Faults:
        return False


def load_lesson(path: Path) -> Lesson:
    """The lesson in a file; raises Faults with everything that is wrong with it."""
    origin = str(path)
    return read_lesson(decoded(file_bytes(path, SIZE_LIMIT, "a lesson"), origin), origin)


def read_lesson(text: str, origin: str = "lesson") -> Lesson:
    """The lesson in a text; raises Faults with everything that is wrong with it."""
    document = parse(text, origin)
    problems: list[Problem] = []
    lesson = _lesson(document, origin, problems)
    if problems or lesson is None:
        raise faults_of(problems, origin, Places(text))
    return lesson


def _lesson(document: Mapping[str, Any], origin: str, problems: list[Problem]) -> Lesson | None:
    row = row_of(LessonRow, dict(document), (), problems)
    base = None if row is None else _workspace(row.workspace, ("workspace",), problems)
    if row is not None and row.id != Path(origin).stem and origin.endswith(".toml"):
        problems.append(Problem(("id",), f"{shown(row.id)} is not the name of the file", f'"{Path(origin).stem}"'))
    question = "" if row is None else row.question
    steps = [_step(n, given, question, base, problems) for n, given in rows_of(document, "steps", problems)]
    if row is not None and not steps and not problems:
        problems.append(Problem(("steps",), "there is no step", "at least one table [[steps]]"))
    if row is None or problems:
        return None
    return Lesson(row.id, row.order, row.title, row.question, tuple(step for step in steps if step), origin)


def _step(n: int, given: object, question: str, base: Workspace | None, problems: list[Problem]) -> Step | None:
    where: Where = ("steps", n)
    row = row_of(StepRow, given, where, problems)
    if row is None:
        return None
    own = base if row.workspace is None else _workspace(row.workspace, (*where, "workspace"), problems)
    changed = None if own is None else _changed(own, row, where, problems)
    if row.right is not None and not 1 <= row.right <= len(row.choices):
        problems.append(Problem((*where, "right"), f"there is no choice {row.right}", f"1 to {len(row.choices)}"))
    claims = [_claim((*where, "claims", k), claim, problems) for k, claim in enumerate(row.claims)]
    if changed is None:
        return None
    return Step(
        number=n + 1,
        workspace=changed,
        view=row.view,
        ask=row.ask or question,
        reveal=row.reveal,
        choices=row.choices,
        right=row.right,
        at=row.at,
        time=row.time or "",
        claims=tuple(claim for claim in claims if claim is not None),
    )


def _claim(where: Where, given: object, problems: list[Problem]) -> Claim | None:
    row = row_of(ClaimRow, given, where, problems)
    if row is None:
        return None
    if row.equals is None and row.above is None and row.below is None and row.same_as is None:
        problems.append(Problem(where, "it claims nothing", "one of is, above, below, same_as"))
    return Claim(row.of, row.equals, row.above, row.below, row.same_as or "")


def _workspace(given: str, where: Where, problems: list[Problem]) -> Workspace | None:
    """A shipped workspace by its name, or one written out; its faults are told at the key that holds it."""
    try:
        if "\n" in given:
            return load_text(given)
        known = shipped()
        if given in known:
            return load_file(known[given])
    except Faults as faults:
        problems.extend(Problem(where, f"{fault.key}: {fault.message}", fault.expected) for fault in faults.faults)
        return None
    guess = meant(given, shipped())
    problems.append(Problem(where, f"no shipped workspace is called {shown(given)}{guess}", listing(shipped(), 20)))
    return None


def _changed(workspace: Workspace, row: Any, where: Where, problems: list[Problem]) -> Workspace | None:
    """The workspace with what a step makes different, if an account can be made of it."""
    if row.venue is not None:
        if row.venue not in profile_ids():
            problems.append(
                Problem((*where, "venue"), f"no venue is called {shown(row.venue)}", listing(profile_ids()))
            )
            return None
        workspace = under_venue(workspace, row.venue)
    ids = [position.id for position in workspace.positions]
    for key in ("modes", "leverage"):
        for name in getattr(row, key):
            if name not in ids:
                problems.append(Problem((*where, key), f"no position has the id {shown(name)}", listing(ids)))
    positions = tuple(
        replace(
            position,
            mode=Mode(row.modes.get(position.id, position.mode)),
            leverage=row.leverage.get(position.id, position.leverage),
        )
        for position in workspace.positions
    )
    shock = workspace.scenario.shock if row.shock is None else row.shock
    scenario = replace(workspace.scenario, shock=shock)
    changed = replace(workspace, positions=positions, scenario=scenario)
    try:
        book_of(changed)
    except Faults as faults:
        problems.extend(Problem(where, fault.message, fault.expected) for fault in faults.faults)
        return None
    return changed
