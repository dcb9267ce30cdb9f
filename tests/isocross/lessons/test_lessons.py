"""Lessons: every claim played, every fault told at its line, the same figures headless and on a desk."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from isocross.desk import selectors
from isocross.desk.state import Moment, State
from isocross.lessons.card import Asked, card_of
from isocross.lessons.files import FOLDER, is_lesson, load_lesson, load_lessons, read_lesson
from isocross.lessons.play import BRACES, Run, failures, playlist, stages, state_of
from isocross.workspace import Faults, load_text
from isocross_tui.cli.main import main
from isocross_tui.player import Player

D = Decimal
SHIPPED = load_lessons([FOLDER])
ONE = """
id        = "one"
title     = "One"
question  = "What falls?"
workspace = "guide-cross"

[[steps]]
shock   = -0.40
choices = ["BTC", "nothing"]
right   = 2
reveal  = "{falls} fell, {equity} are left, before {opening.equity}."

[[steps.claims]]
of = "falls"
is = 0
"""


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the user's own lessons."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "isocross" / "lessons"
    folder.mkdir(parents=True)
    return folder


def run(*words: str):
    return CliRunner().invoke(main, list(words))


def faults(text: str) -> list[tuple[str, int | None, str, str]]:
    with pytest.raises(Faults) as told:
        read_lesson(text, "one.toml")
    return [(fault.key, fault.line, fault.message, fault.expected) for fault in told.value.faults]


# --- what is shipped ------------------------------------------------------------------------------


def test_the_lessons_that_are_shipped_can_be_read_and_begin_with_the_guides_account():
    assert SHIPPED.problems == []
    assert len(SHIPPED.lessons) >= 12
    assert next(iter(SHIPPED.lessons)) == "guide-cross"
    assert {lesson.id for lesson in SHIPPED.lessons.values()} == {path.stem for path in FOLDER.glob("*.toml")}


@pytest.mark.parametrize("id", SHIPPED.lessons)
def test_every_claim_of_a_lesson_holds_and_no_figure_of_an_answer_is_typed(id):
    lesson = SHIPPED.lessons[id]
    assert failures(lesson) == []
    for stage in stages(lesson):
        assert stage.step.claims
        assert not re.search(r"\d", BRACES.sub("", stage.step.reveal))
        assert len(BRACES.findall(stage.step.reveal)) >= 1
        assert "none" not in stage.told(stage.step.reveal) or id == "nothing-kills-it"
        assert not re.search(r"\b0 of \d|\ball [12]\b", stage.told(stage.step.reveal), re.IGNORECASE)


@pytest.mark.parametrize("id", SHIPPED.lessons)
def test_a_desk_shows_the_figures_that_are_told_without_one(id):
    for stage in stages(SHIPPED.lessons[id]):
        state = state_of(stage, "day")
        frame, told = selectors.frame(state), stage.frame()
        assert (frame.place, frame.account, frame.positions) == (told.place, told.account, told.positions)
        assert (state.view, state.theme) == (stage.step.view, "day")
        assert not state.unsaved


def test_the_places_of_right_answers_are_even():
    for choices in (2, 3):
        places = Counter(
            step.right
            for lesson in SHIPPED.lessons.values()
            for step in lesson.steps
            if len(step.choices) == choices and step.right is not None
        )
        assert len(places) == choices
        assert max(places.values()) - min(places.values()) <= 1


def test_nothing_is_chosen_before_a_key_and_the_marked_choice_stays_among_those_there_are():
    lesson = SHIPPED.lessons["guide-cross"]
    asked = Asked(card_of(Run(lesson, stages(lesson))))
    assert asked.guess is None
    asked.mark(1)
    assert asked.guess == 0
    asked.mark(-1)
    assert asked.guess == 0
    asked.guess = None
    asked.mark(-1)
    assert asked.guess == 2


@pytest.mark.parametrize(
    ("id", "harm", "without"),
    [("the-hedge", "equity", "cross.equity"), ("profit-that-does-not-help", "equity", "cross.equity")],
)
def test_a_lesson_on_a_harm_ends_on_the_screen_that_shows_it(id, harm, without):
    last = stages(SHIPPED.lessons[id])[-1]
    lost, kept = last.figure(harm).value, last.figure(without).value
    assert isinstance(lost, Decimal) and isinstance(kept, Decimal)
    assert lost < kept / 2
    state = state_of(last, None)
    assert selectors.frame(state).account.equity == lost
    assert selectors.frame(state).place == 2


@pytest.mark.slow
def test_what_can_be_played_is_a_workspace_with_words_for_each_step():
    acts = playlist(load_lessons().lessons.values())
    assert len(acts) == sum(len(lesson.steps) for lesson in SHIPPED.lessons.values())
    for act in acts:
        assert act.caption and "{" not in act.caption
        opened = State.opened(act.workspace)
        opening = opened.at(Moment(act.workspace, Decimal(0)))
        assert Player.towards(opened).frame(opening) is not None


# --- figures and claims ---------------------------------------------------------------------------


def test_figures_are_those_of_variants_venues_the_opening_and_the_step_before():
    first, second = stages(read_lesson(ONE + '[[steps]]\nshock = -0.4\nvenue = "coinex"\nreveal = "x"\n', "one.toml"))
    assert first.told(first.step.reveal) == "0 fell, 640.00 are left, before 1,000.00."
    assert first.figure("isolated.btc.status").value == "liquidated"
    assert first.figure("isolated.opening.btc.liq").value == first.figure("opening.isolated.btc.liq").value
    assert first.figure("coinex.drawn").value == second.figure("coinex.drawn").value
    assert second.figure("before.equity").value == 640
    assert first.figure("coinex.drawn").value > 296
    assert second.figure("venue").words == "coinex"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ('of = "falls"\nis = 1', "falls is 0, expected 1"),
        ('of = "btc.liq"\nis = 3', "btc.liq is none, expected 3"),
        ('of = "equity"\nabove = 640', "equity is 640, expected above 640"),
        ('of = "btc.liq"\nbelow = 1', "btc.liq is none, expected below 1"),
        ('of = "equity"\nsame_as = "isolated.equity"', "expected the same as isolated.equity, 700"),
        ('of = "btc.wealth"\nis = 1', "there is no figure 'btc.wealth': expected one of available"),
        ('of = "before.equity"\nis = 1', "there is no step before this one"),
    ],
)
def test_a_claim_that_does_not_hold_is_told_with_what_is(claim, words):
    (told,) = failures(read_lesson(ONE.replace('of = "falls"\nis = 0', claim), "one.toml"))
    assert words in told
    assert told.startswith("step 1: ")


def test_a_place_that_is_none_is_told():
    lesson = read_lesson(ONE.replace("shock   = -0.40", 'time = "noon"').replace("guide-cross", "crash-2025-10-10"))
    assert "'noon' is not a time" in failures(lesson)[0]
    walk = ONE.replace("-0.40", '0\ntime = "2025-10-10T21:15"').replace(
        '"guide-cross"',
        '"""\nwallet = 1\npositions = []\n[scenario]\npath = "walk"\nlegs = [-0.1]\n"""',
    )
    assert "a path without a clock" in failures(read_lesson(walk, "one.toml"))[0]


# --- faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "expected"),
    [
        ('"one"', '"two"', "id", 2, '"one"'),
        ("question ", "questoin ", "questoin", 4, "question"),
        ('"guide-cross"', '"guide-crss"', "workspace", 5, "guide-cross"),
        ("right   = 2", "right   = 3", "steps[0].right", 10, "1 to 2"),
        ("-0.40", '"a lot"', "steps[0].shock", 8, "common move"),
        ("-0.40", "40", "steps[0].shock", 8, "40 would be +4,000 %"),
        ("shock  ", "view   ", "steps[0].view", 8, '"desk", "twin" or "replay"'),
        ("is = 0", "si = 0", "steps[0].claims[0].si", 15, "of, is, above"),
        ("is = 0", "", "steps[0].claims[0]", 13, "is, above, below, same_as"),
        ("shock   = -0.40", 'modes = { sol = "isolated" }', "steps[0].modes", 7, "btc, eth"),
        ("shock   = -0.40", 'venue = "binanc"', "steps[0].venue", 8, "binance"),
        ("shock   = -0.40", "leverage = { btc = 100000 }", "steps[0]", 7, ""),
        ('choices = ["BTC", "nothing"]', "choices = []", "steps[0].choices", 9, "texts"),
        ("[[steps]]", "[[stops]]", "stops", 7, "steps"),
        ('id        = "one"', "id = ", "", 2, ""),
    ],
)
def test_a_fault_of_a_lesson_has_its_line_its_key_and_what_was_expected(old, new, key, line, expected):
    found = faults(ONE.replace(old, new, 1))
    where, at, message, wanted = next((fault for fault in found if fault[0] == key), found[0])
    assert (where, message != "") == (key, True)
    assert at is not None and abs(at - line) <= 1
    assert expected in wanted or expected in message


def test_a_workspace_inside_a_lesson_has_its_faults_told_too():
    inline = '"""\nwallet = 1\n[[positions]]\nmarket = "BTCUSDT"\n"""'
    found = faults(ONE.replace('"guide-cross"', inline))
    assert {key for key, *_ in found} == {"workspace"}
    assert any("positions[0].side: is missing" in message for _, _, message, _ in found)


@pytest.mark.slow
def test_a_user_has_lessons_of_their_own_and_a_broken_one_is_left_out(config: Path):
    (config / "one.toml").write_text(ONE, encoding="utf-8")
    (config / "two.toml").write_text(ONE, encoding="utf-8")
    (config / "bytes.toml").write_bytes(b"id = \xff")
    loaded = load_lessons()
    assert [*loaded.lessons][-1] == "one"
    assert len(loaded.problems) == 2
    listed = run("lessons")
    assert listed.exit_code == 1
    assert "one " in listed.stdout and "two.toml:2:" in listed.stderr and "not UTF-8" in listed.stderr


# --- the command line -----------------------------------------------------------------------------


@pytest.mark.slow
def test_lessons_are_listed_and_told_with_their_figures():
    listed = run("lessons")
    assert listed.exit_code == 0
    assert listed.stdout.startswith("guide-cross ")
    assert all(lesson.question in listed.stdout for lesson in SHIPPED.lessons.values())
    told = run("lessons", "the-hedge")
    assert told.exit_code == 0
    assert "The long was liquidated at 47,571.19: the pool could not count the short's profit of 300.00." in told.stdout
    assert "   3 Neither  <" in told.stdout
    read = json.loads(run("lessons", "the-hedge", "--json").stdout)
    assert read["failures"] == []
    assert read["steps"][1]["figures"]["short.pnl"] == "300"
    assert read["steps"][1]["answer"] in told.stdout
    assert len(json.loads(run("lessons", "--json").stdout)["lessons"]) == len(SHIPPED.lessons)


@pytest.mark.slow
def test_an_unknown_lesson_is_refused_with_those_there_are():
    told = run("lessons", "the-hegde")
    assert told.exit_code == 1
    assert told.stdout == ""
    assert 'did you mean "the-hedge"?' in told.stderr


@pytest.mark.slow
def test_check_knows_a_lesson_by_its_keys(tmp_path: Path):
    good, bad, broken = tmp_path / "one.toml", tmp_path / "two.toml", tmp_path / "three.toml"
    good.write_text(ONE, encoding="utf-8")
    bad.write_text(ONE.replace("is = 0", "is = 1").replace('"one"', '"two"'), encoding="utf-8")
    broken.write_text(ONE.replace("right ", "wrong "), encoding="utf-8")
    assert "one.toml: good, a lesson of 1 step\n" in run("check", str(good)).output
    told = run("check", str(good), str(bad), str(broken), "guide-cross")
    assert told.exit_code == 1
    assert "two.toml: step 1: falls is 0, expected 1" in told.stderr
    assert "three.toml:10:1: steps[0].wrong: there is no such key" in told.stderr
    assert "guide-cross: good" in told.stdout
    read = json.loads(run("check", "--json", str(good), str(bad)).stdout)
    assert [file["ok"] for file in read["files"]] == [True, False]


def test_a_workspace_is_no_lesson_and_what_cannot_be_read_is_none(tmp_path: Path):
    assert not is_lesson(tmp_path)
    path = tmp_path / "a.toml"
    path.write_text('question = "?"\n', encoding="utf-8")
    assert is_lesson(path)
    path.write_text("wallet = 1\npositions = []\n", encoding="utf-8")
    assert not is_lesson(path)
    assert load_text(path.read_text(encoding="utf-8")).wallet == D(1)
    with pytest.raises(Faults, match="there is no such file"):
        load_lesson(tmp_path / "none.toml")
