"""Named shapes of a shock, taken from what happened: how far each market goes for one step of bitcoin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from isocross.format import percent
from isocross.history.crashes import BASE, Crash, coin_of, crashes, relative_falls
from isocross.history.prints import moves_of_collateral, prints
from isocross.money import ONE, ZERO, exact
from isocross.records import dataclass
from isocross.rules.collateral import STABLE

_PLACES = Decimal("0.01")
"""What a part of a shape is rounded to."""
_FINE_PLACES = Decimal("0.0001")
"""The same where a crash is repeated, and for its shock: so that its falls come out to a tenth of a per cent."""
_ROOM = 80
"""Characters for the words of a choice."""


@dataclass(frozen=True, slots=True)
class Family:
    """Crashes that went alike."""

    id: str
    title: str
    crashes: tuple[str, ...]


FAMILIES = (
    Family("equally", "all about equally", ("2020-03-12", "2022-06-12", "2026-02-05")),
    Family("further", "altcoins further", ("2021-05-19", "2022-05-11", "2024-08-05")),
    Family("furthest", "altcoins much further", ("2025-10-10",)),
    Family("one-breaks", "one coin breaks", ("2022-11-08",)),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A part for every coin, as many times bitcoin's move."""

    id: str
    title: str
    parts: Mapping[str, Decimal]
    """By coin; BTC is 1."""
    shock: Decimal | None
    """Bitcoin's own move where one crash is repeated; None: any."""
    source: str
    """Dates, and whose prices."""
    name: str = ""
    """What the crash is called, where one is repeated."""
    backing: tuple[str, ...] = ()
    """Coins that back positions whose drop it has, too; empty: it has none."""

    @property
    def of_others(self) -> Decimal:
        """The part of a coin the shape does not know: the median of those other than bitcoin and than collateral."""
        apart = {coin_of(BASE), *(one.coin for one in prints())}
        return _median([part for coin, part in self.parts.items() if coin not in apart])

    def part_of(self, symbol: str) -> Decimal:
        """The part of a market, or of an asset by its name; a stable one that the shape does not know stays."""
        known = self.parts.get(symbol) or self.parts.get(coin_of(symbol))
        return known or (ZERO if symbol in STABLE else self.of_others)


@dataclass(frozen=True, slots=True)
class ShapeChoice:
    """A shape put on the markets of one account."""

    id: str
    title: str
    words: str
    """How far the first of the account's markets go, in few words."""
    remark: str
    """When it was, whose prices, and which markets are only guessed at, as sentences."""
    betas: Mapping[str, Decimal]
    """By symbol; a market that is left out goes as far as bitcoin."""
    shock: Decimal | None
    """The move to put the account at; None: where it stands."""


@cache
@exact
def shapes() -> tuple[Shape, ...]:
    """The families, then every crash as it was; prices are read the first time."""
    by_id = {crash.id: crash for crash in crashes()}
    families = [_family(family, [by_id[crash] for crash in family.crashes]) for family in FAMILIES]
    return (*families, *(shape for crash in by_id.values() for shape in (_repeated(crash), *_with_collateral(crash))))


def shape_choices(symbols: Sequence[str]) -> tuple[ShapeChoice, ...]:
    """Every shape for the markets of an account, told in words; of collateral only for an account that has it."""
    held = {name for symbol in symbols for name in (symbol, coin_of(symbol))}
    return tuple(_choice(shape, symbols) for shape in shapes() if not shape.backing or held & set(shape.backing))


def _family(family: Family, members: Sequence[Crash]) -> Shape:
    """For each coin the median of what it did in the crashes that had it."""
    found: dict[str, list[Decimal]] = {}
    for crash in members:
        for symbol, part in relative_falls(crash.falls, BASE).items():
            found.setdefault(coin_of(symbol), []).append(part)
    parts = {coin: _rounded(_median(values), _PLACES) for coin, values in found.items()}
    return Shape(family.id, family.title, parts, None, _dates(members))


def _repeated(crash: Crash) -> Shape:
    """One crash as it was."""
    relative = relative_falls(crash.falls, BASE)
    parts = {coin_of(symbol): _rounded(part, _FINE_PLACES) for symbol, part in relative.items()}
    shock = _rounded(crash.falls[BASE].move, _FINE_PLACES)
    return Shape(crash.id, crash.id, parts, shock, _dates([crash]), crash.title)


def _with_collateral(crash: Crash) -> tuple[Shape, ...]:
    """The same crash with what coins that back positions dropped by; nothing where no such print is known."""
    moves = moves_of_collateral(crash)
    if not moves:
        return ()
    plain, base = _repeated(crash), crash.falls[BASE].move
    parts = {**plain.parts, **{coin: _rounded(move / base, _FINE_PLACES) for coin, move in moves.items()}}
    source = f"{plain.source}; the worst prints of {', '.join(moves)} on Binance that day, as CoinDesk reported them"
    title = f"{crash.id}, collateral too"
    whole = replace(plain, id=f"{crash.id}-collateral", title=title, parts=parts, source=source, backing=tuple(moves))
    return (whole,)


def _dates(members: Sequence[Crash]) -> str:
    kinds = sorted({crash.window.kind.value for crash in members}, reverse=True)
    return f"{', '.join(crash.id for crash in members)} (Binance {' and '.join(kinds)})"


@exact
def _choice(shape: Shape, symbols: Sequence[str]) -> ShapeChoice:
    parts = {symbol: shape.part_of(symbol) for symbol in symbols}
    unknown = list(dict.fromkeys(coin_of(s) for s in symbols if coin_of(s) not in shape.parts and s not in STABLE))
    remark = f"From {shape.source}."
    if unknown:
        remark += f" Not there, so taken as the median of the altcoins: {', '.join(unknown)}."
    betas = {symbol: part for symbol, part in parts.items() if part != ONE}
    return ShapeChoice(shape.id, shape.title, _words(shape, parts), remark, betas, shape.shock)


def _words(shape: Shape, parts: Mapping[str, Decimal]) -> str:
    """The parts of the markets there is room for, as times bitcoin or as the falls of a crash, and how many more."""
    by_coin = {coin_of(symbol): part for symbol, part in parts.items()}
    if shape.shock is None:
        words, told = "", [f"{coin} ×{part:f}" for coin, part in by_coin.items()]
    else:
        words, told = f"{shape.name}: ", [f"{coin} {percent(part * shape.shock)}" for coin, part in by_coin.items()]
    for n, part in enumerate(told):
        if n and len(words) + len(part) > _ROOM:
            return f"{words}, {len(told) - n} more"
        words += f"{', ' if n else ''}{part}"
    return words


def _median(values: Sequence[Decimal]) -> Decimal:
    """The middle one, or the mean of the middle two."""
    ranked = sorted(values)
    return (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2


def _rounded(value: Decimal, places: Decimal) -> Decimal:
    return value.quantize(places, ROUND_HALF_EVEN).normalize()
