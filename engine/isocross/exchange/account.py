"""What the importers find: positions and cash as a venue states them, and a note on everything taken or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from decimal import Decimal
from enum import StrEnum

from isocross.account.margin import worth
from isocross.exchange.assets_found import Assets, Place, Sum
from isocross.exchange.payload import Node, UnfitError
from isocross.format import grouped
from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.rules.market import Kind as ContractKind
from isocross.toml.faults import Fault, Faults, cut, escaped

POSITIONS_LIMIT = 800
"""Open positions of an account; the workspace of more would be too much for a file."""
MESSAGE_LIMIT = 200
"""Characters of one line of a report."""


class Kind(StrEnum):
    """What became of a part of a payload."""

    TAKEN = "taken"
    GUESSED = "guessed"
    """The payload does not say it; what was assumed stands in the note."""
    LEFT_OUT = "left out"
    COMPARED = "compared"
    """A figure that the venue states, beside ours."""


_WORKED_OUT_TOO = {"pnl": "unrealised_pnl", "maintenance": "maintenance_margin"}
"""Figures that a position needs and that are worked out here as well, by their keys of `Stated`."""


class LeftOutError(Exception):
    """A position that is not taken, and why."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node
        self.message = message


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the report of an import."""

    kind: Kind
    where: str
    """The path in the payload, or line and column; empty for the whole."""
    message: str
    origin: str = ""
    """The file."""

    def told(self, with_origin: bool = False) -> str:
        """The note as one line, safe to print whatever the payload holds."""
        place = " ".join(filter(None, (self.origin if with_origin else "", self.where))) or "the whole"
        return f"{self.kind.value:<8} {escaped(place)}: {escaped(cut(self.message, MESSAGE_LIMIT))}"


@dataclass(frozen=True, slots=True)
class Contract:
    """What a position is in, as its venue writes it."""

    market: str
    currency: str | None = None
    """What it is margined in; None: the account's currency."""
    kind: str | None = None
    """None: as the venue lists it."""


@dataclass(frozen=True, slots=True)
class Unified:
    """The three names in a symbol of ccxt, `BTC/USDT:USDT-260327`, from which a venue's own symbol is made."""

    base: str
    quote: str
    settle: str
    expiry: str = ""

    @property
    def inverse(self) -> bool:
        """Whether it is paid in its own coin."""
        return self.settle != self.quote

    @property
    def plain(self) -> str:
        """The symbol as most venues write it: BTCUSDT."""
        return f"{self.base}{self.quote}" + (f"-{self.expiry}" if self.expiry else "")


@dataclass(slots=True)
class Holding:
    """An open position as it was found."""

    place: Place
    market: str
    side: str
    mode: str
    quantity: Decimal
    currency: str | None = None
    """What it is margined in; None: the account's currency."""
    id: str | None = None
    kind: str | None = None
    """Of its contract, as it is written; None: as the venue lists it."""
    figures: dict[str, Decimal] = field(default_factory=dict)
    """Of `entry`, `leverage`, `margin`, `mark`, `notional`, `pnl`, `initial`, `maintenance`, `max_leverage`,
    `maintenance_rate` and `first_rate` (that of the smallest size) those that are known."""
    places: dict[str, Place] = field(default_factory=dict)
    """Where the figures and words are from, by the key of the workspace."""
    stated: dict[str, Decimal] = field(default_factory=dict)
    """What the venue says of it that is worked out here too, by the key of `Stated`; a liquidation price of 0: none."""
    fee_in_maintenance: bool = False
    """Whether `maintenance` counts the fee to close."""
    unified: Unified | None = None
    """Its symbol in ccxt's writing, where nothing says how the venue writes it."""

    @property
    def contract(self) -> ContractKind:
        """What its contract is paid in; linear where nothing is said."""
        return ContractKind.INVERSE if self.kind == ContractKind.INVERSE else ContractKind.LINEAR

    def worth_of_one(self, price: Decimal) -> Decimal:
        """Work out what one unit of its quantity is worth at a price."""
        return worth(self.contract, ONE, price)

    def value(self, price: Decimal) -> Decimal:
        """Its notional at a price, in what it is margined in."""
        return worth(self.contract, self.quantity, price)

    def take(self, key: str, node: Node, positive: bool = True) -> None:
        """Note a figure, unless there is none or it is known; with `positive`, zero or less stands for none.

        PnL and maintenance margin are kept as what the venue states, too.
        """
        value = node.number()
        if value is None or (positive and value <= 0) or key in self.figures:
            return
        self.figures[key] = value
        self.places[key] = Place.of(node)
        if key in _WORKED_OUT_TOO:
            self.stated.setdefault(_WORKED_OUT_TOO[key], value)

    def take_price(self, node: Node) -> None:
        """Note the liquidation price that the venue states; 0 is its way to write that there is none."""
        if "liquidation_price" not in self.stated and not _endless(node):
            value = node.number()
            if value is not None:
                self.stated["liquidation_price"] = max(value, ZERO)

    def merge(self, other: Holding) -> None:
        """Add what another payload knows of the same position."""
        self.figures = {**other.figures, **self.figures}
        self.places = {**other.places, **self.places}
        self.stated = {**other.stated, **self.stated}


