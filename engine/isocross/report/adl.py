"""What becomes of a crowd, as JSON, text and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from isocross.format import amounts_in, counted, named_amounts, percent, price
from isocross.money import ZERO, exact, text, text_or_none
from isocross.report.json import FORMAT
from isocross.report.text import columns
from isocross.risk.crowd.depth import Depth
from isocross.risk.crowd.policies import Hit
from isocross.risk.crowd.population import Crowd
from isocross.risk.crowd.rounds import Outcome, Round, Shared
from isocross.risk.csv_line import csv_line

HITS = 20
"""Winners that are told of each policy; the counts are of all."""
MODEL = (
    "A model and no forecast: the price moves by the depth that was given, nobody else trades, other markets do not "
    "move, and what winners give up liquidates nobody."
)
ROUNDS = ("round", "move", "price", "accounts", "closed", "sold", "to_fund", "holes", "fund", "needed")


@exact
def adl_json(outcome: Outcome, depth: Depth, bad: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Every round, and who is hit under each policy."""
    crowd = outcome.crowd
    return {
        "format": FORMAT,
        "market": crowd.market,
        "mark": text_or_none(crowd.mark),
        "currency": crowd.currency,
        "accounts": len(crowd.members),
        "held": text(crowd.held),
        "shock": text(outcome.shock),
        "jumps": crowd.jumps,
        "depth": [{"move": text(move), "notional": text(notional)} for move, notional in depth.points],
        "move": text(outcome.move),
        "cut": outcome.cut,
        "reproduction": text(outcome.reproduction),
        "rounds": [_round(made, crowd) for made in outcome.rounds],
        "policies": [_shared(shared, crowd) for shared in outcome.shared],
        "faults": list(bad),
        "model": MODEL,
        "text": sentence(outcome),
    }


def _round(made: Round, crowd: Crowd) -> dict[str, Any]:
    mark = None if crowd.mark is None else crowd.mark * (1 + made.move)
    figures = {key: text_or_none(getattr(made, key)) for key in ("sold", "to_fund", "holes", "fund", "needed")}
    head = {"round": made.number, "move": text(made.move), "price": text_or_none(mark)}
    return head | {"accounts": made.accounts, "closed": made.closed} | figures


def _shared(shared: Shared, crowd: Crowd) -> dict[str, Any]:
    return {
        "policy": shared.policy,
        "needed": text(shared.needed),
        "taken": text(shared.taken),
        "beyond": text(shared.beyond),
        "uncovered": text(shared.uncovered),
        "hit": len(shared.hits),
        "hardest": text_or_none(shared.hardest),
        "winners": [_hit(hit, crowd) for hit in shared.hits[:HITS]],
    }


def _hit(hit: Hit, crowd: Crowd) -> dict[str, Any]:
    winner = hit.winner
    return {
        "account": crowd.members[winner.member].name,
        "position": winner.position,
        "profit": text(winner.profit),
        "equity": text(winner.equity),
        "taken": text(hit.taken),
    }


def sentence(outcome: Outcome) -> str:
    """Say how far the price went, what was liquidated, and what the fund lacked."""
    money, crowd = named_amounts(outcome.crowd.currency or "USDT"), outcome.crowd
    closed, needed = sum(r.closed for r in outcome.rounds), sum(r.needed for r in outcome.rounds)
    asked, led = (percent(move, 2, plus="+") for move in (outcome.shock, outcome.move))
    said = f"{crowd.market} {asked} becomes {led} in {counted(len(outcome.rounds), 'round')}: "
    said += counted(closed, "liquidation")
    said += f", the fund is short by {money(needed)}." if needed else ", the fund has enough."
    if outcome.cut:
        said += " The price went as far as it can here."
    return f"{said} Reproduction number {outcome.reproduction:.2f}."


_HARDEST = "most of an account's equity"


@exact
def adl_text(outcome: Outcome) -> str:
    """The rounds and the policies as tables, with a sentence and what the model leaves out."""
    money, crowd = amounts_in(outcome.crowd.currency or "USDT"), outcome.crowd
    rounds = [
        (
            *(str(r.number), percent(r.move, 2, plus="+"), _price(r, crowd), str(r.accounts), str(r.closed)),
            *(money(r.sold), money(r.holes), "unlimited" if r.fund is None else money(r.fund), money(r.needed)),
        )
        for r in outcome.rounds
    ]
    titles = ("round", "move", "price", "accounts", "closed", "sold", "unpaid losses", "fund left", "fund short by")
    policies = [
        (
            *(s.policy, money(s.needed), money(s.taken), money(s.beyond), money(s.uncovered), str(len(s.hits))),
            "none" if s.hardest is None else percent(s.hardest),
        )
        for s in outcome.shared
    ]
    heads = ("policy", "needed", "taken", "more than needed", "uncovered", "accounts hit", _HARDEST)
    lines = [
        sentence(outcome), "", *columns([titles, *rounds], figures_from=0), "",
        *columns([heads, *policies], figures_from=1), "", MODEL,
    ]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines) + "\n"


_BAR = 32
"""Characters of the longest bar."""


@exact
def adl_view(outcome: Outcome) -> str:
    """Draw the rounds as bars of what was sold at each price, and the policies as bars of what they take."""
    money, crowd = amounts_in(outcome.crowd.currency or "USDT"), outcome.crowd
    most = max((made.sold for made in outcome.rounds), default=ZERO)
    rounds = [
        (
            *(str(made.number), percent(made.move, 2, plus="+"), _price(made, crowd)),
            *(_bar(made.sold, most), money(made.sold), str(made.accounts)),
            "unlimited" if made.fund is None else money(made.fund),
        )
        for made in outcome.rounds
    ]
    titles = ("round", "move", "price", "sold in it", "", "accounts", "fund left")
    highest = max((shared.taken for shared in outcome.shared), default=ZERO)
    policies = [
        (
            shared.policy,
            _bar(shared.taken - shared.beyond, highest) + _bar(shared.beyond, highest, "░"),
            *(money(shared.taken), str(len(shared.hits))),
            "none" if shared.hardest is None else percent(shared.hardest),
        )
        for shared in outcome.shared
    ]
    heads = ("policy", "taken: █ needed, ░ more", "", "accounts hit", _HARDEST)
    lines = [sentence(outcome), "", *_drawn([titles, *rounds], 3)]
    if highest:
        lines += ["", *_drawn([heads, *policies], 1)]
    return "\n".join(line.rstrip() for line in [*lines, "", MODEL]) + "\n"


def _bar(amount: Decimal, most: Decimal, sign: str = "█") -> str:
    """A bar; what is more than nothing has one character at least."""
    if amount <= 0 or not most:
        return ""
    return sign * max(1, int(_BAR * amount / most))


def _drawn(rows: Sequence[Sequence[str]], bar: int) -> list[str]:
    """Set rows in columns: the bars to the left, figures to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if place == bar or (bar == 1 and not place) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _price(made: Round, crowd: Crowd) -> str:
    return "none" if crowd.mark is None else price(crowd.mark * (1 + made.move))


@exact
def adl_csv(outcome: Outcome) -> str:
    """A line for each round."""
    rows = (_round(made, outcome.crowd) for made in outcome.rounds)
    cells = ([None if row[key] is None else str(row[key]) for key in ROUNDS] for row in rows)
    return csv_line(ROUNDS) + "".join(map(csv_line, cells))
