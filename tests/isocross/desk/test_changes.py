"""What a step of the history is called."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Mode
from isocross.desk.actions import account, path, venue
from isocross.desk.actions import shock as actions
from isocross.desk.changes import step_words
from isocross.desk.state import State
from isocross.rehearsal.scenario import PathKind
from isocross.workspace import load_file, shipped

D = Decimal
MIXED = State.opened(load_file(shipped()["guide-mixed"]))
BTC = MIXED.workspace.positions[0]

STEPS = (
    (actions.ShockTo(D("0.125")), "shock to +12.5 %"),
    (account.Flip(), "BTC flipped to isolated"),
    (venue.SetVenue("coinex"), "venue guide → coinex"),
    (account.MoveCash(D("250.5")), "wallet 1,000.00 → 1,250.50"),
    (account.SetLeverage(D(5)), "BTC leverage 3x → 5x"),
    (account.DropPosition(), "BTC dropped"),
    (account.Reduce(D("0.005")), "BTC quantity 0.015 → 0.01"),
    (account.PutPosition(replace(BTC, id="new", market="SOLUSDT")), "SOL opened"),
    (account.PutPosition(replace(BTC, entry=D(61000), quantity=D("0.02")), "btc"),
     "BTC quantity 0.015 → 0.02; BTC entry 60,000 → 61,000"),
    (path.SetPath(PathKind.GAP, {}, "A gap"), "path → a gap"),
    (path.SetPath(PathKind.WHAT_IF, {"ETHUSDT": D(2)}, "Alts"), "the markets' parts in the shock"),
)  # fmt: skip


@pytest.mark.parametrize(("action", "told"), STEPS, ids=[told for _, told in STEPS])
def test_a_step_is_called_what_was_done(action, told):
    after = action.apply(MIXED)
    assert after.moment != MIXED.moment
    assert step_words(MIXED.moment, after.moment) == told


def test_a_mode_that_has_another_name_at_the_new_venue_is_told_with_it():
    held = State.opened(load_file(shipped()["collateral-btc"]))
    after = venue.SetVenue("binance").apply(held)
    assert step_words(held.moment, after.moment) == "venue bybit unified → binance multi-assets"


def test_margin_is_told_by_itself_and_positions_changed_alike_together():
    isolated = account.Flip().apply(MIXED)
    more = account.AddMargin(D(50)).apply(isolated)
    assert step_words(isolated.moment, more.moment) == "BTC margin 300.00 → 350.00"
    many = replace(MIXED.workspace, positions=tuple(replace(BTC, id=f"p{n}", market=f"M{n}USDT") for n in range(5)))
    flipped = replace(many, positions=tuple(replace(p, mode=Mode.ISOLATED) for p in many.positions))
    before, after = (replace(MIXED.moment, workspace=workspace) for workspace in (many, flipped))
    assert step_words(before, after) == "M0, M1, M2 and 2 more flipped to isolated"
    assert step_words(before, before) == "nothing that shows"
