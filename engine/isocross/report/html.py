"""A frame as a table of HTML, for a notebook. Every word of a file is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from isocross.figures.frame import Frame
from isocross.format import percent
from isocross.money import exact
from isocross.report.text import POSITION_TITLES, asset_rows, position_rows

_RIGHT = ' style="text-align:right"'
_FIGURES_FROM = 3


@exact
def frame_html(head: str, frame: Frame) -> str:
    """Draw a frame: the account in one row, its positions in one row each."""
    account, money, whole = frame.account, frame.book.amounts, frame.book.whole_amounts
    figures = (
        ("wallet", whole(account.wallet)),
        ("equity", whole(account.equity)),
        ("unused", money(account.unused)),
        ("available", money(account.available)),
        ("maintenance margin", whole(account.maintenance_margin)),
        ("margin ratio", percent(account.margin_ratio)),
        ("worst case", whole(account.worst_case)),
        ("status", account.status.value.replace("_", " ")),
    )
    titles, cells = zip(*figures, strict=True)
    positions = _table(POSITION_TITLES, position_rows(frame), _FIGURES_FROM)
    tables = f"{_table(titles, [cells], 0)}{_assets(frame)}{positions}"
    return f'<div class="isocross"><p>{escape(head)}</p>{tables}</div>'


def _assets(frame: Frame) -> str:
    """The assets of an account of several, a row each; empty where there is a wallet alone."""
    if not frame.book.coins:
        return ""
    titles, *rows = asset_rows(frame)
    return _table(titles, rows, 1)


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]], figures_from: int) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(
        "<tr>"
        + "".join(f"<td{_RIGHT if n >= figures_from else ''}>{escape(cell)}</td>" for n, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
