"""A crowd: its rounds are what the engine says of each account, cash is conserved, policies do what they say."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Side
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve_gap, solve_jumps
from isocross.money import ONE, ZERO, exact, posting
from isocross.paths.glide import Glide
from isocross.risk.crowd import POLICIES, Crowd, CrowdError, Depth, DepthError, Winning, parse_depth, unfold
from isocross.workspace import book_of, load_text
from tests.brute.books import books

BOOK = """
venue = "{venue}"
wallet = 1000
[[markets]]
symbol = "BTCUSDT"
mark = 60000
[[positions]]
id = "p"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
"""
FUND = Decimal(500)
DEPTH = parse_depth("1%=400000,10%=2000000")


def crowd_of(seed: int, *, jumps: bool, count: int = 60, venue: str = "hyperliquid", direction: int = -1) -> Crowd:
    """Random accounts of one position each, the same for the same seed."""
    chance, crowd = random.Random(seed), Crowd("BTCUSDT", direction, jumps=jumps)
    base = book_of(load_text(BOOK.format(venue=venue)))
    for n in range(count):
        wallet = Decimal(chance.randint(500, 20_000))
        leverage = chance.choice((2, 5, 10, 25, 40))
        quantity = (wallet * leverage * Decimal(chance.randint(30, 95)) / 100 / 60000).quantize(Decimal("0.00001"))
        position = replace(
            base.positions[0],
            side=chance.choice((Side.LONG, Side.LONG, Side.SHORT)),
            mode=chance.choice((Mode.CROSS, Mode.ISOLATED)),
            quantity=quantity,
            leverage=Decimal(leverage),
        )
        crowd.add(f"a{n}", replace(base, wallet=wallet, positions=(position,)))
    return crowd


# --- the rounds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("jumps", [False, True])
@pytest.mark.parametrize("direction", [-1, 1])
def test_each_round_goes_as_far_as_what_was_sold_before_drives_it_and_the_last_liquidates_nobody(jumps, direction):
    crowd = crowd_of(1, jumps=jumps, direction=direction)
    found = unfold(crowd, direction * Decimal("0.08"), DEPTH, FUND)
    sold = ZERO
    assert len(found.rounds) > 2
    for made in found.rounds:
        assert abs(made.move) == exact(lambda sold=sold: Decimal("0.08") + DEPTH.move(sold))()
        sold += made.sold
    assert found.rounds[-1].closed == 0
    assert not found.cut
    assert found.move == found.rounds[-1].move


@pytest.mark.slow
@exact
def test_what_is_sold_and_what_the_fund_pays_is_what_each_account_does_alone():
    crowd = crowd_of(2, jumps=True)
    found = unfold(crowd, Decimal("-0.08"), DEPTH, FUND)
    sizes = [abs(made.move) for made in found.rounds]
    to_fund = sold = ZERO
    closed = 0
    for member in crowd.members:
        book = replace(member.again(), fund=None)
        betas = {symbol: ONE if symbol == crowd.market else ZERO for symbol in book.markets}
        whole = solve_jumps(book, Glide.common(book, betas, crowd.direction), sizes)
        ledger = Ledger.after(book, whole.happened)
        assert ledger.total == book.wallet
        to_fund += ledger.fund
        ends = [e for e in whole.happened if e.kind in (EventKind.LIQUIDATION, EventKind.REDUCTION)]
        closed += len(ends)
        sign = book.positions[0].side.sign
        sold += sum((e.figures.quantity * e.mark * sign for e in ends), ZERO)
    assert sum(made.closed for made in found.rounds) == closed > 10
    assert sum((made.sold for made in found.rounds), ZERO) == sold
    assert sum((made.to_fund - made.holes for made in found.rounds), ZERO) == to_fund < -FUND


@pytest.mark.slow
def test_an_account_with_nothing_left_is_not_read_in_later_rounds_and_is_again_for_other_moves():
    crowd, reads = Crowd("BTCUSDT", -1, jumps=True), []
    for member in crowd_of(2, jumps=True).members:
        crowd.add(member.name, member.again(), lambda member=member: (reads.append(member.name), member.again())[1])
    first, second, third = (Decimal(size) for size in ("0.08", "0.09", "0.1"))
    gone = {crowd.members[impulse.member].name for impulse in crowd.impulses([first])}
    assert len(gone) > 5
    reads.clear()
    crowd.impulses([first, second])
    assert gone.isdisjoint(reads)
    reads.clear()
    later = crowd.impulses([second])
    assert gone <= set(reads)
    assert gone <= {crowd.members[impulse.member].name for impulse in later}
    reads.clear()
    assert not {crowd.members[impulse.member].name for impulse in crowd.impulses([first, third])} & gone


@exact
def test_the_fund_and_what_winners_give_up_pay_for_every_hole():
    found = unfold(crowd_of(3, jumps=True), Decimal("-0.12"), DEPTH, FUND)
    gained, holes, needed = (
        sum((getattr(made, key) for made in found.rounds), ZERO) for key in ("to_fund", "holes", "needed")
    )
    assert needed > 0
    assert FUND + gained - holes + needed == found.rounds[-1].fund
    for shared in found.shared:
        assert shared.needed == needed
        assert shared.taken == shared.needed - shared.uncovered + shared.beyond
        assert shared.beyond >= 0
        assert (shared.beyond > 0) <= (shared.policy == "queue")


def test_with_an_unlimited_fund_nobody_gives_anything():
    found = unfold(crowd_of(3, jumps=True), Decimal("-0.12"), DEPTH, None)
    assert {made.fund for made in found.rounds} == {None}
    assert all(not shared.hits and not shared.needed for shared in found.shared)


def test_without_depth_there_is_one_round_and_nothing_reproduces():
    found = unfold(crowd_of(1, jumps=False), Decimal("-0.2"), Depth(), FUND)
    assert len(found.rounds) == 1
    assert found.reproduction == 0


def test_a_price_that_goes_as_far_as_it_can_says_so():
    found = unfold(crowd_of(1, jumps=False), Decimal("-0.1"), parse_depth("90%=100"), None)
    assert found.cut
    assert found.move == Decimal("-0.95")


@pytest.mark.slow
def test_the_reproduction_number_is_what_one_more_per_cent_brings_about():
    crowd, shock = crowd_of(4, jumps=False, count=300), Decimal("-0.02")
    thin, thick = (parse_depth(f"100%={amount}") for amount in (4_000_000, 4_000_000_000))
    one, other = unfold(crowd, shock, thin, None), unfold(crowd, shock, thick, None)
    assert 0 < other.reproduction < Decimal("0.1")
    assert one.reproduction == exact(lambda: other.reproduction * 1000)()
    assert abs(one.move) > abs(other.move)


@given(books(), st.lists(st.decimals("0.01", "0.9", places=2), min_size=1, max_size=1))
@exact
def test_one_jump_is_a_gap(book, sizes):
    path = Glide.common(book, {}, -1)
    assert solve_jumps(book, path, sizes).happened == solve_gap(book, path, sizes[0]).happened


@given(books(), st.lists(st.decimals("0.01", "0.9", places=2), min_size=2, max_size=3))
@exact
def test_jumps_conserve_cash_and_an_account_that_is_whole_is_as_after_one_jump(book: Book, sizes):
    path, ordered = Glide.common(book, {}, -1), sorted(sizes)
    whole = solve_jumps(book, path, ordered)
    ledger = Ledger.after(book, whole.happened)
    assert ledger.total == Ledger(book).total
    if all(event.place == ordered[-1] for event in whole.happened):
        assert whole.happened == solve_gap(book, path, ordered[-1]).happened


# --- who is of it ------------------------------------------------------------------------------------


def test_accounts_of_another_mark_or_currency_are_refused_and_those_without_the_market_only_stand_by():
    crowd, base = Crowd("BTCUSDT", -1), book_of(load_text(BOOK.format(venue="guide")))
    crowd.add("one", base)
    market = replace(base.markets["BTCUSDT"], mark=Decimal(60001))
    with pytest.raises(CrowdError, match="the mark of BTCUSDT is 60,001, and 60,000 in the accounts before it"):
        crowd.add("other", replace(base, markets={"BTCUSDT": market}))
    with pytest.raises(CrowdError, match="the account is in USDC, and those before it in USDT"):
        crowd.add("coin", replace(base, currency="USDC"))
    crowd.add("none", replace(base, positions=(), markets={}))
    assert len(crowd.members) == 2
    assert crowd.held == 60000


# --- policies ----------------------------------------------------------------------------------------

amounts = st.integers(1, 10**6).map(lambda n: Decimal(n) / 100)
winnings = st.builds(
    Winning,
    member=st.just(0),
    position=st.integers(0, 10**9).map(str),
    profit=amounts,
    equity=amounts,
    score=amounts,
    leverage=amounts,
)


@given(st.lists(winnings, max_size=8, unique_by=lambda w: w.position), amounts)
@exact
def test_every_policy_takes_what_is_needed_and_from_nobody_more_than_there_is(winners, needed):
    there = sum((w.profit for w in winners), ZERO)
    for name, policy in POLICIES.items():
        hits = policy(winners, needed)
        taken = sum((hit.taken for hit in hits), ZERO)
        assert all(0 < hit.taken <= hit.winner.profit + Decimal("1e-17") for hit in hits), name
        assert len({hit.winner.position for hit in hits}) == len(hits)
        if name == "queue":
            assert taken >= min(needed, there)
            assert all(hit.taken == hit.winner.profit for hit in hits)
            assert taken - hits[-1].taken < needed if hits else not winners
        else:
            assert taken == min(needed, there), name


@given(st.lists(winnings, min_size=1, max_size=8, unique_by=lambda w: w.position), amounts)
@exact
def test_no_policy_hits_anybody_less_hard_than_min_max(winners, needed):
    hardest = {
        name: max((hit.taken / hit.winner.equity for hit in policy(winners, needed)), default=ZERO)
        for name, policy in POLICIES.items()
    }
    assert hardest["min-max"] == min(hardest["min-max"], *(h + Decimal("1e-12") for h in hardest.values()))


@given(st.lists(winnings, min_size=2, max_size=8, unique_by=lambda w: w.position), amounts)
@exact
def test_pro_rata_takes_the_same_share_of_every_profit(winners, needed):
    there = sum((w.profit for w in winners), ZERO)
    for hit in POLICIES["pro-rata"](winners, needed):
        assert abs(hit.taken / hit.winner.profit - min(needed, there) / there) < Decimal("1e-12")


def test_the_queue_and_the_leverage_ranked_begin_with_the_first():
    winners = [Winning(n, "p", Decimal(10), Decimal(100), Decimal(n), Decimal(9 - n)) for n in range(4)]
    assert [hit.winner.member for hit in POLICIES["queue"](winners, Decimal(15))] == [3, 2]
    assert [(hit.winner.member, hit.taken) for hit in POLICIES["leverage"](winners, Decimal(15))] == [(0, 10), (1, 5)]


# --- the depth ---------------------------------------------------------------------------------------


def test_a_depth_is_straight_between_its_points_and_beyond_the_last():
    depth = parse_depth("1%=100, 3%=200")
    found = [depth.move(Decimal(amount)) for amount in (-5, 0, 50, 100, 150, 200, 300)]
    assert found == [ZERO, ZERO, *(Decimal(move) for move in ("0.005", "0.01", "0.02", "0.03", "0.05"))]


@pytest.mark.parametrize("text", ["", "1%", "1%=x", "1%=5%", "1%=100,1%=200", "2%=100,1%=200", "1%=100,2%=100", "0%=1"])
def test_what_is_not_a_depth_says_so(text):
    with pytest.raises(DepthError):
        parse_depth(text)


# --- the waves of 2025-10-10 -----------------------------------------------------------------------

# needed, capacity of the winners, and the share of it that pro-rata takes; of Hyperliquid, by T. Chitra, MIT licence:
# github.com/pluriholonomic/autodeleveraging-analysis at aae0be8, out/policy_per_wave_metrics.csv. The winners of each
# wave are not in it, so the queue cannot be run on them.
WAVES = {
    1: ("2266239.82024108", "261289318.808989", 0.00867329682886033),
    2: ("1383878.3247609977", "210635031.931815", 0.006570029268488327),
    4: ("1065843.446131001", "272477911.188362", 0.00391166917524625),
    5: ("115496.57833500004", "250526850.813392", 0.00046101476931520235),
    7: ("8055.871928000007", "48764.420238", 0.16519978887644837),
    8: ("1576039.2185530025", "547076495.896477", 0.00288083884132218),
    9: ("44867.64211700003", "6903445.212687001", None),
    10: ("1622228.637648998", "401055615.06413805", 0.004044896958716228),
    11: ("373726.4693789986", "199475885.12861705", None),
    12: ("5177.076339999994", "13649077.294484", 0.0003792986315706635),
    13: ("5584123.653720992", "643417039.3305211", 0.008678855722458492),
    14: ("1021113.0603779986", "430615207.29483104", 0.0023712888980227547),
    17: ("9400.221401000004", "199636233.002688", 4.7086750033364114e-05),
    21: ("1545.1890399999984", "4505482.186395999", None),
    25: ("671.6479340000006", "31119032.157815002", None),
    28: ("1262.7510999999936", "37117880.472667", None),
}


@exact
@pytest.mark.parametrize(("wave", "needed", "capacity", "share"), [(n, *row) for n, row in WAVES.items()])
def test_pro_rata_takes_of_each_published_wave_what_was_needed_and_the_published_share(wave, needed, capacity, share):
    chance, there, lacked = random.Random(wave), Decimal(capacity), Decimal(needed).quantize(Decimal("1e-18"))
    parts = [Decimal(chance.randint(1, 10**6)) for _ in range(50)]
    profits = [posting(there * part / sum(parts)) for part in parts[1:]]
    profits = [there - sum(profits, ZERO), *profits]
    winners = [Winning(n, "p", one, one * 4, one, Decimal(n)) for n, one in enumerate(profits)]
    hits = POLICIES["pro-rata"](winners, lacked)
    assert sum((hit.taken for hit in hits), ZERO) == lacked
    shares = [float(hit.taken / hit.winner.profit) for hit in hits]
    assert max(shares) == pytest.approx(min(shares), rel=1e-9)
    if share is not None:
        assert max(shares) == pytest.approx(share, rel=1e-9)
    assert sum((hit.taken for hit in POLICIES["queue"](winners, lacked)), ZERO) >= lacked


@exact
def test_the_waves_add_up_to_the_published_need():
    assert sum((Decimal(needed) for needed, _, _ in WAVES.values()), ZERO).quantize(Decimal("0.01")) == Decimal(
        "15079669.61"
    )
