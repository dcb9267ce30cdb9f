from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Mode, Position, Side
from isocross.exchange import Options, import_files
from isocross.exchange.formats.table import COLUMNS, positions_csv
from isocross.money import exact
from isocross.workspace import Faults, MarketEntry, Workspace, dump, load_file, load_text, shipped
from tests.brute.picking import pick

D = Decimal
HEADER = "market,side,mode,quantity,entry,leverage,margin,mark\n"
GOOD = "BTCUSDT,long,cross,0.015,60000,3,,60500\n"


def read(text, wallet=1000, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return import_files([("p.csv", data)], None, Options(wallet=wallet and D(wallet), **options))


def faults(text, **options):
    with pytest.raises(Faults) as caught:
        read(text, **options)
    return str(caught.value).splitlines()


def test_positions_of_a_spreadsheet():
    result = read(HEADER + GOOD + "\nETHUSDT,Short,ISOLATED,0.2,3000,3,150.5,\n")
    workspace = result.workspace
    one, two = workspace.positions
    assert (one.id, one.quantity, one.given_margin, workspace.markets[0].mark) == ("btc", D("0.015"), None, 60500)
    assert (two.side, two.mode, two.margin, workspace.markets[1].mark) == (Side.SHORT, Mode.ISOLATED, D("150.5"), None)
    assert (workspace.name, workspace.venue.profile, workspace.wallet) == ("CSV account", "guide", 1000)
    assert [note.told() for note in result.notes] == [
        "taken    line 2: BTCUSDT long 0.015 at 60,000, 3x cross, as btc",
        "taken    line 4: ETHUSDT short 0.2 at 3,000, 3x isolated, as eth",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + GOOD,
        (HEADER + GOOD).replace("\n", "\r\n"),
        (HEADER + GOOD).replace("\n", "\r"),
        (HEADER + GOOD).replace(",", ";"),
        (HEADER + GOOD).replace("BTCUSDT", ' "BTCUSDT"').replace(' "', '"'),
        "\n\n" + HEADER.upper() + GOOD.replace(",", " , ") + ",,,,,,,\n",
        "quantity,entry,leverage,market,side,mode,mark\n0.015,60000,3,BTCUSDT,long,cross,60500",
    ],
)
def test_spreadsheets_write_it_in_many_ways(text):
    assert read(text).workspace == read(HEADER + GOOD).workspace


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "p.csv:1: the header is missing (expected id,market,side,mode,"),
        (
            "market,side\n",
            "p.csv:1: the header has no mode, quantity, entry, leverage (expected the columns id, market",
        ),
        (HEADER.replace("side", "sied"), 'p.csv:1: there is no such column: "sied"; did you mean "side"?'),
        (HEADER.replace("margin", "mark"), "p.csv:1: the column mark is there twice"),
        (HEADER + "BTCUSDT,long\n", "p.csv:2: this line has 2 cells (expected 8, as the header)"),
        (HEADER + 'BTCUSDT,"long\n', "p.csv:2: this is not CSV: unexpected end of data"),
        (HEADER + "a\0b\n", "p.csv:2: there is a zero byte in this text"),
        (HEADER + "BTCUSDT,lnog,cross,1,1,1,,\n", 'p.csv:2: side: "lnog" is not known here; did you mean "long"?'),
        (HEADER + GOOD + "BTCUSDT,long,both,1,1,1,,\n", 'p.csv:3: mode: "both" is not known here'),
        (HEADER + "BTCUSDT,long,cross,,1,1,,\n", "p.csv:2: quantity: is missing (expected a number)"),
        (
            HEADER + 'BTCUSDT,long,cross,"0,5",1,1,,\n',
            'p.csv:2: quantity: "0,5" is not a number (expected a number with',
        ),
        (HEADER + "BTCUSDT,long,cross,-1,1,1,,\n", "p.csv:2: quantity: -1 is not above 0"),
        (HEADER + "BTCUSDT,long,cross,1e400,1,1,,\n", "p.csv:2: quantity: 1e400 is too large"),
        (HEADER + "BTCUSDT,long,cross,1,nan,1,,\n", 'p.csv:2: entry: "nan" is not a number'),
        (HEADER + "BTCUSDT,long,cross,1,1,Infinity,,\n", 'p.csv:2: leverage: "Infinity" is not a number'),
        (HEADER + "BTCUSDT,long,isolated,1,1,1,-inf,\n", 'p.csv:2: margin: "-inf" is not a number'),
        (HEADER + "BTCUSDT,long,cross,1,1,0.5,,\n", "p.csv:2: leverage: 0.5 is below 1"),
        (HEADER + "BTCUSDT,long,cross,1,1,1,0,\n", "p.csv:2: margin: 0 is not above 0"),
        (HEADER + "BTCUSDT,long,cross,1,1,1,,0\n", "p.csv:2: mark: 0 is not above 0"),
        (HEADER + "BTCUSDT,long,cross,1,1,1,,1e99\n", "p.csv:2: mark: "),
        (HEADER + "B USDT,long,cross,1,1,1,,\n", 'p.csv:2: market: "B USDT" has a blank in it'),
        (
            HEADER + "\x1b[2J,long,cross,1,1,1,,\n",
            'p.csv:2: market: "\\u001b[2J" has characters that cannot be printed (expected the name',
        ),
        (HEADER + GOOD + GOOD.replace("60500", "60000"), 'p.csv:3: mark: another mark of "BTCUSDT" than in line 2'),
        (HEADER + "BTCUSDT,long,isolated,1,1,1,2000,\n", "p.csv: wallet: the isolated margins (btc) sum to 2,000"),
        ("id," + HEADER + 2 * ("a," + GOOD), 'p.csv:3: id: "a" is the id of another position already, at line 2'),
    ],
)
def test_each_fault_is_named_with_line_and_column(text, line):
    lines = faults(text)
    assert any(line in found for found in lines), lines
    assert all(found.isprintable() for found in lines)


