"""Limits against the engine asked directly, and every remedy carried out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Book, Mode
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.money import ONE, ZERO, exact
from isocross.moves.move import Do, Move, carry_out
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.risk.limits import Status, Verdict, verdict
from isocross.risk.limits.kinds import ENDS, Case, MarginRatioMax, MaxLoss, NearestLiquidationMin, Survives
from isocross.risk.limits.remedies import Found, remedies
from isocross.risk.limits.rules import limits_in
from isocross.risk.limits.words import verdict_words
from isocross.risk.moves import Moves
from isocross.studies.curves import in_one_mode
from isocross.toml.faults import Faults
from isocross.work import Work
from isocross.workspace import book_of, load_text, shipped
from isocross.workspace.resolve import load
from tests.brute.books import books

RULES = """
[[limit]]
survives = { BTC = "-30%" }
[[limit]]
survives = { BTC = "-60%", ETH = "+90%" }
[[limit]]
survives = { common = "-40%" }
[[limit]]
survives = { crash = "2025-10-10" }
[[limit]]
survives = { crash = "2025-10-10", mode = "all-isolated" }
[[limit]]
margin_ratio_max = 0.02
[[limit]]
nearest_liquidation_min = "30%"
[[limit]]
max_loss = { shock = { common = "-40%" }, of_equity = 0.5 }
[[limit]]
max_loss = { shock = { BTC = "+80%" }, of_equity = "10%" }
"""
CENT = Decimal("0.01")


@cache
def judged(name: str, text: str = RULES) -> tuple[Verdict, ...]:
    workspace = load(name)
    return tuple(verdict(limit, book_of(workspace), workspace.scenario.betas) for limit in limits_in(text))


def again(found: Verdict, steps: tuple[Move, ...], betas: dict[str, Decimal]) -> Status | None:
    """The verdict after some steps; None where the venue refuses them."""
    after = carry_out(found.book, steps).after
    return None if after is None else verdict(found.limit, after, betas).status


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(shipped()))
def test_after_every_remedy_the_limit_holds_and_with_the_last_digit_less_it_does_not(name):
    betas = dict(load(name).scenario.betas)
    for found in judged(name):
        assert bool(found.breach) == (found.status is Status.BROKEN)
        for remedy in found.remedies:
            assert again(found, remedy.steps, betas) is Status.HOLDS
            assert remedy.deposit == sum((s.amount or ZERO for s in remedy.steps if s.do is Do.DEPOSIT), ZERO)
            if [step.do for step in remedy.steps] == [Do.DEPOSIT]:
                # where a digit less touches the threshold at the very end, the limit holds and the move is not survived
                two = 2 * found.book.amounts.step
                less = (Move(Do.DEPOSIT, None, remedy.deposit - two),)
                assert remedy.deposit <= two or again(found, less, betas) is Status.BROKEN
        prices = [remedy.price for remedy in found.remedies]
        assert prices == sorted(prices)


@pytest.mark.slow
def test_breaches_and_remedies_are_found_at_all():
    every = [found for name in shipped() for found in judged(name)]
    broken = [found for found in every if found.status is Status.BROKEN]
    assert len(broken) > 20
    assert {remedy.kind for found in broken for remedy in found.remedies} == {"flip", "margin", "cut"}
    assert sum(not found.remedies for found in broken) < len(broken) / 4


def crowded(count: int) -> Book:
    """An account of so many isolated positions, each liquidated at a tenth of its price, with little cash beside."""
    rows = [
        f'[[positions]]\nid = "p{n}"\nmarket = "C{n}USDT"\nside = "{"short" if n % 3 else "long"}"\n'
        f'mode = "isolated"\nquantity = {1 + n}\nentry = {100 + n}\nleverage = 10\n'
        f'[[markets]]\nsymbol = "C{n}USDT"\nmark = {100 + n}\n'
        "tiers = [{ from = 0, rate = 0.005, max_leverage = 50 }]\n"
        for n in range(count)
    ]
    margins = sum((1 + n) * (100 + n) for n in range(count)) // 10
    return book_of(load_text(f'venue = "binance"\nwallet = {margins + 500}\n' + "".join(rows)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "limit", [NearestLiquidationMin(Decimal("0.5")), MarginRatioMax(Decimal("0.02")), Survives(Moves(Decimal("-0.6")))]
)
def test_margin_for_every_one_of_many_isolated_positions_is_found_in_a_bounded_search(limit):
    book = crowded(30)
    case = Case(book, {}, Work())
    found = remedies(limit, case, limit.measure(case), most=10_000)
    (margin,) = (remedy for remedy in found.remedies if remedy.kind == "margin")
    assert "margin" not in found.left_out
    added = [step.position for step in margin.steps if step.do is Do.ADD_MARGIN]
    assert added
    assert len(added) == len(set(added))
    for step in margin.steps:
        if step.do is Do.ADD_MARGIN:
            less = tuple(replace(s, amount=(s.amount or ZERO) - CENT) if s is step else s for s in margin.steps)
            after = carry_out(book, less).after
            assert after is None or limit.measure(case.after(after)).status is Status.BROKEN


def test_what_takes_too_much_work_is_left_out_and_told():
    book, limit = crowded(30), NearestLiquidationMin(Decimal("0.5"))
    case = Case(book, {}, Work())
    measured = limit.measure(case)
    found = remedies(limit, case, measured, most=20)
    assert found == Found((), ("flip", "margin", "cut"))
    told = verdict_words(Verdict(limit, book, measured, found))
    assert told.endswith(
        "No remedy was found. The search for a flip, more margin or a cut was ended: it takes too much work."
    )


def test_a_search_works_out_no_payers():
    limit = NearestLiquidationMin(Decimal("0.5"))
    case = Case(crowded(10), {}, Work())
    whole = limit.measure(case)
    spent = case.work.done
    brief = limit.measure(replace(case, brief=True))
    assert whole.breach is not None
    assert brief.breach is not None
    assert (brief.found, brief.breach.position, brief.breach.paid_by) == (whole.found, whole.breach.position, None)
    assert case.work.done - spent < spent


@exact
def ends(book: Book, moves: dict[str, Decimal]) -> list[tuple[str, Decimal | None]]:
    """Who is liquidated or reduced on the way, in order, and at which mark."""
    happened = solve(book, Glide.towards(book, moves), ONE).happened
    return [(book.positions[event.position].id, event.mark) for event in happened if event.kind in ENDS]


@pytest.mark.slow
@given(books(), st.decimals("-0.9", "0.9", places=2))
def test_survival_of_any_book_is_that_of_its_glide(book, move):
    moves = Moves(by_name=tuple((market, move) for market in book.markets))
    found = verdict(Survives(moves), book, {})
    expected = ends(book, dict.fromkeys(book.markets, move))
    if not expected:
        assert found.status in (Status.HOLDS, Status.NOT_ASKED)
    else:
        assert found.status is Status.BROKEN
        assert found.breach is not None
        assert (found.breach.position, found.breach.price) == expected[0]


@pytest.mark.slow
@given(books(), st.decimals("-0.9", "0.9", places=2), st.decimals("0", "1", places=2))
@exact
def test_a_loss_is_opening_less_end_and_is_passed_where_it_says(book, move, share):
    opening = Ledger(book).equity({symbol: market.mark for symbol, market in book.markets.items()})
    found = verdict(MaxLoss(Moves(common=move), share), book, {})
    if opening <= 0:
        assert found.status is Status.UNKNOWN
        return
    left = GlideRehearsal(book, {}).frame(move).account.equity
    assert found.measured.found == (opening - left) / opening
    assert (found.status is Status.BROKEN) == (opening - left > share * opening)
    if found.status is not Status.BROKEN or not move or found.breach is None or found.breach.market is None:
        return
    passed = found.breach.price / book.markets[found.breach.market].mark - ONE
    assert abs(passed) <= abs(move)
    rehearsal = GlideRehearsal(book, {})
    hair = Decimal("1e-9") * (1 if move > 0 else -1)
    assert rehearsal.frame(passed + hair).account.equity <= opening * (ONE - share) or abs(passed + hair) > abs(move)
    if abs(passed) > abs(hair) * 2:
        assert rehearsal.frame(passed - hair).account.equity >= opening * (ONE - share)


@given(books(), st.decimals("0.01", "0.9", places=2))
def test_the_nearest_liquidation_is_that_of_the_report(book, least):
    frame = GlideRehearsal(book, {}).frame(ZERO)
    found = verdict(NearestLiquidationMin(least), book, {})
    near = [row.distance for row in frame.positions if row.distance is not None]
    near += [ZERO for row in frame.positions if row.death is not None]
    assert found.status is (Status.BROKEN if near and min(near) < least else Status.HOLDS)


def test_a_limit_of_a_market_that_is_not_held_is_not_asked_and_a_crash_without_it_is_not_known():
    (found,) = judged("basket", '[[limit]]\nsurvives = { XRP = "-90%" }')
    assert (found.status, found.measured.why) == (Status.NOT_ASKED, "the account holds nothing in XRP")
    (found,) = judged("inverse", '[[limit]]\nsurvives = { crash = "2025-10-10" }')
    assert found.status is Status.UNKNOWN
    assert "BTCUSD is not in this history" in found.measured.why
    (found,) = judged("basket", "[[limit]]\ncollateral_share_max = { BTC = 0.4 }")
    assert (found.status, found.measured.why) == (Status.NOT_ASKED, "the account has one collateral, USDT")


@pytest.mark.slow
def test_a_crash_in_another_mode_is_that_of_the_account_so_held():
    cross, isolated = judged(
        "crash-2025-10-10",
        '[[limit]]\nsurvives = { crash = "2025-10-10", mode = "all-cross" }\n'
        '[[limit]]\nsurvives = { crash = "2025-10-10", mode = "all-isolated" }',
    )
    assert (cross.status, isolated.status) == (Status.BROKEN, Status.BROKEN)
    held = in_one_mode(cross.book, Mode.ISOLATED)
    assert isinstance(held, Book)
    direct = verdict(limits_in('[[limit]]\nsurvives = { crash = "2025-10-10" }')[0], held, {})
    assert direct.breach == isolated.breach
    assert cross.breach != isolated.breach
    assert cross.breach is not None
    assert cross.breach.time is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "limits:1:1: there is no limit (expected tables [[limit]])"),
        ("[[limits]]", 'limits:1:1: limits: there is no such key; did you mean "limit"?'),
        (
            '[[limit]]\nsurvive = { BTC = "-3%" }',
            'limit[0].survive: there is no such key; did you mean "survives"?',
        ),
        ("[[limit]]", "1:1: limit[0]: this limit asks for nothing (expected one of survives, "),
        (
            "[[limit]]\nmargin_ratio_max = 1\nnearest_liquidation_min = 1",
            "several things: margin_ratio_max, near",
        ),
        ('[[limit]]\nsurvives = "-3%"', '"-3%" is not a table'),
        ("[[limit]]\nsurvives = {}", "there is no move"),
        (
            '[[limit]]\nsurvives = { BTC = "deep" }',
            'limit[0].survives.BTC: "deep" is not a move (expected a move such as "-30%"',
        ),
        ("[[limit]]\nsurvives = { BTC = -30 }", "'-30' would be -3,000% (expected -30% or -0.3)"),
        ('[[limit]]\nsurvives = { BTC = "-130%" }', "would leave no price"),
        ('[[limit]]\nsurvives = { common = "-100%" }', "would leave no price"),
        ('[[limit]]\nsurvives = { common = "-10%", BTC = "-3%" }', "limit[0].survives.BTC: there is no such key"),
        ('[[limit]]\nsurvives = { crash = "2025-10-1" }', 'no crash is called "2025-10-1"; did you mean'),
        (
            '[[limit]]\nsurvives = { crash = "2025-10-10", mode = "cross" }',
            '"cross" is not a mode',
        ),
        ('[[limit]]\nmargin_ratio_max = "much"', '"much" is not a share'),
        ("[[limit]]\nmargin_ratio_max = -1", "-1 is not a share"),
        ("[[limit]]\nmargin_ratio_max = true", "true is not a number"),
        ("[[limit]]\nmax_loss = { of_equity = 0.5 }", "shock is missing"),
        ('[[limit]]\nmax_loss = { shock = { common = "-3%" }, of = 1 }', "limit[0].max_loss.of: there is no such key"),
        ("[[limit]]\nsurvives = { BTC = nan }", "limit[0].survives.BTC: nan is not a move (expected a move such as "),
        ("[[limit]]\ncollateral_share_max = {}", "no asset is named (expected shares such as { BTC = 0.4 })"),
        ("limit = [3]", "limit[0]: 3 is not a table"),
        ("limit = 3", "there is no limit"),
    ],
)
def test_a_file_of_limits_that_is_wrong_says_where(text, told):
    with pytest.raises(Faults) as caught:
        limits_in(text)
    assert told in str(caught.value)


def test_all_faults_of_a_file_are_told_at_once():
    with pytest.raises(Faults) as caught:
        limits_in('[[limit]]\nmargin_ratio_max = "x"\n[[limit]]\nsurvives = 3\n')
    assert [fault.line for fault in caught.value.faults] == [2, 4]


ASSETS = """\
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "BTC"
balance = 0.35
[[assets]]
asset = "USDE"
balance = 3000
weight = 0.9
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.4
entry = 60000
leverage = 10
"""


def of_assets(limit: str) -> Verdict:
    book = book_of(load_text(ASSETS))
    return verdict(limits_in(f"[[limit]]\n{limit}")[0], book, {})


def test_a_share_of_collateral_is_of_what_counts_at_its_weight():
    # 1,000 USDT, 0.35 BTC at 60,000 and a weight of 0.98, 3,000 USDE at one of 0.9
    share = Decimal(20580) / (1000 + 20580 + 2700)
    broken = of_assets("collateral_share_max = { BTC = 0.4, USDE = 0.9 }")
    assert (broken.status, broken.measured.found, broken.allowed) == (Status.BROKEN, share, Decimal("0.4"))
    told = "collateral: BTC at most 40.0 %, USDE at most 90.0 %: 84.8 %, the share of BTC. Cheapest remedy: deposit"
    assert verdict_words(broken).startswith(told)
    (remedy,) = broken.remedies
    assert remedy.deposit == Decimal("27170")
    mended = book_of(load_text(ASSETS.replace("wallet = 1000", "wallet = 28170")))
    less = book_of(load_text(ASSETS.replace("wallet = 1000", "wallet = 28169.99")))
    limit = broken.limit
    assert [verdict(limit, book, {}).status for book in (mended, less)] == [Status.HOLDS, Status.BROKEN]


def test_a_share_that_holds_tells_the_one_that_is_nearest_and_a_coin_that_is_not_there_has_none():
    held = of_assets("collateral_share_max = { USDE = 0.2, btc = 0.9, SOL = 0.01 }")
    assert (held.status, held.allowed) == (Status.HOLDS, Decimal("0.01"))
    assert held.measured.found == 0
    nothing = verdict(held.limit, book_of(load_text(ASSETS.replace("wallet = 1000", "wallet = 0").replace(
        "0.35", "0").replace("3000", "0"))), {})  # fmt: skip
    assert (nothing.status, nothing.measured.why) == (Status.NOT_ASKED, "nothing in the account counts as collateral")


@pytest.mark.slow
def test_a_stablecoin_that_loses_its_peg_is_a_move_as_any_other():
    assert of_assets('survives = { USDE = "-35%" }').status is Status.HOLDS
    poor = book_of(load_text(ASSETS.replace("0.35", "0").replace("wallet = 1000", "wallet = 0")))
    (limit,) = limits_in('[[limit]]\nsurvives = { USDE = "-98%" }')
    broken = verdict(limit, poor, {})
    assert broken.status is Status.BROKEN
    assert broken.breach is not None
    assert broken.breach.position == "btc"
