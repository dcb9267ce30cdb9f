"""What a venue stated of a position beside what is worked out here, and why the two differ where they do.

A liquidation price is turned round: at that price, how much of the value does the venue ask for? What asks for just as
much, a rate of another tier, a fee that is counted or not, is the reason. Where nothing known does, it is unexplained.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import close_fee_rate, price_after, worth
from isocross.cascade.ledger import Ledger
from isocross.figures.implied import REST, UNEXPLAINED, percent_of, why_there
from isocross.figures.prices import liquidation_prices, shown_price
from isocross.figures.standings import Standings
from isocross.format import grouped
from isocross.money import ZERO, exact
from isocross.records import dataclass
from isocross.rules.profile import Basis

SAME = "the same"
FAR = 100
"""A price so many times the mark is a venue's way to write that there is none above it."""
ROUGHLY = Decimal("0.01")
"""A maintenance margin or a ratio that is this close is the same; a mark moves as far between two figures."""
APART = Decimal("0.2")
"""No two marks of one payload are further apart, as a share."""
COARSE = Decimal("0.1")
"""No figure is written so coarsely that its last digit is more than this share of it."""
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
        """Write the two figures with as many digits as the venue does, and the reason."""
        venue = "none" if self.venue is None else grouped(self.venue)
        return f"venue {venue} · isocross {_written(self.ours, self.venue)} · {self.why}"

    @property
    def told(self) -> str:
        """Write the same with the name of the figure."""
        return f"{TITLES[self.figure]}: {self.words}"


@exact
def standings_of(book: Book) -> Standings:
    """Take stock of an account at its opening marks."""
    return Standings.at(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()})


