"""The account's arithmetic comes out, and every number in it is the engine's."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.desk import selectors
from isocross.desk.actions.account import Flip
from isocross.desk.actions.shock import ShockTo
from isocross.desk.state import State
from isocross.figures.frame import Status
from isocross.format import percent
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import profile_ids
from isocross.words.glossary import GLOSSARY
from isocross.words.outlook import account_warning, warning
from isocross.words.why.account import account_reasons, mark_reasons, payer_reasons
from isocross.words.why.position import reasons
from isocross.workspace import book_of, load_file, shipped

D = Decimal
CENT = D("0.01")
SUM = re.compile(r"^[\d,.\s+−]+ = −?[\d,.]+$")


def frames():
    for name in ("guide-mixed", "hedge", "ladder"):
        workspace = load_file(shipped()[name])
        for venue in ("guide", "coinex", "binance"):
            rehearsal = GlideRehearsal(book_of(workspace, venue=venue), {})
            for shock in ("0", "-0.3", "-0.6", "-0.93", "0.4", "2"):
                yield rehearsal.frame(D(shock))


def number(text):
    return D(text.replace(",", "").replace("−", "-"))


@pytest.mark.slow
def test_every_sum_that_is_shown_comes_out_and_is_the_figure_on_the_screen():
    checked = 0
    for frame in frames():
        account = frame.account
        shown = {reason.title: reason.substituted for reason in account_reasons(frame)}
        figures = {
            "equity": account.equity,
            "unused": account.unused,
            "initial margin": account.initial_margin,
            "maintenance margin": account.maintenance_margin,
            "worst case": account.worst_case,
        }
        for title, figure in figures.items():
            told = shown[title]
            assert told.endswith(frame.book.amounts(figure)), (title, told)
            if SUM.match(told):
                terms = re.findall(r"(^|[+−] )(−?[\d,.]+)", told.partition(" = ")[0])
                total = sum((number(amount) * (-1 if sign == "− " else 1) for sign, amount in terms), D(0))
                # each term is rounded to the cent where it is shown
                assert abs(total - figure) <= CENT * len(terms), (title, told)
                checked += 1
        if account.margin_ratio is not None:
            assert shown["margin ratio"].endswith(percent(account.margin_ratio))
        for row in frame.positions:
            left = [reason.substituted for reason in payer_reasons(frame, row, "it")][-1]
            assert left.endswith("0.00 left")
    assert checked > 150


def test_what_backs_a_new_position_is_told_in_each_machine():
    book = book_of(load_file(shipped()["guide-mixed"]), venue="guide")
    told = {r.title: r.substituted for r in account_reasons(GlideRehearsal(book, {}).frame(D("-0.3")))}
    assert told["available"] == "530.00 − 300.00 → 230.00"
    drawn = {r.title: r.substituted for r in account_reasons(GlideRehearsal(book, {}).frame(D("-0.4")))}
    assert drawn["unused"] == "1,000.00 − 500.00 − 60.00 = 440.00"


def test_marks_of_the_slider_lead_to_the_prices_and_tell_what_happens():
    state = ShockTo(D("-0.2")).apply(Flip().apply(State.opened(load_file(shipped()["guide-cross"]))))
    stops = [(stop.at, stop.events) for stop in selectors.stops(state)]
    [reason] = mark_reasons(selectors.what_if(state), stops)
    assert reason.title == "−33.0 %"
    found = re.fullmatch(r"BTCUSDT 60,000\.00 × \(1 \+ 1 × −([\d.]+) %\) = ([\d,.]+)", reason.substituted)
    assert abs(60000 * (1 - D(found[1]) / 100) - number(found[2])) < D("0.05")
    assert "BTC was liquidated at 40,201.01" in reason.source


@pytest.mark.parametrize("venue", profile_ids())
def test_a_warning_names_the_trigger_that_is_near_and_how_near(venue):
    workspace = replace(load_file(shipped()["guide-isolated"]))
    rehearsal = GlideRehearsal(book_of(workspace, venue=venue), {}, warning=D("0.999"))
    for shock in ("-0.1", "0.2"):
        frame = rehearsal.frame(D(shock))
        near = [row for row in frame.positions if row.status is Status.AT_RISK]
        for row in near:
            trigger = row.liquidation_price if "liquidation" in warning(row, "it") else row.joint_trigger
            assert warning(row, "it").startswith(f"it is {percent(abs(trigger - row.mark) / row.mark)} from its ")
        assert bool(account_warning(frame)) == bool(near)
        if near:
            assert percent(min(row.distance for row in near)) in account_warning(frame)


def test_the_glossary_has_no_name_and_no_column_twice():
    for values in ([term.name for term in GLOSSARY], [term.column for term in GLOSSARY if term.column]):
        assert len(values) == len(set(values))


RESTS_ON_TIERS = (
    "margin ratio", "liquidation price", "bankruptcy price", "joint liquidation", "size that can be added", "available",
    "pool of all assets",
)  # fmt: skip


def test_every_figure_that_rests_on_tables_says_their_dates():
    frame = GlideRehearsal(book_of(load_file(shipped()["collateral-btc"])), {}).frame(D("-0.05"))
    (row,) = frame.positions
    weights, tiers = frame.account.assets[0].as_of, frame.book.market_of(row.position).as_of
    told = {reason.title: reason.source for reason in (*reasons(frame, row), *account_reasons(frame))}
    for title in RESTS_ON_TIERS:
        (source,) = (said for name, said in told.items() if name.startswith(title))
        assert source.endswith(f"tiers of {tiers} and {weights}"), title
    assert all(told[f"{asset.name} counts"] == f"tiers of {weights}" for asset in frame.account.assets)
    assert tiers in told["maintenance margin"]
