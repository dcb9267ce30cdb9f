from dataclasses import replace
from decimal import Decimal
from difflib import ndiff

import pytest

from isocross.account.book import Mode, Position, Side
from isocross.moves.move import Do, Move, Planned
from isocross.paths.walk import Step
from isocross.toml import edit
from isocross.toml.write import inline_text
from isocross.workspace import (
    MarketEntry,
    PathKind,
    Scenario,
    TierEntry,
    VenueChoice,
    View,
    dump,
    load_file,
    load_text,
    save_workspace,
    saving,
    shipped,
)
from isocross.workspace.saving import UnmergeableError, merged
from isocross.workspace.writing import position_row

D = Decimal

MINE = """\
# My account.
wallet   = 1_000      # all I have
positions = []

# no tables yet
"""

DESK = """\
# The hedge.
name   = "desk"
wallet = 1_000.50   # all I have
fund   = 0.10

# --- long ---

# since May
[[positions]]
id       = "btc"
market   = "BTCUSDT"
side     = 'long'
mode     = "cross"   # for now
quantity = 0.0150
entry    = 6e4
leverage = 3
# margin = 300

# --- short ---

[[markets]]
symbol = "ETHUSDT"
mark   = 3_000.0
[[positions]]
id       = "eth"
market   = "ETHUSDT"
side     = "short"
mode     = "isolated"
quantity = 0.2
entry    = 3000
leverage = 3

# the May crash
[scenario]
shock = -0.30
"""
NEW = Position("new", "BTCUSDT", Side.LONG, Mode.CROSS, D("0.10"), D(50000), D(5), D(700))


def desk():
    workspace = load_text(DESK)
    return workspace, *workspace.positions


def changes(old, new):
    """The lines that are different, as `- old` and `+ new`."""
    return [line.rstrip("\r\n") for line in ndiff(old.splitlines(True), new.splitlines(True)) if line[0] in "+-"]


def test_a_flip_changes_one_word():
    workspace, btc, eth = desk()
    new = merged(DESK, replace(workspace, positions=(replace(btc, mode=Mode.ISOLATED), eth)))
    assert changes(DESK, new) == ['- mode     = "cross"   # for now', '+ mode     = "isolated"   # for now']


def test_a_new_key_is_written_as_the_others_are():
    workspace, btc, eth = desk()
    new = merged(DESK, replace(workspace, strict=True, positions=(btc, eth.with_margin(D("250.5")))))
    assert changes(DESK, new) == ["+ strict = true", "+ margin   = 250.5"]
    assert "leverage = 3\nmargin   = 250.5\n\n# the May crash\n" in new


def test_a_dropped_position_takes_its_own_comments_and_no_other():
    workspace, btc, eth = desk()
    new = merged(DESK, replace(workspace, positions=(eth,)))
    own = DESK[DESK.index("# since May") : DESK.index("# --- short ---")]
    assert new == DESK.replace(own, "")
    new = merged(DESK, replace(workspace, positions=(btc,)))
    assert new == DESK.replace(DESK[DESK.index('[[positions]]\nid       = "eth"') : DESK.index("\n# the May")], "")


def test_a_new_position_stands_after_the_last_one_in_its_style():
    workspace, btc, eth = desk()
    new = merged(DESK, replace(workspace, positions=(btc, eth, NEW)))
    block = """\
[[positions]]
id       = "new"
market   = "BTCUSDT"
side     = "long"
mode     = "cross"
quantity = 0.1
entry    = 50000
leverage = 5
margin   = 700

"""
    assert new == DESK.replace("# the May crash", f"{block}# the May crash")
    assert load_text(new).positions == (btc, eth, NEW)


def test_a_position_that_comes_back_stands_where_it_stood():
    workspace, btc, eth = desk()
    new = merged(DESK, replace(workspace, positions=(btc, NEW, eth)))
    assert load_text(new).positions == (btc, NEW, eth)
    assert new.index("# margin = 300\n\n[[positions]]\n") < new.index("# --- short ---")


def test_a_position_that_was_dropped_and_entered_again_stands_last():
    workspace, btc, eth = desk()
    again = replace(btc, entry=D(50000))
    new = merged(DESK, replace(workspace, positions=(eth, again)))
    assert load_text(new).positions == (eth, again)
    assert DESK[DESK.index("# --- short ---") : DESK.index("# the May crash")] in new
    assert "# since May" not in new


