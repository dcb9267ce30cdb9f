"""The command line: the same figures as the desk, its exit codes, and nothing but the result on standard output."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.actions.venue import SetVenue
from isocross.desk.state import State
from isocross.money import text
from isocross.rules import catalogue as profiles
from isocross.workspace import PathKind, load_file, shipped
from isocross_tui.cli.main import main
from tests.journeys.screen import room

NAMES = sorted(shipped())
AMOUNTS = {"wallet", "equity", "unused", "available", "initial_margin", "maintenance_margin", "worst_case", "fund"}
ACCOUNT = AMOUNTS | {"pool_equity", "pool_maintenance_margin", "margin_ratio", "status"}
FIGURES = {
    "quantity",
    "entry",
    "mark",
    "leverage",
    "margin",
    "notional",
    "unrealised_pnl",
    "equity",
    "initial_margin",
    "maintenance_margin",
    "worst_case",
}
PERHAPS = {"margin_ratio", "liquidation_price", "liquidation_price_shown", "joint_trigger", "bankruptcy_price"}
POSITION = FIGURES | PERHAPS | {"id", "market", "side", "mode", "status", "paid_by"}
EVENT = {"n", "t", "move", "kind", "position", "mark", "amount", "from", "text"}
KINDS = {
    "refill",
    "order_cancel",
    "reduction",
    "liquidation",
    "fund",
    "deleverage",
    "settlement",
    "funding",
    "fee",
    "move",
    "refusal",
}


pytestmark = pytest.mark.usefixtures("home")


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def good(*arguments: str, stdin: str | bytes | None = None) -> str:
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def read(*arguments: str) -> dict:
    """JSON with its decimals, which have to be strings: a float is an error."""
    return json.loads(good(*arguments, "--json"), parse_float=lambda number: pytest.fail(f"a float: {number}"))


def process(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from isocross_tui.cli.main import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


def bad_file(folder: Path, name: str = "bad.toml") -> str:
    path = folder / name
    path.write_text('format = 1\nwallet = "much"\n[[positions]]\nmarket = "BTCUSDT"\nside = "up"\n', encoding="utf-8")
    return str(path)


# --- the shape of what is printed ----------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if not load_file(shipped()[name]).assets])
@pytest.mark.parametrize("venue", ["guide", "coinex"])
def test_a_report_has_the_keys_scripts_rely_on(name, venue):
    report = read("report", name, "--shock", "-40%", "--venue", venue)
    assert report["format"] == 1
    assert report["venue"] == venue
    assert (report["t"], report["move"], report["shock"], report["shocks"]) == ("1", "-0.4", "-0.4", None)
    assert set(report["account"]) >= ACCOUNT
    assert report["account"]["status"] in {"open", "at_risk", "liquidated"}
    for key in AMOUNTS:
        assert Decimal(report["account"][key]).is_finite()
    for position in report["positions"]:
        assert set(position) >= POSITION
        for key in FIGURES:
            assert Decimal(position[key]).is_finite()
        for key in PERHAPS:
            assert position[key] is None or Decimal(position[key]).is_finite()
        assert set(position["paid_by"]) == {"own_margin", "unused", "others", "fund"}
        assert position["side"] in {"long", "short"}
        assert position["mode"] in {"cross", "isolated"}
    for n, event in enumerate(report["events"], start=1):
        assert set(event) >= EVENT
        assert event["n"] == n
        assert event["kind"] in KINDS


def test_the_guides_account_at_coinex_has_the_figures_of_the_design():
    report = read("report", "guide-cross", "--venue", "coinex", "--shock", "BTCUSDT=-40%")
    account, btc = report["account"], report["positions"][0]
    assert (account["wallet"], account["equity"]) == ("1000", "640")
    assert account["unused"].startswith("203.015")
    assert account["available"] == account["unused"]
    assert (account["pool_equity"], account["margin_ratio"]) == (None, None)
    assert btc["margin"].startswith("596.984")
    assert (btc["notional"], btc["unrealised_pnl"], btc["maintenance_margin"]) == ("540", "-360", "2.7")
    assert btc["margin_ratio"].startswith("0.0113")
    assert btc["liquidation_price"].startswith("6700.167504")
    assert btc["liquidation_price_shown"] == "6700.17"
    assert btc["joint_trigger"].startswith("6700.167504")
    assert btc["bankruptcy_price"].startswith("6666.666")
    assert btc["worst_case"] == "800"
    assert btc["paid_by"] == {"own_margin": "300", "unused": "60", "others": "0", "fund": "0"}
    (event,) = report["events"]
    assert event["t"].startswith("0.824958")
    assert (event["kind"], event["position"], event["from"]) == ("refill", "btc", "unused")
    assert event["mark"].startswith("40201.005025")
    assert event["amount"].startswith("296.984924")


def test_a_run_is_a_report_without_the_positions():
    run_json, report = (read(command, "guide-mixed", "--shock", "-60%") for command in ("run", "report"))
    del report["positions"]
    assert run_json == report


def test_csv_has_a_line_for_each_event_with_the_exact_figures_of_json():
    arguments = ("run", "guide-cross", "--venue", "coinex", "--shock", "-95%")
    rows = list(csv.DictReader(StringIO(good(*arguments, "--csv"))))
    events = read(*arguments)["events"]
    assert len(rows) == len(events) > 1
    for row, event in zip(rows, events, strict=True):
        for key in ("n", "move", "kind", "position", "mark", "amount", "from", "equity", "maintenance_margin"):
            assert row[key] == ("" if event[key] is None else str(event[key]))


@pytest.mark.parametrize("command", ["report", "run"])
def test_the_plain_table_says_the_same_in_words(command):
    printed = good(command, "guide-isolated", "--shock", "+40%")
    told = read(command, "guide-isolated", "--shock", "+40%")
    for event in told["events"]:
        assert event["text"] in printed
    assert f"wallet {Decimal(told['account']['wallet']):,.2f}" in printed
    assert printed.endswith("\n")
    assert not any(line != line.rstrip() for line in printed.splitlines())


# --- shocks, venues, places ----------------------------------------------------------------------


@pytest.mark.parametrize("shock", ["-30%", "-0.3", "-30 %", "−30%"])
def test_a_shock_can_be_written_in_several_ways(shock):
    assert read("report", "guide-cross", "--shock", shock)["shock"] == "-0.3"


def test_without_a_shock_the_files_own_is_taken():
    assert read("report", "guide-cross")["shock"] == text(load_file(shipped()["guide-cross"]).scenario.shock)


def test_a_shock_for_each_market_leaves_the_others_standing():
    report = read("report", "guide-cross", "--shock", "ETHUSDT=+5%")
    assert (report["shock"], report["shocks"]) == (None, {"ETHUSDT": "0.05"})
    assert [p["mark"] for p in report["positions"]] == ["60000", "3150"]


def test_at_is_a_place_on_the_way_and_later_events_are_not_told_yet():
    half = read("report", "guide-cross", "--venue", "coinex", "--shock", "-40%", "--at", "0.5")
    assert (half["t"], half["move"], half["events"]) == ("0.5", "-0.2", [])
    assert half["positions"][0]["mark"] == "48000"


@pytest.mark.parametrize(
    "arguments",
    [
        ("report",),
        ("report", "guide-cross", "--shock", "deep"),
        ("report", "guide-cross", "--shock", "-100%"),
        ("report", "guide-cross", "--shock", "DOGEUSDT=-5%"),
        ("report", "guide-cross", "--shock", ""),
        ("report", "guide-cross", "--at", "1.5"),
        ("report", "guide-cross", "--at", "x"),
        ("run", "guide-cross", "--venue", "nowhere"),
        ("run", "guide-cross", "--csv", "--parquet", "x"),
        ("run", "guide-cross", "--loud"),
        ("check",),
    ],
)
def test_what_was_typed_wrong_is_usage_exits_with_2_and_prints_nothing(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_venue_is_answered_with_the_known_ones():
    said = run("report", "guide-cross", "--venue", "binanse").stderr
    for venue in profiles.profile_ids():
        assert venue in said


@pytest.mark.parametrize("command", ["report", "run", "check"])
@pytest.mark.parametrize("source", ["nowhere.toml", "bad.toml", "."])
def test_a_bad_file_is_a_message_exit_1_and_prints_nothing(command, source, home):
    bad_file(home)
    result = run(command, source)
    assert result.exit_code == 1
    # of a folder it is counted what was checked
    assert result.stdout == (".: 0 of 1 account good\n" if (command, source) == ("check", ".") else "")
    assert source in result.stderr
    assert "Traceback" not in result.stderr


def test_every_fault_of_a_file_has_its_line(home):
    said = run("check", bad_file(home, "faults.toml")).stderr
    assert "faults.toml:2:" in said
    assert "faults.toml:5:" in said


def test_several_files_are_all_checked_and_one_bad_one_is_enough_for_1(home):
    mine = home / "mine.toml"
    mine.write_bytes(shipped()["guide-cross"].read_bytes())
    assert good("check", *NAMES, "mine.toml").count(": good, ") == len(NAMES) + 1
    result = run("check", "mine.toml", bad_file(home), "guide-cross")
    assert result.exit_code == 1
    assert result.stdout.count(": good, ") == 2
    assert "bad.toml" in result.stderr


def test_standard_input_is_read_for_a_dash():
    content = shipped()["guide-isolated"].read_bytes()
    assert good("report", "-", stdin=content) == good("report", "guide-isolated")
    assert "1 position" in good("check", "-", stdin=content)
    result = run("report", "-", stdin="wallet = ")
    assert result.exit_code == 1
    assert "standard input:1" in result.stderr
    assert result.stdout == ""


def test_a_file_comes_before_a_shipped_account_of_the_same_name(home):
    (home / "guide-cross").write_bytes(shipped()["guide-isolated"].read_bytes())
    assert read("report", "guide-cross")["name"] == load_file(shipped()["guide-isolated"]).name


# --- lists ---------------------------------------------------------------------------------------


def test_venues_and_themes_are_listed_a_line_each():
    venues = good("venues").splitlines()
    assert [line.split()[0] for line in venues] == list(profiles.profile_ids())
    assert all(("pooled" in line) != ("top-up" in line or "topup" in line) for line in venues)
    themes = good("themes").splitlines()
    assert {"night", "day", "mono"} <= {line.split()[0] for line in themes}


def test_a_broken_theme_is_named_on_standard_error(home):
    folder = home / "config" / "isocross" / "themes"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("name = 3", encoding="utf-8")
    result = run("themes")
    assert result.exit_code == 1
    assert "broken.toml" in result.stderr
    assert "night" in result.stdout


def test_help_names_every_command():
    printed = good("--help")
    for command in ("report", "run", "check", "venues", "themes"):
        assert f"  {command}" in printed
        assert good(command, "--help").startswith("Usage:")


# --- one engine ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shock", ["-90%", "+90%"])
def test_what_a_desk_shows_and_what_the_command_line_prints_are_the_same_events(name, shock):
    workspace = load_file(shipped()[name])
    # a shock is asked for, whatever path the file has
    opened = State.opened(replace(workspace, scenario=replace(workspace.scenario, path=PathKind.WHAT_IF)))
    for venue in ("guide", "coinex", "binance"):
        held = SetVenue(venue).apply(opened)
        result = run("run", name, "--venue", venue, "--shock", shock, "--json")
        if held.workspace.venue.profile != venue:
            assert result.exit_code == 1
            continue
        told = json.loads(result.stdout)
        state = ShockTo(Decimal(told["shock"])).apply(held)
        assert told_by(state) == [(event["kind"], event["move"], event["amount"]) for event in told["events"]]
        account = selectors.frame(state).account
        assert (text(account.equity), text(account.wallet)) == (told["account"]["equity"], told["account"]["wallet"])


@pytest.mark.slow
async def test_the_last_sentence_of_a_run_is_the_one_in_the_cascade():
    async with room("guide-cross") as desk:
        await desk.venue("coinex")
        await desk.press("0", *["less_than_sign"] * 9)
        told = read("run", "guide-cross", "--venue", "coinex", "--shock", "-90%")
        assert told_by(desk.state) == [(event["kind"], event["move"], event["amount"]) for event in told["events"]]
        assert told["events"][-1]["text"] in desk.said("#cascade-words")


def told_by(state: State) -> list[tuple[str, str, str]]:
    timeline = selectors.timeline(state)
    events = timeline.until(abs(state.moment.shock))
    return [(event.kind.value, text(timeline.path.move(event.place)), text(event.amount)) for event in events]


# --- a process of its own ------------------------------------------------------------------------


@pytest.mark.slow
def test_no_headless_command_imports_the_screen(home):
    (home / "mine.toml").write_bytes(shipped()["guide-cross"].read_bytes())
    code = """
