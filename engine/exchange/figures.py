"""What a position lacks, worked out from the figures a venue gives beside it. Every such guess is told."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_UP, Context, Decimal

from engine.book import Mode
from engine.exchange.account import Account, Holding, Kind
from engine.margin import worth
from engine.market import Kind as ContractKind
from engine.money import ONE, ZERO, posting, text

DERIVED_DIGITS = 15
"""Significant digits of a price that was worked out."""
NEARLY = Decimal("0.01")
"""A leverage this close to a whole number, as a share of it, is that number: venues round initial margins."""
GUESSED_RATE = Decimal("0.01")
RATE_GRID = Decimal("1e-8")
LEVERAGE_GUESSED = Decimal(200)
"""No highest leverage beyond it is guessed."""
_PRICES = Context(prec=DERIVED_DIGITS, rounding=ROUND_HALF_EVEN)


def complete(holding: Holding, account: Account, leverage: Decimal | None) -> None:
    """Work out entry, mark and leverage where they are not given; what cannot be is left absent.

    Args:
        holding: the position; a long earns q(mark − entry), coin-margined q(1/entry − 1/mark), a short the opposite.
        account: where the guesses are told.
        leverage: what stands for the leverage of a position that has none.
    """
    if holding.quantity <= 0:
        return
    _prices(holding, account)
    if "leverage" not in holding.figures:
        _leverage(holding, account, leverage)
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


def _leverage(holding: Holding, account: Account, otherwise: Decimal | None) -> None:
    known = holding.figures
    backing = known.get("initial", known.get("margin") if holding.mode == Mode.ISOLATED else None)
    prices = [known[key] for key in ("mark", "entry") if key in known]
    if prices and backing:
        value = _nearly_whole([holding.value(price) / backing for price in prices])
        _guess(holding, account, "leverage", value, f"a leverage of {text(value)}: the notional ÷ the margin")
    elif otherwise is not None:
        _guess(holding, account, "leverage", otherwise, f"a leverage of {text(otherwise)}, as was asked for")


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
    """The bucket cash to write: an isolated position's, and at a top-up venue a cross position's too."""
    given = holding.figures.get("margin")
    if account.literal:
        return given
    isolated = holding.mode == Mode.ISOLATED
    if given is None and isolated:
        message = f"{holding.market}: no cash of its own is given: its initial margin"
        account.note(Kind.GUESSED, holding.place, message)
    return posting(given) if given is not None and (isolated or top_up) and posting(given) > 0 else None


def ladder_of(holdings: list[Holding], account: Account) -> dict[str, Decimal]:
    """One tier for a market whose tiers are not known: by the maintenance margin of its position, else a guess."""
    first = holdings[0]
    rate, why = _rate(holdings)
    highest = max(
        *(holding.figures["leverage"] for holding in holdings),
        first.figures.get("max_leverage", ONE),
        min(LEVERAGE_GUESSED, (1 / (2 * rate)).to_integral_value(ROUND_HALF_EVEN)),
    )
    message = f"{first.market}: one tier for every size, a maintenance margin of {text(rate * 100)} % {why}"
    account.note(Kind.GUESSED, first.place, message)
    return {"from": ZERO, "rate": rate, "max_leverage": highest}


def _rate(holdings: list[Holding]) -> tuple[Decimal, str]:
    """A maintenance margin rate and where it is from."""
    for holding in holdings:
        known = holding.figures
        notional = holding.value(known.get("mark", known["entry"]))
        if "maintenance_rate" in known:
            rate, why = known["maintenance_rate"], "as the venue gives it"
        elif "maintenance" in known:
            rate, why = known["maintenance"] / notional, "by what the venue asks for now"
        else:
            continue
        rate = rate.quantize(RATE_GRID, ROUND_UP).normalize()
        if 0 < rate < 1:
            return rate, why
    highest = max(holding.figures["leverage"] for holding in holdings)
    rate = min(GUESSED_RATE, (1 / (2 * highest)).quantize(RATE_GRID, ROUND_UP)).normalize()
    return rate, "as none is given"
