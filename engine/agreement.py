"""What a venue stated of a position beside what is worked out here, and why the two differ where they do.

A liquidation price is turned round: at that price, how much of the value does the venue ask for? What asks for just as
much, a rate of another tier, a fee that is counted or not, is the reason. Where nothing known does, it is unexplained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from engine.book import Book, Mode, Position
from engine.cascade.ledger import Ledger
from engine.margin import close_fee_rate, price_after, tier_size, unrealised_pnl, worth
from engine.market import TierKey
from engine.money import ONE, ZERO, exact, text
from engine.triggers import Standings, liquidation_prices, shown_price
from engine.venue import Basis

SAME = "the same"
UNEXPLAINED = "unexplained"
DIGITS = 6
"""Significant digits of a rate that is only told."""
ROUGHLY = Decimal("0.01")
"""A maintenance margin or a ratio that is this close is the same; a mark moves as far between two figures."""
ROUNDED = Decimal("0.00001")
"""A liquidation price that is this close, as a share of it, differs by the digits that its figures are written with."""
STEP_OF_PRICE = Decimal("0.0001")
"""A liquidation price is made of figures with more digits than are written: so close, as a share, is near enough
for what asks for just as much."""
TITLES = {
    "liquidation_price": "liquidation price",
    "margin_ratio": "margin ratio",
    "unrealised_pnl": "open PnL",
    "maintenance_margin": "maintenance margin",
}


@dataclass(frozen=True)
class Compared:
    """One figure of a venue beside ours."""

    figure: str
    """Its key, as a report has it."""
    venue: Decimal | None
    """None: it says that there is none."""
    ours: Decimal | None
    why: str

    @property
    def words(self) -> str:
        """The two figures with as many digits as the venue writes, and the reason."""
        venue = "none" if self.venue is None else text(self.venue)
        return f"venue {venue} · isocross {_written(self.ours, self.venue)} · {self.why}"

    @property
    def told(self) -> str:
        """The same with the name of the figure."""
        return f"{TITLES[self.figure]}: {self.words}"


@exact
def standings_of(book: Book) -> Standings:
    """The account at its opening marks."""
    return Standings.at(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()})


@exact
def compared(standings: Standings, prices: dict[int, Decimal | None], index: int) -> tuple[Compared, ...]:
    """Everything that the venue stated of a position, each figure beside ours.

    Args:
        standings: the account at its opening.
        prices: our liquidation prices there.
        index: which position.
    """
    stated = standings.positions[index].stated
    if stated is None or index not in standings.pnl:
        return ()
    found = []
    if stated.liquidation_price is not None:
        found.append(_price(standings, index, stated.liquidation_price or None, prices[index]))
    mark = standings.marks[standings.positions[index].market]
    if stated.unrealised_pnl is not None:
        found.append(_pnl(standings.positions[index], mark, stated.unrealised_pnl, standings.pnl[index]))
    if stated.maintenance_margin is not None:
        found.append(_maintenance(standings, index, stated.maintenance_margin))
    if stated.margin_ratio is not None and standings.positions[index].mode is Mode.ISOLATED:
        found.append(_ratio(standings, index, stated.margin_ratio))
    return tuple(found)


def all_compared(book: Book) -> dict[int, tuple[Compared, ...]]:
    """Everything that the venue stated of the positions of a book."""
    if all(position.stated is None for position in book.positions):
        return {}
    standings = standings_of(book)
    prices = _prices(standings)
    return {index: compared(standings, prices, index) for index in range(len(book.positions))}


@exact
def _prices(standings: Standings) -> dict[int, Decimal | None]:
    return liquidation_prices(standings)


def _written(ours: Decimal | None, venue: Decimal | None) -> str:
    """Our figure with the digits of the venue's, two places at least."""
    if ours is None:
        return "none"
    return text(ours.quantize(Decimal(1).scaleb(-max(2, _places(venue)))))


def _places(value: Decimal | None) -> int:
    exponent = None if value is None else value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _last_digit(value: Decimal) -> Decimal:
    """The smallest step in which a figure is written."""
    return Decimal(1).scaleb(-_places(value))


# --- the liquidation price -----------------------------------------------------------------------


def _price(standings: Standings, index: int, venue: Decimal | None, ours: Decimal | None) -> Compared:
    figure = "liquidation_price"
    if venue is None or ours is None:
        why = SAME if venue is ours else UNEXPLAINED
        return Compared(figure, venue, ours, why)
    apart, step = abs(venue - ours), _last_digit(venue)
    if 2 * apart <= step and venue != venue.to_integral_value():
        return Compared(figure, venue, ours, SAME)
    grid = standings.book.market_of(standings.positions[index]).grid
    if apart <= max(step, grid):
        why = SAME if apart == 0 else f"rounded to a step of {text(max(step, grid))}"
        return Compared(figure, venue, ours, why)
    if apart <= ROUNDED * venue:
        return Compared(figure, venue, ours, "rounding of the figures it is made of")
    return Compared(figure, venue, ours, _why(standings, index, venue, max(step, grid, STEP_OF_PRICE * venue)))


