import threading
from decimal import Decimal
from unittest.mock import patch

from isocross.desk import selectors
from isocross.desk.actions.account import SetMarks
from isocross.desk.actions.frontier import QUICK, Asked, LookAt, cell, point
from isocross.desk.actions.shock import ShockTo
from isocross.desk.state import Lens
from isocross.studies.frontier.cell import Cell, cell_at
from isocross.studies.frontier.grid import Unmodelled
from isocross.words.frontier import cell_words
from isocross.work import TooMuchWork, Work
from isocross_tui.views.frontier.picture import BLANK, FrontierMap
from isocross_tui.views.frontier.view import FrontierPane
from isocross_tui.views.frontier.words import legend_of, still_words
from isocross_tui.widgets.glyphs import ASCII, in_ascii
from isocross_tui.widgets.heat import HeatMap
from isocross_tui.widgets.prose import Prose, wrapped
from tests.journeys.screen import Room, room

D = Decimal
WORDS = "#frontier-words"


async def look(desk: Room) -> None:
    """Wait until the map is worked out and on the screen."""
    await desk.settle()
    await desk.desk.workers.wait_for_complete()
    await desk.settle()


def _blank(desk: Room) -> set[bool]:
    """Whether points of the map are left out."""
    points = desk.desk.query_one(FrontierMap).value.field.points
    return {point == BLANK for row in points for point in row}


async def test_moving_two_markets_and_reading_what_falls():
    async with room("basket", (120, 36)) as desk:
        shock = desk.state.moment.shock
        await desk.press("3")
        await look(desk)
        chart = desk.desk.query_one(HeatMap)
        assert point(desk.state) == (D("-0.40"), D("-0.25"))
        assert "all 3 left" in desk.text
        assert "Nothing is liquidated. Equity: 650.00 of 2,000.00 is left." in desk.words

        generation = desk.desk.query_one(FrontierPane).generation
        await desk.press("less_than_sign", "pagedown", "pagedown", "left", "down")
        book = selectors.book(desk.state)
        here = cell_at(book, {"SOLUSDT": D("-0.51"), "BTCUSDT": D("-0.46")})
        assert point(desk.state) == (D("-0.51"), D("-0.46"))
        assert "SOL −51.0 % BTC −46.0 %" in desk.words
        assert cell_words(here) in desk.said(WORDS)
        assert "BTC is liquidated first, at 34,563.17 (−42.4 %), then SOL; ETH stays open." in desk.said(WORDS)
        assert f"Equity: {book.amounts(here.equity)} of 2,000.00 is left." in desk.said(WORDS)
        # the point moved, and no cell was worked out for it; the desk's own shock stays where it was
        assert desk.desk.query_one(FrontierPane).generation == generation
        assert desk.state.moment.shock == shock

        await desk.press("n", "n")
        assert desk.state.frontier.lens is Lens.FIRST
        assert "BTC first" in desk.text
        assert "SOL first" in desk.text
        assert "none liquidated" in desk.text
        await desk.press("w")
        assert "BTC: liquidation at" in desk.words
        await desk.press("escape")

        before = chart.value.field
        await desk.press("z")
        await look(desk)
        window = desk.state.frontier.window
        assert window.x_high - window.x_low == D("0.975")
        assert chart.value.field is not before
        await desk.press("Z", "g")
        assert point(desk.state) == (D("-0.40"), D("-0.25"))
        await desk.press("0")
        assert "Equity: 2,000.00 of 2,000.00" in desk.words
        await desk.click("#frontier-map", (8, 0))
        assert point(desk.state) == (D("-0.95"), D(1))
        await desk.pilot.resize_terminal(90, 30)
        await look(desk)
        assert len(chart.value.field.points[0]) == chart.size.width - 8
        await desk.press("1")
        assert desk.state.view == "desk"
        assert desk.state.moment.shock == shock


async def test_choosing_markets_and_an_account_that_changes_under_the_map():
    async with room("basket", (80, 24), colours=False) as desk:
        desk.desk.glyphs = ASCII
        await desk.press("3")
        await look(desk)
        body = "\n".join(desk.pane("#frontier-map"))
        assert body.isascii()
        assert "@" in body
        await desk.press("b")
        assert "BTC in the columns" in desk.text
        await desk.press("home", "enter")
        await look(desk)
        assert point(desk.state) == (D("-0.25"), D("-0.325"))
        assert "BTC -25.0 % ETH -32.5 %" in desk.words
        await desk.press("f")
        await look(desk)
        assert in_ascii(cell_words(cell(desk.state))) in desk.said(WORDS)
        grids = desk.desk.query_one(FrontierPane).grids
        assert grids.book == selectors.book(desk.state)


async def test_one_market_is_a_strip_and_a_rule_that_is_not_modelled_is_left_to_the_exact_engine():
    async with room("ladder", (80, 24)) as desk:
        await desk.press("3")
        await look(desk)
        assert "A map needs two markets, and this account has one: here is its strip." in desk.said(WORDS)
        assert "as is" in desk.text
        await desk.press("up")
        assert "and no second one to move" in desk.text
    with patch("isocross_tui.views.frontier.work.solve_grid", side_effect=Unmodelled("the rule netting")):
        async with room("guide-cross", (80, 24)) as desk:
            await desk.press("3")
            await look(desk)
            assert "the rule netting is not in the grid: coarse, exact cells" in desk.words
            assert "━ as it is" in desk.text
            pane = desk.desk.query_one(FrontierPane)
            # however few cells there are: the others are drawn as the nearest of them, and none is left out
            blank = _blank(desk)
            while blank == {True}:
                # none is worked out yet
                await desk.pilot.pause()
                blank = _blank(desk)
            assert blank == {False}
            await desk.desk.workers.wait_for_complete()
            await desk.settle()
            assert pane.grids.open_cells() == 0
            assert "both left" in desk.text


