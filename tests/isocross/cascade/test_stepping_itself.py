"""The referee itself, against cases worked by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.rules.market import Ladder, Market, Tier, TierKey
from isocross.rules.profile import CrossMachine, Line, Profile, Residual, Victim
from tests.brute.stepping import Account, gap_to, walk

D = Decimal
HALF_PERCENT = D("0.005")
GUIDE = Profile("guide", "Guide", "", "", CrossMachine.POOLED, Line.AT_OR_BELOW)
COINEX = replace(GUIDE, id="coinex", cross_machine=CrossMachine.TOP_UP, tier_key=TierKey.QUANTITY)
BINANCE = replace(
    GUIDE, id="binance", victim=Victim.LARGEST_MAINTENANCE, liquidation_fee=D("0.0125"), line=Line.AT_OR_BELOW
)


def market(symbol, mark, *tiers, key=TierKey.NOTIONAL):
    """A market; without tiers one of half a percent."""
    ladder = tuple(Tier(D(start), D(rate), D(100)) for start, rate in tiers) or (Tier(D(0), HALF_PERCENT, D(100)),)
    return Market(symbol, D(mark), Ladder(ladder, key))


def position(symbol, side, mode, quantity, entry, leverage, margin=None):
    """A position named like its market."""
    return Position(
        symbol, symbol, Side(side), Mode(mode), D(quantity), D(entry), D(leverage),
        None if margin is None else D(margin),
    )  # fmt: skip


def book(profile, wallet, markets, positions, fund=None):
    """An account."""
    limit = None if fund is None else D(fund)
    return Book(profile, D(wallet), {m.symbol: m for m in markets}, tuple(positions), fund=limit)


def guide_account(profile, mode="cross"):
    """The guide's account: 1,000 with a long of 900 and a short of 600, 3x each."""
    return book(
        profile,
        1000,
        [market("BTC", 60000), market("ETH", 3000)],
        [position("BTC", "long", mode, "0.015", 60000, 3), position("ETH", "short", mode, "0.2", 3000, 3)],
    )


def three_at_ten(profile):
    """1,000 account, three positions of 3,000 with 300 each, 100 free."""
    return book(
        profile,
        1000,
        [market("BTC", 60000), market("ETH", 3000), market("SOL", 150, (0, "0.01"))],
        [
            position("BTC", "long", "cross", "0.05", 60000, 10),
            position("ETH", "long", "cross", 1, 3000, 10),
            position("SOL", "short", "cross", 20, 150, 10),
        ],
    )


AFTER = {"BTC": D(54120), "ETH": D(2703), "SOL": D(135)}


class AsListed(Account):
    """Refills in the order of the file, whatever the state of the positions."""

    def rank_in_queue(self, holding, marks):
        """All alike."""
        return D(0)


def kinds(walked):
    """What happened to whom."""
    return [(h.kind, h.position) for h in walked.happenings]


def mark_at(account, symbol, slope, happening):
    """The mark at which something happened."""
    return account.markets[symbol].mark * (1 + D(slope) * happening.place)


def agrees(value, expected):
    """Equal to the six digits the worked cases give."""
    return abs(value - D(expected)) <= D("1e-6")


@pytest.mark.parametrize(
    ("symbol", "slope", "lp", "drawn"),
    [("BTC", -1, "6700.167504", 500), ("ETH", 1, "6467.661692", 500)],
)
def test_s1_top_up(symbol, slope, lp, drawn):
    """A position draws all that is unused and is taken at its last price."""
    account = guide_account(COINEX)
    walked = walk(account, {symbol: D(slope)}, D("1.5"))
    who = 0 if symbol == "BTC" else 1
    refills = [h for h in walked.happenings if h.kind == "refill"]
    taken = walked.happenings[-1]
    assert (taken.kind, taken.position) == ("liquidation", who)
    assert agrees(mark_at(account, symbol, slope, taken), lp)
    assert sum(h.amount for h in refills) == drawn
    assert taken.amount == drawn + (300 if who == 0 else 200)
    assert walked.ledger.cash == 0
    assert walked.ledger.total == 1000


def test_s1_pooled():
    """The short falls where the pool comes to the line; the long alone cannot bring it there."""
    account = guide_account(GUIDE)
    assert not walk(account, {"BTC": D(-1)}, D(1)).happenings
    walked = walk(account, {"ETH": D(1)}, D(2))
    assert kinds(walked) == [("liquidation", 1)]
    assert agrees(mark_at(account, "ETH", 1, walked.happenings[0]), "7937.810945")
    assert walked.ledger.total == 1000


def test_s2_isolated():
    """Each falls alone, and loses its margin only."""
    account = guide_account(GUIDE, "isolated")
    walked = walk(account, {"BTC": D(-1), "ETH": D("1.1")}, D("0.9"))
    assert kinds(walked) == [("liquidation", 1), ("liquidation", 0)]
    eth, btc = walked.happenings
    assert agrees(mark_at(account, "ETH", "1.1", eth), "3980.099502")
    assert agrees(mark_at(account, "BTC", "-1", btc), "40201.005025")
    assert (btc.amount, eth.amount) == (300, 200)
    assert walked.ledger.cash == 500
    assert walked.ledger.fund > 0


