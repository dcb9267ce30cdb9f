"""The price of a market at which the first position is liquidated, as JSON and as one number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from isocross.account.book import Book
from isocross.account.mates import with_mates
from isocross.figures.prices import shown_of
from isocross.format import MINUS, percent
from isocross.format import price as price_words
from isocross.money import ONE, exact, text, text_or_none
from isocross.report.json import FORMAT
from isocross.studies.first_price import FirstPrice, Reached
from isocross.words.advice import names_of

NONE = "none"


@exact
def price_json(name: str, book: Book, found: FirstPrice) -> dict[str, Any]:
    """Both ways with their prices, and the nearer one; null where there is none."""
    nearest = found.nearest
    return {
        "format": FORMAT,
        "name": name,
        "venue": book.profile.id,
        "market": found.market,
        "mark": text(found.mark),
        "joint": found.joint,
        "position": found.position,
        "price": None if nearest is None else text(nearest.price),
        "move": None if nearest is None else text(nearest.move),
        "first": [] if nearest is None else list(nearest.positions),
        "down": _way(found.down),
        "up": _way(found.up),
        "text": price_sentence(book, found),
    }


def no_market_json(name: str, book: Book, market: str, *, joint: bool) -> dict[str, Any]:
    """The same of an account that does not hold the market: none of its prices liquidates anything."""
    keys = ("mark", "position", "price", "move", "down", "up")
    head = {"format": FORMAT, "name": name, "venue": book.profile.id, "market": market, "joint": joint}
    return head | dict.fromkeys(keys) | {"first": [], "text": f"The account holds nothing in {market}."}


def _way(reached: Reached | None) -> dict[str, Any] | None:
    if reached is None:
        return None
    return {"price": text(reached.price), "move": text_or_none(reached.move), "positions": list(reached.positions)}


def price_number(book: Book, found: FirstPrice) -> str:
    """The nearer price as one plain number on the grid of its market; `none` where there is none."""
    if found.nearest is None:
        return NONE
    return _written(book, found, found.nearest, minus="-").replace(",", "")


def price_sentence(book: Book, found: FirstPrice) -> str:
    """Say which price liquidates whom, or that none does."""
    with_it = [market for market in with_mates(book, {found.market: ONE}) if market != found.market]
    along = f"{', '.join(with_it)} moving with it, " if with_it else ""
    others = "all markets moving together" if found.joint else f"{along}all other markets unchanged"
    who = "anything" if found.position is None else names_of(book)[found.position]
    if found.nearest is None:
        reach = "from −95 % to +300 %" if found.joint else "up to +100,000 %"
        return f"No price of {found.market} liquidates {who}, {reach}, {others}.{_at_the_line(book, found)}"
    near, names = found.nearest, names_of(book)
    told = [names[id] for id in near.positions]
    verb = "is" if len(told) == 1 else "are"
    written = _written(book, found, near)
    move = percent(near.move, 2, plus="+")
    first = "" if found.position is not None else " first"
    line = "" if found.line == near.price else _at_the_line(book, found)
    return f"At {found.market} {written} ({move}) {' and '.join(told)} {verb} liquidated{first}, {others}.{line}"


def _written(book: Book, found: FirstPrice, reached: Reached, minus: str = MINUS) -> str:
    """A price as the rows show it: the liquidation price of a position of the market on the tick, its venue's way."""
    there = next((p for p in book.positions if p.id in reached.positions and p.market == found.market), None)
    shown = reached.price if found.joint or there is None else shown_of(book, there, reached.price)
    return price_words(shown, _grid(book, found), minus=minus)


def _at_the_line(book: Book, found: FirstPrice) -> str:
    """Say where the pool of a position comes to its threshold, which is the liquidation price in its row."""
    if found.line is None or found.position is None:
        return ""
    shown = shown_of(book, book.positions[book.index_of(found.position)], found.line)
    written = price_words(shown, _grid(book, found))
    return f" At {written} its pool reaches its liquidation threshold, and another position is liquidated."


def _grid(book: Book, found: FirstPrice) -> Decimal:
    return book.markets[found.market].grid