@dataclass(frozen=True)
class _Asked:
    """A share of the value that would be asked for, and what of it is not as here."""

    share: Decimal
    words: str
    changes: int


def _why(standings: Standings, index: int, venue: Decimal, step: Decimal) -> str:
    """What asks for just as much at the venue's price as it does there."""
    movers = _movers(standings, index)
    low, high = sorted(_share(standings, movers, venue + way * step) for way in (-1, 1))
    position = standings.positions[index]
    found = [asked for asked in _candidates(standings, position, venue) if low <= asked.share <= high]
    if found:
        return min(found, key=lambda asked: asked.changes).words
    return f"{UNEXPLAINED}: {_hint(standings, movers, venue)}"


def _hint(standings: Standings, movers: list[int], venue: Decimal) -> str:
    """What the venue's price would take: other cash behind a pool, another rate for a position by itself."""
    position = standings.positions[movers[0]]
    told, ours = _share(standings, movers, venue), _ours(standings, position, venue)
    if not standings.pooled(movers[0]):
        return f"its price asks for {_percent(told)} of the value, where {_percent(ours)} is asked here"
    value = sum((worth(p.kind, p.quantity, venue) for p in map(standings.positions.__getitem__, movers)), ZERO)
    wallet = standings.book.wallet
    fitting = round(wallet - (told - ours) * value, 8)
    return f"its price fits a wallet of {text(fitting)}, and here it is {text(wallet)}"


def _movers(standings: Standings, index: int) -> list[int]:
    """The position, and of a pool all that are in its market."""
    if not standings.pooled(index):
        return [index]
    market = standings.positions[index].market
    return [i for i in standings.pool_members if standings.positions[i].market == market]


def _share(standings: Standings, movers: list[int], price: Decimal) -> Decimal:
    """How much of the value of these positions is left when their market stands at a price, others asked for first."""
    positions = [standings.positions[i] for i in movers]
    moved = sum((unrealised_pnl(p, price) for p in positions), ZERO)
    value = sum((worth(p.kind, p.quantity, price) for p in positions), ZERO)
    if standings.pooled(movers[0]):
        own = sum((standings.pnl[i] - standings.maintenance_margin[i] for i in movers), ZERO)
        backing = standings.pool_equity - standings.pool_maintenance_margin - own
    else:
        backing = standings.cash_behind(movers[0])
    return (backing + moved) / value


def _ours(standings: Standings, position: Position, price: Decimal) -> Decimal:
    """The share that is asked for here at a price, fee to close counted in."""
    profile, ladder = standings.book.profile, standings.book.market_of(position).ladder
    tier = ladder.index_at(tier_size(position, profile, price))
    return _rates(standings, position, price)[tier] + close_fee_rate(position, profile)


def _rates(standings: Standings, position: Position, price: Decimal) -> list[Decimal]:
    """The share of the value at a price that each tier asks for there, its deduction counted in."""
    ladder, there = standings.book.market_of(position).ladder, _basis(standings, position, price)
    size = position.quantity if ladder.key is TierKey.QUANTITY else there
    share = there / worth(position.kind, position.quantity, price)
    return [share * (tier.rate_at(position.quantity) - tier.deduction / size) for tier in ladder.tiers]


def _basis(standings: Standings, position: Position, price: Decimal) -> Decimal:
    """The value of which maintenance margin is asked with the market at a price."""
    at_mark = standings.book.profile.maintenance_basis is Basis.MARK
    return worth(position.kind, position.quantity, price if at_mark else position.entry)


