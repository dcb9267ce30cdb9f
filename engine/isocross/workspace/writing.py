"""Writing: a workspace as TOML text, in the canonical order, every digit kept, defaults left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal

from isocross.account.book import Position
from isocross.account.stated import Stated
from isocross.moves.move import Planned
from isocross.rehearsal.kinds import PATH_KEYS
from isocross.rehearsal.scenario import Scenario
from isocross.toml.write import Row, inline_text, lines, texts, value_text
from isocross.workspace.model import FORMAT, AssetEntry, MarketEntry, TierEntry, VenueChoice, View, Workspace
from isocross.workspace.orders import order_row


def dump(workspace: Workspace) -> str:
    """The workspace as the text of a file; reading it back gives an equal workspace."""
    default = Workspace("", Decimal(0), ())
    choice, scenario = workspace.venue, workspace.scenario
    head = _without(account_row(workspace), account_row(default), ("currency", "account", "strict"))
    venue = None if choice.overrides else value_text(choice.profile)
    blocks = [lines({"format": str(FORMAT), "name": head.pop("name"), "venue": venue, **head})]
    if not workspace.positions:
        blocks[0] += "positions = []\n"
    if choice.overrides:
        blocks.append("[venue]\n" + lines(venue_row(choice)))
    blocks += ["[[assets]]\n" + lines(asset_row(asset)) for asset in workspace.assets]
    blocks += ["[[markets]]\n" + lines(market_row(market)) for market in workspace.markets]
    blocks += ["[[positions]]\n" + lines(position_row(position)) for position in workspace.positions]
    blocks += ["[[orders]]\n" + lines(order_row(order)) for order in workspace.orders]
    if scenario != default.scenario:
        row = _without(scenario_row(scenario), scenario_row(default.scenario), ("path",))
        betas = inline_text(betas_row(scenario)) if scenario.betas else None
        blocks.append("[scenario]\n" + lines({**row, "betas": betas}))
    if workspace.view != default.view:
        blocks.append("[view]\n" + lines(view_row(workspace.view)))
    return "\n".join(blocks)


# --- the tables, each with all of its keys in the canonical order --------------------------------


def account_row(workspace: Workspace) -> Row:
    """The plain values at the top of the file."""
    return texts(
        {
            "name": workspace.name,
            "wallet": None if _is_listed(workspace) else workspace.wallet,
            "currency": workspace.currency,
            "account": workspace.account.value,
            "fund": workspace.fund,
            "strict": workspace.strict,
        }
    )


def _is_listed(workspace: Workspace) -> bool:
    """Whether the balance of the account's currency stands in the list of its assets."""
    own = (entry for entry in workspace.assets if entry.asset == workspace.currency)
    return any(entry.balance is not None for entry in own)


def asset_row(entry: AssetEntry) -> Row:
    """One of `[[assets]]`."""
    tiers = "".join(f"    {inline_text(texts({'from': start, 'weight': weight}))},\n" for start, weight in entry.tiers)
    whole = len(entry.tiers) == 1
    plain = texts(
        {
            "asset": entry.asset,
            "balance": entry.balance,
            "collateral": None if entry.collateral else False,
            "price": entry.price,
            "weight": entry.tiers[0][1] if whole else None,
        }
    )
    others = {name: getattr(entry, name) for name in ("initial_weight", "debt_weight", "initial_debt_weight", "factor")}
    rest = texts({**others, "limit_reached": entry.limit_reached or None})
    return {**plain, "tiers": f"[\n{tiers}]" if tiers and not whole else None, **rest}


def venue_row(choice: VenueChoice) -> Row:
    """`[venue]`."""
    return texts({"profile": choice.profile, **dict(choice.overrides)})


def market_row(market: MarketEntry) -> Row:
    """One of `[[markets]]`."""
    tiers = "".join(f"    {_tier(tier)},\n" for tier in market.tiers)
    kind = None if market.kind is None else market.kind.value
    plain = texts(
        {"symbol": market.symbol, "mark": market.mark, "last": market.last, "kind": kind, "settles": market.settles}
    )
    return {**plain, "tiers": f"[\n{tiers}]" if tiers else None}


def position_row(position: Position) -> Row:
    """One of `[[positions]]`."""
    plain = texts(
        {
            "id": position.id,
            "market": position.market,
            "side": position.side.value,
            "mode": position.mode.value,
            "quantity": position.quantity,
            "entry": position.entry,
            "leverage": position.leverage,
            "margin": position.given_margin,
            "auto_margin": position.auto_margin or None,
        }
    )
    return {**plain, "stated": None if position.stated is None else inline_text(_stated(position.stated))}


def _stated(stated: Stated) -> Row:
    return texts({**asdict(stated), "incomplete": stated.incomplete or None})


def scenario_row(scenario: Scenario) -> Row:
    """`[scenario]`, but for the betas; what is left at its default has no text, path and shock aside."""
    moves = "".join(f"    {_move(move)},\n" for move in scenario.moves)
    return {
        **texts({"path": scenario.path.value, "shock": scenario.shock}),
        **{key.name: key.text(scenario) for key in PATH_KEYS},
        "moves": f"[\n{moves}]" if moves else None,
    }


def _move(planned: Planned) -> str:
    move = planned.move
    what = {"at": planned.at, "do": move.do.value, "position": move.position, "amount": move.amount}
    return inline_text(texts({**what, "asset": move.asset, "to": move.to}))


def betas_row(scenario: Scenario) -> Row:
    """The betas of `[scenario]`."""
    return texts(scenario.betas)


def view_row(view: View) -> Row:
    """`[view]`."""
    return texts({"theme": view.theme, "selected": view.selected, "step": view.step, "at": view.at})


def _tier(tier: TierEntry) -> str:
    ladder = {"from": tier.start, "rate": tier.rate, "max_leverage": tier.max_leverage}
    return inline_text(texts({**ladder, "deduction": tier.deduction, "factor": tier.factor}))


def _without(row: Row, default: Row, keys: Iterable[str]) -> Row:
    """The row without those of the keys whose value is the default."""
    return {key: None if key in keys and text == default[key] else text for key, text in row.items()}


# --- their text ------------------------------------------------------------------------------------
