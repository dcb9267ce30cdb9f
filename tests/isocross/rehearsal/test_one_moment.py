"""Every figure of a row is of one moment: the account at the cursor after all that happened there."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, settings

from isocross.account.book import Mode
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.timeline import Timeline
from isocross.desk import selectors
from isocross.desk.actions.account import Flip, Reduce
from isocross.desk.actions.shock import Select, ShockTo
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.figures.frame import WARNING_DISTANCE, Frame, Liquidation, PositionFrame, Status, frame_at
from isocross.money import ZERO, exact, text
from isocross.paths.walk import Walk
from isocross.rehearsal.kinds import LivedType, lived_rehearsal, type_of
from isocross.rehearsal.run import live
from isocross.report.csv import rows_csv
from isocross.report.explain import explained_json
from isocross.report.json import frame_json, position_json
from isocross.report.lived import lived_csv, lived_json
from isocross.report.text import timeline_csv
from isocross.workspace import book_of, load_file, load_text, shipped
from tests.isocross.rehearsal.test_lived_against_stepping import acted_walks, walk_of

D = Decimal
EXAMPLES = settings.default.max_examples
ROW = (
    "position",
    "mark",
    "margin",
    "notional",
    "unrealised_pnl",
    "equity",
    "initial_margin",
    "maintenance_margin",
    "margin_ratio",
    "venue_ratio",
    "liquidation_price",
    "liquidation_price_shown",
    "liquidation",
    "bankruptcy_price",
    "worst_case",
    "netted",
    "adl",
)
ACCOUNT = (
    "wallet",
    "equity",
    "available",
    "reserved",
    "initial_margin",
    "maintenance_margin",
    "pool_equity",
    "pool_maintenance_margin",
    "margin_ratio",
    "venue_ratio",
    "worst_case",
    "isolated_margin",
)
tally: Counter[str] = Counter()


@exact
def opened_afresh(frame: Frame, timeline: Timeline) -> Frame:
    """The account as it stands at a frame, opened there with nothing that happens to it."""
    book = Ledger.after(timeline.book, timeline.until(frame.place)).book_at(frame.marks)
    still = Timeline(book, Walk({s: m.mark for s, m in book.markets.items()}, {}), ZERO, ())
    return frame_at(still, still, ZERO)


def figures(row: PositionFrame) -> dict[str, object]:
    told = {name: getattr(row, name) for name in ROW}
    # a bucket is the position's own margin where it is opened afresh
    told["position"] = row.position.with_margin(row.margin) if row.margin else row.position
    return told


@exact
def of_one_moment(timeline: Timeline, place: Decimal) -> None:
    frame = frame_at(timeline, timeline, place, lived=True)
    fresh = opened_afresh(frame, timeline)
    standing = [row for row in frame.positions if not row.ended]
    assert [figures(row) for row in standing] == [figures(row) for row in fresh.positions]
    # a pool without a position keeps its equity, an account opened without one has no pool
    pooled = any(row.position.mode is Mode.CROSS for row in standing)
    keys = [key for key in ACCOUNT if pooled or not key.startswith("pool")]
    assert {k: getattr(frame.account, k) for k in keys} == {k: getattr(fresh.account, k) for k in keys}
    for row in frame.positions:
        ahead = [
            event.mark
            for event in timeline.events
            if event.place > place
            and event.position == row.index
            and event.kind in {EventKind.LIQUIDATION, EventKind.REDUCTION}
        ]
        if row in standing:
            assert row.joint_trigger == next(iter(ahead), None)
            triggers = [price for price in (row.liquidation_price, row.joint_trigger) if price is not None]
            moves = timeline.path.moves(row.position.market)
            seen = triggers if moves else [row.liquidation_price]
            near = [abs(p - row.mark) / row.mark for p in seen if p and row.mark]
            assert row.distance == min(near, default=None)
            assert (row.status is Status.AT_RISK) == (bool(near) and min(near) < WARNING_DISTANCE)
        else:
            assert row.liquidation is (Liquidation.DONE if row.death else Liquidation.CLOSED)
            assert (row.worst_case, row.margin, row.notional) == (0, 0, 0)
        tally[row.liquidation.value] += 1


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(acted_walks())
def test_every_figure_of_a_row_is_that_of_the_account_opened_afresh_at_the_cursor(walk):
    case, steps, moves = walk
    timeline = live(case.book, walk_of(case, steps), moves)
    for place in sorted({ZERO, timeline.limit, timeline.limit / 3, *(event.place for event in timeline.events)}):
        of_one_moment(timeline, place)


@pytest.mark.usefixtures("counted_here")
def test_enough_rows_were_seen():
    assert min(tally[kind.value] for kind in Liquidation) >= EXAMPLES // 20, tally


ADDED = """
wallet = 1000
[[markets]]
symbol = "BTCUSDT"
mark = 60000
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "isolated"
quantity = 0.015
entry = 60000
leverage = 3
[scenario]
path = "walk"
legs = [-0.05, -0.05]
moves = [{ at = 0.5, do = "add-margin", position = "btc", amount = 200 }]
"""


def test_money_put_in_on_the_way_is_in_the_prices_and_the_worst_case_from_there_on():
    workspace = load_text(ADDED)
    rehearsal = lived_rehearsal(book_of(workspace), workspace.scenario)
    earlier, there, later = (rehearsal.frame(D(place)).positions[0] for place in ("0.4", "0.5", "0.6"))
    assert [row.worst_case for row in (earlier, there, later)] == [300, 500, 500]
    assert there.margin == 500
    for row, margin in ((earlier, 300), (there, 500), (later, 500)):
        gone = D(60000) - D(margin) / D("0.015")
        assert abs(row.bankruptcy_price - gone) < D("1e-20")
        assert abs(row.liquidation_price - gone / D("0.995")) < D("1e-20")


LIVED = [name for name, path in shipped().items() if isinstance(type_of(load_file(path).scenario), LivedType)]


@pytest.mark.parametrize("name", LIVED)
def test_desk_report_and_json_agree_at_every_event(name):
    workspace = load_file(shipped()[name])
    rehearsal = lived_rehearsal(book_of(workspace), workspace.scenario)
    store = Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)
    for place in dict.fromkeys(event.place for event in rehearsal.whole.events):
        store.dispatch(ShockTo(place))
        shown, printed = selectors.frame(store.state), lived_json(workspace.name, rehearsal, place)
        assert [position_json(row) for row in shown.positions] == printed["positions"]
        assert text(shown.account.worst_case) == printed["account"]["worst_case"]
        for row, told in zip(shown.positions, printed["positions"], strict=True):
            explained = explained_json(workspace.name, shown, row)
            if not row.ended:
                known = {part["figure"]: part["value"] for part in explained["figures"] if part["figure"]}
                assert {key: told[key] for key in known if key in told} == {k: v for k, v in known.items() if k in told}
        of_one_moment(rehearsal.whole, place)


def test_no_time_is_finer_than_the_candle_it_comes_from():
    workspace = load_file(shipped()["crash-2025-10-10"])
    lived = lived_rehearsal(book_of(workspace), workspace.scenario)
    opens = [f"2025-10-10T21:{minute}:00Z" for minute in ("20", "40", "45")]
    assert [event["time"] for event in lived_json("", lived, lived.path.end)["events"]] == opens
    assert [row["time"] for row in csv.DictReader(StringIO(lived_csv(lived)))] == opens
    places = [event.place for event in lived.whole.events]
    assert [lived.path.short(place) for place in places] == ["10-10 21:20", "10-10 21:40", "10-10 21:45"]


def test_a_flip_shows_its_price_at_once_and_a_close_leaves_none():
    store = Store(
        State.opened(load_file(shipped()["crash-2025-10-10"])), restore=restored, part=lambda state: state.moment
    )
    store.dispatch(Select(store.state.workspace.positions[0].id))
    store.dispatch(Flip())
    row, place = selectors.selected_frame(store.state), store.state.moment.place
    later = selectors.lived(store.state).frame(place + 1).positions[row.index]
    assert row.position.mode is Mode.ISOLATED
    assert row.liquidation_price == later.liquidation_price is not None
    store.dispatch(Reduce())
    closed = selectors.selected_frame(store.state)
    told = position_json(closed)
    assert (told["liquidation"], told["liquidation_price"], told["bankruptcy_price"]) == ("closed", None, None)
    why = explained_json("", selectors.frame(store.state), closed)["figures"]
    assert "was reduced by" in why[0]["substituted"] or "was closed" in why[0]["substituted"]


def test_no_price_liquidated_and_closed_are_told_apart():
    book = book_of(load_file(shipped()["guide-cross"]))
    rehearsal = selectors.what_if(State.opened(load_file(shipped()["guide-cross"])))
    assert rehearsal.book == book
    kinds = {row["liquidation"] for row in frame_json("", rehearsal, D("-0.3"))["positions"]}
    assert kinds == {"at", "never"}


def test_what_if_and_lived_paths_have_the_same_keys_and_columns():
    lived = load_file(shipped()["crash-2025-10-10"])
    rehearsal = lived_rehearsal(book_of(lived), lived.scenario)
    glide = selectors.what_if(State.opened(load_file(shipped()["basket"])))
    one, other = lived_json("", rehearsal, rehearsal.path.end), frame_json("", glide, D("-0.5"))
    assert list(one) == list(other)
    for part in ("positions", "events"):
        assert list(one[part][0]) == list(other[part][0])
    assert (other["time"], other["path"], one["shock"]) == (None, "what-if", None)
    assert lived_csv(rehearsal).splitlines()[0] == timeline_csv(glide, D("-0.5")).splitlines()[0]
    assert "liquidation" in rows_csv(one["positions"]).splitlines()[0].split(",")