def test_the_first_position_and_none_again():
    empty = load_text(MINE)
    first = merged(MINE, replace(empty, positions=(NEW,)))
    assert first.startswith("# My account.\nwallet   = 1_000      # all I have\n\n[[positions]]\nid")
    assert first.endswith("\n\n# no tables yet\n")
    again = merged(first, empty)
    assert again == "# My account.\nwallet   = 1_000      # all I have\npositions = []\n\n# no tables yet\n"


def test_positions_without_an_id_get_one_only_where_it_would_change():
    text = (
        DESK.replace('id       = "btc"\n', "").replace('id       = "eth"\n', "").replace('= "ETHUSDT"', '= "BTCUSDT"')
    )
    workspace = load_text(text)
    first, second = workspace.positions
    assert (first.id, second.id) == ("btc", "btc-2")
    assert "id " not in merged(text, replace(workspace, positions=(first,)))
    assert 'id       = "btc-2"' in merged(text, replace(workspace, positions=(second,)))


def test_a_margin_that_is_the_initial_one_goes_when_the_leverage_changes():
    text = DESK.replace("# margin = 300", "margin   = 300")
    workspace = load_text(text)
    btc, eth = workspace.positions
    flipped = merged(text, replace(workspace, positions=(replace(btc, mode=Mode.ISOLATED), eth)))
    assert "margin   = 300\n" in flipped
    lower = replace(workspace, positions=(replace(btc, leverage=D(2)), eth))
    assert "margin" not in merged(text, lower)


def test_the_shock_comes_to_stand_in_a_table_of_its_own():
    new = merged(MINE, replace(load_text(MINE), scenario=Scenario(PathKind.GAP, D("-0.3")), view=View("night")))
    assert new == (
        "# My account.\nwallet   = 1_000      # all I have\npositions = []\n\n"
        '[scenario]\npath = "gap"\nshock = -0.3\n\n[view]\ntheme = "night"\n\n# no tables yet\n'
    )


VENUES = [
    ("", VenueChoice("binance"), 'venue = "binance"'),
    ('venue = "guide" # mine\n', VenueChoice("binance"), 'venue = "binance" # mine\n'),
    (
        "venue = 'guide'\n",
        VenueChoice("guide", (("close_fee", D("0.001")),)),
        'venue = { profile = "guide", close_fee = 0.001 }\n',
    ),
    (
        'venue = {profile="guide",close_fee=0.0010,taker_fee=0.0020}\n',
        VenueChoice("guide", (("close_fee", D("0.001")), ("taker_fee", D("0.003")))),
        'venue = {profile="guide",close_fee=0.0010,taker_fee=0.003}\n',
    ),
    (
        'venue = {profile="guide",close_fee=0.0010,taker_fee=0.0020}\n',
        VenueChoice("guide", (("taker_fee", D("0.002")),)),
        'venue = {profile="guide",taker_fee=0.0020}\n',
    ),
    ('venue.profile = "guide"\nvenue.close_fee = 0.1\n', VenueChoice("binance"), 'venue.profile = "binance"\n'),
]


@pytest.mark.parametrize(("given", "venue", "wanted"), VENUES)
def test_the_venue_is_changed_in_the_way_it_is_written(given, venue, wanted):
    text = f"# top\nwallet = 1\npositions = []\n{given}"
    new = merged(text, replace(load_text(text), venue=venue))
    assert new.rstrip("\n") == f"# top\nwallet = 1\npositions = []\n{wanted}".rstrip("\n")


BETAS = [
    "[scenario]\nbetas = {BTCUSDT=1.50, ETHUSDT=2} # mine\n",
    "[scenario.betas] # mine\nBTCUSDT = 1.50\nETHUSDT = 2\n",
    "[scenario]\nbetas.BTCUSDT = 1.50\nbetas.ETHUSDT = 2 # mine\n",
]


@pytest.mark.parametrize("given", BETAS)
def test_betas_are_changed_in_the_way_they_are_written(given):
    text = f"wallet = 1000\n\n[[markets]]\nsymbol = 'BTCUSDT'\n[[markets]]\nsymbol='ETHUSDT'\n\n{given}"
    text = text.replace("wallet", "positions = []\nwallet")
    workspace = load_text(text)
    scenario = replace(workspace.scenario, betas={"BTCUSDT": D("1.5"), "ETHUSDT": D(3)})
    assert merged(text, replace(workspace, scenario=scenario)) == text.replace("ETHUSDT=2", "ETHUSDT=3").replace(
        "ETHUSDT = 2", "ETHUSDT = 3"
    )


