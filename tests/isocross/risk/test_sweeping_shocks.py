"""Sweeps: every row is what the engine says of that account, with the screen and without it."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Order, Side
from isocross.account.order_kinds import OrderKind
from isocross.cascade.ledger import Ledger
from isocross.money import text
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.risk.named import read_as
from isocross.risk.plain import is_plain
from isocross.risk.screen import Screen
from isocross.risk.sweep import COLUMNS, DisagreementError, Part, Task, run_part
from isocross.risk.sweep import part as parts
from isocross.risk.sweep.grid import Grid, grid_in
from isocross.risk.sweep.part import _Work
from isocross.risk.sweep.rows import Held
from isocross.studies.reach import Reaches
from isocross.toml.faults import Faults
from isocross.workspace import book_of, shipped
from isocross.workspace.resolve import load
from tests.brute.books import books, some_markets

GRID = """
common = { from = "-90%", to = "150%", step = "5%" }
vectors = [ { BTC = "-30%" }, { BTC = "-100%", ETH = "+80%" }, { BTC = "-5%", SOL = "-1%" } ]
pairs = [ { x = "BTC", y = "ETH", x_moves = ["-30%", "40%"], y_moves = { from = "-20%", to = "20%", step = "20%" } } ]
shapes = [ { shape = "furthest", moves = ["-20%", "-2%"] } ]
crashes = ["2025-10-10"]
modes = ["as-is", "all-cross", "all-isolated", "flip"]
venues = ["own", "coinex"]
"""


def rows_of(names: list[str], grid: str, *, screened: bool = True) -> Part:
    readers = [partial(read_as, name, partial(load, name)) for name in names]
    return run_part(Task(grid_in(grid), "seed", screened), 0, readers)


def screen(grid: Grid) -> Screen:
    return Screen([scenario.moves for scenario in grid.glided])


@pytest.mark.slow
def test_the_rows_of_every_shipped_account_are_the_same_with_the_screen_and_without_it():
    names = sorted(shipped())
    one, other = rows_of(names, GRID), rows_of(names, GRID, screened=False)
    assert one.lines == other.lines
    assert (other.sure, other.checked) == (0, 0)
    assert one.cells == len(one.lines) > 4000
    assert one.cells / 3 < one.sure < one.cells
    assert one.checked > 5


def moves(markets: tuple[str, ...]) -> str:
    """A grid for the markets of a random book."""
    x, y = markets[0], markets[-1]
    axis = '["-70%", "-30%", "-11%", "-3%", "2%", "13%", "40%", "120%"]'
    common = 'common = { from = "-60%", to = "60%", step = "4%" }\n'
    pairs = f'pairs = [ {{ x = "{x}", y = "{y}", x_moves = {axis}, y_moves = {axis} }} ]\n' if x != y else ""
    return common + pairs


told = {"cells": 0, "sure": 0}


@pytest.mark.slow
@given(books(), st.sampled_from([{}, {0: Decimal("1.5")}, {0: Decimal("-0.5")}]))
def test_the_screen_is_never_sure_of_a_cell_where_the_engine_has_anything_happen(book, beta):
    markets = tuple(book.markets)
    betas = {markets[n]: value for n, value in beta.items()}
    grid = grid_in(moves(markets))
    rows = []
    for screened in (True, False):
        work = _Work(Task(grid, "seed", screened), Part(0))
        rows.append(work.glided(Held(book.profile.id, "as-is", book, betas)))
        told["sure"] += work.part.sure
    told["cells"] += len(rows[0])
    assert rows[0] == rows[1]


@pytest.mark.usefixtures("counted_here")
def test_there_is_much_of_which_the_screen_is_sure():
    assert told["cells"] > 1500
    assert told["cells"] / 10 < told["sure"] < told["cells"]


@given(books(inverse=some_markets))
def test_of_a_coin_margined_account_the_screen_is_sure_of_nothing(book):
    sure = screen(grid_in('common = ["-1%"]')).calm(book, {})
    assert bool(book.inverse_markets) <= (sure == [])


@pytest.mark.slow
@given(books(), st.decimals("-0.9", "1.5", places=2))
def test_a_row_is_what_a_report_says(book, move):
    work = _Work(Task(grid_in(f'common = ["{move * 100:f}%"]'), "seed"), Part(0))
    (row,) = work.glided(Held(book.profile.id, "as-is", book, {}))
    cells = dict(zip(COLUMNS[2:], row, strict=True))
    rehearsal = GlideRehearsal(book, {})
    frame = rehearsal.frame(move)
    account = frame.account
    assert cells["equity"] == text(account.equity)
    assert cells["lost"] == text(book.wallet - account.wallet)
    assert (cells["worst_case"], cells["fund"]) == (text(account.worst_case), text(account.fund))
    assert cells["survivors"] == str(sum(row.death is None for row in frame.positions))
    assert cells["events"] == str(len(frame.events))
    first = next((e for e in frame.events if e.kind.value in ("liquidation", "reduction")), None)
    assert cells["first"] == (None if first is None else book.positions[first.position].id)
    assert cells["first_price"] == (None if first is None or first.mark is None else text(first.mark))
    direction = 1 if move > 0 else -1
    reach = Reaches(rehearsal, direction).of(book)
    assert cells["joint_trigger"] == (None if reach.first is None else text(reach.first * direction))


@pytest.mark.slow
def test_accounts_with_orders_or_that_draw_margin_are_screened_too(home):
    text = shipped()["hedge"].read_text(encoding="utf-8").replace('mode     = "cross"', 'mode     = "isolated"', 1)
    text = text.replace("[scenario]", '[[orders]]\nid = "o"\nmarket = "BTCUSDT"\nside = "long"\nquantity = 0.001\n'
                        "price = 50000\n\n[scenario]")  # fmt: skip
    text = text.replace("entry    = 60000", "entry    = 60000\nauto_margin = true", 1).replace('"guide"', '"okx"')
    (home / "x.toml").write_text(text, encoding="utf-8")
    book = book_of(load("x.toml"))
    assert book.positions[0].auto_margin
    assert book.positions[0].mode is Mode.ISOLATED
    assert Ledger(book).reserved
    one, other = rows_of(["x.toml"], GRID), rows_of(["x.toml"], GRID, screened=False)
    assert one.lines == other.lines
    assert 0 < one.sure < one.cells


@dataclass(frozen=True)
class Richer(Book):
    """An account with something that is not known here."""

    more: tuple[str, ...] = ()


def test_of_an_account_that_has_more_than_a_wallet_the_screen_is_sure_of_nothing():
    book = book_of(load("basket"))
    own = {field.name: getattr(book, field.name) for field in fields(book)}
    grid = grid_in('common = ["-1%", "-60%"]')
    plain, richer = Richer(**own), Richer(**own, more=("BTC",))
    assert is_plain(plain)
    assert not is_plain(richer)
    found = []
    for held in (plain, richer):
        work = _Work(Task(grid, "seed"), Part(0))
        found.append(work.glided(Held("guide", "as-is", held, {})))
        assert work.part.sure == (held is plain)
    assert found[0] == found[1]


def test_a_screen_that_is_wrong_ends_the_sweep(monkeypatch):
    def calm(self: Screen, book: object, betas: object) -> object:
        return [(0, {"BTCUSDT": Decimal("-0.9"), "ETHUSDT": Decimal("-0.9"), "SOLUSDT": Decimal("-0.9")})]

    monkeypatch.setattr(Screen, "calm", calm)
    monkeypatch.setattr(parts, "CHECKED", 1.0)
    with pytest.raises(DisagreementError, match="the fast check was sure of"):
        rows_of(["basket"], 'common = ["-90%"]')


def test_what_cannot_be_rehearsed_says_why_in_its_row():
    part = rows_of(["inverse"], 'common = ["-99%", "-10%"]\ncrashes = ["2025-10-10"]\nvenues = ["coinex"]')
    refused = [dict(zip(COLUMNS, line.split(","), strict=False))["refused"] for line in part.lines]
    assert refused[1] == ""
    assert "would move BTCUSD by" in part.lines[0]
    assert "BTCUSD is not in this history" in part.lines[2]


# --- the file of scenarios -------------------------------------------------------------------------


def test_scenarios_come_in_their_order_and_once():
    grid = grid_in(
        'common = ["-10%", -0.1, "5%"]\nvectors = [ { common = "5%" }, { BTC = "1%" } ]\ncrashes = ["2020-03-12"]'
    )
    assert [scenario.id for scenario in grid.glided] == ["common=-0.1", "common=0.05", "BTC=0.01"]
    assert [scenario.id for scenario in grid.replayed] == ["crash:2020-03-12"]
    assert grid.cells == 4
    ranged = grid_in('common = { from = "-10%", to = "10%", step = "5%" }')
    assert [scenario.id for scenario in ranged.glided] == [f"common={m}" for m in ("-0.1", "-0.05", "0", "0.05", "0.1")]


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ("", "grid:1:1: there is no scenario"),
        ('comon = ["-1%"]', 'comon: there is no such key; did you mean "common"?'),
        ("common = []", "is not a list with something in it"),
        ('common = ["-100%"]', 'common[0]: "-100%" would leave no price'),
        ("common = [-10]", "would be -1,000% (expected -10% or -0.1)"),
        ('common = { from = "1%", to = "-1%", step = "1%" }', "these are not moves from one to a higher one"),
        ('common = { from = "-1%", to = "1%" }', "step is missing"),
        (
            'common = { from = "-90%", to = "90%", step = "0.001%" }',
            "there are 180,001 moves",
        ),
        ('pairs = [ { x = "BTC", y = "ETH", x_moves = ["1%"] } ]', "y_moves is missing"),
        ('pairs = [ { x = 1, y = "ETH", x_moves = ["1%"], y_moves = ["1%"] } ]', "this is not the name of a coin"),
        ('shapes = [ { shape = "further", moves = ["1%"], at = 1 } ]', "shapes[0].at: there is no such key"),
        ('shapes = [ { shape = "farther", moves = ["1%"] } ]', '"farther" is not a shape; did you mean "further"?'),
        ('crashes = ["2025"]', 'no crash is called "2025"'),
        ('common = ["1%"]\nmodes = ["cross"]', '"cross" is not a mode'),
        ('common = ["1%"]\nvenues = ["nowhere"]', '"nowhere" is not a venue'),
        ('common = ["1%"]\nvenues = "okx"', "is not a list with something in it"),
    ],
)
def test_a_grid_that_is_wrong_says_where(grid, said):
    with pytest.raises(Faults) as caught:
        grid_in(grid)
    assert said in str(caught.value)


def test_a_grid_counts_its_cells():
    assert isinstance(grid_in(GRID), Grid)
    assert grid_in(GRID).cells == (49 + 3 + 6 + 2 + 1) * 4 * 2


DEPEGS = """
vectors = [
    { USDE = "-35%" },
    { BTC = "-16.77%", ETH = "-21.82%", USDE = "-35%" },
    { BTC = "-16.77%", ETH = "-21.82%" },
]
shapes = [ { shape = "2025-10-10-collateral", moves = ["-16.77%"] }, { shape = "2025-10-10", moves = ["-16.77%"] } ]
"""


@pytest.mark.slow
def test_a_depeg_of_collateral_is_a_move_like_another():
    """USDe at 0.65 alone liquidates nothing, and neither do the drops alone; both together do, as in the shape."""
    found = rows_of(["depeg-2025-10-10"], DEPEGS)
    survivors = [line.split(",")[COLUMNS.index("survivors")] for line in rows_without_quotes(found)]
    assert survivors == ["2", "0", "2", "0", "2"]


def rows_without_quotes(part: Part) -> list[str]:
    """The lines with what is quoted, the names of scenarios, without its commas."""
    return [re.sub(r'"[^"]*"', lambda quoted: quoted[0].replace(",", ";"), line) for line in part.lines]


def test_an_account_whose_order_may_be_filled_on_the_way_is_left_to_the_engine():
    book = book_of(load("hedge"))
    order = Order("o", "BTCUSDT", Side.SHORT, Decimal("0.001"), Decimal(60500), fills=OrderKind.LIMIT)
    resting, filled = (replace(book, orders=(replace(order, fills=fills),)) for fills in (None, OrderKind.LIMIT))
    grid = grid_in('common = ["-1%", "2%"]')
    for held, is_sure in ((resting, True), (filled, False)):
        assert bool(screen(grid).calm(held, {})) is is_sure
        assert screen(grid).verdicts([(held, {})]).sure.any() == is_sure
    work = _Work(Task(grid, "seed"), Part(0))
    rows = work.glided(Held("guide", "as-is", filled, {}))
    assert [dict(zip(COLUMNS[2:], row, strict=True))["events"] for row in rows] == ["0", "1"]
