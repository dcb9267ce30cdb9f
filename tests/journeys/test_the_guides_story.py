"""What the guide tells, done by hand at the desk; every figure on the screen is held against the engine's."""

from decimal import Decimal

import pytest

from isocross.account.book import market_names
from isocross.desk import selectors
from isocross.figures.frame import Status
from isocross.moves import flip
from isocross.words.latest import last_event
from tests.journeys.screen import Room, cents, number, room, workspace_file

SHORT_OF_CASH = """
format = 1
name   = "Short of cash"
venue  = "guide"
wallet = 500

[[markets]]
symbol = "BTCUSDT"
mark   = 42000

[[markets]]
symbol = "ETHUSDT"
mark   = 3000

[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.015
entry = 60000
leverage = 3

[[positions]]
id = "eth"
market = "ETHUSDT"
side = "short"
mode = "isolated"
quantity = 0.2
entry = 3000
leverage = 5
"""


def assert_screen_is_engine(desk: Room) -> None:
    """Every figure of the pool, of the waterfall and of the table, parsed back."""
    account = desk.frame.account
    assert desk.figure("equity") == cents(account.equity)
    assert desk.figure("unused") == cents(account.unused)
    assert desk.figure("available") == cents(account.available)
    assert desk.figure("wallet") == cents(account.wallet)
    assert desk.figure("worst case") == cents(account.worst_case)
    row = selectors.selected_frame(desk.state)
    assert row is not None
    isolated = desk.frame.book.has_bucket(row.position) and not row.ended
    need = row.maintenance_margin if isolated else account.pool_maintenance_margin
    assert desk.figure("threshold") == cents(need)
    paid = row.paid_by
    assert desk.payers() == [cents(amount) for amount in (paid.own_margin, paid.unused, paid.others, paid.fund)]
    for name, shown in zip(selectors.names(desk.state), desk.frame.positions, strict=True):
        assert_row_is_engine(desk, name, shown)


def assert_row_is_engine(desk: Room, name: str, shown) -> None:
    cells = desk.cells(name)
    dead = shown.status is Status.LIQUIDATED
    assert desk.struck(name) == dead
    assert shown.position.side.value in cells["side"]
    assert shown.position.mode.value in cells["mode"]
    assert number(cells["size"]) == shown.position.quantity
    assert number(cells["mark"]) == cents(shown.mark)
    assert number(cells["entry"]) == shown.position.entry
    assert number(cells["PnL"]) == cents(-shown.death.amount if dead else shown.unrealised_pnl)
    assert number(cells["margin"]) == cents(shown.margin)
    assert number(cells["worst"]) == cents(shown.worst_case)
    if dead:
        assert number(cells["liq"]) == round(desk.frame.path.move(shown.death.place) * 100, 1)
    else:
        assert_price(cells["liq"], shown.liquidation_price_shown)
    assert_price(cells["joint"], shown.joint_trigger)


def assert_price(written: str, price: Decimal | None) -> None:
    assert (written == "none") == (price is None)
    if price is not None:
        assert number(written) == cents(price)


async def test_under_cross_the_pool_drains_and_only_the_flip_shows_what_the_mode_was_worth():
    async with room("guide-cross", (200, 60)) as desk:
        assert_screen_is_engine(desk)
        equity, unused = desk.figure("equity"), desk.figure("unused")

        await desk.press(*["left"] * 10)
        assert_screen_is_engine(desk)
        assert desk.figure("equity") == equity - 90
        assert desk.figure("unused") == unused - 60
        assert not desk.struck("BTC")

        await desk.press("f")
        assert "BTC is isolated now." in desk.words
        assert desk.struck("BTC")
        assert desk.figure("equity") == 700
        assert desk.figure("unused") == 500
        assert desk.payers() == [300, 0, 0, 0]
        assert_screen_is_engine(desk)

        fell = last_event(desk.frame)
        assert fell is not None
        assert fell in desk.said("#cascade-words")
        assert "BTC was liquidated at −33.0 %" in desk.said("#positions-sentence")
        assert "would not be liquidated at all" in desk.said("#positions-sentence")

        await desk.shock_to(-33)
        assert desk.struck("BTC")
        await desk.shock_to(-32)
        assert not desk.struck("BTC")
        assert_screen_is_engine(desk)


async def test_who_pays_moves_from_the_own_margin_to_unused_cash_to_the_other_position_as_the_shock_deepens():
    async with room("guide-cross", (200, 60)) as desk:
        for shock, own, unused, others in ((-20, 180, 0, 0), (-33, 297, 0, 0), (-34, 300, 6, 0), (-60, 300, 240, 0)):
            await desk.shock_to(shock)
            assert desk.payers() == [own, unused, others, 0]
            assert_screen_is_engine(desk)
        await desk.press("x", "x", "x", *["left"] * 4)
        assert desk.state.moment.shock == Decimal("-0.95")
        assert desk.payers() == [300, 500, 55, 0]
        assert "ETH margin" in desk.said("#pool-waterfall")
        assert_screen_is_engine(desk)


async def test_the_other_position_has_its_own_waterfall():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.press("down")
        assert desk.row("ETH").startswith("▸")
        assert "ETH has no loss to pay" in desk.said("#pool-payers")
        assert desk.payers() == [0, 0, 0, 0]
        assert_screen_is_engine(desk)


