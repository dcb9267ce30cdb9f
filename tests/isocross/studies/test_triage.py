from dataclasses import replace
from decimal import Decimal
from math import inf

import pytest
from hypothesis import given, settings

from isocross.account.book import Mode
from isocross.account.margin import unrealised_pnl
from isocross.cascade.events import EventKind
from isocross.cascade.solver import solve
from isocross.format import fixed
from isocross.money import posting
from isocross.moves.move import Do, Move, carry_out
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies import rough_reach
from isocross.studies.reach import Reaches, fallen_by, read_reach
from isocross.studies.triage import help_of, triage
from isocross.words.advice import triage_sentence
from isocross.words.why.advice import triage_reasons
from isocross.workspace import book_of, load_file, load_text, shipped
from tests.bench.books import ORDINARY, RECKLESS, workspace_text
from tests.brute.books import anything

D = Decimal


def rehearsal_of(name, **changes):
    workspace = load_file(shipped()[name])
    return GlideRehearsal(replace(book_of(workspace), **changes), workspace.scenario.betas)


def guide(*modes, betas=None):
    book = book_of(load_file(shipped()["guide-cross"]))
    positions = tuple(replace(p, mode=mode) for p, mode in zip(book.positions, modes, strict=True))
    return GlideRehearsal(replace(book, positions=positions), betas or {})


def test_the_guides_account_falling_together_with_eth_set_apart():
    found = triage(guide(Mode.CROSS, Mode.ISOLATED), -1)
    # 800 of pool cash − 900x = 0.005 × 900 (1 − x): x = 795.5 ÷ 895.5
    assert found.today.first == D("0.888330541597")
    assert found.today.firsts == ("btc",)
    assert found.today.last is None
    assert [row.name for row in found.rows] == ["BTC", "ETH"]
    btc, eth = found.rows
    assert found.best is btc
    assert btc.close.reach.first is None
    assert btc.close.gain == D("0.95") - D("0.888330541597")
    assert fixed(btc.close_per_help, 15) == fixed(btc.close.gain / 9, 15)
    # isolated, 300 of its own: 300 − 900x = 4.5 (1 − x)
    assert btc.flip.reach.first == D("0.329983249582")
    # 100 more of the pool's cash into ETH's bucket brings BTC's fall nearer: 695.5 ÷ 895.5
    assert eth.margin.steps == (Move(Do.ADD_MARGIN, "eth", D(100)),)
    assert eth.margin.reach.first == D("0.776661083194")
    assert btc.margin.steps == (Move(Do.DEPOSIT, None, D(100)),)
    assert triage_sentence(found) == (
        "Close BTC first: then nothing is liquidated on the way down; today the first liquidation is at −88.8 %."
    )


def test_of_three_in_one_pool_the_largest_is_closed_first_and_the_wildest_brings_most_for_its_size():
    found = triage(rehearsal_of("basket"), -1)
    assert [row.name for row in found.rows] == ["BTC", "ETH", "SOL"]
    assert triage_sentence(found) == (
        "Close BTC first: then the first liquidation is at −38.8 % instead of −24.3 %. "
        "For each 100 closed, SOL moves it most: by +0.69 %."
    )
    told = {reason.title: reason.substituted for reason in triage_reasons(found, rehearsal_of("basket").book, "btc")}
    assert told["BTC closed"] == "38.8 % − 24.3 % = +14.5 % of the opening marks"
    assert told["gain per 100 closed"] == "+14.5 % × 100 ÷ 3,000.00 = +0.48 %"


def test_a_coin_margined_account_is_measured_by_a_part_of_its_wallet_and_not_by_a_hundred_coins():
    rehearsal = rehearsal_of("inverse")
    found = triage(rehearsal, -1)
    # a tenth of 0.75 is 0.075
    assert found.help == D("0.01")
    row = next(row for row in found.rows if row.position.id == "long")
    assert row.margin.steps == (Move(Do.DEPOSIT, None, D("0.01")),)
    # 60,000 USD at 60,000 are 1 of notional
    assert row.close_per_help == row.close.gain / 100
    told = {reason.title: reason.substituted for reason in triage_reasons(found, rehearsal.book, "long")}
    assert told["gain per 0.01 closed"].endswith("× 0.01 ÷ 1.00000000 = +0.43 %")
    assert help_of(replace(rehearsal.book, wallet=D(0))) == D("0.01")
    assert help_of(replace(rehearsal.book, wallet=D(4200))) == 100


def test_the_page_of_the_arithmetic_ends_ties_by_the_name_of_the_market_and_says_where_nothing_is_liquidated():
    rehearsal = rehearsal_of("guide-cross")
    ranks, closed, *_ = triage_reasons(triage(rehearsal, -1), rehearsal.book, "btc")
    assert ranks.formula.endswith("then the name of the market")
    assert ranks.substituted == "today: nothing is liquidated"
    assert closed.substituted == "95.0 % − 95.0 % = 0.0 % of the opening marks"
    together = guide(Mode.CROSS, Mode.ISOLATED)
    ranks, closed, *_ = triage_reasons(triage(together, -1), together.book, "btc")
    assert ranks.substituted == "today: first liquidation −88.8 %, 1 in all; some stay open"
    assert closed.substituted.endswith("; nothing is liquidated to the end of the glide, so it is at least that")


def test_a_hedge_is_worth_more_than_what_its_close_would_free():
    found = triage(rehearsal_of("hedge"), -1)
    short = next(row for row in found.rows if row.name == "short")
    assert short.close.gain < 0
    assert found.rows[-1] is short


