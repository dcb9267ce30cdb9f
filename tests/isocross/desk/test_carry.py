from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.cascade.ledger import Ledger
from isocross.desk.actions.account import CarryOut
from isocross.desk.actions.shock import ShockTo
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.moves.move import Do, Move, Planned, judge
from isocross.rehearsal.run import act
from isocross.workspace import book_of, load_file, load_text, shipped
from isocross.workspace.model import VenueChoice

D = Decimal


@pytest.fixture
def store():
    state = State.opened(load_file(shipped()["ladder"]))
    return Store(state, restore=restored, part=lambda state: state.moment)


def test_a_plan_is_one_undo_step_and_leaves_the_selection_where_it_was(store):
    before = store.state
    store.dispatch(ShockTo(D("-0.4")))
    store.dispatch(CarryOut((Move(Do.ADD_MARGIN, "first", D(60)), Move(Do.SET_LEVERAGE, "second", D(2)))))
    first, second, _ = store.state.workspace.positions
    assert (first.margin, second.leverage) == (D(260), D(2))
    assert store.state.selected == "third"
    assert store.state.message.text == "60.00 was added to first's margin. second has 2x leverage."
    assert store.undo()
    assert store.state.workspace == before.workspace
    assert store.state.moment.shock == D("-0.4")


def test_a_refused_step_leaves_nothing_done_and_says_why(store):
    before = store.state.moment
    store.dispatch(CarryOut((Move(Do.DEPOSIT, None, D(10)), Move(Do.ADD_MARGIN, "first", D(10_000)))))
    assert store.state.moment == before
    assert store.state.message.text.startswith("Refused: 10,000.00 is more than")
    assert not store.can_undo
    store.dispatch(CarryOut(()))
    assert store.state.moment == before


def test_a_position_that_is_closed_whole_is_no_longer_selected(store):
    store.dispatch(CarryOut((Move(Do.REDUCE, "third", D("0.02")), Move(Do.FLIP, "first"))))
    assert [p.id for p in store.state.workspace.positions] == ["first", "second"]
    assert store.state.selected == "first"


def test_of_many_moves_only_their_number_is_told_and_a_venues_remark_once():
    workspace = replace(load_file(shipped()["hedge"]), venue=VenueChoice("binance"))
    store = Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)
    there_and_back = [Move(Do.FLIP, p.id) for p in workspace.positions] * 2
    store.dispatch(CarryOut(tuple(there_and_back)))
    assert store.state.message.text.startswith("4 moves were made. Rehearsed anyway: Binance")
    assert store.state.message.text.count("Rehearsed anyway") == 1
    assert store.state.message.tone == "warn"


WORDS = {
    Do.FLIP: ("third is cross now.", "was flipped to cross, 112.00 went back"),
    Do.ADD_MARGIN: ("5.00 was added to third's margin.", "got 5.00 of margin"),
    Do.REMOVE_MARGIN: ("5.00 was taken from third's margin.", "gave back 5.00 of margin"),
    Do.SET_LEVERAGE: ("third has 5x leverage.", "was set to 5x leverage"),
    Do.INCREASE: ("third was increased by 0.01.", "was increased by 0.01"),
    Do.REDUCE: (
        "0.01 of third was closed at the opening mark, +10.00 made final.",
        "was reduced by 0.01, +10.00 made final",
    ),
    Do.CLOSE: ("third was closed at the opening mark, +20.00 made final.", "was closed, +20.00 made final"),
    Do.AUTO_MARGIN: (
        "third draws margin by itself at its liquidation threshold now.",
        "draws margin by itself from here on",
    ),
    Do.DEPOSIT: ("5.00 was deposited.", "5.00 was deposited"),
    Do.WITHDRAW: ("5.00 was withdrawn.", "5.00 was withdrawn"),
}
UNIFIED = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "BTC"
balance = 0.1
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.1
entry = 60000
leverage = 10
"""
OF_ASSETS = {
    Do.CONVERT: (Move(Do.CONVERT, None, D("0.05"), "BTC", "USDT"), "0.05000000 BTC was sold for USDT"),
    Do.COLLATERAL: (
        Move(Do.COLLATERAL, None, None, "BTC"),
        "BTC is held and does not count as collateral now",
    ),
    Do.ACCOUNT: (Move(Do.ACCOUNT, None, None, None, "standard"), "the account is standard now"),
}
AMOUNTS = {Do.INCREASE: D("0.01"), Do.REDUCE: D("0.01")}


@pytest.mark.parametrize("do", OF_ASSETS)
def test_a_move_of_assets_is_the_same_by_itself_on_the_desk_and_on_a_path(do):
    workspace, (move, words) = load_text(UNIFIED), OF_ASSETS[do]
    book = book_of(workspace)
    after = judge(book, move).after
    store = Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)
    store.dispatch(CarryOut((move,)))
    assert book_of(store.state.workspace) == after
    assert store.state.message.text.lower().startswith(words.lower())
    assert store.undo()
    assert book_of(store.state.workspace) == book
    ledger = Ledger(book)
    event = act(ledger, {symbol: market.mark for symbol, market in book.markets.items()}, Planned(D(0), move))
    ledger.apply(event)
    assert (ledger.wallet, ledger.book.coins) == (after.wallet, after.coins)
    assert event.note.startswith(words)


@pytest.mark.parametrize("do", [do for do in Do if do not in OF_ASSETS])
def test_a_move_is_the_same_by_itself_on_the_desk_and_on_a_path(do):
    ladder = load_file(shipped()["ladder"])
    third = replace(ladder.positions[2], entry=D(55000), given_margin=D(112) if do is not Do.REMOVE_MARGIN else D(150))
    workspace = replace(ladder, positions=(*ladder.positions[:2], third))
    move = Move(do, "third" if do.needs_position else None, AMOUNTS.get(do, D(5)) if do.needs_amount else None)
    book = book_of(workspace)
    after = judge(book, move).after
    assert after not in (None, book)
    store = Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)
    store.dispatch(CarryOut((move,)))
    assert book_of(store.state.workspace) == after
    assert store.state.message.text.startswith(WORDS[do][0])
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    ledger = Ledger(book)
    event = act(ledger, marks, Planned(D(0), move))
    ledger.apply(event)
    assert ledger.wallet == after.wallet
    assert event.note.startswith(WORDS[do][1])


def test_a_move_of_a_position_that_is_not_held_changes_nothing_and_says_why(store):
    for do in Do:
        if do.needs_position:
            store.dispatch(CarryOut((Move(do, "nobody", D(1)),)))
            assert store.state.message.text.startswith("There is no position to ")
            assert not store.can_undo