def _endless(node: Node) -> bool:
    """Whether a price is written as infinite, as one venue does for none above the mark."""
    return isinstance(node.value, str) and node.value.strip().lower() in ("infinity", "inf", "--", "none")


@dataclass
class Account:
    """What was found so far."""

    source: str = ""
    """Whose payload it is, as far as that is known."""
    partial: bool = False
    """Whether the payloads hold a part of the account only."""
    holdings: list[Holding] = field(default_factory=list)
    cash: dict[str, tuple[Decimal, Place]] = field(default_factory=dict)
    """The wallet of each currency, without open PnL."""
    equity: dict[str, tuple[Decimal, Place]] = field(default_factory=dict)
    """Of currencies whose wallet is not stated: what is there with open PnL counted in."""
    totals: dict[str, tuple[Decimal, Place]] = field(default_factory=dict)
    """What ccxt calls the total of a currency, which has open PnL in it at some venues."""
    pnl: dict[str, Decimal] = field(default_factory=dict)
    """Open PnL of all positions of a currency, where it is stated."""
    sums: list[Sum] = field(default_factory=list)
    """What the venue states of the account as a whole, or of all cross positions."""
    assets: Assets = field(default_factory=Assets)
    """What several assets that back the positions are."""
    later: list[tuple[str, Callable[[], None]]] = field(default_factory=list)
    """What can be read only when the mode of the account is known, with the file it is of."""
    listings: dict[str, Holding] = field(default_factory=dict)
    """What a payload of markets says of each, such as its mark: figures for the positions that lack them."""
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    literal: bool = False
    """Whether the figures are those of a workspace, as in our own CSV, so that nothing is worked out from them."""

    def is_from(self, venue: str, place: Node) -> None:
        """Note whose payload it is.

        Raises:
            UnfitError: when another one is of another venue.
        """
        if self.source not in ("", venue):
            raise place.unfit(
                f"this is from {venue}, and the payload before it is from {self.source}", "payloads of one venue"
            )
        self.source = venue

    def note(self, kind: Kind, place: Place | Node, message: str) -> None:
        """Add a line to the report."""
        if isinstance(place, Node):
            place = Place.of(place)
        where = place.key if place.line is None else f"line {place.line} {place.key}".rstrip()
        self.notes.append(Note(kind, where, message, place.origin))

    def read_rows(self, rows: Node, read: Callable[[Node], Holding | None]) -> None:
        """Read every position of a list; None of `read` stands for one without a size."""
        empty = self.read_these(self.each(rows), read)
        if empty:
            self.note(Kind.LEFT_OUT, rows, f"{empty} row{'s' if empty > 1 else ''} without a position")

    def read_these(self, rows: Sequence[Node], read: Callable[[Node], Holding | None]) -> int:
        """Read these positions; returns how many have no size."""
        empty = 0
        for row in rows:
            if len(self.holdings) + len(self.faults) > POSITIONS_LIMIT:
                self.faults.append(row.unfit("there are far too many positions", f"at most {POSITIONS_LIMIT}").fault)
                return 0
            try:
                holding = read(row)
            except LeftOutError as left_out:
                self.partial = True
                self.note(Kind.LEFT_OUT, left_out.node, left_out.message)
                continue
            except UnfitError as error:
                self.faults.append(error.fault)
                continue
            if holding is None:
                empty += 1
            else:
                self.holdings.append(holding)
        return empty

    def each(self, rows: Node) -> list[Node]:
        """List the tables of a list, or the one that stands in its place; what else stands in it is a fault."""
        try:
            found = [rows] if isinstance(rows.value, dict) else list(rows.rows())
        except UnfitError as error:
            self.faults.append(error.fault)
            return []
        for row in found:
            if not isinstance(row.value, dict):
                self.faults.append(row.unfit("this is not a table", "a table").fault)
        return [row for row in found if isinstance(row.value, dict)]

    def take_cash(self, currency: Node, *amounts: Node, owed: Decimal = ZERO) -> None:
        """Note the cash of one currency, the sum of these amounts; nothing where none of them is there.

        Args:
            currency: where its name stands.
            amounts: what is added up.
            owed: what of it is borrowed; it is taken off, and told.
        """
        try:
            numbers = [amount.number() for amount in amounts]
            if all(number is None for number in numbers):
                return
            name, place = currency.word(), amounts[0]
        except UnfitError as error:
            self.faults.append(error.fault)
            return
        amount = sum((number for number in numbers if number is not None), ZERO)
        if owed:
            message = f"{grouped(amount)} {name}, of which {grouped(owed)} is borrowed: {grouped(amount - owed)}"
            self.note(Kind.GUESSED, place, message)
        self.put(self.cash, name, amount - owed, place)

    def put(self, kept: dict[str, tuple[Decimal, Place]], currency: str, amount: Decimal, at: Node) -> None:
        """Keep an amount of a currency; another payload that states another one is a fault."""
        known = kept.get(currency)
        if known is not None and known[0] != amount:
            message = f"{grouped(amount)} {currency} here, and {grouped(known[0])} at {known[1].key}"
            self.faults.append(at.unfit(message, "payloads of one account and one moment").fault)
            return
        kept[currency] = (amount, Place.of(at))

    def add_cash(self, currency: str, amount: Decimal, at: Node) -> None:
        """Add to the cash of a currency that several parts of a payload hold together."""
        before = self.cash.get(currency, (ZERO, Place.of(at)))
        self.cash[currency] = (before[0] + amount, before[1])

    def take_sum(
        self, figure: str, currency: str, node: Node, pool: bool = False, unit: Decimal = ONE, part: bool = False
    ) -> None:
        """Note a figure of the whole account; what is no number says nothing.

        Args:
            figure: one of `TITLES` of `figures.sums`.
            currency: what it is in.
            node: where it stands.
            pool: whether it is that of the cross positions alone.
            unit: how much one of it is.
            part: whether it is that of a part, to be added to the others.
        """
        with suppress(UnfitError):
            value = node.number()
            if value is None:
                return
            before = [each for each in self.sums if part and (each.figure, each.currency) == (figure, currency)]
            self.sums = [each for each in self.sums if each not in before]
            value = sum((each.value for each in before), value * unit)
            self.sums.append(Sum(figure, currency, value, Place.of(node), pool))

    def refuse(self, origin: str) -> None:
        """Raise Faults when something was wrong."""
        if self.faults:
            raise Faults(origin, self.faults)


Reader = Callable[[Node, Account], None]
"""Reads one payload into an account."""
