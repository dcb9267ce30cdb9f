"""Which shipped crashes an account can be replayed on, and what stands in for a market that one does not have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.book import Book
from engine.history.windows import WindowInfo, windows
from engine.lived.bars import nearest


@dataclass(frozen=True)
class Offer:
    """A window, and what stands in for what it lacks."""

    window: WindowInfo
    stand_in: dict[str, str]
    """By market of the account that the window lacks: the symbol that it follows."""

    @property
    def title(self) -> str:
        """What the crash is called, with its date."""
        return f"{self.window.crash} {self.window.title}"

    @property
    def words(self) -> str:
        """Whose prices, how fine, how long; and what stands in."""
        window = self.window
        hours = round((window.end - window.start).total_seconds() / 3600)
        told = f"{window.kind.words}, {window.interval_words}, {hours} hours"
        stands = ", ".join(f"{source} for {symbol}" for symbol, source in self.stand_in.items())
        return f"{told}; {stands}" if stands else told


def offers(book: Book, chosen: dict[str, str] | None = None) -> tuple[Offer, ...]:
    """Every shipped window, those that have all markets of the account first, the newest crash before older ones.

    Args:
        book: the account.
        chosen: stand-ins of the user's own, taken where a window has them.
    """
    held = list(dict.fromkeys(position.market for position in book.positions))
    found = [Offer(window, stand_ins(held, window.symbols, chosen or {})) for window in windows()]
    order = {window.id: n for n, window in enumerate(windows())}
    newest = sorted(found, key=lambda offer: (offer.window.crash, -order[offer.window.id]), reverse=True)
    return tuple(sorted(newest, key=lambda offer: len(offer.stand_in)))


def stand_ins(held: Iterable[str], symbols: tuple[str, ...], chosen: dict[str, str]) -> dict[str, str]:
    """What each market that a history lacks follows: the user's choice, its own coin, else a large one."""
    found = {}
    for market in held:
        if chosen.get(market) in symbols:
            found[market] = chosen[market]
        elif market not in symbols:
            found[market] = nearest(market, symbols)
    return found
