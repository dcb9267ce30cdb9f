"""Lived paths in the store: legs by arrow keys, moves kept at the cursor, what a rewind drops, and undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode
from isocross.desk import selectors
from isocross.desk.actions.account import AddMargin, Flip, FlipAll, MoveCash, PutPosition, Reduce, SetLeverage
from isocross.desk.actions.path import SetPath, ToggleLived
from isocross.desk.actions.shock import OPENING, SelectBy, ShockBy, ShockTo, ToEvent
from isocross.desk.actions.venue import SetVenue
from isocross.desk.in_force import in_force
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.figures.frame import Status
from isocross.moves.move import Do, Move, Planned
from isocross.paths.bars import Bar, Candle
from isocross.paths.walk import Step
from isocross.workspace import PathKind, dump, load_file, load_text, shipped

D = Decimal


def desk(name="guide-mixed", **scenario) -> Store[State]:
    workspace = load_file(shipped()[name])
    if scenario:
        workspace = replace(workspace, scenario=replace(workspace.scenario, **scenario))
    return Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)


def do(store: Store[State], *actions) -> State:
    for action in actions:
        store.dispatch(action)
    assert not store.errors
    return store.state


def legs(state: State):
    return [step.move for step in state.workspace.scenario.legs]


def test_each_step_of_a_walk_is_a_leg_and_a_held_key_is_one_undo_step():
    store = desk()
    state = do(store, ToggleLived(), ShockBy(-1), ShockBy(-10), ShockBy(2))
    assert state.workspace.scenario.path is PathKind.WALK
    assert legs(state) == [D("-0.01"), D("-0.1"), D("0.02")]
    assert state.moment.place == 3
    assert selectors.frame(state).marks["BTCUSDT"] == 54600
    store.undo()
    assert (legs(store.state), store.state.moment.place) == ([], 0)
    store.redo()
    assert legs(store.state) == legs(state)


def test_what_died_stays_dead_on_a_walk_and_is_alive_again_before_it():
    store = desk("guide-isolated")
    state = do(store, ToggleLived(), *[ShockBy(10)] * 4, *[ShockBy(-10)] * 4)
    row = selectors.frame(state).positions[0]
    assert (row.status, row.mark) == (Status.LIQUIDATED, 60000)
    assert "is not open any more here" in do(store, Flip()).message.text
    state = do(store, ShockTo(D(3)))
    assert selectors.frame(state).positions[0].status is not Status.LIQUIDATED
    assert legs(state) == [D("0.1")] * 4 + [D("-0.1")] * 4


def test_a_deed_is_kept_at_the_cursor_and_judged_at_the_marks_there():
    store = desk()
    state = do(store, ToggleLived(), ShockBy(-10), Flip(), AddMargin(D(10)), SetLeverage(D(2)), MoveCash(D(5)))
    assert [(planned.at, planned.move.do) for planned in state.workspace.scenario.moves] == [
        (1, Do.FLIP),
        (1, Do.ADD_MARGIN),
        (1, Do.SET_LEVERAGE),
        (1, Do.DEPOSIT),
    ]
    row = selectors.frame(state).positions[0]
    assert (row.position.mode, row.margin) == (Mode.ISOLATED, 540)
    assert selectors.book(state).positions[0].mode is Mode.CROSS
    assert "5.00 was deposited" in state.message.text
    state = do(store, MoveCash(D(-5000)))
    assert state.message.text.startswith("Refused: 5,000.00 is more than")
    assert len(state.workspace.scenario.moves) == 4
    state = do(store, Reduce(D("0.005")), FlipAll())
    assert [planned.move.do for planned in state.workspace.scenario.moves[4:]] == [Do.REDUCE, Do.FLIP, Do.FLIP]
    assert load_text(dump(state.document())).scenario.moves == state.workspace.scenario.moves


def test_acting_after_a_rewind_drops_what_came_later_as_one_step():
    store = desk()
    before = do(store, ToggleLived(), ShockBy(-10), Flip(), ShockBy(-10), MoveCash(D(7)))
    assert before.moment.place == 2
    state = do(store, OPENING, ShockTo(D("1.5")), MoveCash(D(3)))
    assert legs(state) == [D("-0.1"), D("-0.05")]
    assert [(planned.at, planned.move.do) for planned in state.workspace.scenario.moves] == [
        (1, Do.FLIP),
        (2, Do.DEPOSIT),
    ]
    assert (state.moment.place, selectors.frame(state).marks["BTCUSDT"]) == (2, 51000)
    store.undo()
    assert store.state.workspace == before.workspace
    assert store.state.moment.place == D("1.5")
    state = do(store, OPENING, ShockBy(1))
    assert (legs(state), state.workspace.scenario.moves) == ([D("0.01")], ())


def test_a_move_on_the_way_keeps_its_share_of_a_leg_that_is_cut():
    moves = (Planned(D("0.25"), Move(Do.DEPOSIT, None, D(1))), Planned(D("0.75"), Move(Do.DEPOSIT, None, D(2))))
    store = desk(path=PathKind.WALK, legs=(Step(D("-0.2")), Step(D("0.1"), is_jump=True)), moves=moves)
    assert store.state.moment.place == 2
    state = do(store, ShockTo(D("1.5")), MoveCash(D(9)))
    assert legs(state) == [D("-0.2")]
    state = do(store, ShockTo(D("0.5")), MoveCash(D(4)))
    assert legs(state) == [D("-0.1")]
    assert [(planned.at, planned.move.amount) for planned in state.workspace.scenario.moves] == [(D("0.5"), 1), (1, 4)]


def test_the_cursor_goes_along_a_wick_and_to_its_events():
    store = desk("guide-isolated", path=PathKind.WICK, low=D("0.35"), back=D("0.05"))
    assert store.state.moment.place == 0
    state = do(store, ToEvent(1))
    fall = selectors.timeline(state).events[0]
    assert state.moment.place == fall.place
    assert selectors.frame(state).positions[0].status is Status.LIQUIDATED
    assert do(store, ShockBy(10)).moment.place == 2
    assert do(store, ToEvent(1)).message.text == "Nothing more happens that way."
    assert [do(store, ToEvent(-1)).moment.place for _ in range(3)] == [1, fall.place, 0]


def test_m_leads_to_what_the_scenario_has_and_back_and_the_shock_stays():
    store = desk(low=D("-0.35"), back=D("-0.05"), legs=(Step(D("-0.1")),))
    shock = store.state.moment.shock
    assert do(store, ToggleLived()).workspace.scenario.path is PathKind.WICK
    state = do(store, SetPath(PathKind.WALK, {}, "A walk"))
    assert state.moment.place == 1
    state = do(store, ToggleLived())
    assert (state.workspace.scenario.path, state.moment.shock) == (PathKind.WHAT_IF, shock)
    assert selectors.lived(state) is None


def test_a_replay_whose_history_is_missing_stands_still_and_says_why():
    store = desk(path=PathKind.REPLAY, window="no such day")
    rehearsal = selectors.lived(store.state)
    assert rehearsal.trouble
    assert (rehearsal.path.count, selectors.frame(store.state).account.equity) == (0, 1000)
    assert do(store, ShockBy(1), ToEvent(1)).moment.place == 0


class Day:
    """Thirty bars of two markets."""

    title = "a day"

    def bars(self):
        start, candle = datetime(2025, 10, 10, 21, tzinfo=UTC), Candle(D(100), D(140), D(90), D(100))
        return [
            Bar(start + n * timedelta(minutes=15), dict.fromkeys(("BTCUSDT", "ETHUSDT"), candle)) for n in range(30)
        ]


def test_a_markets_part_in_a_common_move_is_told_on_a_walk_and_not_where_it_has_candles_of_its_own(monkeypatch):
    monkeypatch.setattr("isocross.rehearsal.kinds.replay.shipped_history", lambda name: Day())
    betas = {"ETHUSDT": D(0)}
    assert in_force(do(desk(path=PathKind.WALK, betas=betas))) == ("ETH still",)
    assert in_force(do(desk(path=PathKind.REPLAY, window="2025-10-10", betas=betas), ShockBy(1))) == ()


def test_on_a_replay_the_cursor_goes_bar_by_bar(monkeypatch):
    monkeypatch.setattr("isocross.rehearsal.kinds.replay.shipped_history", lambda name: Day())
    store = desk("guide-isolated", path=PathKind.REPLAY, window="2025-10-10")
    state = do(store, ShockBy(1))
    assert state.moment.place == 4
    assert selectors.lived(state).path.words(state.moment.place) == "2025-10-10 21:15"
    assert selectors.frame(state).positions[0].status is Status.LIQUIDATED
    assert do(store, ShockBy(10), MoveCash(D(5))).workspace.scenario.moves[0].at == 44
    assert do(store, ShockBy(100)).moment.place == 120


ACTIONS = st.sampled_from(
    (
        ShockBy(-1),
        ShockBy(10),
        ShockBy(-10),
        ShockTo(D("0.7")),
        ShockTo(D("1.25")),
        OPENING,
        ToEvent(1),
        ToEvent(-1),
        Flip(),
        FlipAll(),
        AddMargin(D(20)),
        AddMargin(D(-20)),
        SetLeverage(D(5)),
        Reduce(D("0.005")),
        Reduce(),
        MoveCash(D(30)),
        MoveCash(D(-30)),
        SelectBy(1),
        SelectBy(-1),
        ToggleLived(),
        SetVenue("coinex"),
    )
)


@settings(max_examples=settings.default.max_examples // 4)
@given(st.lists(ACTIONS, max_size=14))
def test_undo_and_redo_bring_back_every_moment_and_every_file_is_read_back(actions):
    store = desk()
    do(store, ToggleLived())
    for action in actions:
        do(store, action)
        selectors.frame(store.state)
    now = store.state.moment
    past = [state.moment for state in store.history.past]
    assert load_text(dump(store.state.document())).scenario == store.state.document().scenario
    for moment in reversed(past):
        store.undo()
        assert store.state.moment == moment
    assert store.state.moment.workspace.scenario.path is PathKind.WHAT_IF
    for _ in past:
        store.redo()
    assert store.state.moment == now


def test_a_position_that_is_put_in_or_dropped_takes_the_whole_path_anew():
    store = desk()
    state = do(store, ToggleLived(), ShockBy(-10), Flip())
    position = replace(state.workspace.positions[0], quantity=D("0.01"), given_margin=None)
    state = do(store, PutPosition(position, "btc"))
    assert state.workspace.scenario.moves[0].move.position == "btc"
    assert selectors.frame(state).positions[0].margin == 260