import sys
from isocross_tui.cli.main import main
for arguments in (["report", "mine.toml", "--json"], ["report", "mine.toml"], ["run", "mine.toml"],
                  ["run", "mine.toml", "--csv"], ["check", "mine.toml", "guide-cross"], ["venues"], ["themes"]):
    try:
        main(arguments)
    except SystemExit as end:
        assert not end.code, arguments
    loaded = sorted(name for name in sys.modules if name.partition(".")[0] in {"textual", "rich", "numpy"})
    assert not loaded, (arguments, loaded[:5])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.slow
def test_the_installed_command_prints_utf8_in_a_poor_locale():
    installed = Path(sys.executable).with_name("isocross")
    if not installed.exists():
        pytest.skip("the project is not installed beside this interpreter")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [installed, "report", "guide-cross"], capture_output=True, env=environment, timeout=60, check=False
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert "−30.0 %" in done.stdout.decode("utf-8")


@pytest.mark.slow
def test_without_a_terminal_the_desk_says_what_to_use_instead_and_exits_with_2():
    done = process()
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "isocross report FILE" in done.stderr


# --- compare -------------------------------------------------------------------------------------


def test_compare_prints_one_table_of_every_mode_and_venue():
    printed = good("compare", "guide-cross", "--shock", "-40%")
    head, _, titles, *rows = printed.splitlines()
    assert head == "The guide's cross account   guide   USDT   shock −40.0 %"
    named = {
        row[: titles.index("equity")].strip(): row for row in rows if row.startswith(("as it is", "all", "under "))
    }
    assert list(named) == ["as it is = all cross", "all isolated", *(f"under {v}" for v in profiles.profile_ids()[1:])]
    ends = {name: row[: titles.index("equity") + len("equity")].split()[-1] for name, row in named.items()}
    assert (ends["as it is = all cross"], ends["all isolated"]) == ("640.00", "700.00")
    assert printed.endswith("700.00 against 640.00; if prices come back, 700.00 against 1,000.00.\n")


