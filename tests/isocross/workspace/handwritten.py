"""Random workspace files as people write them, where it is known of each line whose it is; and random edits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import strategies as st

from isocross.account.book import Mode, Order, Position, Side
from isocross.toml.write import inline_text, key_text, number
from isocross.workspace import MarketEntry, VenueChoice, View, Workspace
from isocross.workspace.writing import (
    account_row,
    betas_row,
    market_row,
    order_row,
    position_row,
    scenario_row,
    venue_row,
    view_row,
)
from tests.brute.picking import pick
from tests.isocross.workspace.tapes import scenarios

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
IDS = ("btc", "eth", "sol", "a-1", "x_y", "é", "p7", "p8", "p9")

AMOUNTS = st.decimals("0.01", 900, places=2)
FEES = st.decimals(0, "0.01", places=4)
MOVES = st.decimals("-0.9", 2, places=2)


@dataclass(frozen=True)
class Line:
    """A line of a text, without its end."""

    text: str
    owner: tuple = ()
    """The table it goes with: ("positions", id) …; ("",) for the top of the file; empty: nobody's."""
    key: str = ""


@dataclass
class Written:
    """A text, and whose its lines are."""

    workspace: Workspace
    end: str
    final: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text."""
        whole = self.end.join(line.text for line in self.lines) + self.end
        return whole if self.final else whole.rstrip("\r\n")


# --- values ----------------------------------------------------------------------------------------


@st.composite
def one_position(draw, own):
    position = Position(
        id=own,
        market=pick(draw, SYMBOLS),
        side=pick(draw, Side),
        mode=pick(draw, Mode),
        quantity=draw(st.decimals("0.001", "0.02", places=3)),
        entry=draw(st.decimals(1000, 60000, places=1)),
        leverage=draw(st.integers(1, 9).map(Decimal)),
    )
    margin = draw(st.none() | AMOUNTS)
    return position if margin is None else position.with_margin(margin)


@st.composite
def one_order(draw, own, markets):
    return Order(
        id=own,
        market=pick(draw, markets),
        side=pick(draw, Side),
        quantity=draw(st.decimals("0.001", "0.02", places=3)),
        price=draw(st.decimals(1000, 60000, places=1)),
        mode=pick(draw, Mode),
        leverage=draw(st.none() | st.integers(1, 9).map(Decimal)),
    )


@st.composite
def accounts(draw):
    ids = draw(st.lists(st.sampled_from(IDS), max_size=4, unique=True))
    positions = tuple(draw(one_position(own)) for own in ids)
    symbols = draw(st.lists(st.sampled_from(SYMBOLS), max_size=3, unique=True))
    named = sorted({p.market for p in positions} | set(symbols))
    betas = draw(st.dictionaries(st.sampled_from(named), FEES, max_size=2)) if named else {}
    overrides = draw(st.dictionaries(st.sampled_from(["close_fee", "taker_fee"]), FEES, max_size=2))
    return Workspace(
        name=pick(draw, ["A desk", 'é "quoted"', "# no comment"]),
        wallet=draw(st.decimals(10_000, 99_999, places=1)),
        positions=positions,
        venue=VenueChoice("guide", tuple(overrides.items())),
        fund=draw(st.none() | AMOUNTS),
        strict=draw(st.booleans()),
        markets=tuple(MarketEntry(symbol, draw(st.none() | AMOUNTS)) for symbol in symbols),
        scenario=draw(scenarios(shocks=MOVES, betas=betas)),
        view=View(draw(st.none() | st.just("night")), draw(st.none() | st.sampled_from(ids)) if ids else None),
        orders=tuple(draw(one_order(own, [p.market for p in positions])) for own in _bids(draw) if positions),
    )


def _bids(draw):
    return draw(st.lists(st.sampled_from(["bid", "ask", "b-1"]), max_size=2, unique=True))


# --- texts -----------------------------------------------------------------------------------------


class Writer:
    """Writes tables in one style, with comments wherever they may stand."""

    def __init__(self, draw, out):
        self.draw = draw
        self.out = out
        self.count = 0
        self.width = pick(draw, [0, 0, 12])
        self.equals = pick(draw, [" = ", "=", " =\t"])
        self.indent = pick(draw, ["", "", "  ", "\t"])
        self.talkative = draw(st.integers(0, 3))

    def chance(self):
        return self.draw(st.integers(0, 5)) < self.talkative

    def comment(self, owner=()):
        self.count += 1
        tail = pick(self.draw, ["", " [[positions]]", ' "', " margin = 3", " '''"])
        self.put(f"{pick(self.draw, ['', '  '])}# {self.count}{tail}", owner)

    def put(self, text, owner=(), key=""):
        self.out.lines.append(Line(text, owner, key))

    def pairs(self, owner, values, indent=""):
        """The lines of a table."""
        given = [(key, text) for key, text in values.items() if text is not None]
        ordered = owner == ("venue",)  # changes of a profile are equal only in the same order
        for key, text in given if ordered else self.draw(st.permutations(given)):
            if self.chance():
                self.comment(owner)
            beside = f"  # beside {key}" if self.chance() else ""
            self.put(f"{indent}{key_text(key).ljust(self.width)}{self.equals}{self.spelled(text)}{beside}", owner, key)

    def table(self, header, owner, values):
        """A whole table; a comment above or below it is its own unless a blank line is between."""
        for _ in range(self.chance() + self.chance()):
            self.comment(owner)
        self.put(self.indent + header, owner, "[")
        self.pairs(owner, values, self.indent)
        self.below(owner)

    def below(self, owner):
        """What stands between a table and the next one."""
        if self.chance():
            self.comment(owner)
            self.put("")
        for _ in range(self.draw(st.integers(0, 2))):
            self.put("")
        if self.chance():
            self.put("")
            self.comment()
            self.put("")

    def spelled(self, text):
        """A value as somebody else might spell it."""
        if not text.lstrip("-")[0].isdigit():
            return text
        other = [text, text, text + ("0" if "." in text else ".0"), text if text[0] == "-" else f"+{text}"]
        if "." not in text and len(text) == 5 and text.isdigit():
            other.append(f"{text[:2]}_{text[2:]}")
        return pick(self.draw, other)


@st.composite
def files(draw):
    """A file with a table of its own for each market and position."""
    workspace = draw(accounts())
    out = Written(workspace, pick(draw, ["\n", "\n", "\r\n"]), draw(st.booleans()))
    writer = Writer(draw, out)
    head = account_row(workspace)
    if not workspace.strict and draw(st.booleans()):
        head["strict"] = None
    in_table = bool(workspace.venue.overrides)
    head["venue"] = None if in_table else '"guide"'
    if not workspace.positions:
        head["positions"] = "[]"
    writer.pairs(("",), head)
    writer.below(("",))
    for header, owner, values in _tables(draw, workspace, in_table):
        writer.table(header, owner, values)
    return out


def _tables(draw, workspace, in_table):
    """The tables in an order that keeps that of each list."""
    scenario = workspace.scenario
    betas = inline_text(betas_row(scenario)) if scenario.betas else None
    single = [("[venue]", ("venue",), venue_row(workspace.venue))] if in_table else []
    single.append(("[scenario]", ("scenario",), {**scenario_row(scenario), "betas": betas}))
    single.append(("[view]", ("view",), view_row(workspace.view)))
    markets = [("[[markets]]", ("markets", m.symbol), market_row(m)) for m in workspace.markets]
    positions = [("[[positions]]", ("positions", p.id), _given(draw, p)) for p in workspace.positions]
    orders = [("[[orders]]", ("orders", o.id), order_row(o)) for o in workspace.orders]
    order = draw(st.permutations([0] * len(markets) + [1] * len(positions) + [2] * len(single) + [3] * len(orders)))
    queues = [iter(markets), iter(positions), iter(draw(st.permutations(single))), iter(orders)]
    return [next(queues[kind]) for kind in order]


def _given(draw, position):
    """A position, perhaps with a margin that needs not be said."""
    row = position_row(position)
    if position.given_margin is None and draw(st.booleans()):
        row["margin"] = number(position.margin)
    return row


# --- edits -----------------------------------------------------------------------------------------


def _with_order(draw, workspace):
    kept = workspace.orders[: draw(st.integers(0, len(workspace.orders)))]
    new = draw(one_order("new", [p.market for p in workspace.positions]))
    return replace(workspace, orders=(*(o for o in kept if o.id != "new"), new))


def _with_auto(draw, workspace):
    """A position that draws by itself now, or no more."""
    positions = workspace.positions
    at = draw(st.integers(0, len(positions) - 1))
    new = replace(positions[at], auto_margin=not positions[at].auto_margin)
    return replace(workspace, positions=(*positions[:at], new, *positions[at + 1 :]), strict=False)


WHAT = ("flip", "margin", "leverage", "drop", "add", "scenario", "venue", "view", "account")


@st.composite
def edits(draw, workspace):
    """The workspace after something that the program can do to it."""
    positions = workspace.positions
    what = pick(draw, WHAT)
    if what in ("flip", "margin", "leverage", "drop") and positions:
        at = draw(st.integers(0, len(positions) - 1))
        old = positions[at]
        match what:
            case "flip":
                new = (replace(old, mode=old.mode.other),)
            case "margin":
                new = (old.with_margin(draw(AMOUNTS)),)
            case "leverage":
                new = (replace(old, leverage=draw(st.integers(1, 9).map(Decimal)), given_margin=None),)
            case _:
                new = ()
        return replace(workspace, positions=(*positions[:at], *new, *positions[at + 1 :]))
    free = [own for own in IDS if own not in {p.id for p in positions}]
    match what:
        case "add":
            at = pick(draw, [len(positions), len(positions), 0])
            added = draw(one_position(pick(draw, free)))
            return replace(workspace, positions=(*positions[:at], added, *positions[at:]))
        case "scenario":
            known = sorted({p.market for p in positions} | {m.symbol for m in workspace.markets})
            betas = draw(st.dictionaries(st.sampled_from(known), FEES)) if known else {}
            scenario = draw(scenarios(shocks=MOVES, betas=betas))
            return replace(workspace, scenario=scenario)
        case "venue":
            fee = (("close_fee", draw(FEES)),)
            choices = [VenueChoice("binance"), VenueChoice("guide", fee), VenueChoice("guide")]
            return replace(workspace, venue=pick(draw, choices))
        case "view":
            return replace(workspace, view=draw(st.builds(View, st.sampled_from([None, "day"]), step=st.none() | FEES)))
    wallet = draw(st.decimals(10_000, 99_999, places=1))
    return replace(workspace, wallet=wallet, fund=draw(st.none() | AMOUNTS), name=pick(draw, ["", "New"]))


@st.composite
def edited(draw, workspace):
    """The workspace after a few edits."""
    for _ in range(draw(st.integers(1, 4))):
        other = pick(draw, (None, None, None, _with_order, _with_auto)) if workspace.positions else None
        workspace = other(draw, workspace) if other else draw(edits(workspace))
    ids = {p.id for p in workspace.positions}
    markets = {p.market for p in workspace.positions} | {m.symbol for m in workspace.markets}
    view, scenario = workspace.view, workspace.scenario
    betas = {symbol: beta for symbol, beta in scenario.betas.items() if symbol in markets}
    held = {p.market for p in workspace.positions}
    return replace(
        workspace,
        orders=tuple(order for order in workspace.orders if order.market in held),
        view=replace(view, selected=view.selected if view.selected in ids else None),
        scenario=replace(scenario, betas=betas),
    )
