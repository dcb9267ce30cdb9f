"""What the venue said of a position, and margins of zero or below: read, written, kept and checked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.stated import Stated
from isocross.desk.actions.account import AddMargin, DropPosition, Flip
from isocross.desk.actions.venue import SetVenue
from isocross.desk.state import State
from isocross.rules.catalogue import shipped_ids
from isocross.workspace import Faults, dump, load_text
from isocross.workspace.code import code_of, open_code
from isocross.workspace.json_schema import workspace_schema
from isocross.workspace.saving import merged

D = Decimal
TEXT = """# mine
name   = "mine"
venue  = "hyperliquid"
wallet = 600
currency = "USDC"

[[markets]]
symbol = "ETH"
mark = 2500

[[positions]]
market = "ETH"   # the only one
side = "long"
mode = "isolated"
quantity = 1.5
entry = 2166
leverage = 10
margin = -125
stated = { liquidation_price = 2295.91836735, unrealised_pnl = 501 }
"""


TIER = "[[markets]]\ntiers = [ { from = 0, rate = 0.02, max_leverage = 50 } ]"


def faults_of(text):
    with pytest.raises(Faults) as caught:
        load_text(text)
    return str(caught.value).splitlines()


def test_what_the_venue_said_is_read_and_written():
    workspace = load_text(TEXT)
    stated = workspace.positions[0].stated
    assert stated == Stated(liquidation_price=D("2295.91836735"), unrealised_pnl=D(501))
    assert "stated = { liquidation_price = 2295.91836735, unrealised_pnl = 501 }\n" in dump(workspace)
    assert load_text(dump(workspace)) == workspace
    assert open_code(code_of(workspace)) == workspace
    silent = TEXT.replace("{ liquidation_price = 2295.91836735, unrealised_pnl = 501 }", "{ }")
    assert load_text(silent).positions[0].stated is None


def test_a_margin_below_zero_is_one_of_an_isolated_position_only():
    workspace = load_text(TEXT)
    assert workspace.positions[0].margin == -125
    assert load_text(TEXT.replace("-125", "0")).positions[0].margin == 0
    crossed = faults_of(TEXT.replace('"isolated"', '"cross"'))
    assert crossed == [
        "workspace:18:10: positions[0].margin: -125 is not above 0 (expected a positive amount of money: only an "
        "isolated position has margin of its own here)"
    ]
    bucket = TEXT.replace('"isolated"', '"cross"').replace('"hyperliquid"', '"coinex"')
    assert load_text(bucket.replace("[[markets]]", TIER)).positions[0].margin == -125


def test_a_flip_of_such_a_position_can_be_saved_at_every_venue():
    for venue in shipped_ids():
        text = TEXT.replace('"hyperliquid"', f'"{venue}"').replace("[[markets]]", TIER)
        state = Flip().apply(State.opened(load_text(text)))
        assert load_text(dump(state.workspace)) == state.workspace


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("{ liquidation_price = -1 }", "positions[0].stated.liquidation_price: -1 is below 0"),
        ("{ liquidation = 1 }", "positions[0].stated.liquidation: there is no such key"),
        ('{ margin_ratio = "x" }', 'positions[0].stated.margin_ratio: "x" is not a number'),
        ("7", "positions[0].stated: 7 is not a table"),
    ],
)
def test_what_it_may_not_say_is_named(change, line):
    text = TEXT.replace("{ liquidation_price = 2295.91836735, unrealised_pnl = 501 }", change)
    assert any(line in fault for fault in faults_of(text))


def test_a_text_of_ones_own_keeps_its_words_when_the_figures_go():
    workspace = load_text(TEXT)
    bare = workspace.without_stated()
    text = merged(TEXT, bare, "workspace")
    assert text == "".join(line for line in TEXT.splitlines(keepends=True) if not line.startswith("stated"))
    other = replace(workspace.positions[0], stated=Stated(maintenance_margin=D("1.5")))
    again = merged(text, replace(workspace, positions=(other,)), "workspace")
    assert "stated = { maintenance_margin = 1.5 }" in again
    assert "# the only one" in again


def test_the_schema_knows_the_figures():
    schema = workspace_schema()["definitions"]
    assert schema["position"]["properties"]["stated"]["allOf"] == [{"$ref": "#/definitions/stated"}]
    assert schema["stated"]["properties"]["liquidation_price"]["minimum"] == 0
    assert "minimum" not in schema["position"]["properties"]["margin"]


def test_they_stay_until_the_account_is_changed():
    state = State.opened(load_text(TEXT))
    assert state.workspace.positions[0].stated is not None
    moved = SetVenue("guide").apply(state)
    assert moved.workspace.venue.profile == "guide"
    assert moved.workspace.positions[0].stated is not None
    richer = AddMargin(D(10)).apply(state)
    assert richer.workspace.positions[0].margin == -115
    assert richer.workspace.positions[0].stated is None
    first = state.workspace.positions[0]
    two = State.opened(replace(state.workspace, positions=(first, replace(first, id="b", given_margin=D(100)))))
    left = DropPosition().apply(replace(two, selected="b"))
    assert [position.stated for position in left.workspace.positions] == [None]
