"""What travels from a presenter to those that follow, and how little of it a slow line needs."""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

if sys.platform == "win32":
    pytest.skip("visitors need a system with pseudo-terminals", allow_module_level=True)

from isocross.desk.actions.account import Flip, Propose
from isocross.desk.actions.frontier import NextLens, PutPoint, Zoom
from isocross.desk.actions.shock import ShockTo, Show
from isocross.desk.actions.twin import CompareStop
from isocross.desk.state import AS_USUAL, State, StopAt
from isocross.desk.store import Store
from isocross.lessons.card import card_of
from isocross.lessons.files import load_lessons
from isocross.lessons.play import Run, stages
from isocross.workspace import load_file, shipped
from isocross.workspace.code import code_of
from isocross_tui.serve.cursor import card_heard, card_told, cursor_of, put
from isocross_tui.serve.hub import FOLLOW, PRESENT, Audience, Hub, HubLine, Part, Shown, Stance


def opened(name: str = "guide-mixed") -> Store[State]:
    return Store(State.opened(load_file(shipped()[name])))


def shown(state: State, number: int = 1, account: bool = True) -> Shown:
    code = code_of(state.document()) if account else ""
    return Shown(Part(number, code), Part(1, card_told(0, None) if account else ""), cursor_of(state, {}))


def followed(news: Shown, state: State) -> State:
    return put(news.account.text, news.cursor, state)


LOOKS = ("selected", "view", "step", "frontier", "previews", "stop")


def same(one: State, other: State) -> bool:
    """Whether two desks show the same."""
    return (
        one.document().positions == other.document().positions
        and (one.moment.shock, one.moment.place) == (other.moment.shock, other.moment.place)
        and all(getattr(one, name) == getattr(other, name) for name in LOOKS)
    )


def test_account_cursor_and_view_travel_and_colours_do_not():
    presenter, follower = opened(), opened("hedge")
    for action in (ShockTo(Decimal("-0.37")), Flip(), Show("twin")):
        presenter.dispatch(action)
    before = State.opened(follower.state.workspace, theme="day")
    state = followed(Shown.heard(shown(presenter.state).told()), before)
    assert same(state, presenter.state)
    assert state.theme == "day"
    presenter.dispatch(ShockTo(Decimal("-0.11")))
    later = followed(shown(presenter.state, account=False), state)
    assert same(later, presenter.state)
    assert later.workspace is state.workspace


def test_a_preview_and_the_frontiers_sight_travel():
    presenter, follower = opened(), opened("hedge")
    presenter.dispatch(Show("frontier"))
    stop = CompareStop(StopAt("btc", Decimal(55000)))
    for action in (Propose(), Zoom(2), NextLens(), PutPoint((Decimal("-0.123"), Decimal("0.4"))), stop):
        presenter.dispatch(action)
    assert presenter.state.previews
    assert presenter.state.frontier != AS_USUAL
    state = followed(shown(presenter.state), follower.state)
    assert same(state, presenter.state)
    assert state.frontier.window == presenter.state.frontier.window
    presenter.dispatch(Propose())
    assert not followed(shown(presenter.state, account=False), state).previews


def test_a_card_travels_and_tells_nothing_of_the_answer_before_it_is_asked_for():
    for lesson in load_lessons().lessons.values():
        run = Run(lesson, stages(lesson))
        asked = card_told(3, card_of(run))
        assert card_heard(asked) == (3, card_of(run))
        assert run.stage.told(run.stage.step.reveal) not in asked
        assert json.loads(asked)[1]["right"] is None
        run.told = True
        assert card_heard(card_told(3, card_of(run))) == (3, card_of(run))
    assert card_heard(card_told(4, None)) == (4, None)


def test_the_account_and_the_card_are_told_once():
    state = opened().state
    first = shown(state)
    assert first.for_one_who_has(Shown()) == first
    known = Shown.heard(first.for_one_who_has(first).told())
    assert not known.account.text
    assert not known.card.text
    assert first.followed_by(known) == first
    assert first.followed_by(shown(state, account=False)) == first
    newer = shown(state, 2)
    assert first.followed_by(newer) == newer


@given(st.lists(st.builds(Stance, st.booleans(), st.integers(1, 3), st.none() | st.integers(0, 3)), max_size=30))
def test_guesses_are_counted_for_each_question_and_choice(stances):
    heard = Audience.heard(Audience.of(Stance.heard(stance.told()) for stance in stances).told())
    assert heard.watching == len(stances)
    assert heard.away == sum(stance.away for stance in stances)
    for question in (1, 2, 3):
        marked = [stance.choice for stance in stances if stance.question == question]
        assert heard.guesses(question, 4) == tuple(marked.count(choice) for choice in range(4))


async def test_the_newest_comes_to_all_and_the_presenter_knows_who_is_there(tmp_path: Path):
    hub = Hub()
    await hub.open(tmp_path)
    presenter = await HubLine.to(str(tmp_path / PRESENT))
    assert Audience.heard(await presenter.hear()) == Audience()
    state = opened().state
    presenter.say(shown(state).told())
    one, other = [await HubLine.to(str(tmp_path / FOLLOW)) for _ in range(2)]
    for line in (one, other):
        assert Shown.heard(await asyncio.wait_for(line.hear(), 10)) == shown(state)
    counts = [Audience.heard(await presenter.hear()) for _ in range(2)]
    assert counts == [Audience(1), Audience(2)]
    one.say(Stance(away=True, question=1, choice=2).told())
    assert Audience.heard(await presenter.hear()) == Audience(2, 1, {(1, 2): 1})
    # of many steps that nobody has taken yet only the newest is kept
    for number in range(2, 400):
        presenter.say(Shown(Part(number, "x" * 20_000)).told())
    heard = []
    while not heard or heard[-1].account.number != 399:
        heard.append(Shown.heard(await asyncio.wait_for(other.hear(), 10)))
    assert len(heard) < 398
    await hub.close()
    assert await presenter.hear() == b""


@pytest.mark.parametrize(
    "line",
    [b"5", b"[]", b'[0, [1], null]', b"[0, 1e999, null]", b"[0, 1, {}]", b"[" * 50_000, b"\xff", b"null", b"{}"],
    ids=["number", "nothing", "list", "endless", "table", "deep", "byte", "null", "empty"],
)  # fmt: skip
async def test_a_line_that_is_no_stance_ends_the_follower_and_is_not_counted_on(tmp_path: Path, line: bytes):
    gone: list[str] = []
    hub = Hub(lambda: gone.append("presenter"))
    await hub.open(tmp_path)
    presenter = await HubLine.to(str(tmp_path / PRESENT))
    follower = await HubLine.to(str(tmp_path / FOLLOW))
    while Audience.heard(await presenter.hear()).watching != 1:
        pass
    follower.say(line + b"\n")
    while Audience.heard(await presenter.hear()).watching != 0:
        pass
    assert await follower.hear() == b""
    presenter.say(line + b"\n")
    assert await presenter.hear() == b""
    assert gone == ["presenter"]
    await hub.close()
