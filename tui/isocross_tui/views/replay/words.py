"""The words and figures of a replay at the cursor."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from isocross.desk import selectors
from isocross.desk.selectors import distinct, lives
from isocross.desk.state import State
from isocross.format import percent, price
from isocross.money import ZERO
from isocross.rules.market import base_of
from isocross.studies.replays import Life, Standing
from isocross.studies.twin import AS_IS
from isocross.words.replay import NOBODY, clock, verdict
from isocross.words.twin import not_set_up
from isocross_tui.views.replay.charts import MARKET_TONES, TONES, Drawn
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.prose import Paragraph, Words, say
from isocross_tui.widgets.sides import Entry, Head, SideFigures
from isocross_tui.widgets.spans import Span

_PRIORITIES: Final = {AS_IS: 3, "all-isolated": 2, "all-cross": 1}


def price_words(state: State, drawn: Drawn, speed: int, *, markets: bool) -> Words:
    """The time at the cursor, and the selected market's mark with its trigger, or every market's move."""
    place = state.moment.place
    when = drawn.path.known_time(place)
    candle = "" if when == drawn.path.time(place) else " candle"
    spans = [Span(when.strftime("%m-%d %H:%M"), "accent"), Span(f" UTC{candle}   ", "muted")]
    spans += _moves(state) if markets else _selected(state)
    pace = f"{'playing, ' if state.playing else ''}speed {speed}×"
    return (Paragraph(tuple(spans), (Span(pace, "accent" if state.playing else "muted"),)),)


def _selected(state: State) -> list[Span]:
    row = selectors.selected_frame(state)
    if row is None:
        return []
    frame = selectors.frame(state)
    market = frame.book.market_of(row.position)
    move = row.mark / frame.path.opening[row.position.market] - 1
    told = [
        Span(f"{selectors.names(state)[row.index]} ", "title"),
        Span(f"{price(row.mark, market.grid)} "),
        Span(f"{percent(move, plus='+')}   ", "good" if move > 0 else "bad" if move < 0 else "muted"),
    ]
    if row.death is not None:
        return [*told, Span("liquidated", "bad")]
    return [*told, Span("liq ", "muted"), Span(price(row.liquidation_price, market.grid), "bad")]


def _moves(state: State) -> list[Span]:
    frame = selectors.frame(state)
    told = []
    for n, symbol in enumerate(held(state)):
        move = frame.marks[symbol] / frame.path.opening[symbol] - 1
        name = base_of(symbol, frame.book.currency)
        told.append(Span(f"{name} {percent(move, plus='+')}   ", MARKET_TONES[n % len(MARKET_TONES)]))
    return told


def held(state: State) -> list[str]:
    """The markets in which something is held, in file order."""
    return list(dict.fromkeys(position.market for position in state.workspace.positions))


def legend(state: State, glyphs: Glyphs) -> Words:
    """Which line is which mode."""
    spans = [Span("equity   ", "title")]
    for life in distinct(state):
        sample = glyphs.rule if life.variant.key == AS_IS else glyphs.dash
        spans.append(Span(f"{sample * 2} {life.variant.title}   ", TONES[life.variant.key]))
    return (Paragraph(tuple(spans), (Span(f"{glyphs.dead} liquidated", "muted"),)),)


def figures(state: State, glyphs: Glyphs, *, roomy: bool) -> SideFigures:
    """What every mode has come to at the cursor, side by side."""
    money = state.workspace.amounts

    def written(_: Standing, amount: Decimal) -> str:
        return money(amount)

    shown = [(life, life.standing(state.moment.place)) for life in distinct(state)]
    rows = [
        ("equity", _amounts(shown, lambda standing: standing.equity, most=True, write=written)),
        ("survivors", _amounts(shown, _survivors, most=True, write=_of_all)),
        ("liquidated first", tuple(_first(*side, glyphs) for side in shown)),
    ]
    if roomy:
        rows.insert(1, ("lowest so far", _amounts(shown, lambda standing: standing.lowest, most=True, write=written)))
        rows.append(("lost from wallet", _amounts(shown, lambda standing: standing.lost, most=False, write=written)))
    return SideFigures((Span("so far", "title"),), tuple(_head(life, lives(state)) for life, _ in shown), tuple(rows))


def _head(life: Life, known: tuple[Life, ...]) -> Head:
    key = life.variant.key
    same = [other.variant.title for other in known if other.variant.same_as == key]
    return Head(life.variant.title, TONES[key], f"= {' = '.join(same)}" if same else "", _PRIORITIES[key])


def _survivors(standing: Standing) -> Decimal:
    return Decimal(standing.survivors)


def _of_all(standing: Standing, _value: Decimal) -> str:
    return f"{standing.survivors} of {standing.positions}"


def _amounts(
    shown: list[tuple[Life, Standing]],
    value: Callable[[Standing], Decimal],
    *,
    most: bool,
    write: Callable[[Standing, Decimal], str],
) -> tuple[Entry, ...]:
    values = [value(standing) for _, standing in shown]
    best = max(values) if most else min(values)
    told = len(set(values)) > 1
    return tuple(Entry(write(s, v), "", told and v == best) for (_, s), v in zip(shown, values, strict=True))


def _first(life: Life, standing: Standing, glyphs: Glyphs) -> Entry:
    fall, path = standing.first, life.lived.path
    if fall is None:
        return Entry(NOBODY, "muted")
    ends = path.time(ZERO), path.time(path.end)
    return Entry(f"{glyphs.dead} {fall.name} {clock(fall.time, ends)}", "bad")


def sentences(state: State, *, brief: bool) -> Words:
    """Who fell in each mode, when and why; and which mode cannot be set up."""
    place = state.moment.place
    told = [verdict(life, place, brief=brief) for life in distinct(state)]
    refused = [not_set_up(life.variant.title, life.variant.refusal) for life in lives(state) if life.rehearsal is None]
    if brief:
        return (say(" ".join([*told, *refused])),)
    return (*(say(words) for words in told), *(say(words, "muted") for words in refused))