def _candidates(standings: Standings, position: Position, price: Decimal) -> Iterator[_Asked]:
    """Shares that a venue may ask for: rates of its tiers and of the payload, with a fee, with two, with none."""
    profile = standings.book.profile
    base = _ours(standings, position, price) - close_fee_rate(position, profile)
    counted = close_fee_rate(position, profile)
    rates = {base: ""} | {
        rate: f"its own maintenance rate of {_percent(rate)}, where {_percent(base)} is asked here"
        for rate in _stated_rates(standings, position, price)
        if rate != base
    }
    for rate in _rates(standings, position, price):
        told = f"the maintenance rate of another tier, {_percent(rate)}, where {_percent(base)} is asked here"
        rates.setdefault(rate, told)
    market = standings.book.market_of(position)
    own = profile.liquidation_fee if market.liquidation_fee is None else market.liquidation_fee
    fees = {counted: ""}
    fees.setdefault(ZERO, f"no fee to close, where {_percent(counted)} is counted here")
    for fee in (profile.taker_fee, 2 * profile.taker_fee, own):
        fees.setdefault(fee, f"a fee of {_percent(fee)} to close, where {_percent(counted)} is counted here")
    for (rate, of_rate), (fee, of_fee) in product(rates.items(), fees.items()):
        if of_rate or of_fee:
            yield _Asked(rate + fee, " and ".join(filter(None, (of_rate, of_fee))), bool(of_rate) + bool(of_fee))
    if profile.maintenance_basis is Basis.MARK:
        other = worth(position.kind, ONE, position.entry) / worth(position.kind, ONE, price)
        yield _Asked(base * other + counted, "maintenance margin taken at entry, where it is taken at mark here", 2)


def _stated_rates(standings: Standings, position: Position, price: Decimal) -> list[Decimal]:
    """The share of the value at a price by the maintenance margin that the venue stated."""
    stated = position.stated
    if stated is None or stated.maintenance_margin is None:
        return []
    now = _basis(standings, position, standings.marks[position.market])
    rate = stated.maintenance_margin / now
    return [rate * _basis(standings, position, price) / worth(position.kind, position.quantity, price)]


def _percent(share: Decimal) -> str:
    """A share as a percentage with a few digits."""
    shown = share * 100
    places = DIGITS - 1 - shown.adjusted() if shown else 0
    return f"{text(round(shown, min(max(places, 0), DIGITS)))} %"


# --- the other figures ---------------------------------------------------------------------------


def _pnl(position: Position, mark: Decimal, venue: Decimal, ours: Decimal) -> Compared:
    """Open PnL: a mark and an entry are written with few digits, and what they leave out is earned by every unit."""
    figure, apart = "unrealised_pnl", abs(venue - ours)
    if apart <= _last_digit(venue):
        return Compared(figure, venue, ours, SAME)
    unrounded = sum(
        (
            abs(
                worth(position.kind, position.quantity, p + _last_digit(p)) - worth(position.kind, position.quantity, p)
            )
            for p in (mark, position.entry)
        ),
        ZERO,
    )
    if apart <= unrounded:
        return Compared(figure, venue, ours, "mark and entry are rounded")
    if apart <= ROUGHLY * worth(position.kind, position.quantity, mark):
        then = price_after(position.kind, mark, venue - ours, position.exposure)
        why = UNEXPLAINED if then is None else f"that of a mark of {text(shown_price(then, None) or then)}"
        return Compared(figure, venue, ours, why)
    return Compared(figure, venue, ours, UNEXPLAINED)


def _unwritten(position: Position, price: Decimal) -> Decimal:
    """What the position earns by one step of the last digit of a price."""
    one_more = worth(position.kind, position.quantity, price + _last_digit(price))
    return abs(one_more - worth(position.kind, position.quantity, price))


def _maintenance(standings: Standings, index: int, venue: Decimal) -> Compared:
    """Maintenance margin, with the fee to close or without it."""
    position, ours = standings.positions[index], standings.maintenance_margin[index]
    value = worth(position.kind, position.quantity, standings.marks[position.market])
    fee = close_fee_rate(position, standings.book.profile) * value
    taker = standings.book.profile.taker_fee * value

    ways = [(ours, SAME)]
    if fee:
        ways.append((ours - fee, f"without the fee to close of {text(round(fee, 8))}"))
    else:
        ways.append((ours + taker, f"with a fee to close of {text(round(taker, 8))}"))
    if standings.book.profile.maintenance_basis is Basis.MARK:
        entered = worth(position.kind, position.quantity, position.entry) / value
        ways.append((ours * entered, "taken at entry"))
    amount, why = min(ways, key=lambda way: abs(venue - way[0]))
    if abs(venue - amount) > max(_last_digit(venue), ROUGHLY * amount):
        why = f"its own rate: {_percent(venue / value)} of the value, where {_percent(ours / value)} is asked here"
    return Compared("maintenance_margin", venue, ours, why)


def _ratio(standings: Standings, index: int, venue: Decimal) -> Compared:
    """Maintenance margin by equity; it differs where one of these does."""
    equity = standings.ledger.margins[index] + standings.pnl[index]
    ours = standings.maintenance_margin[index] / equity if equity > 0 else None
    if ours is not None and abs(venue - ours) <= max(_last_digit(venue), ROUGHLY * ours):
        return Compared("margin_ratio", venue, ours, SAME)
    return Compared("margin_ratio", venue, ours, UNEXPLAINED)
