"""How triage, solve and advice were worked out: formulas with their numbers put in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from isocross.account.book import Book
from isocross.cascade.ledger import Ledger
from isocross.figures.asset_frames import assets_of
from isocross.figures.standings import Standings
from isocross.format import IN_USD, Amounts, percent
from isocross.money import exact
from isocross.moves.move import Move, carry_out
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.advice import Advice
from isocross.studies.reach import Reach
from isocross.studies.survive import Survival
from isocross.studies.triage import Remedy, Triage, TriageRow
from isocross.words.advice import at, cash_step, deed, names_of, way
from isocross.words.why.reason import Reason


@exact
def triage_reasons(found: Triage, book: Book, selected: str | None) -> tuple[Reason, ...]:
    """What ranks, and the arithmetic of one row (the first where none is selected)."""
    today = found.today
    measure = Reason(
        "what ranks",
        "how far every position survives: the move of the first liquidation, all markets on the glide "
        f"{way(today.direction)}; where that is equal, fewer liquidations, then the move at which no position is "
        "left, then the name of the market",
        f"today: {_falls(today)}",
        "a reduction counts as a liquidation; each remedy is applied at the opening marks, under the venue's "
        "rules; the path is always a glide, whatever the path of the desk",
    )
    row = next((r for r in found.rows if r.position.id == selected), next(iter(found.rows), None))
    return (measure,) if row is None else (measure, *_of_row(found, book, row))


def _of_row(found: Triage, book: Book, row: TriageRow) -> Iterator[Reason]:
    name, today = row.name, found.today
    yield _remedy(f"{name} closed", row.close, today)
    if row.close.gain is not None and row.close_per_help is not None:
        size = (IN_USD if book.coins else book.amounts)(row.notional)
        put = f"{_points(row.close.gain)} × {found.help:f} ÷ {size} = {_points(row.close_per_help, 2)}"
        yield Reason(f"gain per {found.help:f} closed", f"gain × {found.help:f} ÷ notional at the opening mark", put)
    yield _remedy(f"{name}: {deed(row.margin.steps[0], book)}", row.margin, today)
    yield _remedy(f"{name} flipped", row.flip, today)


def _remedy(title: str, remedy: Remedy, today: Reach) -> Reason:
    formula = "first liquidation with it − first liquidation today"
    if remedy.reach is None or remedy.gain is None:
        return Reason(title, formula, f"refused: {remedy.refusal}")
    to, of = (percent(reach.stands_to) for reach in (remedy.reach, today))
    endless = remedy.reach.first is None and remedy.gain > 0
    never = "; nothing is liquidated to the end of the glide, so it is at least that" if endless else ""
    return Reason(title, formula, f"{to} − {of} = {_points(remedy.gain)} of the opening marks{never}")


def _falls(today: Reach) -> str:
    if today.first is None:
        return "nothing is liquidated"
    end = (
        "some stay open"
        if today.last is None
        else f"no position is left at {percent(today.move(today.last), plus='+')}"
    )
    return f"first liquidation {at(today)}, {today.falls} in all; {end}"


def _points(gain: Decimal, places: int = 1) -> str:
    return percent(gain, places, plus="+")


# --- solve ---------------------------------------------------------------------------------------


@exact
def survival_reasons(rehearsal: GlideRehearsal, found: Survival) -> tuple[Reason, ...]:
    """The line of who is asked about at the move, every position still open: as it is, and with each answer."""
    reasons = [
        Reason(
            "how it is found",
            "halving between an amount that is not enough and one that is, down to one step of its grid; the engine's "
            "own glide to the move judges each",
            f"target {percent(found.move, plus='+')}; cash in steps of {cash_step(rehearsal.book)}, cuts in lots, "
            "leverage in whole numbers",
            "touching the liquidation threshold is a liquidation",
        )
    ]
    if found.falls:
        reasons += _lines("as it is", rehearsal, rehearsal.book, found)
    for answer in found.answers:
        after = carry_out(rehearsal.book, answer.steps).after if answer.steps else None
        if after is None:
            reasons.append(Reason(str(answer.kind), "no answer", answer.why))
        else:
            reasons += _lines(_listed(answer.steps, rehearsal.book), rehearsal, after, found)
    return tuple(reasons)


def _listed(steps: tuple[Move, ...], book: Book) -> str:
    return ", ".join(deed(step, book) for step in steps)


def _lines(title: str, rehearsal: GlideRehearsal, book: Book, found: Survival) -> Iterator[Reason]:
    """Equity against maintenance margin at the move, of each bucket that fell today and of the pool."""
    path = Glide.common(book, rehearsal.betas, 1 if found.move > 0 else -1)
    standings = Standings.at(Ledger(book), path.marks(abs(found.move)))
    names = names_of(book)
    fell = {position for position, _ in found.falls}
    lines = []
    for index in (i for i, p in enumerate(book.positions) if p.id in fell and not standings.pooled(i)):
        cash, pnl = standings.cash_behind(index), standings.pnl[index]
        need = standings.maintenance_margin[index]
        money = book.amounts_for(book.positions[index])
        lines.append(f"{names[book.positions[index].id]}: {_against(cash, pnl, need, money)}")
    pooled = standings.pool_members and any(book.positions[i].id in fell for i in standings.pool_members)
    if pooled and book.pools_assets:
        worth = [f"{name} {IN_USD(counts)}" for name, counts in _counted(standings).items()]
        equity, need = standings.pool_equity, standings.pool_maintenance_margin
        lines.append(f"pool: {' + '.join(worth)} = {IN_USD(equity)} {'>' if equity > need else '≤'} {IN_USD(need)}")
    elif pooled:
        coin = standings.pool.coin or ""
        cash = standings.ledger.behind_pool_in(coin)
        put = _against(cash, standings.pool_equity - cash, standings.pool_maintenance_margin, book.amounts_of(coin))
        lines.append(f"pool: {put}")
    formula = f"cash + PnL against maintenance margin at {percent(found.move, plus='+')}, with all still open"
    yield Reason(title, formula, "; ".join(lines) or "nothing is left open there")


def _counted(standings: Standings) -> dict[str, Decimal]:
    """What each asset counts, open PnL included."""
    return {asset.name: asset.counted for asset in assets_of(standings)}


def _against(cash: Decimal, pnl: Decimal, need: Decimal, money: Amounts) -> str:
    equity = cash + pnl
    sign = ">" if equity > need else "≤"
    return f"{money(cash)} {money(pnl, plus='+')} = {money(equity)} {sign} {money(need)}"


# --- advice --------------------------------------------------------------------------------------


@exact
def advice_reasons(advice: Advice, book: Book) -> tuple[Reason, ...]:
    """What is weighed, both means with their numbers, and what is refused."""
    money = book.amounts
    count = len(advice.rows)
    today, advised = ([row.today.equity for row in advice.rows], [row.advised.equity for row in advice.rows])
    formula = f"sum of the equity left at each shock ÷ {count}, all shocks alike"
    reasons = [
        Reason(
            "what ranks",
            "the mean of the equity left; of equal means the better worst case, then the fewer flips",
            ", ".join(percent(row.shock, 0, plus="+") for row in advice.rows),
            "every market on the glide to each of them; a what-if, not a forecast",
        ),
        Reason("today", formula, _mean(today, advice.today.there, money)),
        Reason("advised", formula, _mean(advised, advice.advised.there, money)),
        Reason(
            "if prices come back",
            f"sum of the equity left once every mark is back at its opening ÷ {count}; the way back is rehearsed",
            f"{money(advice.today.back)} today, {money(advice.advised.back)} advised",
        ),
        Reason("worst case", "the least that is left", f"{money(min(today))} today, {money(min(advised))} advised"),
    ]
    searched = "every combination" if advice.complete else "single flips from as it is, all cross and all isolated"
    could = f"{advice.tried} could be set up, {len(advice.refused)} flips are refused"
    reasons.append(Reason("tried", searched, could))
    reasons += [Reason("refused", " → ".join(flips), why) for flips, why in advice.refused[:5]]
    return tuple(reasons)


def _mean(amounts: list[Decimal], mean: Decimal, money: Amounts) -> str:
    return f"({' + '.join(money(amount) for amount in amounts)}) ÷ {len(amounts)} = {money(mean)}"
