"""A replay in every mode at once: its figures against the frames, its triggers against the falls, which crashes fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from isocross.account.book import Order, Side
from isocross.account.order_kinds import OrderKind
from isocross.desk import selectors
from isocross.desk.actions.path import SetReplay
from isocross.desk.actions.shock import Select, ToHappening
from isocross.desk.selectors import distinct, happening_beyond, lives
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.figures.deposits import cash_lost, put_into
from isocross.figures.frame import Status
from isocross.history.windows import windows
from isocross.lessons.figures import OF_ACCOUNT
from isocross.studies.replays import lives_of, offers
from isocross.words.replay import clock, verdict
from isocross.workspace import PathKind, book_of, load_file, load_text, shipped

D = Decimal
CRASH = load_file(shipped()["crash-2025-10-10"])


def desk(workspace=CRASH) -> Store[State]:
    return Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)


@pytest.fixture(scope="module")
def crash():
    return {life.variant.key: life for life in lives_of(book_of(CRASH), CRASH.scenario)}


@pytest.fixture(scope="module")
def at_coinex():
    workspace = replace(CRASH, venue=replace(CRASH.venue, profile="coinex"))
    return {life.variant.key: life for life in lives_of(book_of(workspace), workspace.scenario)}


@pytest.mark.slow
def test_on_cross_margin_doge_takes_the_account_and_isolated_it_falls_alone(crash):
    as_it_is, isolated = crash["as-is"], crash["all-isolated"]
    assert crash["all-cross"].variant.same_as == "as-is"
    assert [fall.position for fall in as_it_is.falls] == ["doge", "btc", "eth"]
    assert [fall.position for fall in isolated.falls] == ["doge"]
    assert isolated.falls[0].time < as_it_is.falls[0].time
    end = as_it_is.lived.path.end
    assert as_it_is.standing(end).equity < 10
    assert isolated.standing(end).lost == 320
    assert "DOGE was liquidated on 2025-10-10 in the 21:20 candle (UTC)" in verdict(as_it_is, end)
    assert "then BTC at 21:40, ETH at 21:45" in verdict(as_it_is, end)
    assert "its own margin of 320.00 was used up" in verdict(isolated, end)
    assert verdict(isolated, D(0)) == "All isolated, nothing is liquidated yet."


@pytest.mark.slow
@pytest.mark.parametrize("rules", ["crash", "at_coinex"])
def test_what_stands_side_by_side_is_what_the_frames_say(rules, request):
    for life in request.getfixturevalue(rules).values():
        rehearsal = life.lived
        places = [D(0), D("0.5"), D(733), D("733.25"), *(fall.place for fall in life.falls), rehearsal.path.end]
        for place in places:
            frame, standing = rehearsal.frame(place), life.standing(place)
            assert standing.equity == frame.account.equity
            assert standing.lost == frame.book.wallet - frame.account.wallet
            fallen = [row.position.id for row in frame.positions if row.status is Status.LIQUIDATED]
            assert sorted(fall.position for fall in standing.falls) == sorted(fallen)
            assert (standing.liquidated, standing.survivors) == (len(fallen), standing.positions - len(fallen))
            assert standing.lowest <= standing.equity


def test_a_position_that_its_stop_closed_is_neither_a_survivor_nor_liquidated():
    stop = Order("stop", "DOGEUSDT", Side.SHORT, D(0), D("0.2"), fills=OrderKind.STOP_MARKET, trigger=D("0.2"),
                 reduce_only=True, close_position=True)  # fmt: skip
    workspace = replace(CRASH, orders=(stop,))
    life = next(iter(lives_of(book_of(workspace), workspace.scenario)))
    end = life.standing(life.lived.path.end)
    frame = life.lived.frame(life.lived.path.end)
    closed = [row.position.id for row in frame.positions if row.status is Status.CLOSED]
    assert closed == ["doge"]
    assert (end.survivors, end.liquidated, end.positions) == (3 - 1 - end.liquidated, len(end.falls), 3)


def test_the_line_passes_every_equity_of_the_rehearsal_and_its_lowest_corner_is_told(crash):
    for life in crash.values():
        assert set(life.lived.equity) <= set(life.line)
        end = life.lived.path.end
        assert life.standing(end).lowest == min(equity for _, equity in life.line)
        # the low of a candle lies between two closes
        assert min(e for _, e in life.line) < min(e for p, e in life.lived.equity if p % 4 == 0 and p < 740)


@pytest.mark.slow
@pytest.mark.parametrize("rules", ["crash", "at_coinex"])
def test_the_trigger_that_moves_is_that_of_the_frames_and_meets_the_mark_where_it_falls(rules, request):
    for life in request.getfixturevalue(rules).values():
        rehearsal = life.lived
        told = life.triggers("doge")
        happened = {event.place for event in rehearsal.whole.events}
        for place, price in told[:: len(told) // 25]:
            if place not in happened:
                assert rehearsal.frame(place).positions[2].liquidation_price == price
        fall = next(fall for fall in life.falls if fall.position == "doge")
        before, after = (price for place, price in told if place == fall.place)
        assert abs(before / fall.event.mark - 1) < D("1e-9")
        assert after is None


def test_a_mode_that_cannot_be_set_up_says_why_and_has_no_figures():
    workspace = replace(CRASH, wallet=D(700))
    found = lives_of(book_of(workspace), workspace.scenario)
    assert [life.variant.key for life in found if life.rehearsal is None] == ["all-isolated"]
    assert "cannot be isolated" in found[2].variant.refusal
    with pytest.raises(ValueError, match="cannot be isolated"):
        _ = found[2].falls


def test_steps_lead_through_what_happens_in_any_of_the_modes():
    store = desk()
    places = []
    while happening_beyond(store.state, 1) is not None:
        store.dispatch(ToHappening(1))
        places.append(store.state.moment.place)
    everything = {event.place for life in lives(store.state) for event in life.lived.whole.events}
    assert places == sorted(everything)
    assert len(places) > len({event.place for event in selectors.lived(store.state).whole.events})
    store.dispatch(ToHappening(1))
    assert store.state.message.text == "Nothing more happens that way."
    store.dispatch(ToHappening(-1))
    assert store.state.moment.place == places[-2]
    assert store.undo()
    assert store.state.moment.place == 0


def lived_life(text: str):
    workspace = load_text(text)
    return lives_of(book_of(workspace), workspace.scenario)[0]


IN_AND_OUT = """
wallet = 1000
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.01
entry = 60000
leverage = 10
[scenario]
path = "walk"
legs = [-0.1, -0.1, -0.1]
moves = [
    { at = 1, do = "deposit", amount = 250 },
    { at = 2, do = "withdraw", amount = 100 },
    { at = 2.5, do = "close", position = "btc" },
]
"""


def test_a_deposit_is_no_gain_and_a_withdrawal_no_loss():
    life = lived_life(IN_AND_OUT)
    assert [event.kind for event in life.lived.whole.events] == ["move", "move", "move"]
    assert [life.standing(D(place)).lost for place in (0, 1, 2)] == [0, 0, 0]
    end = life.lived.path.end
    assert (life.standing(end).equity, life.standing(end).lost) == (1000 + 250 - 100 - 150, 150)
    frame = life.lived.frame(end)
    assert (put_into(frame), cash_lost(frame)) == (1150, 150)
    assert OF_ACCOUNT["lost"](frame).value == 150
    assert OF_ACCOUNT["deposited"](frame).value == 1150


def test_the_least_that_was_left_is_a_share_of_what_was_put_in():
    """Without a position half of the cash is withdrawn: all of the rest is left."""
    market, path = '[[markets]]\nsymbol = "BTCUSDT"\nmark = 1\n', '[scenario]\npath = "walk"\nlegs = [-0.1]\n'
    half = (
        f"wallet = 1000\npositions = []\n{market}{path}"
        + '[[scenario.moves]]\nat = 0.5\ndo = "withdraw"\namount = 500\n'
    )
    assert lived_life(half).least_share == 1
    assert round(lived_life(IN_AND_OUT).least_share, 9) == round(D(1000) / D(1150), 9)


def test_of_several_assets_a_deposit_counts_what_it_was_worth_and_a_conversion_is_none():
    """0.01 BTC comes in at 54,000; 0.11 BTC drop by 6,000 each, and 0.05 of them are sold at 48,000."""
    life = lived_life(
        """