def test_where_nothing_falls_it_is_said_so_and_equal_rows_stay_in_file_order():
    found = triage(rehearsal_of("basket"), 1)
    assert found.best is None
    assert [row.name for row in found.rows] == ["BTC", "ETH", "SOL"]
    assert triage_sentence(found) == "Nothing is liquidated all the way up to +300 %: no position has to be closed."


def test_the_last_position_is_all_there_is_to_fall():
    found = triage(rehearsal_of("guide-isolated"), 1)
    assert triage_sentence(found) == "Close BTC first: then nothing is left to liquidate at +32.7 %."
    empty = triage(rehearsal_of("guide-isolated", positions=()), 1)
    assert triage_sentence(empty) == "There is no position to close."


def test_two_alike_of_which_closing_one_brings_nothing():
    rehearsal = rehearsal_of("guide-isolated")
    (one,) = rehearsal.book.positions
    other = replace(one, id="small", quantity=one.quantity / 10, leverage=D(1))
    positions = (other, one, replace(one, id="twin"))
    found = triage(replace(rehearsal, book=replace(rehearsal.book, positions=positions)), 1)
    assert found.best is None
    # none brings the first fall further, but without one of the two fewer fall
    assert [row.name for row in found.rows] == ["btc", "twin", "small"]
    assert triage_sentence(found) == (
        "btc and twin are liquidated first, at +32.7 %. Closing one position moves that no further."
    )


def test_a_close_that_is_refused_is_last_and_keeps_its_reason():
    book = rehearsal_of("hedge").book
    deep = replace(book.positions[0], entry=book.positions[0].entry * 3)
    found = triage(GlideRehearsal(replace(book, positions=(deep, book.positions[1])), {}), -1)
    assert found.rows[-1].name == "long"
    assert found.rows[-1].close.reach is None
    assert "it would cost" in found.rows[-1].close.refusal


@pytest.mark.slow
@settings(max_examples=20)
@given(anything)
def test_closing_a_position_is_the_account_without_it(case):
    book, betas = case.book, case.betas
    found = triage(GlideRehearsal(book, betas), case.direction)
    ranks = []
    for row in found.rows:
        position = row.position
        pnl = posting(unrealised_pnl(position, book.market_of(position).mark))
        left = tuple(p for p in book.positions if p.id != position.id)
        without = replace(book, wallet=book.wallet + pnl, positions=left)
        if row.close.reach is None:
            assert without.wallet < 0 or without.pool_cash < 0
            continue
        timeline = solve(without, Glide.common(without, betas, case.direction))
        ends = [e.place for e in timeline.events if e.kind in (EventKind.LIQUIDATION, EventKind.REDUCTION)]
        assert row.close.reach.first == min(ends, default=None)
        assert row.close.gain == min(ends, default=timeline.limit) - found.today.stands_to
        ranks.append(row.close.reach.rank)
    assert ranks == sorted(ranks, reverse=True)


def test_a_fall_at_the_move_itself_counts():
    rehearsal = rehearsal_of("ladder")
    first = read_reach(rehearsal.falling).first
    assert list(fallen_by(rehearsal.book, {}, -first)) == ["third"]
    assert fallen_by(rehearsal.book, {}, -first + D("1e-12")) == {}


def test_a_plan_is_all_or_nothing():
    book = rehearsal_of("ladder").book
    outcome = carry_out(book, (Move(Do.DEPOSIT, None, D(10)), Move(Do.ADD_MARGIN, "first", D(10_000))))
    assert outcome.after is None
    assert "is more than the 582.00 available" in str(outcome.refusal)
    assert str(carry_out(book, (Move(Do.FLIP, "nobody"),)).refusal) == "the position is not open any more"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_floats_rank_closes_as_the_engine_does(seed, monkeypatch):
    monkeypatch.setattr(rough_reach, "WORTH_IT", 0)
    told = 0
    for size, temper in ((9, RECKLESS), (16, ORDINARY), (25, RECKLESS)):
        workspace = load_text(workspace_text(size, seed, temper), "many")
        rehearsal = GlideRehearsal(book_of(workspace), workspace.scenario.betas)
        for direction in (-1, 1):
            rows = [row for row in triage(rehearsal, direction).rows if row.close.after is not None]
            ranks = [row.close.reach.rank for row in rows]
            assert ranks == sorted(ranks, reverse=True)
            roughly = Reaches(rehearsal, direction).roughly([row.close.after for row in rows])
            for row, rough in zip(rows, roughly, strict=True):
                if rough is not None:
                    told += 1
                    assert rough.falls == row.close.reach.falls
                    last = inf if row.close.reach.last is None else row.close.reach.last
                    assert float(rough.last) == pytest.approx(float(last), abs=1e-9)
    assert told > 50


COIN_MARGINED_BESIDE_LINEAR = """
venue = "bybit"
account = "unified"
wallet = 9000
[[assets]]
asset = "BTC"
balance = 0.5
[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
[[positions]]
id = "inverse"
market = "BTCUSD"
side = "short"
mode = "isolated"
quantity = 20000
entry = 60000
leverage = 10
"""


def test_positions_that_settle_in_several_coins_are_measured_in_one_money():
    found = triage(GlideRehearsal(book_of(load_text(COIN_MARGINED_BESIDE_LINEAR)), {}), 1)
    rows = {row.position.id: row for row in found.rows}
    assert fixed(rows["inverse"].notional, 9) == fixed(D(20_000), 9)
    assert rows["btc"].notional == D(60_000)
    inverse = rows["inverse"]
    assert fixed(inverse.close_per_help, 15) == fixed(inverse.close.gain / 200, 15)
    (step,) = inverse.margin.steps
    # 100 USD in the coin that backs it, not 100 coins
    assert (step.do, fixed(step.amount * 60_000, 9)) == (Do.ADD_MARGIN, fixed(D(100), 9))
    assert inverse.margin.reach is not None
