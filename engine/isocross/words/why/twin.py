"""The arithmetic of a crossover, and what each figure of a variant means."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book, market_names
from isocross.account.margin import unrealised_pnl
from isocross.cascade.ledger import Ledger
from isocross.cascade.timeline import Timeline
from isocross.format import Amounts, percent, price
from isocross.money import PLACE_GRID, exact
from isocross.paths.glide import Glide
from isocross.paths.shock import Shock
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.crossing import Crossing
from isocross.studies.twin import Comparison, Result
from isocross.words.twin import FIGURES, begun, crossover_words, place_words
from isocross.words.why.reason import Reason


@exact
def crossover_reasons(compared: Comparison, shock: Shock) -> tuple[Reason, ...]:
    """How the place was found, and the equity of both there with the numbers put in."""
    one, other = compared.called
    title = f"{one} against {other}"
    formula = f"the first move of a glide at which the equity of {one} is above that of {other}"
    found, rehearsals = compared.crossing, (compared.isolated.variant.rehearsal, compared.cross.variant.rehearsal)
    if found is None or rehearsals[0] is None or rehearsals[1] is None:
        return (Reason(title, formula, crossover_words(compared, shock)),)
    glide = rehearsals[0].whole(shock)
    grid = f"exact: the first place on a grid of {percent(PLACE_GRID, 10)}"
    where = Reason(title, formula, f"= {place_words(found.move, glide, 10)}", grid)
    each = (_equity(name, rehearsal, shock, found) for name, rehearsal in zip(compared.called, rehearsals, strict=True))
    return (where, *each)


def _equity(called: str, rehearsal: GlideRehearsal | None, shock: Shock, found: Crossing) -> Reason:
    """The equity of one of them where they cross: the wallet there, and the PnL of what is open."""
    if rehearsal is None:
        raise ValueError(f"{called} cannot be set up")
    money = rehearsal.book.whole_amounts
    glide = rehearsal.whole(shock)
    ledger = Ledger.after(glide.book, glide.until(found.place))
    names = market_names(glide.book)
    cash = ledger.cash_worth(found.marks)
    parts, total = [money(cash)], cash
    for index, position in enumerate(ledger.positions):
        if ledger.is_open[index]:
            mark = found.marks[position.market]
            pnl = unrealised_pnl(position, mark) * ledger.book.coin_price(ledger.coin_of(index), found.marks)
            total += pnl
            tick = glide.book.market_of(position).grid
            parts.append(f"{'−' if pnl < 0 else '+'} {money(abs(pnl))} ({names[index]} at {price(mark, tick)})")
    title = f"{called} at {place_words(found.move, glide)}"
    put = f"{' '.join(parts)} = {money(total)}"
    return Reason(
        title, "wallet there + side × quantity × (mark − entry) of open positions", put, _fallen(glide, found)
    )


def _fallen(glide: Timeline[Glide], found: Crossing) -> str:
    """What fell before, and what that cost."""
    money = glide.book.amounts
    names = market_names(glide.book)
    ledger = Ledger.after(glide.book, glide.until(found.place))
    told = (
        f"{names[index]} was liquidated at {place_words(glide.path.move(event.place), glide)}: "
        f"{money(-event.amount, plus='+')}"
        for index, event in ledger.deaths.items()
    )
    return "; ".join(told)


def meanings(side: Result, book: Book) -> tuple[Reason, ...]:
    """What each figure is, with those of one variant put in."""
    money = book.whole_amounts
    tally = side.tally
    if tally is None:
        return ()
    put = {
        "equity": f"{money(tally.equity - tally.open_pnl)} {_plus(tally.open_pnl, money)}",
        "lost": f"{money(book.opening_cash)} − {money(book.opening_cash - tally.lost)}",
        "open_pnl": f"{money(tally.equity)} − {money(tally.equity - tally.open_pnl)}",
    }
    return tuple(
        Reason(begun(figure.title), figure.meaning, f"{put[figure.key]} = {said}" if figure.key in put else f"= {said}")
        for figure in FIGURES
        for said in (figure.write(tally),)
    )


def _plus(amount: Decimal, money: Amounts) -> str:
    return f"{'−' if amount < 0 else '+'} {money(abs(amount))}"
