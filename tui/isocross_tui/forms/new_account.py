"""An account as it is entered: the words of its cells, what they stand for, and the workspace that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Self

from isocross.account.book import Mode, Position, Side
from isocross.desk.new_account import NewAccount, Row, new_account
from isocross.records import dataclass
from isocross.rules.catalogue import listed_market, listed_symbols, load_profile
from isocross.rules.profile import Profile
from isocross.toml.places import listing
from isocross.work import TooMuchWork
from isocross.workspace.markets import kind_in
from isocross.workspace.model import MarketEntry, VenueChoice, Workspace
from isocross.workspace.reading import free_name, made_id
from isocross_tui.forms import sheet_words
from isocross_tui.forms.account import MODE_WORDS, SIDE_WORDS, UNITS, NotReadableError, positive, read_name, read_number
from isocross_tui.forms.market_names import MarketNames
from isocross_tui.forms.pasted import lines_of, workspace_of
from isocross_tui.forms.sheet_words import COLUMNS, HEADS
from isocross_tui.forms.typed import Line, line_of, with_text
from isocross_tui.screens.form import Verdict
from isocross_tui.screens.sheet import HEAD, Cell, Place
from isocross_tui.widgets.prose import Words, say
from isocross_tui.widgets.table import Table

NAME, WALLET, VENUE, POSITIONS = range(len(HEADS))
MARKET, SIDE, MODE, SIZE, ENTRY, MARK, LEVERAGE = range(len(COLUMNS))
ONE_WAY, HEDGE = "one-way", "hedge"
_USUAL_LEVERAGE = Decimal(10)
_HINTED = 5
"""So many markets are named while one is typed."""


@dataclass(frozen=True)
class AccountDraft:
    """Cells above the rows, and the rows; everything else follows from them."""

    base: Workspace
    """What an account begins with, and what has no cell."""
    venues: tuple[str, ...]
    head: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    step: Callable[[], AbstractContextManager[None]] = nullcontext
    """How long it may take to work the account out."""

    @classmethod
    def of(cls, workspace: Workspace, venues: tuple[str, ...]) -> Self:
        """What a workspace would look like, had it been typed."""
        marks = {entry.symbol: entry.mark for entry in workspace.markets}
        one_way = dict(workspace.venue.overrides).get("hedge_mode") is False
        known = venues if workspace.venue.profile in venues else (workspace.venue.profile, *venues)
        head = (
            workspace.name,
            f"{workspace.wallet:f} {workspace.currency}",
            workspace.venue.profile,
            ONE_WAY if one_way else HEDGE,
        )
        return cls(workspace, known, head, tuple(line_of(p, marks) for p in workspace.positions))

    # --- the sheet -----------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """Every row, and an empty one."""
        return len(self.lines) + 1

    @property
    def columns(self) -> int:
        """What a row asks."""
        return len(COLUMNS)

    @property
    def heads(self) -> int:
        """What is asked of the account."""
        return len(HEADS)

    def cell(self, place: Place) -> Cell:
        """What is known of a cell."""
        if place.line == HEAD:
            return self._head_cell(place.column)
        column, row = place.column, place.line
        text = self._line(row).texts[column]
        options = {SIDE: SIDE_WORDS, MODE: MODE_WORDS}.get(column, ())
        stands_for = self.stands_for(row, column)
        follows = column == MARK and not text
        name = COLUMNS[column] if column == MARKET else f"{self.market(row)} {COLUMNS[column]}".strip()
        shown = self.market(row) if column == MARKET else ""
        return Cell(name, text, stands_for, shown, self._hint(row, column), options, follows)

    def _head_cell(self, column: int) -> Cell:
        text = self.head[column]
        if column == VENUE:
            mode = "; tab is its position mode" if self.profile.hedge_mode else ""
            hint = f"{self.profile.title}; one of {', '.join(self.venues)}{mode}"
            return Cell(HEADS[column], text, hint=hint, options=self.venues)
        if column == POSITIONS:
            both = self.profile.hedge_mode
            options = (ONE_WAY, HEDGE) if both else (ONE_WAY,)
            hint = "one side of a market, or long and short at once" if both else "this venue has one side of a market"
            return Cell(HEADS[column], text if both else ONE_WAY, hint=hint, options=options, follows=True)
        hint = "all cash, without open PnL: 5k, or 0.5 BTC for an account in coin" if column == WALLET else ""
        cash = self._cash_or_none() if column == WALLET else None
        shown = "" if cash is None else f"{cash:,f} {self.currency}"
        return Cell(HEADS[column], text, shown=shown, hint=hint)

    def put(self, place: Place, text: str) -> Self:
        """With another text in a cell; a mark is that of all rows in its market."""
        if place.line == HEAD:
            return replace(self, head=with_text(self.head, place.column, text))
        lines = [*self.lines, *([Line()] if place.line == len(self.lines) else [])]
        market = self.market(place.line)
        for row, line in enumerate(lines):
            shares_mark = place.column == MARK and market and self.market(row) == market
            if row == place.line or shares_mark:
                lines[row] = replace(line, texts=with_text(line.texts, place.column, text))
        if lines and lines[-1].empty:
            lines.pop()
        return replace(self, lines=tuple(lines))

    def fault(self, place: Place) -> str:
        """Why what stands in a cell cannot be."""
        try:
            self._check(place)
        except NotReadableError as error:
            return f"{error}."
        return ""

    def _check(self, place: Place) -> None:
        if place == (HEAD, WALLET):
            self._cash()
        elif place == (HEAD, NAME):
            read_name(self.head[NAME])
        elif place.line != HEAD and place.column == MARKET:
            self._known_market(place.line)
        elif place.line != HEAD and place.column in (SIZE, ENTRY, MARK, LEVERAGE):
            self._figure(place.line, place.column)

    def without(self, line: int) -> Self:
        """Without one row."""
        return replace(self, lines=self.lines[:line] + self.lines[line + 1 :])

    def merged(self, line: int) -> Self | None:
        """With a row added to the one that the venue would add it to."""
        row = self.entered.get(line)
        if row is None or row.joined is None:
            return None
        joined = row.joined
        into = next(at for at, other in self.entered.items() if other.position.id == joined.id)
        texts = self.lines[into].texts
        texts = with_text(with_text(texts, SIZE, f"{joined.quantity:f}"), ENTRY, f"{joined.entry.normalize():f}")
        lines = [*self.lines]
        lines[into] = Line(texts, joined)
        del lines[line]
        return replace(self, lines=tuple(lines))

    def filled(self, text: str) -> tuple[Self, Words] | None:
        """Filled from a code, a venue's answer, a table with a header, or rows like these."""
        found = workspace_of(text, self.head[VENUE], self._cash_or_none())
        if isinstance(found, str):
            return self, (say(found, "bad"),)
        if found is not None:
            workspace, told = found
            return replace(type(self).of(workspace, self.venues), step=self.step), tuple(say(line) for line in told)
        rows = lines_of(text)
        if not rows:
            return None
        lines = tuple(Line(texts) for texts in rows)
        said = f"{len(lines)} row{'s' if len(lines) > 1 else ''} added as they were in the text: check every cell."
        return replace(self, lines=(*self.lines, *lines)), (say(said),)

    def verdict(self) -> Verdict:
        """Whether it can be opened, and what is missing."""
        problem = next(iter(self.problems.items()), None)
        if self.account.fault:
            return Verdict(self.account.fault, False)
        if problem is not None:
            return Verdict(f"Row {problem[0] + 1}: {problem[1]}", False)
        if not self.lines:
            return Verdict("There is no position yet: type its market, or leave with esc.", False)
        return Verdict("", True)

    def head_words(self, cursor: Place) -> Words:
        """The cells above the rows."""
        return sheet_words.head_words([self._head_cell(column) for column in range(len(HEADS))], cursor)

    def table(self, cursor: Place) -> Table:
        """The rows with their figures."""
        cells = [[self.cell(Place(row, column)) for column in range(len(COLUMNS))] for row in range(self.rows)]
        return sheet_words.table(cells, self.entered, self.account, cursor)

    def words(self, cursor: Place) -> Words:
        """What the account comes to, and what is to be said of the row under the cursor."""
        return sheet_words.words(self.account, self.entered.get(cursor.line), self.problems, cursor)

    # --- what cells stand for ------------------------------------------------------------------

    @cached_property
    def profile(self) -> Profile:
        """The rules of the venue."""
        return load_profile(self.head[VENUE])

    def _line(self, row: int) -> Line:
        return self.lines[row] if row < len(self.lines) else Line()

    def market(self, row: int) -> str:
        """The market of a row by its full name: `btc` or `b` stands for the venue's BTCUSDT."""
        return self._names.meant(self._line(row).texts[MARKET])

    @cached_property
    def _names(self) -> MarketNames:
        return MarketNames.of(self.profile, self.base, self.currency)

    @property
    def currency(self) -> str:
        """What the account is in."""
        words = self.head[WALLET].split()
        return words[1].upper() if len(words) > 1 else self.base.currency

    def stands_for(self, row: int, column: int) -> str:
        """What a cell is where nothing was typed; empty: nothing."""
        line = self._line(row)
        if column == SIDE:
            return Side.LONG.value
        if column == MODE:
            return self._as_above(row, MODE) or Mode.ISOLATED.value
        if column == LEVERAGE and not (line.empty and row == len(self.lines)):
            return self._usual_leverage(row)
        if column in (ENTRY, MARK) and self.market(row):
            return self._mark(row, column)
        return ""

    def _as_above(self, row: int, column: int) -> str:
        """What the row above has there, before it one in the same market."""
        above = range(row - 1, -1, -1)
        alike = (other for other in above if self.market(other) == self.market(row))
        for other in (*alike, *above):
            return self._line(other).texts[column] or self.stands_for(other, column)
        return ""

    def _usual_leverage(self, row: int) -> str:
        """That of the row above, and never more than the market has."""
        wanted = self._as_above(row, LEVERAGE)
        listed = listed_market(self.profile, self.market(row)) if self.market(row) else None
        try:
            usual = read_number(wanted) if wanted else _USUAL_LEVERAGE
        except NotReadableError:
            usual = _USUAL_LEVERAGE
        most = None if listed is None else listed.max_leverage
        return f"{usual if most is None else min(usual, most):f}"

    def _mark(self, row: int, column: int) -> str:
        """The mark of the row's market: as typed in any row, else the entry of its first one."""
        alike = [other for other in range(len(self.lines)) if self.market(other) == self.market(row)]
        typed = (self.lines[other].texts[MARK] for other in alike)
        entries = (self.lines[other].texts[ENTRY] for other in alike if column == MARK or other != row)
        return next(filter(None, (*typed, *entries)), "")

    def _hint(self, row: int, column: int) -> str:
        if column == MARKET:
            return self._market_hint(row)
        if column == SIZE:
            kind = kind_in(self.base, self.market(row)) if self.market(row) else None
            return "" if kind is None else f"how many {UNITS[kind]}"
        hints = {
            ENTRY: "the price it was opened at; empty: the mark. enter goes on to the leverage, tab to another mark",
            MARK: "the price now, of all rows in this market; empty: the entry",
            LEVERAGE: "as at the venue; empty: as above. enter on an empty row is the end",
        }
        return hints.get(column, "")

    def _market_hint(self, row: int) -> str:
        """The markets that what is typed begins, all of them of this venue."""
        typed = self._line(row).texts[MARKET]
        found = self._names.beginning(typed) if typed else list(listed_symbols(self.profile))
        more = f" and {len(found) - _HINTED} more" if len(found) > _HINTED else ""
        if not found:
            return f"{self.profile.title} has no such market"
        if typed:
            others = f"; or {', '.join(found[1:_HINTED])}{more}" if found[1:] else ""
            return f"{found[0]}{others}"
        ready = "enter here is the end; or another market" if row else "its first letters"
        return f"{ready}: {', '.join(found[:_HINTED])}{more}"

    # --- what is read --------------------------------------------------------------------------

    def _cash(self) -> Decimal:
        words = self.head[WALLET].split()
        if len(words) > 2:
            raise NotReadableError("the wallet is an amount and, where it is not USDT, its currency")
        return positive(words[0] if words else "", "wallet")

    def _cash_or_none(self) -> Decimal | None:
        try:
            return self._cash()
        except NotReadableError:
            return None

    def _known_market(self, row: int) -> str:
        market = self.market(row)
        if not market:
            raise NotReadableError("a market is missing")
        if market not in self._names.names.values():
            few = listing(listed_symbols(self.profile), 5)
            raise NotReadableError(f"{self.profile.title} has no market “{market}”; it has {few}")
        return market

    def _figure(self, row: int, column: int) -> Decimal:
        text = self._line(row).texts[column].removesuffix("x") or self.stands_for(row, column)
        value = positive(text, COLUMNS[column])
        if column == LEVERAGE and value < 1:
            raise NotReadableError("leverage: it must be at least 1")
        return value

    def _word(self, row: int, column: int) -> str:
        return self._line(row).texts[column] or self.stands_for(row, column)

    def _position(self, row: int, taken: set[str]) -> Position:
        """The position of a row; one that still is what it was filled from stays that."""
        market = self._known_market(row)
        size, entry, leverage = (self._figure(row, column) for column in (SIZE, ENTRY, LEVERAGE))
        self._figure(row, MARK)
        side, mode = Side(self._word(row, SIDE)), Mode(self._word(row, MODE))
        origin = self.lines[row].origin
        what = (market, side, mode, size, entry, leverage)
        if origin is not None:
            was = (origin.market, origin.side, origin.mode, origin.quantity, origin.entry, origin.leverage)
            if what == was:
                return origin
        name = origin.id if origin else free_name(made_id(market, self.currency), taken, {})
        return Position(name, market, side, mode, size, entry, leverage, None, kind=kind_in(self.base, market))

    @cached_property
    def _read(self) -> tuple[Mapping[int, Position], Mapping[int, str]]:
        taken = {line.origin.id for line in self.lines if line.origin}
        positions, problems = dict[int, Position](), dict[int, str]()
        for row in range(len(self.lines)):
            try:
                positions[row] = self._position(row, taken)
            except NotReadableError as error:
                problems[row] = f"{error}."
        return positions, problems

    @cached_property
    def account(self) -> NewAccount:
        """What the account makes of all that can be read."""
        cash = self._cash_or_none()
        positions = tuple(self._read[0].values())
        workspace = replace(
            self.base,
            name=self.head[NAME] or self.base.name,
            wallet=self.base.wallet if cash is None else cash,
            currency=self.currency,
            venue=self._venue(),
            positions=positions,
            markets=tuple(self._markets()),
        )
        meant = workspace if workspace == self.base else workspace.without_stated()
        try:
            with self.step():
                return new_account(meant)
        except TooMuchWork as error:
            return NewAccount(replace(meant, positions=(), orders=()), tuple(map(Row, positions)), str(error))

    def _venue(self) -> VenueChoice:
        """The venue with what the account began with of its rules, and one-way where it could be hedged."""
        kept = self.base.venue.overrides if self.head[VENUE] == self.base.venue.profile else ()
        others = tuple(pair for pair in kept if pair[0] != "hedge_mode")
        one_way = self.profile.hedge_mode and self.head[POSITIONS] == ONE_WAY
        return VenueChoice(self.head[VENUE], (*others, ("hedge_mode", False)) if one_way else others)

    def _markets(self) -> Iterator[MarketEntry]:
        """What is said of markets: marks that were typed, and what the account began with."""
        marks = dict[str, str]()
        for row in self._read[0]:
            market, typed = self.market(row), self.lines[row].texts[MARK]
            marks[market] = marks.get(market) or typed
        known = {entry.symbol: entry for entry in self.base.markets}
        for symbol in dict.fromkeys((*known, *marks)):
            entry, typed = known.get(symbol, MarketEntry(symbol)), marks.get(symbol, "")
            mark = read_number(typed) if typed else None if symbol in marks else entry.mark
            if replace(entry, mark=mark) != MarketEntry(symbol):
                yield replace(entry, mark=mark)

    @cached_property
    def entered(self) -> Mapping[int, sheet_words.Entered]:
        """What the account makes of each row that can be read."""
        return dict(zip(self._read[0], self.account.rows, strict=True))

    @cached_property
    def problems(self) -> Mapping[int, str]:
        """What is missing or wrong, row by row."""
        faults = {row: f"{entered.fault}." for row, entered in self.entered.items() if entered.fault}
        return dict(sorted({**self._read[1], **faults}.items()))
