"""Format 1 is the first: its file is kept here for ever, and the way from older formats is tried with a made-up one."""

from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.toml.read import parse
from isocross.workspace import FORMAT, Faults, dump, load_text
from isocross.workspace.load import MIGRATIONS, migrated
from isocross.workspace.reading import draft_of

FORMAT_1 = """\
format = 1
name = "Kept for ever"
wallet = 1000
currency = "USDC"
fund = 50
strict = true

[venue]
profile = "binance"
close_fee = 0.0005

[[markets]]
symbol = "BTCUSDT"
mark = 60000
kind = "linear"
tiers = [
    { from = 0, rate = 0.004, max_leverage = 125 },
    { from = 50000, rate = 0.005, max_leverage = 100, deduction = 50 },
]

[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "isolated"
quantity = 0.015
entry = 60000
leverage = 3
margin = 310.5

[scenario]
path = "gap"
shock = -0.30
betas = { BTCUSDT = 1.3 }

[view]
theme = "night"
selected = "btc"
step = 0.01
"""

OLD = """\
format = -1
balance = 1000
[[positions]]
market = "BTCUSDT"
side = "buy"
quantity = 0.015
entry = 60000
leverage = 3
"""


def sides(document):
    """From −1 to 0: sides were buy and sell."""
    words = {"buy": "long", "sell": "short"}
    return document | {"positions": [row | {"side": words[row["side"]]} for row in document["positions"]]}


def wallet(document):
    """From 0 to 1: the wallet was called balance, and every position was on cross margin."""
    document["positions"] = [{"mode": "cross"} | row for row in document["positions"]]
    document["wallet"] = document.pop("balance")
    return document


MADE_UP = {-1: sides, 0: wallet}


def test_a_file_of_format_1_is_read_as_ever():
    workspace = load_text(FORMAT_1)
    assert (workspace.wallet, workspace.fund, workspace.strict, workspace.currency) == (1000, 50, True, "USDC")
    assert workspace.venue.overrides == (("close_fee", Decimal("0.0005")),)
    assert workspace.markets[0].tiers[1].deduction == 50
    assert (workspace.positions[0].margin, workspace.scenario.path.value) == (Decimal("310.5"), "gap")
    assert (workspace.view.theme, workspace.view.step) == ("night", Decimal("0.01"))
    assert load_text(dump(workspace)) == workspace


def test_every_format_before_this_one_has_its_migration():
    assert sorted(MIGRATIONS) == list(range(1, FORMAT))


def test_an_older_document_goes_through_every_step():
    document = parse(OLD, "old.toml")
    before = deepcopy(document)
    draft = draft_of(migrated(document, "old.toml", MADE_UP))
    workspace = draft.workspace("old")
    assert (workspace.wallet, workspace.positions[0].side.value, workspace.positions[0].mode.value) == (
        1000,
        "long",
        "cross",
    )
    assert document == before
    assert "format = 1\n" in dump(workspace)


def test_a_document_of_this_format_is_left_alone():
    for document in ({"wallet": 1}, {"format": FORMAT}, parse(FORMAT_1, "f")):
        assert migrated(document, "f", MADE_UP) is document


@pytest.mark.parametrize("found", [FORMAT + 1, 10**30, -2, "0", "1", True, 0.5, None, [], Decimal(0)])
def test_what_is_no_older_format_is_left_to_be_refused(found):
    document = {"format": found}
    assert migrated(document, "f", MADE_UP) is document
    assert any(problem.path == ("format",) for problem in draft_of(document).problems)


def test_a_gap_between_formats_is_not_jumped():
    document = {"format": 0}
    assert migrated(document, "f", {-1: sides}) is document
    assert migrated({"format": -1}, "f", {0: wallet}) == {"format": -1}


def test_a_newer_format_is_refused_with_what_to_do():
    with pytest.raises(Faults, match="format 2 is newer than this isocross can read; update isocross to open it"):
        load_text(FORMAT_1.replace("format = 1", "format = 2"))


@given(
    st.dictionaries(
        st.sampled_from(["balance", "positions", "wallet"]),
        st.none() | st.integers() | st.lists(st.integers() | st.dictionaries(st.just("side"), st.just("buy"))),
    ),
    st.sampled_from([-1, 0]),
)
def test_a_document_that_its_format_did_not_promise_has_a_fault(document, found):
    try:
        assert migrated(document | {"format": found}, "old.toml", MADE_UP)["format"] == FORMAT
    except Faults as faults:
        assert "old.toml: format: this is not a document of format" in str(faults)
