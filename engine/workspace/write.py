"""Writing: a workspace as TOML text, in the canonical order, every digit kept, defaults left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

import tomli_w

from engine.book import Position
from engine.workspace.model import FORMAT, MarketEntry, PathKind, Scenario, TierEntry, View, Workspace

Value = Decimal | str | bool | int
Pairs = Iterable[tuple[str, Value | None]]

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
LARGEST_INTEGER = 2**63 - 1
"""Beyond it, TOML readers other than ours need not read an integer."""


def dump(workspace: Workspace) -> str:
    """The workspace as the text of a file; reading it back gives an equal workspace."""
    default = Workspace("", Decimal(0), ())
    choice = workspace.venue
    blocks = [
        _lines(
            [
                ("format", FORMAT),
                ("name", workspace.name),
                ("venue", None if choice.overrides else choice.profile),
                ("wallet", workspace.wallet),
                ("currency", None if workspace.currency == default.currency else workspace.currency),
                ("fund", workspace.fund),
                ("strict", workspace.strict or None),
            ]
        )
    ]
    if not workspace.positions:
        blocks[0] += "positions = []\n"
    if choice.overrides:
        blocks.append("[venue]\n" + _lines([("profile", choice.profile), *choice.overrides]))
    blocks += [_market(market) for market in workspace.markets]
    blocks += [_position(position) for position in workspace.positions]
    if workspace.scenario != default.scenario:
        blocks.append(_scenario(workspace.scenario))
    if workspace.view != default.view:
        blocks.append(_view(workspace.view))
    return "\n".join(blocks)


def number(value: Decimal) -> str:
    """A number as plain digits, all of them: no exponent, no trailing zeros."""
    if value == 0:
        return "0"
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain if "." in plain or abs(int(plain)) <= LARGEST_INTEGER else f"{plain}.0"


def _market(market: MarketEntry) -> str:
    tiers = "".join(f"    {_tier(tier)},\n" for tier in market.tiers)
    head = "[[markets]]\n" + _lines([("symbol", market.symbol), ("mark", market.mark)])
    return head + (f"tiers = [\n{tiers}]\n" if tiers else "")


def _tier(tier: TierEntry) -> str:
    return _inline(
        [
            ("from", tier.start),
            ("rate", tier.rate),
            ("max_leverage", tier.max_leverage),
            ("deduction", tier.deduction),
        ]
    )


def _position(position: Position) -> str:
    return "[[positions]]\n" + _lines(
        [
            ("id", position.id),
            ("market", position.market),
            ("side", position.side.value),
            ("mode", position.mode.value),
            ("quantity", position.quantity),
            ("entry", position.entry),
            ("leverage", position.leverage),
            ("margin", position.given_margin),
        ]
    )


def _scenario(scenario: Scenario) -> str:
    path = None if scenario.path is PathKind.WHAT_IF else scenario.path.value
    betas = f"betas = {_inline(_pairs(scenario.betas))}\n" if scenario.betas else ""
    return "[scenario]\n" + _lines([("path", path), ("shock", scenario.shock)]) + betas


def _pairs(table: Mapping[str, Decimal]) -> list[tuple[str, Value]]:
    return list(table.items())


def _view(view: View) -> str:
    return "[view]\n" + _lines([("theme", view.theme), ("selected", view.selected), ("step", view.step)])


def _lines(pairs: Pairs) -> str:
    """`key = value` lines; what is None has none."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in pairs if value is not None)


def _inline(pairs: Pairs) -> str:
    """An inline table; what is None is left out."""
    inside = ", ".join(f"{_key(key)} = {_value(value)}" for key, value in pairs if value is not None)
    return f"{{ {inside} }}"


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _value(key)


def _value(value: Value) -> str:
    """One value; everything but a decimal is the writer's, which would give decimals an exponent."""
    if isinstance(value, Decimal):
        return number(value)
    return tomli_w.dumps({"k": value}).removeprefix("k = ").removesuffix("\n")
