"""What travels from a presenter to those that follow, and how little of it a slow line needs."""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("visitors need a system with pseudo-terminals", allow_module_level=True)

from isocross.desk.actions.account import Flip
from isocross.desk.actions.shock import ShockTo, Show
from isocross.desk.state import State
from isocross.desk.store import Store
from isocross.workspace import load_file, shipped
from isocross.workspace.code import code_of
from isocross_tui.serve.following import cursor_of, put
from isocross_tui.serve.hub import FOLLOW, PRESENT, Hub, HubLine, Shown


def opened(name: str = "guide-mixed") -> Store[State]:
    return Store(State.opened(load_file(shipped()[name])))


def shown(state: State, number: int = 1, account: bool = True) -> Shown:
    return Shown(number, code_of(state.document()) if account else "", cursor_of(state))


def same(one: State, other: State) -> bool:
    """Whether two desks show the same."""
    return (one.document().positions, one.moment.shock, one.moment.place, one.selected, one.view, one.step) == (
        other.document().positions,
        other.moment.shock,
        other.moment.place,
        other.selected,
        other.view,
        other.step,
    )


def test_account_cursor_and_view_travel_and_colours_do_not():
    presenter, follower = opened(), opened("hedge")
    for action in (ShockTo(Decimal("-0.37")), Flip(), Show("twin")):
        presenter.dispatch(action)
    before = State.opened(follower.state.workspace, theme="day")
    state = put(Shown.heard(shown(presenter.state).told()), before)
    assert same(state, presenter.state)
    assert state.theme == "day"
    presenter.dispatch(ShockTo(Decimal("-0.11")))
    later = put(shown(presenter.state, account=False), state)
    assert same(later, presenter.state)
    assert later.workspace is state.workspace


def test_the_account_is_told_once():
    state = opened().state
    first = shown(state)
    assert first.for_one_who_has(0).account
    assert not first.for_one_who_has(1).account
    assert first.followed_by(shown(state, account=False)) == first
    newer = shown(state, 2)
    assert first.followed_by(newer) == newer
    assert not Shown.heard(first.for_one_who_has(1).told()).account


async def test_the_newest_comes_to_all_and_the_presenter_knows_who_is_there(tmp_path: Path):
    hub = Hub()
    await hub.open(tmp_path)
    presenter = await HubLine.to(str(tmp_path / PRESENT))
    assert await presenter.hear() == b"[0, 0]\n"
    state = opened().state
    presenter.say(shown(state).told())
    one, other = [await HubLine.to(str(tmp_path / FOLLOW)) for _ in range(2)]
    for line in (one, other):
        assert Shown.heard(await asyncio.wait_for(line.hear(), 10)) == shown(state)
    counts = [await presenter.hear() for _ in range(2)]
    assert counts == [b"[1, 0]\n", b"[2, 0]\n"]
    one.say(True)
    assert await presenter.hear() == b"[2, 1]\n"
    # of many steps that nobody has taken yet only the newest is kept
    for number in range(2, 400):
        presenter.say(Shown(number, "x" * 20_000, "{}").told())
    heard = []
    while not heard or heard[-1].number != 399:
        heard.append(Shown.heard(await asyncio.wait_for(other.hear(), 10)))
    assert len(heard) < 398
    await hub.close()
    assert await presenter.hear() == b""
