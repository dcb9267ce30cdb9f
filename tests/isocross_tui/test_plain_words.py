"""All that a person reads keeps to one vocabulary: in the sources, in TOML, in what commands print, on every screen."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
import pytest
from click.testing import CliRunner

from isocross.desk import crash_board
from isocross.lessons.files import load_lessons
from isocross.lessons.play import stages
from isocross.rules.catalogue import profile_ids
from isocross.studies.odds import Reached
from isocross.workspace import shipped
from isocross_tui.cli import docs
from isocross_tui.cli.main import main
from isocross_tui.cli.man import commands
from journeys.screen import room

ROOT: Final = Path(__file__).resolve().parents[2]
VENUES: Final = "|".join(profile_ids())
FORBIDDEN: Final = {
    r"\b(falls?|fell|fallen|falling)\b": "a price drops, a position is liquidated",
    r"(?<![\w-])(kills?|killed|dies|died|dead)(?![\w-])": "a position is liquidated",
    r"\bbuckets?\b": "margin",
    r"\b(stands?|stood|standing)\b": "is, survives, does not move",
    r"\b(the|its|at|their) line\b": "liquidation threshold",
    r"\btriggers?\b(?! price)": "liquidation price, joint liquidation; of an order its trigger price",
    r"\bat worst\b": "worst case",
    r"\b(of it|what is|never more|without it)\b": "say it in another way",
    r"(?<!there )\b(is|are) no (?!longer\b)": "is not a",
    r"\b(one|one \w+) an? (market|position|row|cell)\b": "one per",
    r"\bwill not do\b": "is not valid",
    rf"\bat ({VENUES})\b(?!\.)": "under its rules",
}
SAID: Final = re.compile("|".join(f"(?:{pattern})" for pattern in FORBIDDEN), re.IGNORECASE)
SHOWN_BY: Final = frozenset(
    ("Span", "say", "Paragraph", "Cell", "Column", "Entry", "Field", "Choice", "Figure", "Reason", "Term", "Mark")
)
"""What is called with single words that are shown."""
NOT_SHOWN: Final = frozenset(("ALSO", "DEFAULT_CSS"))
"""What is typed or read by a machine: other words of the palette, styles."""
VIEWS: Final = {
    "desk": (),
    "twin": ("2",),
    "frontier": ("3",),
    "replay": ("4",),
    "close-first": ("c",),
    "venues": ("V",),
}
PAGES: Final = {"why": ("w",), "terms": ("g",), "keys": ("question_mark",), "past crashes": ("colon", *"past", "enter")}


def broken(words: str) -> list[str]:
    """What is said in forbidden words, with a little of what is around it."""
    flat = " ".join(words.split())
    return [flat[max(0, found.start() - 40) : found.end() + 40] for found in SAID.finditer(flat)]


# --- the sources ------------------------------------------------------------------------------


def _silent(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """What is in a source and never shown: docstrings, patterns, styles, words that are only typed."""
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in NOT_SHOWN for target in targets):
                yield from ast.walk(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compile":
            yield from ast.walk(node)


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text with a blank in it, and every single word that goes to the screen; figures as a brace."""
    nodes = list(ast.walk(tree))
    silent = {id(node) for node in _silent(nodes)}
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    words = {
        id(given)
        for node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SHOWN_BY
        for given in node.args
    }
    for node in nodes:
        if id(node) in silent or id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (
            " " in node.value or id(node) in words
        ):  # fmt: skip
            yield node.lineno, node.value


@pytest.mark.parametrize("folder", ["engine/isocross", "tui/isocross_tui"])
def test_no_sentence_of_a_source_has_a_forbidden_word(folder: str):
    told = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, text in _texts(ast.parse(path.read_text(encoding="utf-8")))
        for words in broken(text)
    ]
    assert told == []