venue = "bybit"
account = "unified"
wallet = 1000
positions = []
[[assets]]
asset = "BTC"
balance = 0.1
[[markets]]
symbol = "BTCUSDT"
mark = 60000
[scenario]
path = "walk"
legs = [-0.1, -0.1]
moves = [
    { at = 1, do = "deposit", amount = 0.01, asset = "BTC" },
    { at = 2, do = "convert", amount = 0.05, asset = "BTC", to = "USDT" },
]
"""
    )
    assert [event.paid_in for event in life.lived.whole.events] == [540, 0]
    before, end = life.standing(D(1)), life.standing(D(2))
    assert (before.lost, end.lost) == (600, 600 + 660)
    account = life.lived.frame(D(2)).account
    assert (account.wallet, account.outside) == (1000 + D("0.11") * 48000, -480)
    assert cash_lost(life.lived.frame(D(2))) == end.lost


# --- which crashes fit ----------------------------------------------------------------------------


def test_crashes_that_have_every_market_come_first_and_others_say_what_stands_in():
    workspace = load_file(shipped()["guide-cross"])
    everything = offers(book_of(workspace))
    assert len(everything) == len(windows())
    assert everything[0].stand_in == {}
    counts = [len(offer.stand_in) for offer in everything]
    assert counts == sorted(counts)
    for offer in everything:
        assert set(offer.stand_in) == {"BTCUSDT", "ETHUSDT"} - set(offer.window.symbols)
        assert set(offer.stand_in.values()) <= set(offer.window.symbols)


def test_a_coin_margined_market_follows_its_own_coin_and_the_users_choice_is_kept():
    workspace = load_file(shipped()["inverse"])
    offer = offers(book_of(workspace))[0]
    assert offer.stand_in == {"BTCUSD": "BTCUSDT", "BTCUSD_DEC": "BTCUSDT"}
    own = offers(book_of(workspace), {"BTCUSD": "ETHUSDT"})[0]
    assert own.stand_in["BTCUSD"] == "ETHUSDT"
    assert "BTCUSDT for BTCUSD" in offer.words


def test_an_asset_that_a_crash_lacks_is_stood_in_for_and_a_stable_one_is_not():
    text = shipped()["collateral-btc"].read_text(encoding="utf-8")
    text += '[[assets]]\nasset = "SOL"\nbalance = 10\nweight = 0.9\n[[markets]]\nsymbol = "SOLUSDT"\nmark = 150\n'
    everything = {offer.window.id: offer for offer in offers(book_of(load_text(text)))}
    assert everything["2020-03-12-futures-1h"].stand_in == {"SOLUSDT": "ETHUSDT"}
    assert everything["2025-10-10"].stand_in == {}


def test_starting_a_crash_is_one_undoable_step_and_drops_what_was_done_on_another_path():
    store = desk(
        load_text(
            'wallet = 500\n[[positions]]\nmarket = "PEPEUSDT"\nside = "long"\nmode = "isolated"\nquantity = 100\n'
            'entry = 1\nleverage = 5\n[[markets]]\nsymbol = "PEPEUSDT"\n'
            "tiers = [{ from = 0, rate = 0.01, max_leverage = 50 }]\n"
            '[scenario]\npath = "walk"\nlegs = [-0.01]\n[[scenario.moves]]\nat = 1\ndo = "deposit"\namount = 5\n'
        )
    )
    before = store.state.moment
    store.dispatch(SetReplay("2022-11-08", {"PEPEUSDT": "SOLUSDT"}, "Replay"))
    scenario = store.state.workspace.scenario
    assert (scenario.path, scenario.window, scenario.moves) == (PathKind.REPLAY, "2022-11-08", ())
    assert store.state.moment.place == 0
    assert [fall.name for fall in distinct(store.state)[0].falls] == ["PEPE"]
    store.dispatch(Select("nobody"))
    assert store.undo()
    assert store.state.moment == before
    assert lives(store.state) == ()
    assert happening_beyond(store.state, 1) is None


def test_a_candle_has_its_day_where_the_hour_alone_could_be_of_another():
    first, later, next_day = (datetime(2025, 10, day, hour, tzinfo=UTC) for day, hour in ((10, 21), (10, 22), (11, 3)))
    assert clock(later) == clock(later, [first]) == "22:00"
    assert clock(next_day, [first]) == "10-11 03:00"
    assert clock(later, [first, next_day]) == "10-10 22:00"
    assert clock(None, [first]) == ""