@pytest.mark.parametrize(("mark", "left"), [(80000, 0), (79700, 3), (90000, -100)])
def test_s3_gap(mark, left):
    """A gap to, before and past the bankruptcy price: the trader loses 200, the fund has the rest."""
    account = book(GUIDE, 200, [market("BTC", 60000)], [position("BTC", "short", "isolated", "0.01", 60000, 3)])
    walked = gap_to(account, {"BTC": D(mark)})
    assert walked.happenings[0].amount == 200
    assert walked.ledger.fund == left
    assert walked.ledger.total == 200
    assert kinds(walked)[1:] == ([("fund", 0)] if left < 0 else [])


def test_s3_on_the_way():
    """The isolated short falls at its liquidation price."""
    account = book(GUIDE, 200, [market("BTC", 60000)], [position("BTC", "short", "isolated", "0.01", 60000, 3)])
    walked = walk(account, {"BTC": D(1)}, D(1))
    assert kinds(walked) == [("liquidation", 0)]
    assert agrees(mark_at(account, "BTC", 1, walked.happenings[0]), "79601.990050")


def test_d1_healed_as_listed():
    """The first takes all that is free; the second is taken over with 3 left."""
    walked = gap_to(three_at_ten(COINEX), AFTER, kind=AsListed)
    assert [(h.kind, h.position, h.amount) for h in walked.happenings] == [
        ("refill", 0, 100),
        ("liquidation", 1, 300),
    ]
    assert walked.ledger.buckets == (400, None, 300)
    assert (walked.ledger.cash, walked.ledger.fund) == (0, 3)


def test_d2_the_weakest_first():
    """The weakest is healed and lives; the other is taken over with 6 left."""
    walked = gap_to(three_at_ten(COINEX), AFTER)
    assert [(h.kind, h.position, h.amount) for h in walked.happenings] == [
        ("refill", 1, 100),
        ("liquidation", 0, 300),
    ]
    assert walked.ledger.buckets == (None, 400, 300)
    assert (walked.ledger.cash, walked.ledger.fund) == (0, 6)


def test_the_same_marks_leave_a_pool_alone():
    """Pooled, the short's profit stands behind the longs: 1000 − 294 − 297 + 300 against 54."""
    assert not gap_to(three_at_ten(GUIDE), AFTER).happenings


def test_a_pool_closes_its_largest_loss_first_and_its_hole_is_paid():
    """−900 and −600 against 1,000: both closed, 500 missing, of which a fund of 120 pays 120."""
    account = book(
        GUIDE,
        1000,
        [market("BTC", 60000), market("ETH", 3000)],
        [
            position("ETH", "long", "cross", "0.2", 3000, 3),
            position("BTC", "long", "cross", "0.015", 60000, 3),
        ],
        fund=120,
    )
    walked = gap_to(account, {"BTC": D(0), "ETH": D(0)})
    assert [(h.kind, h.position, h.amount) for h in walked.happenings] == [
        ("liquidation", 1, 900),
        ("liquidation", 0, 600),
        ("fund", None, 120),
        ("deleverage", None, 380),
    ]
    assert (walked.ledger.cash, walked.ledger.total) == (0, 1000)


@pytest.mark.parametrize(("line", "falls"), [(Line.BELOW, False), (Line.AT_OR_BELOW, True)])
def test_standing_on_the_line(line, falls):
    """Equity 5 against MM 5 at the opening."""
    profile = replace(GUIDE, line=line)
    account = book(profile, 5, [market("BTC", 1000)], [position("BTC", "long", "isolated", 1, 1000, 10, 5)])
    assert bool(walk(account, {}, D("0")).happenings) is falls
    assert bool(gap_to(account, {}).happenings) is falls


def test_a_jump_of_a_flat_tier_is_due_at_the_border():
    """At a notional of 1,100 the rate goes from 1 % to 50 %: far from the line, then past it."""
    account = book(
        GUIDE,
        600,
        [market("BTC", 1000, (0, "0.01"), (1100, "0.5"))],
        [position("BTC", "short", "isolated", 1, 1000, 2, 600)],
    )
    walked = walk(account, {"BTC": D(1)}, D("0.5"))
    assert kinds(walked) == [("liquidation", 0)]
    assert walked.happenings[0].place == D("0.1")
    assert walked.ledger.fund == 500


def test_what_is_left_goes_to_the_user_where_the_venue_says_so():
    """As before, with the residual to the wallet."""
    account = book(
        replace(GUIDE, residual=Residual.USER),
        600,
        [market("BTC", 1000, (0, "0.01"), (1100, "0.5"))],
        [position("BTC", "short", "isolated", 1, 1000, 2, 600)],
    )
    walked = walk(account, {"BTC": D(1)}, D("0.5"))
    assert (walked.ledger.cash, walked.ledger.fund) == (500, 0)


def test_the_fee_is_at_most_what_the_pool_has_left():
    """Larger MM first; 12.5 of fee where 1,000 is closed, and the last takes only what is left."""
    account = book(
        BINANCE,
        30,
        [market("BTC", 1000), market("ETH", 100)],
        [position("ETH", "long", "cross", 1, 100, 50), position("BTC", "long", "cross", 1, 1000, 50)],
    )
    walked = gap_to(account, {"BTC": D(985), "ETH": D(86)})
    assert kinds(walked) == [("liquidation", 1), ("liquidation", 0)]
    assert (walked.ledger.cash, walked.ledger.fees, walked.ledger.fund) == (0, 1, 0)
