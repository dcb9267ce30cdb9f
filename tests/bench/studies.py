"""The studies against one solved glide of the same account: triage, the curves of both modes, comparing, advice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from isocross.cascade.payers import with_payers
from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.compare import compare_json
from isocross.rules.catalogue import profile_ids
from isocross.studies.advice import Advisor, advised_shocks
from isocross.studies.curves import curves_by_mode
from isocross.studies.triage import triage
from isocross.workspace import Workspace, book_of, load_text
from tests.bench.books import OPENING_SHOCK, workspace_text
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

CASES = (
    ("who paid", 50),
    ("who paid", 500),
    ("who paid", 2000),
    ("triage", 50),
    ("triage", 200),
    ("curves", 500),
    ("compare", 1000),
    ("advise", 25),
    ("advise", 50),
    ("advise", 105),
)


def _who_paid(rehearsal: GlideRehearsal, _workspace: Workspace) -> Callable[[], object]:
    path = Glide.common(rehearsal.book, rehearsal.betas, -1)
    return partial(with_payers, rehearsal.book, solve(rehearsal.book, path).happened, path)


def _triage(rehearsal: GlideRehearsal, _workspace: Workspace) -> Callable[[], object]:
    return partial(triage, rehearsal, -1)


def _curves(rehearsal: GlideRehearsal, _workspace: Workspace) -> Callable[[], object]:
    return partial(curves_by_mode, rehearsal)


def _compare(rehearsal: GlideRehearsal, workspace: Workspace) -> Callable[[], object]:
    return partial(compare_json, workspace, rehearsal, OPENING_SHOCK, profile_ids())


def _advise(rehearsal: GlideRehearsal, _workspace: Workspace) -> Callable[[], object]:
    return partial(Advisor(rehearsal).advise, advised_shocks(OPENING_SHOCK))


STUDIES: dict[str, Callable[[GlideRehearsal, Workspace], Callable[[], object]]] = {
    "who paid": _who_paid,
    "triage": _triage,
    "curves": _curves,
    "compare": _compare,
    "advise": _advise,
}


@dataclass(frozen=True)
class Study:
    """One study of one account; the median CPU."""

    name: str
    positions: int
    study_s: float
    glide_s: float
    """Of solving its whole glide down, once."""


def measure(name: str, size: int, rounds: int) -> Study:
    """Study an account and solve it, in turn; each time it is a rehearsal of which nothing is known yet."""
    workspace = load_text(workspace_text(size), f"bench-{size}")
    book, betas = book_of(workspace), workspace.scenario.betas
    path = Glide.common(book, betas, -1)
    taken = interleaved(
        {
            "study": lambda: cpu_of_call(STUDIES[name](GlideRehearsal(book, betas), workspace)),
            "glide": partial(cpu_of_call, partial(solve, book, path)),
        },
        rounds,
    )
    return Study(name, size, median(taken["study"]), median(taken["glide"]))


def section(rounds: int, cases: tuple[tuple[str, int], ...] = CASES) -> Section:
    """As a table."""
    studies = [measure(name, size, rounds) for name, size in cases]
    rows = ((s.name, str(s.positions), ms(s.study_s), ms(s.glide_s), times(s.study_s / s.glide_s)) for s in studies)
    return Section(
        "Studies against one glide",
        f"A study against solving the same account's whole glide down once, CPU, median of {rounds}. "
        "Who paid is told of events that are solved already.",
        ("study", "positions", "study", "one glide", "study ÷ glide"),
        tuple(rows),
    )