def test_all_faults_of_a_spreadsheet_come_at_once():
    assert len(faults(HEADER + "BTCUSDT,long,cross,x,y,z,,\n" * 3)) == 9
    assert len(faults(HEADER + "BTCUSDT,long,cross,0,0,0,,\n" * 3)) == 9


def test_the_wallet_has_to_be_said():
    assert faults(HEADER + GOOD, wallet=None) == ['p.csv: no balance in "USDT" was found (expected `wallet`)']


def test_it_comes_from_one_file_alone():
    with pytest.raises(Faults, match=r"q\.csv: positions in CSV come from one file"):
        import_files([("p.csv", HEADER.encode()), ("q.csv", HEADER.encode())])


def test_a_leverage_beyond_the_venues_gives_the_market_a_tier_of_its_own():
    result = read(HEADER + "BTCUSDT,long,cross,1,1,150,,\n", venue="guide")
    tier = result.workspace.markets[0].tiers[0]
    assert tier.max_leverage >= 150
    assert any("one tier for every size" in note.message for note in result.notes)


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_workspaces_positions_come_back(name):
    workspace = load_file(shipped()[name])
    result = read(positions_csv(workspace), workspace.wallet, venue=workspace.venue.profile)
    assert result.workspace.positions == workspace.positions
    assert result.workspace.markets == tuple(replace(market, tiers=()) for market in workspace.markets)


POSITIVE = st.one_of(
    st.decimals("0.01", 10**6, places=2),
    st.sampled_from(["1e-12", "9.99e8", "1e5", "1E+3", "0.10", "1234567.000000000000000001"]).map(Decimal),
)
WORDS = st.one_of(
    st.sampled_from(["=1+1", "'x", "''", "-a", "@b", "+c", 'q"', "a,b", "a;b"]),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(str.isprintable),
)


@st.composite
@exact
def workspaces(draw):
    symbols = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    positions = []
    for own in draw(st.lists(WORDS, min_size=1, max_size=4, unique=True)):
        words = (own, pick(draw, symbols), pick(draw, Side), pick(draw, Mode))
        position = Position(*words, draw(POSITIVE), draw(POSITIVE), draw(st.decimals(1, 100, places=2)))
        margin = draw(st.none() | st.decimals("0.01", 10**6, places=18))
        positions.append(position if margin is None else position.with_margin(margin))
    marks = {symbol: draw(st.none() | POSITIVE) for symbol in symbols}
    markets = [MarketEntry(symbol, mark) for symbol, mark in marks.items() if symbol in {p.market for p in positions}]
    return Workspace("Any", Decimal(10) ** 18, tuple(positions), markets=tuple(markets))


@pytest.mark.slow
@given(workspaces())
def test_any_positions_written_are_read_back_equal(workspace):
    result = read(positions_csv(workspace), workspace.wallet)
    assert result.workspace.positions == workspace.positions
    marks = {market.symbol: market.mark for market in result.workspace.markets}
    assert marks == {market.symbol: market.mark for market in workspace.markets}
    assert load_text(dump(result.workspace)) == result.workspace


def test_no_cell_is_a_formula():
    position = Position("=1+1", "@b", Side.LONG, Mode.CROSS, D(1), D(1), D(1))
    line = positions_csv(Workspace("Any", D(1), (position,))).splitlines()[1]
    assert line == "'=1+1,'@b,long,cross,1,1,1,,"


CELLS = st.sampled_from([*COLUMNS, "BTCUSDT", "long", "cross", "1", "0.5", "", "x", '"', "'", "1e9", "\n", "\r", ";"])


@given(
    st.lists(st.lists(CELLS | st.text(max_size=3), max_size=9).map(",".join), max_size=5).map("\n".join), st.booleans()
)
def test_any_spreadsheet_is_read_or_has_faults(text, with_header):
    try:
        result = read((HEADER if with_header else "") + text)
    except Faults as found:
        assert all(line.isprintable() for line in str(found).splitlines())
    except UnicodeEncodeError:
        return
    else:
        assert load_text(dump(result.workspace)) == result.workspace