def test_compare_says_of_a_liquidation_beyond_the_shock_that_it_is_not_reached():
    rows = good("compare", "guide-cross", "--shock", "-40%").splitlines()
    first = {name: row for row in rows for name in ("under coinex", "all isolated") if row.startswith(name)}
    assert "  not reached (BTC −88.8 %)  " in first["under coinex"]
    assert "  ✕ BTC −33.0 %  " in first["all isolated"]


def test_the_commands_are_listed_by_their_names():
    listed = good("--help").split("Commands:\n")[1].splitlines()
    names = [line.split()[0] for line in listed if line.startswith("  ") and line[2:3].strip()]
    assert names == sorted(names)
    assert {"adl", "watch"} <= set(names)


@pytest.mark.slow
def test_compare_as_json_has_the_keys_scripts_rely_on_and_agrees_with_reports():
    told = read("compare", "guide-cross", "--shock", "-40%", "--venue", "binance")
    variants = {variant["key"]: variant for variant in told["variants"]}
    assert (told["format"], told["venue"], told["shock"], told["shocks"]) == (1, "binance", "-0.4", None)
    assert list(variants) == [
        "as-is",
        "all-cross",
        "all-isolated",
        *(v for v in profiles.profile_ids() if v != "binance"),
    ]
    assert variants["all-cross"]["same_as"] == "as-is"
    assert variants["all-isolated"]["liquidated"] == ["btc"]
    assert set(variants["all-isolated"]["first_fall"]) == {"position", "move", "mark"}
    assert variants["coinex"]["first_fall"] is None
    assert variants["coinex"]["next_fall"]["position"] == "btc"
    for venue in ("binance", "coinex"):
        key = "as-is" if venue == "binance" else venue
        assert variants[key]["account"] == read("report", "guide-cross", "--shock", "-40%", "--venue", venue)["account"]
    assert told["crossover"]["move"] == "-0.333333333334"
    assert told["crossover"]["text"] == told["text"]


@pytest.mark.slow
def test_compare_takes_shocks_of_single_markets_and_refuses_what_it_cannot_read():
    told = read("compare", "guide-cross", "--shock", "BTCUSDT=-50%,ETHUSDT=+10%")
    assert (told["shock"], told["shocks"]) == (None, {"BTCUSDT": "-0.5", "ETHUSDT": "0.1"})
    assert told["crossover"]["move"] == "0.666666666667"
    assert run("compare", "guide-cross", "--shock", "much").exit_code == 2
    assert run("compare", "nowhere.toml").exit_code == 1


@pytest.mark.parametrize("words", [("report", ""), ("check", ""), ("code", ""), ("report", "guide-cross", "")])
def test_an_empty_name_is_not_taken_for_the_folder_that_one_is_in(words):
    done = run(*words)
    assert done.exit_code == 1
    assert '"": this is not the name of a file (expected a workspace file)' in done.stderr