async def test_the_markets_that_are_held_still_are_named():
    async with room("basket", (120, 36)) as desk:
        await desk.press("3")
        await look(desk)
        shown = {"BTC", "ETH", "SOL"} - set(desk.pane("#frontier")[0].split())
        assert "ETH held still" in desk.pane("#frontier")[0]
        assert shown == {"BTC", "SOL"}


async def test_where_the_map_is_narrow_the_legend_names_every_line_below_the_inks():
    async with room("guide-mixed", (200, 60)) as desk:
        await look(desk)
        await look(desk)
        inks, lines = (line.strip(" │") for line in desk.pane("#frontier-legend"))
        assert inks.startswith("all left")
        assert lines.startswith("━ as it is  ╍ cross")


async def test_a_move_beyond_the_usual_map_widens_it_and_one_beyond_every_map_is_marked_at_its_edge():
    async with room("guide-cross") as desk:
        desk.desk.store.dispatch(SetMarks({}, {"ETHUSDT": D(4)}))
        desk.desk.store.dispatch(ShockTo(D("1.2")))
        await desk.press("3")
        await look(desk)
        chart = desk.desk.query_one(HeatMap)
        assert point(desk.state) == (D("1.2"), D("4.8"))
        assert 0.5 < chart.value.cursor.x < 0.6
        assert chart.value.cursor.y > 1
        assert "ETH +480.0 %" in desk.words
        assert "◆" in desk.pane("#frontier-map")[0]


async def test_a_legend_of_two_lines_leaves_a_map_of_the_rows_that_are_left():
    async with room("guide-mixed", (80, 24), colours=False) as desk:
        await desk.press("3")
        await look(desk)
        chart, heights = desk.desk.query_one(HeatMap), []
        for _ in range(3):
            await desk.press("n")
            # the legend first, then a map of what it leaves
            for _ in range(4):
                await look(desk)
            heights.append(chart.size.height)
            shown = desk.desk.query_one(FrontierPane).grids.wanted.plane
            assert len(shown.ys) == len(chart.value.field.points) == chart.size.height - 2
            assert "ETH ┤" in desk.pane("#frontier-map")[0]
        assert len(set(heights)) == 2


async def test_a_legend_that_counts_open_cells_takes_no_row_from_the_map():
    async with room("inverse", (200, 60)) as desk:
        await look(desk)
        pane = desk.desk.query_one(FrontierPane)
        grids, canvas = pane.grids, pane._canvas()
        assert grids.unmodelled
        for width in range(30, 140):
            rows = []
            for cells in (0, 7, 2200):
                with patch.object(type(grids), "open_cells", return_value=cells):
                    words = legend_of(grids, desk.state.frontier.lens, canvas, width)
                rows.append(sum(len(wrapped(paragraph, width)) for paragraph in words))
            assert len(set(rows)) == 1, (width, rows)
        legend = pane.query_one("#frontier-legend", Prose)
        assert legend.size.height == sum(len(wrapped(told, legend.size.width)) for told in legend.value)
        assert len(grids.wanted.plane.ys) == 2 * (pane.query_one(HeatMap).size.height - 2)


async def test_a_point_that_takes_long_is_worked_out_beside_the_keys():
    come, real = threading.Event(), Asked.answer

    def late(question: Asked, work: Work) -> Cell:
        """Nothing is quick, and the rest comes when it may."""
        if work.most == QUICK:
            raise TooMuchWork("not between two keys")
        come.wait(10)
        return real(question, work)

    with patch.object(Asked, "answer", late):
        async with room("basket", (120, 36)) as desk:
            await desk.run("3")
            assert "Working out the way to this point" in desk.said(WORDS)
            await desk.run("less_than_sign", "pagedown")
            # where the point is, is told at once
            assert "SOL −50.0 % BTC −35.0 %" in desk.said(WORDS)
            come.set()
            await look(desk)
            await look(desk)
            assert cell_words(cell(desk.state)) in desk.said(WORDS)


async def test_a_market_that_shares_its_coin_with_one_on_the_map_is_not_held_still(tmp_path):
    contract = 'side = "{}"\nmode = "cross"\nquantity = {}\nentry = {}\nleverage = 10\n'
    held = (
        ("BTC-USDT-SWAP", "long", 1, 60000),
        ("BTC-USD-SWAP", "short", 20000, 60000),
        ("ETH-USDT-SWAP", "long", 4, 3000),
    )
    file = tmp_path / "okx.toml"
    file.write_text(
        'venue = "okx"\naccount = "unified"\nwallet = 5000\n[[assets]]\nasset = "BTC"\nbalance = 0.5\n'
        + "".join(f'[[positions]]\nmarket = "{market}"\n{contract.format(*rest)}' for market, *rest in held)
    )
    async with room(str(file), (120, 36)) as desk:
        assert still_words(desk.state) == "USDT held still"
        desk.desk.store.dispatch(LookAt("ETH-USDT-SWAP", "USDT"))
        await desk.settle()
        assert still_words(desk.state) == "BTC-USD-SWAP and BTC-USDT-SWAP held still"