def test_betas_go():
    for given in BETAS[:2]:
        text = (
            f"wallet = 1000\npositions = []\n[[markets]]\nsymbol = 'BTCUSDT'\n[[markets]]\nsymbol='ETHUSDT'\n\n{given}"
        )
        new = merged(text, replace(load_text(text), scenario=Scenario(shock=D("0.5"))))
        assert load_text(new).scenario == Scenario(shock=D("0.5"))
        assert "# mine" in new


INLINE = """\
wallet=1000 # w
positions = [
\t# one
\t{market="BTCUSDT", side="long", mode = "cross", quantity=0.0150, entry=6e4, leverage=3}, # btc
\t# two
\t{market="ETHUSDT", side="short", mode="cross", quantity=0.2, entry=3_000, leverage=3, margin=250},
] # end
scenario.shock = -0.30"""


def test_a_list_of_inline_tables_is_changed_where_it_stands():
    workspace = load_text(INLINE)
    btc, eth = workspace.positions
    flipped = replace(workspace, positions=(replace(btc, mode=Mode.ISOLATED), eth))
    assert merged(INLINE, flipped) == INLINE.replace('mode = "cross"', 'mode = "isolated"')
    lower = replace(workspace, positions=(btc, replace(eth, leverage=D(2), given_margin=None)))
    assert merged(INLINE, lower) == INLINE.replace("leverage=3, margin=250", "leverage=2")
    more = merged(INLINE, replace(workspace, positions=(btc, eth, NEW)))
    assert changes(INLINE, more) == [f"+ \t{inline_text(position_row(NEW))},"]
    less = merged(INLINE, replace(workspace, positions=(eth,)))
    assert changes(INLINE, less) == ["- " + INLINE.splitlines()[3]]
    assert load_text(merged(INLINE, replace(workspace, positions=()))).positions == ()


def test_line_ends_tabs_and_a_missing_last_line_end_stay():
    text = DESK.replace("\n", "\r\n").replace("leverage = 3", "\tleverage\t=\t3").rstrip("\r\n")
    workspace = load_text(text)
    btc, eth = workspace.positions
    for positions in ((btc, replace(eth, leverage=D(4))), (btc, eth, NEW), (eth,), ()):
        new = merged(text, replace(workspace, positions=positions))
        assert new.count("\r\n") == new.count("\n") > 10
        assert not new.endswith("\n")
    both = text.replace("\r\n", "\n", 5)
    assert merged(both, replace(workspace, wallet=D(777))) == both.replace("1_000.50", "777")


def test_the_ladder_of_a_market():
    tiers = "tiers = [\n  # all\n  {from=0,rate=0.010,max_leverage=9},\n]\n"
    text = f"wallet = 1\npositions = []\n[[markets]]\nsymbol = 'BTCUSDT'\n{tiers}"
    workspace = load_text(text)
    moved = replace(workspace, markets=(replace(workspace.markets[0], mark=D(5)),))
    assert merged(text, moved) == f"{text}mark = 5\n"
    other = (TierEntry(D(0), D("0.02"), D(5)),)
    laddered = replace(workspace, markets=(replace(workspace.markets[0], tiers=other),))
    assert "tiers = [\n    { from = 0, rate = 0.02, max_leverage = 5 },\n]\n" in merged(text, laddered)


TABLES = """\
wallet = 1
positions = []
[[markets]]
symbol = "BTCUSDT"
# mine
[[markets.tiers]]
from = 0
rate = 0.01
max_leverage = 9
[[markets]]
symbol = "ETHUSDT"
[[markets.tiers]]
from = 0
rate = 0.02
max_leverage = 8
"""


def test_a_market_goes_with_the_tables_of_its_ladder():
    workspace = load_text(TABLES)
    new = merged(TABLES, replace(workspace, markets=workspace.markets[1:]))
    assert new == "wallet = 1\npositions = []\n" + TABLES[TABLES.index('[[markets]]\nsymbol = "ETHUSDT"') :]
    added = merged(TABLES, replace(workspace, markets=(*workspace.markets, MarketEntry("SOLUSDT"))))
    assert changes(TABLES, added) == ["+ ", "+ [[markets]]", '+ symbol = "SOLUSDT"']


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_workspace_keeps_every_comment(name):
    text = shipped()[name].read_text()
    workspace = load_file(shipped()[name])
    new = merged(text, replace(workspace, wallet=workspace.wallet + 1, view=replace(workspace.view, theme="day")))
    assert len(changes(text, new)) == 3
    assert changes(text, new)[-1] == '+ theme = "day"'


