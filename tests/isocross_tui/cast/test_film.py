"""A film read back: a terminal that plays it ends with the picture of the desk, and it is the same every time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice, pairwise
from xml.etree import ElementTree

import pyte
import pytest
from click.testing import CliRunner
from rich.segment import Segment

from isocross.desk.actions.shock import ShockTo
from isocross.lessons.files import load_lessons
from isocross.workspace.load import Source
from isocross.workspace.resolve import load
from isocross_tui.cast import Film, animated, asciicast_of, filmed, of_lesson, of_workspace
from isocross_tui.cli.main import main
from isocross_tui.terminal.capture import rows_of
from tests.journeys.screen import room

SIZE = (80, 24)
COINEX = ("cast", "guide-cross", "--venue", "coinex", "--shock", "-92%", "--size", "80x24", "-o")

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("home")]


@pytest.fixture(scope="module")
def film() -> Film:
    """A position that draws cash twice and is liquidated then."""
    workspace = load("guide-cross")
    venue = replace(workspace.venue, profile="coinex", overrides=())
    workspace = replace(workspace, venue=venue, scenario=replace(workspace.scenario, shock=Decimal("-0.92")))
    source = Source(workspace)
    return filmed(source, of_workspace(source), SIZE)


def played(cast: str) -> pyte.Screen:
    """A terminal of the size that the file asks for, after all of it."""
    header, *events = map(json.loads, cast.splitlines())
    size = (header["width"], header["height"]) if header["version"] == 2 else tuple(header["term"].values())[:2]
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    for _, kind, text in events:
        if kind == "o":
            stream.feed(text)
    return screen


def cells(rows: list[list[Segment]]) -> list[list[tuple[str, str, str, bool]]]:
    """Each cell of a desk: its letter, its colour, its ground, and whether it is bold."""

    def colour(found) -> str:
        return "default" if found is None or found.is_default else found.get_truecolor().hex.removeprefix("#")

    return [
        [
            (letter, colour(style.color), colour(style.bgcolor), bool(style.bold))
            for text, style, _ in row
            for letter in text
        ]
        for row in rows
    ]


def shown(screen: pyte.Screen) -> list[list[tuple[str, str, str, bool]]]:
    return [
        [(cell.data, cell.fg, cell.bg, cell.bold) for cell in (screen.buffer[y][x] for x in range(screen.columns))]
        for y in range(screen.lines)
    ]


@pytest.mark.parametrize("version", [2, 3])
async def test_a_terminal_that_plays_it_ends_with_the_picture_of_the_desk_in_every_cell(film, version):
    workspace = replace(load("guide-cross"), venue=replace(load("guide-cross").venue, profile="coinex", overrides=()))
    screen = played(asciicast_of(film, version))
    async with room(Source(workspace), SIZE, colours=True) as desk:
        desk.desk.store.dispatch(ShockTo(Decimal("-0.92")))
        await desk.hush()
        assert desk.lines == screen.display
        assert shown(screen) == cells(rows_of(desk.desk))


def test_at_each_event_there_is_a_marker(film):
    events = [json.loads(line) for line in asciicast_of(film).splitlines()[1:]]
    assert [text for _, kind, text in events if kind == "m"] == ["BTC draws from unused cash"] * 2 + ["BTC liquidated"]


def test_both_versions_tell_the_same_times(film):
    def times(version: int) -> Iterator[float]:
        total = 0.0
        for at, kind, _ in map(json.loads, asciicast_of(film, version).splitlines()[1:]):
            total = at if version == 2 else total + at
            if kind != "x":
                yield round(total, 6)

    assert list(times(2)) == pytest.approx(list(times(3)))
    assert list(times(2))[-1] == pytest.approx(float(film.ends))
    # a halt at each event stands longer than a frame
    stands = [float(b.at - a.at) for a, b in zip(film.shots[1:], film.shots[2:], strict=False)]
    assert {round(stand, 2) for stand in stands} == {0.06, 0.78}


def test_it_is_the_same_every_time_whatever_the_surroundings(film, tmp_path):
    surroundings = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "30", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", "from isocross_tui.cli.main import main; main()", *COINEX, "again.cast"]
    done = subprocess.run(command, env=surroundings, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.cast").read_text(encoding="utf-8") == asciicast_of(film)


def test_the_picture_that_moves_is_whole_by_itself(film):
    svg = animated(film)
    root = ElementTree.fromstring(svg)
    assert not re.search(r"<script|href|url\(|@import|@font-face|https?://(?!www\.w3\.org/2000/svg)", svg)
    assert len(svg.encode()) < 300_000
    # its groups come one after the other, and where nothing moves the last one covers those before
    shares = [float(share) for share in re.findall(r"([\d.]+)%,to", svg)]
    assert shares == sorted(shares)
    assert len(shares) == len(root.findall("{*}g")) > 50
    assert "prefers-reduced-motion" in svg
    assert "BTC liquidated" in root.findtext("{*}desc", "")


def test_a_lesson_asks_plays_and_answers():
    lesson = load_lessons().lessons["the-wick"]
    source, script = of_lesson(replace(lesson, steps=lesson.steps[:1]))
    film = filmed(source, script, SIZE)
    markers = [marker for shot in film.shots for marker in shot.markers]
    assert markers[0] == "Question 1"
    assert markers[-1] == "Answer 1"
    pages = ["\n".join("".join(s.text for s in row) for row in shot.rows) for shot in film.shots]
    assert "question 1 of 1" in pages[0]
    assert "answer 1" in pages[-1]
    assert lesson.title in pages[-1]
    # while it plays, the question stands in the place of the keys
    assert " ".join(lesson.steps[0].ask.split()[:4]) in pages[2]
    assert len(film.shots) > 20


def test_a_replay_goes_from_candle_to_candle():
    source = Source(load("crash-2025-10-10"))
    script = of_workspace(source)
    places: list[Decimal] = []

    def begun(desk):
        for take in islice(script(desk), 4):
            places.append(desk.state.moment.place)
            assert desk.state.view == "replay"
            yield take

    film = filmed(source, begun, SIZE)
    assert len(film.shots) == 4
    # whole quarters of a candle, as many each time
    steps = {b - a for a, b in pairwise(places)}
    assert len(steps) == 1
    assert steps.pop() % 1 == 0


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        ("guide-cross -o film.gif", "expected a name with the ending .cast or .svg", 2),
        ("the-wick --shock -30% -o film.cast", "leave out --shock", 2),
        ("guide-mixed --lesson -o film.cast", "no lesson is called 'guide-mixed'", 2),
        ("guide-mixed --shock BTCUSDT=-30% -o film.cast", "common shock", 2),
        ("guide-mixed --window nowhere -o film.cast", "nowhere", 1),
        ("guide-mixed --shock -30% --window 2025-10-10 -o film.cast", "cannot be given together", 2),
        ("nobody -o film.cast", "nobody", 1),
        ("guide-mixed --venue nowhere -o film.cast", "no venue is called 'nowhere'", 2),
    ],
)
def test_what_cannot_be_filmed_is_one_sentence(words, said, code):
    done = CliRunner().invoke(main, ["cast", *words.split()], prog_name="isocross")
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert "Traceback" not in done.output
