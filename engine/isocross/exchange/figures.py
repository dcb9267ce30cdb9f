"""What a position lacks, worked out from the figures a venue gives beside it. Every such guess is told."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from isocross.account.book import Mode
from isocross.account.margin import worth
from isocross.exchange.account import Account, Holding, Kind
from isocross.format import grouped
from isocross.money import ONE, ZERO, posting, text
from isocross.rules.market import Kind as ContractKind

DERIVED_DIGITS = 15
"""Significant digits of a price that was worked out."""
NEARLY = Decimal("0.01")
"""A leverage this close to a whole number, as a share of it, is that number: venues round initial margins."""
_PRICES = Context(prec=DERIVED_DIGITS, rounding=ROUND_HALF_EVEN)


def complete(holding: Holding, account: Account, leverage: Decimal | None, highest: Decimal | None, way: str) -> None:
    """Work out entry, mark and leverage where they are not given; what cannot be is left absent.

    Args:
        holding: the position; a long earns q(mark − entry), coin-margined q(1/entry − 1/mark), a short the opposite.
        account: where the guesses are told.
        leverage: what stands for the leverage of a position that has none.
        highest: the highest leverage its venue gives it, where that is known.
        way: how another leverage is taken, as an end of a sentence.
    """
    if holding.quantity <= 0:
        return
    _prices(holding, account)
    if "leverage" not in holding.figures:
        _leverage(holding, account, leverage, highest, way)
    elif holding.figures["leverage"] < 1:
        _guess(holding, account, "leverage", ONE, "a leverage under 1 is taken as 1")


def _prices(holding: Holding, account: Account) -> None:
    known, pnl = holding.figures, holding.figures.get("pnl")
    inverse = holding.contract is ContractKind.INVERSE
    if "mark" not in known and known.get("notional"):
        mark = holding.quantity / known["notional"] if inverse else known["notional"] / holding.quantity
        how = "the size ÷ the notional" if inverse else "the notional ÷ the size"
        _guess(holding, account, "mark", _PRICES.plus(mark), f"the mark is {how}")
    if pnl is None:
        return
    earned = (pnl if (holding.side == "short") is inverse else -pnl) / holding.quantity
    if "entry" not in known and "mark" in known:
        _moved(holding, account, ("mark", "entry"), -earned, "the entry is the mark less open PnL")
    if "mark" not in known and "entry" in known:
        _moved(holding, account, ("entry", "mark"), earned, "the mark is the entry and open PnL")


def _moved(holding: Holding, account: Account, keys: tuple[str, str], by: Decimal, message: str) -> None:
    """Guess the second price from the first: what one unit is worth there differs by so much."""
    unit = worth(holding.contract, ONE, holding.figures[keys[0]]) + by
    if unit > 0:
        _guess(holding, account, keys[1], _PRICES.plus(worth(holding.contract, ONE, unit)), message)


def _leverage(holding: Holding, account: Account, otherwise: Decimal | None, highest: Decimal | None, way: str) -> None:
    """What the user says, else notional ÷ margin, else, in cross, the highest there is.

    A leverage above the highest is none: what was taken for its margin is something else.
    """
    if otherwise is not None:
        _guess(holding, account, "leverage", otherwise, f"no leverage is stated: {text(otherwise)}, as was asked for")
        return
    made = _by_margin(holding)
    if made is not None and (highest is None or made <= highest):
        message = f"no leverage is stated: {text(made)}, the notional ÷ the margin"
        _guess(holding, account, "leverage", made, message)
    elif highest is not None and holding.mode == Mode.CROSS:
        message = f"no leverage is stated: {text(highest)}, the highest here{way}"
        _guess(holding, account, "leverage", highest, message)


def _by_margin(holding: Holding) -> Decimal | None:
    known = holding.figures
    backing = known.get("initial", known.get("margin") if holding.mode == Mode.ISOLATED else None)
    prices = [known[key] for key in ("mark", "entry") if key in known]
    if not prices or backing is None or backing <= 0:
        return None
    return _nearly_whole([holding.value(price) / backing for price in prices])


def _nearly_whole(given: list[Decimal]) -> Decimal:
    """The whole number that one of these leverages comes close to, else the first of them."""
    for leverage in given:
        whole = leverage.to_integral_value(ROUND_HALF_EVEN)
        if whole >= 1 and abs(leverage - whole) <= NEARLY * whole:
            return whole
    return max(ONE, given[0].quantize(Decimal("0.01")))


def _guess(holding: Holding, account: Account, key: str, value: Decimal, message: str) -> None:
    if value > 0:
        holding.figures[key] = value
        account.note(Kind.GUESSED, holding.place, f"{holding.market}: {message}")


def margin_of(holding: Holding, account: Account, top_up: bool) -> Decimal | None:
    """Choose the bucket cash to write: an isolated position's, and at a top-up venue a cross position's too.

    It may be zero or below: an open profit carries the position then.
    """
    given = holding.figures.get("margin")
    if given == 0 and not account.literal and (holding.figures.get("pnl") or ZERO) <= 0:
        given = None  # without a profit it would be gone: a zero is how some venues write that they do not say
    if account.literal or given is None:
        if given is None and holding.mode == Mode.ISOLATED and not account.literal:
            message = f"{holding.market}: no cash of its own is given: its initial margin"
            account.note(Kind.GUESSED, holding.place, message)
        return given
    cash = posting(given)
    if holding.mode != Mode.ISOLATED and not top_up:
        return None
    if cash <= 0:
        message = f"{holding.market}: a margin of {grouped(cash)}: only its open profit backs it"
        account.note(Kind.TAKEN, holding.places.get("margin", holding.place), message)
    return cash