# --- what cannot be kept ---------------------------------------------------------------------------


def refused(text, workspace):
    with pytest.raises(UnmergeableError):
        merged(text, workspace)


@pytest.mark.slow
def test_what_cannot_be_written_into_the_text_is_refused():
    workspace = load_text(TABLES)
    other = replace(workspace.markets[0], tiers=(TierEntry(D(0), D("0.05"), D(5)),))
    refused(TABLES, replace(workspace, markets=(other, workspace.markets[1])))
    refused("wallet = -1", workspace)
    refused(TABLES, replace(workspace, wallet=D(-1)))
    refused(TABLES.replace("# mine", "#" * (1024 * 1024 - len(TABLES))), replace(workspace, name="longer"))


def test_a_known_fault_of_the_library_is_refused():
    """It cannot take out every key of a table that has its keys dotted, each on a line of its own."""
    text = (
        f"wallet = 1000\npositions = []\n[[markets]]\nsymbol = 'BTCUSDT'\n[[markets]]\nsymbol='ETHUSDT'\n\n{BETAS[2]}"
    )
    refused(text, replace(load_text(text), scenario=Scenario()))


def test_a_text_of_an_older_format_is_refused(monkeypatch):
    monkeypatch.setattr(saving, "FORMAT", 2)
    workspace, *_ = desk()
    assert merged(DESK, workspace) == DESK
    refused("format = 1\n" + DESK, replace(workspace, wallet=D(777)))


def test_too_much_to_change_is_refused(monkeypatch):
    workspace, btc, eth = desk()
    monkeypatch.setattr(edit, "EDIT_LIMIT", 200)
    flipped = replace(btc, mode=Mode.ISOLATED)
    assert merged(DESK, replace(workspace, positions=(flipped, eth)))
    refused(DESK, replace(workspace, positions=(flipped, replace(eth, mode=Mode.CROSS))))


@pytest.mark.parametrize("broken", [lambda core, *_: core, lambda core, *_: core + "[", lambda core, *_: {}[core]])
def test_a_fault_of_the_library_ends_in_the_canonical_form(tmp_path, monkeypatch, broken):
    monkeypatch.setattr(edit, "amended", broken)
    workspace, *_ = desk()
    new = replace(workspace, wallet=D(777))
    refused(DESK, new)
    (tmp_path / "desk.toml").write_text(DESK)
    assert save_workspace(new, tmp_path / "desk.toml").rewritten
    assert (tmp_path / "desk.toml").read_text() == dump(new)


def test_a_workspace_named_by_its_file_keeps_that_name(tmp_path):
    path = tmp_path / "may.toml"
    path.write_text(MINE)
    workspace = replace(load_file(path), wallet=D(7))
    assert not save_workspace(workspace, path).rewritten
    assert path.read_text() == MINE.replace("1_000", "7")
    assert load_file(path) == workspace


def test_a_move_that_is_kept_or_dropped_leaves_every_other_line_as_it_was():
    text = """wallet = 100  # cash
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.001
entry = 60000
leverage = 3

[scenario]  # lived
path = "walk"
legs = [ -0.10,+0.050 ]  # down and up

[[scenario.moves]]
at = 1
do = "flip"
position = "btc"

[view]
theme = "night"  # dark
"""
    old = load_text(text)
    more = replace(old.scenario, moves=(*old.scenario.moves, Planned(D(2), Move(Do.DEPOSIT, None, D(5)))))
    new = merged(text, replace(old, scenario=more))
    assert load_text(new).scenario == more
    kept = [line for line in text.splitlines() if line and line not in ("at = 1", 'do = "flip"', 'position = "btc"')]
    assert [line for line in kept if line not in new.splitlines()] == ["[[scenario.moves]]"]
    none = merged(new, replace(old, scenario=replace(more, moves=(), legs=(*more.legs, Step(D("0.01"))))))
    assert "moves" not in none
    assert "legs = [-0.1, 0.05, 0.01]  # down and up" in none
