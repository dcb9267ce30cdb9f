import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Mode, Order, Position, Side
from isocross.money import exact
from isocross.toml.write import number
from isocross.workspace import Faults, MarketEntry, TierEntry, VenueChoice, View, Workspace, book_of, dump, load_text
from tests.brute.picking import pick
from tests.isocross.workspace.tapes import scenarios


def amounts(least, most, places):
    return st.decimals(least, most, places=places)


POSITIVE = st.one_of(
    amounts("0.01", 10**6, 2),
    amounts("0.000001", 10, 6),
    st.sampled_from(["1e-12", "9.99e18", "1e5", "1E+3", "0.10", "1234567.000000000000000001"]).map(Decimal),
)
NUMBERS = st.one_of(POSITIVE, POSITIVE.map(lambda d: d.copy_negate()), st.just(Decimal(0)))
CASH = st.one_of(amounts(0, 10**9, 18), st.integers(0, 10**6).map(Decimal))
NAMES = st.one_of(
    st.sampled_from(["The guide's", 'a "b" \\c', "", "é 漢字 \U0001f468\u200d\U0001f469 \u00a0"]),
    st.text(st.characters(exclude_categories=("C", "Z")), max_size=40),
)
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(str.isprintable)
SYMBOLS = st.one_of(st.sampled_from(["BTCUSDT", "ETH-USDT", "a.b", 'q"']), WORDS)


@st.composite
@exact
def ladders(draw):
    starts = sorted(draw(st.sets(amounts(1, 10**6, 2), max_size=3)))
    ladder = []
    for start in [Decimal(0), *starts]:
        rate = draw(amounts(0, "0.99", 4))
        deduction = draw(st.none() | st.sampled_from([Decimal(0), -rate, rate * start]))
        ladder.append(TierEntry(start, rate, Decimal("9.9e18"), deduction))
    return tuple(ladder)


@st.composite
def positions(draw, symbols):
    position = Position(
        id=draw(WORDS),
        market=pick(draw, symbols),
        side=pick(draw, Side),
        mode=Mode.CROSS,
        quantity=draw(POSITIVE),
        entry=draw(POSITIVE),
        leverage=draw(amounts(1, 100, 3)),
    )
    margin = draw(st.none() | amounts("0.01", 10**6, 18))
    return position if margin is None else position.with_margin(margin)


@st.composite
def orders(draw, symbols):
    return Order(
        id=draw(WORDS),
        market=pick(draw, symbols),
        side=pick(draw, Side),
        quantity=draw(POSITIVE),
        price=draw(POSITIVE),
        mode=pick(draw, Mode),
        leverage=draw(st.none() | amounts(1, 100, 3)),
    )


OVERRIDES = st.dictionaries(
    st.sampled_from(["close_fee", "taker_fee", "liquidation_fee"]), amounts(0, "0.99", 6), max_size=3
).map(lambda changes: (*changes.items(), ("maintenance_basis", "entry"), ("add_margin_to_cross", True)))


@st.composite
def workspaces(draw):
    symbols = draw(st.lists(SYMBOLS, min_size=1, max_size=4, unique=True))
    found = draw(st.lists(positions(symbols), max_size=4, unique_by=lambda position: position.id))
    marks = st.none() | POSITIVE
    resting = draw(st.lists(orders([p.market for p in found]), max_size=2, unique_by=lambda o: o.id)) if found else []
    ids = st.sampled_from([position.id for position in found]) if found else st.none()
    return Workspace(
        name=draw(NAMES),
        wallet=draw(CASH),
        positions=tuple(found),
        venue=draw(st.builds(VenueChoice, st.just("guide"), st.just(()) | OVERRIDES)),
        currency=pick(draw, ["USDT", "USDC", "€"]),
        fund=draw(st.none() | CASH),
        strict=draw(st.booleans()),
        markets=tuple(MarketEntry(symbol, draw(marks), draw(ladders())) for symbol in symbols),
        scenario=draw(
            scenarios(
                symbols,
                [position.id for position in found],
                amounts("-0.99", 5, 4),
                draw(st.dictionaries(st.sampled_from(symbols), NUMBERS, max_size=3)),
            )
        ),
        view=draw(st.builds(View, st.none() | WORDS, st.none() | ids, st.none() | amounts("0.000001", 5, 6))),
        orders=tuple(resting),
    )


@pytest.mark.slow
@given(workspaces())
def test_what_is_written_is_read_back_equal(workspace):
    text = dump(workspace)
    again = load_text(text)
    assert again == workspace
    assert dump(again) == text
    assert book_of(again) == book_of(workspace)


@pytest.mark.slow
@given(workspaces())
def test_every_number_is_written_in_plain_digits(workspace):
    seen = []
    tomllib.loads(dump(workspace), parse_float=lambda raw: seen.append(raw) or 0.0)
    assert [raw for raw in seen if not set(raw) <= set("-.0123456789")] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.10", "0.1"),
        ("1e5", "100000"),
        ("-0.30", "-0.3"),
        ("0e-10", "0"),
        ("-0.0", "0"),
        ("1000", "1000"),
        ("1e-12", "0.000000000001"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854775808.0"),
        ("1234567890123456789.123456789012345678901", "1234567890123456789.123456789012345678901"),
    ],
)
def test_a_number_keeps_its_digits(value, text):
    assert number(Decimal(value)) == text


FULL = """\
format = 1
name = "All of it"
wallet = 1000.5
currency = "USDC"
fund = 7
strict = true

[venue]
profile = "binance"
close_fee = 0.0005

[[markets]]
symbol = "BTCUSDT"
mark = 60000
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
margin = 301

[[orders]]
id = "bid"
market = "BTCUSDT"
side = "long"
quantity = 0.01
price = 50000
mode = "isolated"
leverage = 5

[scenario]
path = "gap"
shock = -0.3
betas = { BTCUSDT = 1.3 }

[view]
theme = "night"
selected = "btc"
step = 0.01
"""


def test_the_canonical_form():
    assert dump(load_text(FULL)) == FULL


def test_defaults_are_left_out():
    workspace = load_text("wallet = 1\npositions = []", "empty.toml")
    assert dump(workspace) == 'format = 1\nname = "empty"\nvenue = "guide"\nwallet = 1\npositions = []\n'


def test_a_workspace_that_no_file_may_hold_does_not_read_back():
    too_fine = Workspace("w", Decimal("1e-19"), ())
    with pytest.raises(Faults):
        load_text(dump(too_fine))
