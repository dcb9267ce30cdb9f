from dataclasses import replace
from decimal import Decimal

import pytest

from engine.actions import ShockTo
from engine.carry import CarryOut
from engine.remedy import Kind, Step
from engine.state import State, restored
from engine.store import Store
from engine.workspace import load_file, shipped
from engine.workspace.model import VenueChoice

D = Decimal


@pytest.fixture
def store():
    state = State.opened(load_file(shipped()["ladder"]))
    return Store(state, restore=restored, part=lambda state: state.moment)


def test_a_plan_is_one_undo_step_and_leaves_the_selection_where_it_was(store):
    before = store.state
    store.dispatch(ShockTo(D("-0.4")))
    store.dispatch(CarryOut((Step(Kind.MARGIN, "first", D(60)), Step(Kind.LEVERAGE, "second", D(2)))))
    first, second, _ = store.state.workspace.positions
    assert (first.margin, second.leverage) == (D(260), D(2))
    assert store.state.selected == "third"
    assert store.state.message.text == "60.00 was added to first's margin. second has 2x leverage."
    assert store.undo()
    assert store.state.workspace == before.workspace
    assert store.state.moment.shock == D("-0.4")


def test_a_refused_step_leaves_nothing_done_and_says_why(store):
    before = store.state.moment
    store.dispatch(CarryOut((Step(Kind.DEPOSIT, None, D(10)), Step(Kind.MARGIN, "first", D(10_000)))))
    assert store.state.moment == before
    assert store.state.message.text.startswith("Refused: 10,000.00 is more than")
    assert not store.can_undo
    store.dispatch(CarryOut(()))
    assert store.state.moment == before


def test_a_position_that_is_closed_whole_is_no_longer_selected(store):
    store.dispatch(CarryOut((Step(Kind.CUT, "third", D("0.02")), Step(Kind.FLIP, "first"))))
    assert [p.id for p in store.state.workspace.positions] == ["first", "second"]
    assert store.state.selected == "first"


def test_of_many_moves_only_their_number_is_told_and_a_venues_remark_once():
    workspace = replace(load_file(shipped()["hedge"]), venue=VenueChoice("binance"))
    store = Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)
    there_and_back = [Step(Kind.FLIP, p.id) for p in workspace.positions] * 2
    store.dispatch(CarryOut(tuple(there_and_back)))
    assert store.state.message.text.startswith("4 moves were made. Rehearsed anyway: Binance")
    assert store.state.message.text.count("Rehearsed anyway") == 1
    assert store.state.message.tone == "warn"