def words_of(value: Any) -> Iterator[str]:
    """Every text of a TOML document that has a blank in it; a workspace in a lesson is read like a file."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from words_of(tomllib.loads(held) if key == "workspace" and "\n" in held else held)
    elif isinstance(value, list):
        for held in value:
            yield from words_of(held)
    elif isinstance(value, str) and " " in value:
        yield value


@pytest.mark.slow
def test_no_sentence_of_a_shipped_file_has_a_forbidden_word():
    files = [*sorted((ROOT / "engine").rglob("*.toml")), *sorted((ROOT / "themes").glob("*.toml"))]
    told = [
        f"{path.relative_to(ROOT)}: {words}"
        for path in files
        for text in words_of(tomllib.loads(path.read_text(encoding="utf-8")))
        for words in broken(text)
    ]
    assert len(files) > 40
    assert told == []


@pytest.mark.slow
def test_the_words_of_every_lesson_with_their_figures_are_plain():
    for lesson in load_lessons().lessons.values():
        for stage in stages(lesson):
            step = stage.step
            assert broken(" ".join(stage.told(words) for words in (step.ask, *step.choices, step.reveal))) == []


HEARD: Final = re.compile(
    "|".join(rf"(?:{pattern})" for pattern in FORBIDDEN if pattern != r"\b(the|its|at|their) line\b"), re.IGNORECASE
)
"""What no page says either; a page also tells of lines in files."""


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *(docs.FOLDER / f"{name}.md" for name in docs.ORDER)], ids=lambda path: path.stem
)
def test_no_page_has_a_forbidden_word(path: Path):
    prose = re.sub(r"```.*?```|`[^`]*`", " code ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [found.group() for found in HEARD.finditer(" ".join(prose.split()))] == []
    assert not re.search(r"\bat (its|the) line\b", prose)


# --- the command line --------------------------------------------------------------------------


def printed(*words: str) -> str:
    return CliRunner().invoke(main, list(words)).output


@pytest.mark.parametrize("called", [context.command_path for context in commands(click.Context(main, info_name=""))])
def test_help_of_every_command_is_plain(called: str):
    said = printed(*called.split(), "--help")
    assert said.startswith("Usage:")
    assert broken(said) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_all_that_is_told_of_a_shipped_account_is_plain(name: str):
    ids = re.findall(r'^id += "([\w-]+)"', shipped()[name].read_text(encoding="utf-8"), re.M)
    commands = [("report",), ("run",), ("advise",), ("compare",), ("check",), ("frontier", "--cells", "8"),
                *(("explain", "--position", id) for id in ids)]  # fmt: skip
    for command, *more in commands:
        said = printed(command, name, *more)
        assert said
        assert broken(said) == [], command
    for shock in ("-95%", "+300%"):
        for command in ("report", "advise"):
            assert broken(printed(command, name, "--shock", shock)) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("help",), ("venues",), ("themes",), ("keys",), ("lessons",), ("new", "--list"),
                                   ("history",), ("history", "2025-10-10"), ("history", "--reach", "BTC=-33%"),
                                   ("history", "--file", "basket"), ("report", "nothing"), ("explain", "basket"),
                                   ("replay", "guide-cross", "--window", "2022-11-08")])  # fmt: skip
def test_what_other_commands_print_is_plain(words: tuple[str, ...]):
    assert broken(printed(*(words or ("--help",)))) == []


# --- every screen --------------------------------------------------------------------------------


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count no hours of past crashes: nobody waits for them here, and they are nearly all the work of a crash board."""
    monkeypatch.setattr(crash_board, "hours_hit", lambda book, window, stand_in: Reached("", 0, 0))


@pytest.mark.slow
@pytest.mark.usefixtures("home", "no_terminal", "uncounted")
@pytest.mark.parametrize("name", shipped())
async def test_every_view_of_a_shipped_account_is_plain(name: str):
    async with room(name, (140, 45)) as desk:
        for far_away in (False, True):
            if far_away:
                await desk.run("1", "0", *["less_than_sign"] * 4, "full_stop")
            for view, keys in VIEWS.items():
                await desk.press(*keys)
                assert desk.state.view == view
                assert broken(desk.text) == [], view


@pytest.mark.slow
@pytest.mark.usefixtures("home", "no_terminal")
@pytest.mark.parametrize("page", PAGES)
async def test_every_page_to_read_is_plain(page: str):
    async with room("guide-mixed", (140, 45)) as desk:
        await desk.press(*PAGES[page])
        before, now = "", desk.text
        while now != before:
            assert broken(now) == []
            await desk.press("pagedown")
            before, now = now, desk.text


# --- that it is found ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "BTC falls at −33 %", "All marks fell", "its bucket of 200", "what stands behind it", "at the line",
        "its line", "joint trigger", "60.00 of it", "what is left", "200 and never more", "3 is no size",
        "one row a position", "the same at binance", "the first dead one", "at worst 300",
    ],
)  # fmt: skip
def test_a_forbidden_word_is_found(words: str):
    assert broken(words)


@pytest.mark.parametrize(
    "words",
    ["the price drops", "it is no longer there", "this line has 3 cells", "line 12", "outstanding", "a standard file",
     "at binance.com", "understood", "the next line"],
)  # fmt: skip
def test_words_that_only_look_alike_are_not(words: str):
    assert broken(words) == []


def test_the_collector_sees_sentences_and_single_words_and_nothing_else():
    source = '"""It fell."""\nx = f"{a} fell at {b}"\nsay("fell")\nALSO = {"k": "the fell"}\nKIND = "fell"\n'
    assert [text for _, text in _texts(ast.parse(source))] == ["{} fell at {}", "fell"]
