"""What the desk asks about the shock: how far each market goes for one step of it, and which path or shape it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from isocross.account.book import market_names
from isocross.desk import selectors
from isocross.desk.actions.path import SetPath
from isocross.desk.actions.shock import ShockMarket
from isocross.desk.state import State
from isocross.format import percent, price
from isocross.money import ONE
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE
from isocross.rehearsal.cursor import CursorError, place_on
from isocross.rehearsal.kinds import GLIDE_TYPES, LIVED_TYPES, PathType
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.rules.market import base_of
from isocross.toml.places import listing
from isocross_tui.forms.account import NotReadableError, positive, read_number
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Field, Form, Verdict

_SMALLEST, _LARGEST = Decimal("0.000001"), Decimal(1000)
"""Times the common move; what lies outside, other than 0, is a slip of the pen."""


def shock_form(state: State) -> Form:
    """Ask for a shock in per cent, on a lived path for a place or a time; says where the marks are there."""
    lived = selectors.lived(state) is not None
    hint = "a place or a time of the path" if lived else f"{percent(state.moment.shock, plus='+')} now, such as -25"

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            place = read_shock(values, state)
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        markets = selectors.rehearsal(state).book_at(place).markets
        marks = ", ".join(
            f"{symbol} {price(markets[symbol].mark, markets[symbol].grid)}" for symbol in markets_asked(state)
        )
        return Verdict(f"Marks there: {marks}." if marks else "Nothing is held.", True)

    title, label = ("Go to a place", "place") if lived else ("Go to a shock", "shock %")
    return Form(title, [Field("shock", label, hint=hint)], judge)


def read_shock(values: Mapping[str, str], state: State) -> Decimal:
    """The shock of a form, or the place of a lived path; raises NotReadableError in words."""
    text, living = values["shock"], selectors.lived(state)
    if living is not None:
        try:
            return place_on(living, text)
        except CursorError as error:
            raise NotReadableError(str(error)) from None
    move = read_number(text.removesuffix("%").rstrip()) / 100
    if not -DEEPEST_FALL <= move <= HIGHEST_RISE:
        raise NotReadableError(f"a shock is from {percent(-DEEPEST_FALL, 0)} to {percent(HIGHEST_RISE, 0, plus='+')}")
    return move


def markets_form(state: State) -> Form:
    """Ask for part and mark of every market that is held; says what the shock at the cursor is for each."""
    betas, markets = state.workspace.scenario.betas, selectors.book(state).markets
    fields = []
    for n, symbol in enumerate(markets_asked(state)):
        fields.append(Field(f"beta-{n}", symbol, f"{betas.get(symbol, ONE):f}", "times the shock"))
        fields.append(Field(f"mark-{n}", "  mark", f"{markets[symbol].mark:f}", "price"))

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            parts = _parts(values, state)
            read_marks(values, state)
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        shock = state.moment.shock
        moves = ", ".join(f"{symbol} {percent(max(shock * part, -ONE), plus='+')}" for symbol, part in parts.items())
        return Verdict(f"At a shock of {percent(shock, plus='+')}: {moves}." if shock else "The shock is at 0.", True)

    return Form("Markets: times the shock, and mark", fields, judge)


def read_marks(values: Mapping[str, str], state: State) -> dict[str, Decimal]:
    """The marks of a form; raises NotReadableError in words."""
    return {symbol: positive(values[f"mark-{n}"], f"mark of {symbol}") for n, symbol in enumerate(markets_asked(state))}


def read_betas(values: Mapping[str, str], state: State) -> dict[str, Decimal]:
    """The parts of a form, without those of 1, which need no word; those of markets without a position stay."""
    held = markets_asked(state)
    kept = {symbol: part for symbol, part in state.workspace.scenario.betas.items() if symbol not in held}
    return kept | {symbol: part for symbol, part in _parts(values, state).items() if part != ONE}


def markets_asked(state: State) -> list[str]:
    """List the markets of positions, then those of the assets that have one of their own."""
    book = selectors.book(state)
    assets = (symbol for symbol, market in book.markets.items() if market.is_asset)
    return list(dict.fromkeys((*(position.market for position in book.positions), *assets)))


def _parts(values: Mapping[str, str], state: State) -> dict[str, Decimal]:
    """Each market's part; raises NotReadableError in words."""
    parts = {}
    for n, symbol in enumerate(markets_asked(state)):
        try:
            parts[symbol] = read_number(values[f"beta-{n}"])
        except NotReadableError as error:
            raise NotReadableError(f"{symbol}: {error}") from None
        if parts[symbol] and not _SMALLEST <= abs(parts[symbol]) <= _LARGEST:
            raise NotReadableError(f"{symbol}: it must be 0, or from {_SMALLEST:f} to {_LARGEST} times the shock")
    return parts


# --- one market alone ----------------------------------------------------------------------------