@pytest.mark.parametrize("name", ["guide-isolated", "guide-mixed"])
async def test_every_figure_on_the_screen_is_the_engines_all_along_the_slider(name):
    async with room(name, (200, 60)) as desk:
        for keys in ("0", "<", "<", "<", "<", "down", "f", ">", "<", "up"):
            await desk.press({"<": "less_than_sign", ">": "greater_than_sign"}.get(keys, keys))
            assert_screen_is_engine(desk)


async def test_an_isolated_position_that_fell_is_rescued_by_adding_margin():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.press("f")
        await desk.shock_to(-40)
        assert desk.struck("BTC")
        assert "isolated margin of 300.00 is gone" in desk.said("#cascade-words")

        await desk.press("plus")
        assert "Add margin: BTC" in desk.text
        assert "at most 500.00" in desk.words
        await desk.type("100")
        assert "Margin 300.00 → 400.00" in desk.words
        await desk.press("enter")

        assert not desk.struck("BTC")
        assert desk.cells("BTC")["margin"] == "400.00"
        assert desk.payers() == [360, 0, 0, 0]
        assert "100.00 was added to BTC's margin." in desk.words
        assert_screen_is_engine(desk)

        await desk.press("minus")
        await desk.type("100")
        await desk.press("enter")
        assert desk.struck("BTC")


async def test_a_preview_changes_nothing_and_shows_the_other_positions_price_too():
    async with room("guide-cross", (120, 36)) as desk:
        book = selectors.book(desk.state)
        table = [desk.row(name) for name in ("BTC", "ETH")]
        undo = desk.desk.store.can_undo
        await desk.press("p")
        words = desk.said("#positions-sentence")
        assert "The flip moves" in words
        proposed = selectors.proposed(desk.state)
        assert proposed is not None
        for name, row in zip(market_names(book), proposed.rows, strict=True):
            assert f"{name} liq at the opening" in words
            for price in (row.liquidation_before, row.liquidation_after):
                assert price is None or f"{cents(price):,}" in words
        assert selectors.book(desk.state) == book
        assert [desk.row(name) for name in ("BTC", "ETH")] == table
        assert desk.desk.store.can_undo == undo

        await desk.press("p")
        assert not desk.state.previews
        await desk.press("p", "escape")
        assert not desk.state.previews
        assert "→" not in desk.said("#positions-sentence")


async def test_what_a_preview_said_is_what_the_flip_then_does():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.press("p")
        proposed = selectors.proposed(desk.state)
        assert proposed is not None
        told = {name: row.liquidation_after for name, row in zip(("BTC", "ETH"), proposed.rows, strict=True)}
        await desk.press("f")
        assert not desk.state.previews
        for name, price in told.items():
            assert number(desk.cells(name)["liq"]) == cents(price)


@pytest.mark.parametrize("key", ["f", "F"])
async def test_a_refused_flip_says_why_and_changes_nothing(key, tmp_path):
    async with room(workspace_file(tmp_path, SHORT_OF_CASH)) as desk:
        book = selectors.book(desk.state)
        assert flip(book, "btc").refusal
        panes = [desk.pane(pane) for pane in ("#pool", "#positions", "#shock", "#cascade")]
        await desk.press(key)
        assert "Refused: " in desk.words
        assert "190.00 short" in desk.words
        assert selectors.book(desk.state) == book
        await desk.hush()
        assert [desk.pane(pane) for pane in ("#pool", "#positions", "#shock", "#cascade")] == panes
        assert "● unsaved" not in desk.lines[0]


@pytest.mark.parametrize("key", ["f", "F"])
async def test_a_refused_flip_is_no_step_to_undo_and_keeps_what_can_be_redone(key, tmp_path):
    async with room(workspace_file(tmp_path, SHORT_OF_CASH)) as desk:
        await desk.press("left", "u")
        assert desk.desk.store.can_redo
        await desk.press(key)
        assert not desk.desk.store.can_undo
        assert desk.desk.store.can_redo


async def test_a_refused_flip_is_announced_by_the_preview(tmp_path):
    async with room(workspace_file(tmp_path, SHORT_OF_CASH)) as desk:
        await desk.press("p")
        assert "A flip would be refused" in desk.said("#positions-sentence")


async def test_one_key_flips_every_position_and_the_same_key_brings_them_back():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.press("0")
        before = selectors.book(desk.state)
        await desk.press("F")
        assert "isolated" in desk.row("BTC")
        assert "isolated" in desk.row("ETH")
        assert desk.figure("isolated") == 500
        assert_screen_is_engine(desk)
        await desk.press("F")
        assert "cross" in desk.row("BTC")
        assert "cross" in desk.row("ETH")
        assert selectors.book(desk.state) == before


async def test_adding_margin_to_a_cross_position_of_the_guide_is_refused_in_words():
    async with room("guide-cross") as desk:
        await desk.press("plus")
        assert len(desk.desk.screen_stack) == 1
        assert "Refused: " in desk.words


async def test_what_a_hedge_leg_pays_beyond_its_margin_comes_from_it_and_not_from_its_margin():
    async with room("hedge", (200, 60)) as desk:
        await desk.shock_to(-90)
        # 1,112.31 of the 1,492.31 that the long lost: the short's margin is 120, the rest is its open profit
        assert "from short" in desk.said("#pool-waterfall")
        assert "short margin" not in desk.said("#pool-waterfall")