@exact
def compared(standings: Standings, prices: dict[int, Decimal | None], index: int) -> tuple[Compared, ...]:
    """Put everything that the venue stated of a position beside ours.

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
    """Put everything that the venue stated of the positions of a book beside ours."""
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
    return grouped(ours.quantize(Decimal(1).scaleb(-max(2, _places(venue)))))


def _places(value: Decimal | None) -> int:
    exponent = None if value is None else value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def alike(venue: Decimal, ours: Decimal, share: Decimal = ROUNDED) -> bool:
    """Tell whether two figures differ by no more than the digits that are written, or a share of ours."""
    digit = min(last_digit(venue), COARSE * abs(ours))
    return abs(venue - ours) <= max(digit, share * abs(ours))


def last_digit(value: Decimal) -> Decimal:
    """The smallest step in which a figure is written."""
    return Decimal(1).scaleb(-_places(value))


# --- the liquidation price -----------------------------------------------------------------------


def _price(standings: Standings, index: int, venue: Decimal | None, ours: Decimal | None) -> Compared:
    figure, grid = "liquidation_price", standings.book.market_of(standings.positions[index]).grid
    if venue is None or (ours is None and _is_none(standings, index, venue, grid)):
        return Compared(figure, venue, ours, _none_there(standings, index, venue, ours))
    step = last_digit(venue)
    if ours is None:
        why = why_there(standings, index, venue, max(step, grid, STEP_OF_PRICE * venue))
        return Compared(figure, venue, ours, why)
    apart = abs(venue - ours)
    if 2 * apart <= step and venue != venue.to_integral_value():
        why = SAME
    elif apart <= max(step, grid) and not venue % max(step, grid):
        why = f"rounded to a step of {grouped(max(step, grid))}" if apart else SAME
    elif apart <= max(ROUNDED * venue, grid):
        why = "rounding of the figures it is made of"
    else:
        why = why_there(standings, index, venue, max(step, grid, STEP_OF_PRICE * venue))
    return Compared(figure, venue, ours, why)


def _is_none(standings: Standings, index: int, venue: Decimal, grid: Decimal) -> bool:
    mark = standings.marks[standings.positions[index].market]
    return venue <= grid or venue >= FAR * mark


def _none_there(standings: Standings, index: int, venue: Decimal | None, ours: Decimal | None) -> str:
    """Why there is no price at the venue, as a word or as an end of what can be written."""
    if venue is not None:
        mark = standings.marks[standings.positions[index].market]
        return f"the {'lowest' if venue < mark else 'highest'} price that can be written: none"
    if ours is None:
        return SAME
    stated = standings.positions[index].stated
    return REST if stated is not None and stated.incomplete and standings.pooled(index) else UNEXPLAINED


# --- the other figures ---------------------------------------------------------------------------


def _pnl(position: Position, mark: Decimal, venue: Decimal, ours: Decimal) -> Compared:
    """Open PnL: a mark and an entry are written with few digits, and what they leave out is earned by every unit."""
    figure, apart = "unrealised_pnl", abs(venue - ours)
    if alike(venue, ours):
        return Compared(figure, venue, ours, SAME)
    unrounded = sum(
        (
            abs(worth(position.kind, position.quantity, p + last_digit(p)) - worth(position.kind, position.quantity, p))
            for p in (mark, position.entry)
        ),
        ZERO,
    )
    if apart <= unrounded:
        return Compared(figure, venue, ours, "mark and entry are rounded")
    then = price_after(position.kind, mark, venue - ours, position.exposure)
    if then is None:
        return Compared(figure, venue, ours, UNEXPLAINED)
    why = f"that of a mark of {grouped(shown_price(then, None) or then)}"
    if abs(then - mark) > ROUGHLY * mark:
        why = f"{why}, where {grouped(mark)} is stated"
    return Compared(figure, venue, ours, why if abs(then - mark) <= APART * mark else f"{UNEXPLAINED}: {why}")


def _unwritten(position: Position, price: Decimal) -> Decimal:
    """What the position earns by one step of the last digit of a price."""
    one_more = worth(position.kind, position.quantity, price + last_digit(price))
    return abs(one_more - worth(position.kind, position.quantity, price))


def _maintenance(standings: Standings, index: int, venue: Decimal) -> Compared:
    """Maintenance margin, with the fee to close or without it."""
    position, ours = standings.positions[index], standings.maintenance_margin[index]
    value = worth(position.kind, position.quantity, standings.marks[position.market])
    fee = _fee(standings, index)
    taker = standings.book.profile.taker_fee * value

    ways = [(ours, SAME)]
    if fee:
        ways.append((ours - fee, f"without the fee to close of {grouped(round(fee, 8))}"))
    else:
        ways.append((ours + taker, f"with a fee to close of {grouped(round(taker, 8))}"))
    if standings.book.profile.maintenance_basis is Basis.MARK:
        entered = worth(position.kind, position.quantity, position.entry) / value
        ways.append((ours * entered, "taken at entry"))
    amount, why = min(ways, key=lambda way: abs(venue - way[0]))
    if not alike(venue, amount, ROUGHLY):
        why = f"its own rate: {percent_of(venue / value)} of the value, where {percent_of(ours / value)} is asked here"
    return Compared("maintenance_margin", venue, ours, why)


def _fee(standings: Standings, index: int) -> Decimal:
    """The fee to close at mark that is counted here."""
    position = standings.positions[index]
    value = worth(position.kind, position.quantity, standings.marks[position.market])
    return close_fee_rate(position, standings.book.profile) * value


def _ratio(standings: Standings, index: int, venue: Decimal) -> Compared:
    """Maintenance margin by equity; it differs where one of these does."""
    equity = standings.ledger.margins[index] + standings.pnl[index]
    ours = standings.maintenance_margin[index] / equity if equity > 0 else None
    if ours is not None and alike(venue, ours, ROUGHLY):
        return Compared("margin_ratio", venue, ours, SAME)
    return Compared("margin_ratio", venue, ours, _why_ratio(standings, index, venue, equity))


def _why_ratio(standings: Standings, index: int, venue: Decimal, equity: Decimal) -> str:
    """Find the maintenance margin and the equity that make a ratio."""
    need, stated, fee = standings.maintenance_margin[index], standings.positions[index].stated, _fee(standings, index)
    needs = {need: "", need - fee: "its maintenance margin is without the fee to close"}
    if stated is not None and stated.maintenance_margin is not None:
        told = "its own maintenance margin"
        needs.setdefault(stated.maintenance_margin, told)
        needs.setdefault(stated.maintenance_margin + fee, f"{told} and the fee to close")
    cash = standings.ledger.margins[index]
    equities = {equity: "", cash: "its equity is the margin without open PnL"}
    if stated is not None and stated.unrealised_pnl is not None:
        equities.setdefault(cash + stated.unrealised_pnl, "its equity is by its own open PnL")
    for (asked, why), (behind, of_equity) in product(needs.items(), equities.items()):
        if behind > 0 and alike(venue, asked / behind, ROUGHLY):
            return " and ".join(filter(None, (why, of_equity)))
    asks = f"it asks for {grouped(round(venue * equity, 8))} of an equity of {grouped(round(equity, 8))}"
    return f"{UNEXPLAINED}: {asks}, where {grouped(round(need, 8))} is asked here"