def alone_form(state: State) -> Form:
    """Ask which market moves alone on the next leg of a walk, and how far; says who is liquidated on it."""
    markets, asset = selectors.book(state).markets, selectors.asset_now(state)
    own = [symbol for symbol, market in markets.items() if market.is_asset]
    first = next(iter(own), next(iter(markets), ""))

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            step = read_alone(values, state)
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        after = step.apply(state)
        if after.moment == state.moment:
            return Verdict(after.message.text, False)
        return Verdict(_led_to(state, after, step.symbol), True)

    fields = [
        Field("market", "market", asset.market if asset is not None and asset.market in own else first, _some(markets)),
        Field("move", "move %", "", "of its opening mark, such as -35"),
    ]
    return Form("One market alone, on the next leg", fields, judge)


def read_alone(values: Mapping[str, str], state: State) -> ShockMarket:
    """The move of one market that a form asks for; raises NotReadableError in words."""
    typed, book = values["market"].upper(), selectors.book(state)
    calls = (lambda symbol: symbol.upper(), lambda symbol: base_of(symbol, book.currency).upper())
    symbol = next((symbol for call in calls for symbol in book.markets if call(symbol) == typed), None)
    if symbol is None:
        raise NotReadableError(f"“{values['market']}” is not a market of the account: {_some(book.markets)}")
    move = read_number(values["move"].removesuffix("%").rstrip()) / 100
    if not move:
        raise NotReadableError("a move of 0 leads nowhere")
    return ShockMarket(symbol, move)


def _some(markets: Iterable[str]) -> str:
    return listing(tuple(markets), 8)


def _led_to(state: State, after: State, symbol: str) -> str:
    """Where the leg takes the mark, and who is liquidated on it."""
    before, then = selectors.frame(state), selectors.frame(after)
    grid, names = then.book.markets[symbol].grid, market_names(then.book)
    open_before = {row.position.id for row in before.positions if row.death is None}
    gone = [names[r.index] for r in then.positions if r.death is not None and r.position.id in open_before]
    told = f"{symbol} {price(before.marks[symbol], grid)} → {price(then.marks[symbol], grid)}."
    return (
        f"{told} Liquidated on this leg: {', '.join(gone)}." if gone else f"{told} Nothing is liquidated on this leg."
    )


# --- ways to move --------------------------------------------------------------------------------

_ALTS = (Decimal("1.5"), Decimal(3))
"""How much further the other markets go than the first, in the shapes that are offered."""


def path_choices(state: State) -> list[tuple[Choice, SetPath]]:
    """A glide or a gap with the markets' parts as they are, then the parts with the path as it is."""
    scenario = state.workspace.scenario
    book = selectors.book(state)
    held = list(dict.fromkeys(p.market for p in book.positions))
    names = {symbol: base_of(symbol, book.currency) for symbol in held}
    choices = [
        *_paths(GLIDE_TYPES, scenario),
        (
            Choice("alike", "everything alike", "every market moves as far as the shock"),
            SetPath(scenario.path, {}, "Every market moves alike"),
        ),
    ]
    choices += _paths(LIVED_TYPES, scenario)
    if len(held) > 1:
        for symbol in held:
            others = {other: Decimal(0) for other in held if other != symbol}
            title = f"only {names[symbol]} moves"
            choice = Choice(f"only-{symbol}", title, "the others do not move")
            choices.append((choice, SetPath(scenario.path, others, title.capitalize())))
        for times in _ALTS:
            further = dict.fromkeys(held[1:], times)
            title = f"the others {times:f} × {names[held[0]]}"
            choice = Choice(f"alts-{times:f}", title, "a drop that takes the smaller coins further")
            choices.append((choice, SetPath(scenario.path, further, title.capitalize())))
    assets = [symbol for symbol, market in book.markets.items() if market.is_asset]
    return choices + (_shapes(scenario.path, [*held, *assets]) if held else [])


def _shapes(kind: PathKind, held: list[str]) -> list[tuple[Choice, SetPath]]:
    """What past crashes did, as parts of the markets; a whole crash also puts the shock at bitcoin's own fall."""
    from isocross.history.shapes import shape_choices  # noqa: PLC0415 - only this choice needs the prices

    return [
        (
            Choice(f"shape-{shape.id}", shape.title, shape.words),
            SetPath(kind, shape.betas, f"{shape.title}, {shape.words}. {shape.remark}".removesuffix("."), shape.shock),
        )
        for shape in shape_choices(held)
        if shape.betas or shape.shock is not None
    ]


def _paths(kinds: Iterable[PathType], scenario: Scenario) -> list[tuple[Choice, SetPath]]:
    """The kinds of path that the scenario has what it takes for."""
    return [
        (
            Choice(kind.kind.value, kind.called(scenario), kind.words),
            SetPath(kind.kind, scenario.betas, kind.title(scenario)),
        )
        for kind in kinds
        if not kind.missing(scenario)
    ]
