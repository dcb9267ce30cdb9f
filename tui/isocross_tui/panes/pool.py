"""The pool: what cash there is, how near the line is, and who pays for the selected position's loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import reactive

from isocross.account.book import Mode, market_names
from isocross.desk import selectors
from isocross.desk.state import State
from isocross.figures.asset_frames import AssetFrame
from isocross.figures.deposits import put_into
from isocross.figures.frame import Frame, PositionFrame, Status
from isocross.format import IN_USD, Amounts, amounts_in, percent
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rules.collateral import DOLLAR
from isocross.words.assets import collateral_words
from isocross.words.outlook import account_warning, pool_words, venue_ratio_words
from isocross.words.worst import uncounted_in_short
from isocross_tui.bridge import Pane, desk_of
from isocross_tui.panes.tones import PayersWaterfall
from isocross_tui.widgets.gauge import Gauge, Level, Waterfall, WaterfallStep
from isocross_tui.widgets.glyphs import glyphs_of
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say
from isocross_tui.widgets.spans import Span

ROOMY_HEIGHT = 15
LABELS = len("own margin")
"""Cells of the longest label."""
_BADGES = {Status.OPEN: "", Status.AT_RISK: " · at risk", Status.LIQUIDATED: " · liquidated"}
_ASSETS_SHOWN = 4
_ASSETS_LISTED = 7
"""Of the assets so many have a row where they stand in the place of who pays."""
_SHORT_RATIO = Decimal("0.1")
"""From here on a ratio is written without places where room is short."""


@dataclass(frozen=True)
class PoolView:
    """What the pane shows."""

    title: str
    equity: Words
    level: Level
    cash: Words
    payers: Words
    steps: tuple[WaterfallStep, ...]
    sentence: Words


class PoolPane(Pane[PoolView]):
    """The account's cash and the waterfall of who pays."""

    HELP = "Cash, assets, the liquidation threshold of the equity, and who pays for the selected position's loss."
    lists = reactive(False)
    """Whether the assets are listed: while it has the focus, where room is short instead of who pays."""
    columns = reactive(0)
    """How wide it is inside: what is told of an asset depends on it."""

    def has_room(self, size: Size) -> bool:
        """Whether every figure of the account has a row of its own."""
        return size.height >= ROOMY_HEIGHT

    def compose(self) -> ComposeResult:
        """Lay the pane out from top to bottom."""
        yield Prose(id="pool-equity")
        yield Gauge(id="pool-gauge")
        yield Prose(id="pool-cash")
        yield Prose(id="pool-payers")
        yield PayersWaterfall(id="pool-waterfall")
        yield Prose(id="pool-sentence", classes="sentence")

    def slice_of(self, state: State) -> PoolView:
        """The figures of the account and of the selected position, ready to draw."""
        frame = selectors.frame(state)
        row = selectors.selected_frame(state)
        lists = self.lists and not self.roomy and bool(frame.account.assets)
        name = selectors.names(state)[row.index] if row else ""
        money, write = frame.book.amounts, _writer(frame, row)
        return PoolView(
            title=f"Pool · {'USD' if frame.book.coins else frame.book.currency}{_BADGES[_status(frame)]}",
            equity=(_equity(frame, write),),
            level=level_of(frame),
            cash=(
                _line(frame, row, name, write, self.roomy and not lists),
                *_cash(frame, write, self.roomy and not lists, brief=desk_of(self).presenting or lists),
                *self._assets(state, frame, write, lists),
                *_own_ratio(frame, row, self.roomy),
            ),
            payers=() if lists else (_who_pays(row, name, money),),
            steps=() if lists else _steps(frame, row, write),
            sentence=_sentence(frame),
        )

    def _assets(self, state: State, frame: Frame, write: Write, lists: bool) -> list[Paragraph]:
        """A row for each asset: what of it counts, and as room allows its weight, what that loses, and its balance."""
        held, chosen = frame.account.assets, selectors.asset_now(state)
        names = [asset.name for asset in held]
        at = 0 if chosen is None or chosen.name not in names else names.index(chosen.name)
        most = _ASSETS_SHOWN if self.roomy else _ASSETS_LISTED if lists else 1
        first = max(0, min(at - most // 2, len(held) - most))
        shown = held[first : first + most]
        room = self.columns - len(write(ZERO)) - LABELS - _AROUND
        cursor = glyphs_of(self.app).cursor
        rows = [_asset_row(asset, write, room, cursor if asset.name == names[at] else " ") for asset in shown]
        rest = sum((asset.counted for asset in held if asset not in shown), ZERO)
        other = [_figure("  others", rest, write, f"{len(held) - len(shown)} more")]
        return rows + (other if len(held) > len(shown) and most > 1 else [])

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - the room inside the frame is asked for
        """Find out how wide it is."""
        self.columns = self.content_size.width

    def watch_columns(self) -> None:
        """Draw with more words or with fewer."""
        self.watch_roomy()

    def on_focus(self) -> None:
        """List the assets."""
        self.lists = True

    def on_blur(self) -> None:
        """Tell who pays again."""
        self.lists = False

    def watch_lists(self) -> None:
        """Draw what stands there now."""
        self.watch_roomy()

    def show_slice(self, value: PoolView) -> None:
        """Give each part its value."""
        self.entitle(value.title)
        self.query_one("#pool-equity", Prose).show(value.equity)
        self.query_one(Gauge).show(value.level)
        self.query_one("#pool-cash", Prose).show(value.cash)
        self.query_one("#pool-payers", Prose).show(value.payers)
        self.query_one(Waterfall).show(value.steps)
        self.query_one("#pool-sentence", Prose).show(value.sentence)


Write = Callable[[Decimal], str]
"""How an amount of the pane is written."""


def _sentence(frame: Frame) -> Words:
    near = account_warning(frame)
    told = " ".join(filter(None, (collateral_words(frame), pool_words(frame))))
    # where only a part fits, the table of positions still has what is near
    return (Paragraph((Span(f"{told} ", "muted"), Span(near, "warn")) if near else (Span(told, "muted"),)),)


def _writer(frame: Frame, row: PositionFrame | None) -> Write:
    """Write every amount of the pane as wide as the widest, so that none moves with the price."""
    money, account = frame.book.amounts, frame.account
    shown = (account.equity, account.unused, account.wallet, account.worst_case, 2 * put_into(frame))
    paid = (row.paid_by.total,) if row else ()
    width = max(len(money(amount)) for amount in (*shown, *paid))
    return lambda amount: f"{money(amount):>{width}}"


def _figure(label: str, amount: Decimal, write: Write, after: str = "") -> Paragraph:
    figure = Span(write(amount))
    return Paragraph((Span(f"{label:<{LABELS + 1}}", "muted"), figure), (Span(after, "muted"),))


def _equity(frame: Frame, write: Write) -> Paragraph:
    """The equity, and what was put into the account in as many words as there is room for."""
    whole, equity = put_into(frame), frame.account.equity
    put_in = frame.book.amounts(whole)
    shorter = (f"/ {put_in}", percent(equity / whole, 0) if whole > 0 else "")
    figure = _figure("equity", equity, write, f"of {put_in}")
    return replace(figure, instead=tuple((Span(words, "muted"),) for words in shorter if words))


def _status(frame: Frame) -> Status:
    """How the pool stands: what is near an isolated position is not near the pool."""
    near = (frame.held[index].mode for index in frame.near.at_risk)
    alone = frame.account.pool_equity is not None and Mode.CROSS not in near
    return Status.OPEN if alone and frame.account.status is Status.AT_RISK else frame.account.status


def level_of(frame: Frame) -> Level:
    """Equity and the line as shares of what was put into the account."""
    whole = max(ZERO, put_into(frame), frame.account.equity) or Decimal(1)
    line = frame.account.pool_maintenance_margin
    tone = {"open": "good", "at_risk": "warn", "liquidated": "bad"}[_status(frame).value]
    pool = frame.account.pool_equity
    return Level(
        fill=float(max(ZERO, pool if pool is not None else frame.account.equity) / whole),
        middle=float(max(ZERO, frame.account.equity) / whole),
        mark=None if line is None else float(min(line / whole, Decimal(1))),
        tone=tone,
        parts=_made_of(frame),
    )


def _made_of(frame: Frame) -> tuple[tuple[str, float], ...]:
    """The assets whose value the equity of the pool is made of, and their shares of it; debts come off all alike."""
    if not frame.book.pools_assets:
        return ()
    counts = {asset.name: asset.counted for asset in frame.account.assets if asset.counted > ZERO}
    whole = sum(counts.values(), ZERO)
    return tuple((name, float(amount / whole)) for name, amount in counts.items()) if len(counts) > 1 else ()


def _cash(frame: Frame, write: Write, roomy: bool, *, brief: bool) -> Words:
    """The cash; where rows are few, cash set apart and who pays come before what is available."""
    account = frame.account
    # of what backs an account of several assets each has a row, in the place of what is unused of its currency
    lines = [] if account.assets else [_figure("unused", account.unused, write)]
    backing = _backing(frame, write) if roomy or account.assets else []
    lines += backing
    if account.isolated_margin:
        lines.append(_figure("isolated", account.isolated_margin, write, "apart"))
    if account.reserved:
        lines.append(_figure("orders", account.reserved, write, f"{len(frame.reserves)} resting"))
    if roomy or not (brief or backing or account.isolated_margin or account.reserved):
        # beside sums in USD, cash is in the account's currency
        unit = frame.book.currency if account.assets and frame.book.currency not in DOLLAR else ""
        lines.append(_figure("available", account.available, write, unit))
    if roomy:
        lines += [] if account.assets else [_figure("wallet", account.wallet, write)]
        lines.append(_figure("worst case", account.worst_case, write, uncounted_in_short(frame)))
        got = "fund got" if account.fund > 0 else "fund paid"
        lines += [_figure(got, abs(account.fund), write)] if account.fund else []
    return tuple(lines)


def _backing(frame: Frame, write: Write) -> list[Paragraph]:
    """What the ratio of the pool is of, where it is another amount than the equity of the account."""
    backing = frame.account.pool_equity
    if backing is None or backing == frame.account.equity:
        return []
    label, after = ("collateral", "counted") if frame.book.pools_assets else ("in pool", "of equity")
    return [_figure(label, backing, write, after)]


_AROUND = 2
"""Columns of a row that neither label nor figures take."""


def _asset_row(asset: AssetFrame, write: Write, room: int, cursor: str) -> Paragraph:
    told = next((words for words in _of_asset(asset) if len(words) <= room), "")
    return _figure(f"{cursor} {asset.name}"[:LABELS], asset.counted, write, told)


def _of_asset(asset: AssetFrame) -> tuple[str, ...]:
    """What is told of an asset, the longest first."""
    balance = f"{amounts_in(asset.name).tight(asset.balance)} {asset.name}"
    if not asset.collateral:
        return f"{balance}, not collateral", "not collateral", "off"
    weight = "" if asset.weight is None else f"at {percent(asset.weight)}"
    lost = f"{weight}, {IN_USD(asset.lost)} lost" if asset.lost else weight
    brief = "" if asset.weight is None else f"at {percent(asset.weight, 0)}"
    return f"{lost} · {balance}".removeprefix(" · "), lost, weight, brief


def _own_ratio(frame: Frame, row: PositionFrame | None, roomy: bool) -> list[Paragraph]:
    """The ratio as the venue writes it, where there is room."""
    own = venue_ratio_words(frame, row) if roomy else None
    return [say(own, "muted")] if own else []


def _line(frame: Frame, row: PositionFrame | None, name: str, write: Write, roomy: bool) -> Paragraph:
    """The line of the pool; under top-up and for an open isolated position that of its bucket, by its name."""
    need, ratio, whose = frame.account.pool_maintenance_margin, frame.account.margin_ratio, ""
    apart = row is not None and row.position.mode is Mode.ISOLATED and not row.ended
    if need is None or apart:
        need, ratio, whose = (row.maintenance_margin, row.margin_ratio, f"{name} ") if row else (ZERO, None, "")
    if ratio is None:
        return _figure("threshold", need, write, whose.strip())
    share, told = percent(ratio), f"{whose}ratio "
    if not roomy:
        share, told = percent(ratio, 1 if ratio < _SHORT_RATIO else 0), whose or told
    shorter = tuple((Span(words, "muted"),) for words in (f"{whose}{share}", share))
    return replace(_figure("threshold", need, write, f"{told}{share}"), instead=shorter)


def _who_pays(row: PositionFrame | None, name: str, money: Amounts) -> Paragraph:
    if row is None:
        return say("no position", "muted")
    if row.paid_by.total == 0:
        return say(f"{name} has no loss to pay", "title")
    return Paragraph((Span(f"who pays {name}'s ", "title"), Span(money(row.paid_by.total))))


def _steps(frame: Frame, row: PositionFrame | None, write: Write) -> tuple[WaterfallStep, ...]:
    if row is None:
        return ()
    paid = row.paid_by
    whole = paid.total or Decimal(1)
    others = _others_name(frame, row)
    rows = (
        ("own margin", paid.own_margin, "own-margin"),
        ("cash", paid.unused, "unused"),
        *((("borrowed", paid.borrowed, "unused"),) if paid.borrowed else ()),
        # beside a list of assets only who pays has a row
        *(((others, paid.others, "others"),) if paid.others or not frame.account.assets else ()),
        *((("fund", paid.fund, "fund"),) if paid.fund or not frame.account.assets else ()),
    )
    return tuple(
        WaterfallStep(f"{label:<{LABELS}}", write(amount), float(amount / whole), tone) for label, amount, tone in rows
    )


def _others_name(frame: Frame, row: PositionFrame) -> str:
    """Who "others" is, where it is one position with a short name: its margin, or its profit too."""
    others = [n for n, p in frame.held.items() if p.mode is Mode.CROSS and n != row.index]
    if len(others) == 1 and row.position.mode is Mode.CROSS and not frame.book.top_up:
        name = market_names(frame.book)[others[0]]
        told = f"{name} margin" if row.paid_by.others <= frame.held[others[0]].margin else f"from {name}"
        return told if len(told) <= LABELS else "others"
    return "others"
