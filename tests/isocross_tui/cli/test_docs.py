"""The pages that are shipped: every sample runs, every key that is printed is told, and every source is listed."""

from __future__ import annotations

import csv
import json
import re
import shlex
import tomllib
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

import isocross as ix
from isocross.exchange.registry import FORMATS
from isocross.history.windows import windows
from isocross.lessons.figures import OF_ACCOUNT, OF_POSITION
from isocross.lessons.files import read_lesson
from isocross.lessons.play import failures
from isocross.live.questions import TITLES as KEYED
from isocross.rules.catalogue import shipped_ids
from isocross.rules.profile_keys import profile_keys
from isocross.rules.tables import table_names
from isocross.workspace import schema, shipped
from isocross_tui.cli import docs
from isocross_tui.cli.casting import cast
from isocross_tui.cli.main import main
from isocross_tui.keymap import load_keymap
from isocross_tui.serve.command import ssh
from isocross_tui.user.settings import load_settings

PROJECT = Path(__file__).resolve().parents[3]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")

pytestmark = pytest.mark.usefixtures("home")


def fenced(kind: str) -> list:
    """Every sample of a kind, with its page."""
    return [
        pytest.param(text, id=f"{name}-{n}")
        for name in docs.ORDER
        for n, (found, text) in enumerate(FENCE.findall(docs.page(name)))
        if found == kind
    ]


def run(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments, prog_name="isocross")
    assert done.exit_code == 0, done.stderr
    return done.stdout


# --- samples ---------------------------------------------------------------------------------------


def test_every_fence_is_of_a_kind_that_is_run_or_plain():
    kinds = {kind for name in docs.ORDER for kind, _ in FENCE.findall(docs.page(name))}
    assert kinds == {"text", "sh", "toml", "python"}


def test_the_samples_of_python_print_what_they_say():
    told: list[str] = []
    page = docs.page("python")
    scripts = [text for kind, text in FENCE.findall(page) if kind == "python"]
    out = StringIO()
    with redirect_stdout(out):
        exec(compile("\n".join(scripts), "python.md", "exec"), {})  # the page's own samples
    for line in "\n".join(scripts).splitlines():
        if line.lstrip().startswith("print("):
            told += line.rpartition("  # ")[2].split(" | ")
    assert len(told) > 20
    assert out.getvalue().splitlines() == [words.strip() for words in told]


@pytest.mark.parametrize("sample", fenced("sh"))
def test_a_sample_of_the_command_line_runs(sample):
    lines = sample.splitlines()
    assert lines
    for line in lines:
        assert line.startswith("isocross ")
        assert run(*shlex.split(line)[1:])


@pytest.mark.parametrize("sample", fenced("toml"))
def test_a_sample_of_a_file_is_good(sample, tmp_path):
    document = tomllib.loads(sample)
    file = tmp_path / "sample.toml"
    file.write_text(sample, encoding="utf-8")
    if "steps" in document:
        assert failures(read_lesson(sample)) == []
    elif "wallet" in document:
        assert ix.load(file).book.wallet == 1000
    elif "keys" in document:
        keymap = load_keymap(file)
        assert (keymap.problems, keymap.remarks) == ((), ())
    else:
        assert load_settings(file).problems == ()


# --- what is told ------------------------------------------------------------------------------------

JSON = [
    "report guide-cross --venue coinex --shock -90%",
    "run guide-cross --shock -40%",
    "report crash-2025-10-10",
    "compare guide-cross --shock -40%",
    "explain guide-mixed --position btc --shock -40%",
    "advise basket --shock -40%",
    "price basket --market BTC",
    "adl all basket hedge --market BTC --shock -60% --fund 0 --depth 1%=1000 --jump",
    "venues",
    "themes",
    "keys",
    "price basket guide-cross --market BTC",
    "frontier hedge --cells 3",
    "history",
    "history 2020-03-12",
    "history --reach BTC=-33%",
    "history --file guide-isolated",
    "lessons",
    "lessons the-wick",
    "check guide-cross",
    "replay guide-cross --window 2025-10-10",
]
BY_NAME = {"marks", "falls", "modes", "figures", "shocks"}
"""What is keyed by the names of an account and not of the output."""


def keys(value: object, above: str = "") -> set[str]:
    if isinstance(value, dict):
        own = set() if above in BY_NAME else set(value)
        return own.union(*(keys(part, name) for name, part in value.items()))
    if isinstance(value, list):
        return set().union(*(keys(part) for part in value))
    return set()


@cache
def told() -> set[str]:
    pages = (docs.page("command-line"), docs.page("risk"))
    return {word for page in pages for code in CODE.findall(page) for word in re.split(r"[ ,]+", code)}


@pytest.mark.parametrize("command", JSON)
def test_every_key_of_a_json_is_told(command):
    assert keys(json.loads(run(*command.split(), "--json"))) <= told()


@pytest.mark.parametrize(
    "command",
    [
        "run guide-cross --csv",
        "run crash-2025-10-10 --csv",
        "report basket --csv",
        "adl queue basket --market BTC --shock -60% --csv",
        "compare basket --csv",
        "explain basket --position btc --csv",
        "price basket --market BTC --csv",
        "export guide-mixed",
        "export guide-mixed --what frame",
        "frontier hedge --csv --cells 2",
    ],
)
def test_every_column_of_a_csv_is_told(command):
    (header, *_) = csv.reader(StringIO(run(*command.split())))
    assert set(header) <= told()


def test_every_command_is_told_and_every_page_is_reached():
    page = docs.page("command-line")
    with main.make_context("isocross", ["--help"], resilient_parsing=True) as context:
        for name in set(main.list_commands(context)) - {"desk", "help"}:
            assert re.search(rf"`{name}\b", page), name
    assert {path.stem for path in docs.FOLDER.glob("*.md")} == set(docs.ORDER)


def test_the_page_of_venues_has_every_key_of_a_profile():
    rows = [
        f"| `{key.name}`{'*' if key.required else ''} | {key.type} | {' '.join(f'`{value}`' for value in key.values)} "
        f"| {f'`{key.changed_as}`' if key.changed_as else ''} | {key.words} |"
        for key in profile_keys()
    ]
    table = docs.page("venues").rpartition("|---|---|---|---|---|\n")[2].splitlines()
    assert table == rows, "the rows are:\n" + "\n".join(rows)


def test_every_key_of_a_workspace_is_told():
    page = docs.page("workspace")
    for row in (schema.FileRow, schema.PositionRow, schema.MarketRow, schema.ScenarioRow, schema.OrderRow):
        for name in set(row.keys) - {"stated"}:
            assert re.search(rf"\b{name}\b", page), f"{row.__name__}.{name}"


def test_every_figure_of_a_lesson_is_told():
    assert {*OF_ACCOUNT, *OF_POSITION} <= set(CODE.findall(docs.page("lessons")))


def test_the_drawing_of_the_house_has_every_room():
    drawing = docs.page("architecture").partition("## The way of a key")[0]
    for package in (PROJECT / "engine" / "isocross", PROJECT / "tui" / "isocross_tui"):
        for room in (path.parent.name for path in package.glob("*/__init__.py")):
            assert re.search(rf"\b{room}\b", drawing), room


def test_every_place_that_a_contributor_is_sent_to_is_there():
    named = [code for code in CODE.findall(docs.page("contributing")) if "/" in code and " " not in code]
    assert len(named) > 8
    for place in named:
        assert any((folder / place).exists() for folder in (PROJECT, PROJECT / "engine" / "isocross")), place


def test_every_set_of_data_has_its_source_and_licence():
    paragraphs = run("docs", "sources").split("\n\n")
    listed = {paragraph.partition(":")[0]: paragraph for paragraph in paragraphs}
    assert {info.id for info in windows()} | set(table_names()) | set(shipped_ids()) <= set(listed)
    for paragraph in paragraphs:
        assert re.search(r"Source: \S.*\n  Licence: \S", paragraph), paragraph


# --- what is counted ---------------------------------------------------------------------------------

NUMBERS = {"four": 4, "ten": 10, "eleven": 11, "thirty-three": 33}
CRASHES = {info.crash for info in windows()}


@pytest.mark.parametrize(
    ("page", "words", "count"),
    [
        ("README", r"([\w-]+) venues, the sources", len(shipped_ids())),
        ("README", r"([\w-]+) windows of past crashes", len(windows())),
        ("README", r"account payloads of ([\w-]+) venues", len(FORMATS)),
        ("command-line", r"account payloads of ([\w-]+) venues", len(FORMATS)),
        ("prices", r"([\w-]+) windows of ", len(windows())),
        ("prices", r" windows of ([\w-]+) crashes", len(CRASHES)),
        ("desk", r"has ([\w-]+) panes", len(re.findall(r"^\| [A-Z]\w+ \|", docs.page("desk"), re.MULTILINE))),
    ],
)
def test_a_number_on_a_page_is_the_number_that_ships(page: str, words: str, count: int):
    text = (PROJECT / "README.md").read_text(encoding="utf-8") if page == "README" else docs.page(page)
    (told,) = re.findall(words, " ".join(text.split()))
    assert NUMBERS[told.lower()] == count


def test_the_years_of_the_crashes_are_those_that_ship():
    (years,) = re.findall(r"crashes from (\d+) to (\d+)", docs.page("prices"))
    assert years == (min(CRASHES)[:4], max(CRASHES)[:4])


def test_the_names_on_a_page_are_those_that_ship():
    page = " ".join(docs.page("command-line").split())
    (accounts,) = re.findall(r"The shipped ones are ([^.]+)\.", page)
    assert set(CODE.findall(accounts)) == set(shipped())
    (venues,) = re.findall(r"The venues are ([^.]+)\.", page)
    assert set(re.split(r", | and ", venues)) == {format.title for format in FORMATS.values()}
    (keyed,) = re.findall(r"((?:`\w+`(?:, | and ))+`\w+`) are read with a key", " ".join(docs.page("live").split()))
    assert set(CODE.findall(keyed)) == set(KEYED)


def test_the_limits_of_a_room_are_those_of_its_options():
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| (`--[^|]+) \|$", docs.page("room"), re.MULTILINE)
    told = [pair for limits, flags in rows for pair in zip(CODE.findall(flags), limits.split("; "), strict=True)]
    options = {option.opts[0]: option for option in ssh.params}
    for option, limit in told:
        number, _, unit = limit.replace("×", "x").partition(" ")
        assert str(int(number) * 60 if unit == "min" else number) == f"{options[option].default}".removesuffix(".0")
    assert len(told) > 12


def test_the_defaults_of_a_film_are_those_of_its_options():
    rows = re.findall(r"^\| `(--\w+)[^|]* \|.*Default: ([\w.]+) \|$", docs.page("recordings"), re.MULTILINE)
    options = {option.opts[0]: option for option in cast.params}
    assert len(rows) == 3
    for option, told in rows:
        assert f"{options[option].default}".removesuffix(".0") == told


# --- docs, man, licence ------------------------------------------------------------------------------


def test_pages_are_listed_shown_and_missed():
    assert [line.split()[0] for line in run("docs").splitlines()] == list(docs.page_names())
    assert run("docs", "python") == docs.page("python")
    done = CliRunner().invoke(main, ["docs", "pyton"], prog_name="isocross")
    assert done.exit_code == 2
    assert 'did you mean "python"' in done.stderr


def test_the_page_for_man_has_every_command_and_its_options():
    page = run("docs", "man")
    assert page.startswith(".TH ISOCROSS 1")
    assert f"isocross {ix.__version__}" in page
    for name in ("report", "advise", "docs", "completion"):
        assert re.search(rf"^\.SS {name}\b", page, re.MULTILINE)
    assert r"\-\-shock TEXT" in page
    assert ".SS desk" not in page
    # no line of words is taken for a request
    requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".PP", ".TP", ".B"}


def test_one_version_and_one_licence():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == ix.__version__
    assert f"## {ix.__version__}" in docs.page("changelog")
    assert project["license"] == "MIT"
    for file in project["license-files"]:
        assert (PROJECT / file).read_text(encoding="utf-8").startswith("MIT License")


def test_on_a_terminal_a_page_is_set_to_its_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    drawn = docs.drawn(docs.page("workspace"))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn)
    assert plain != drawn
    assert max(map(len, plain.splitlines())) <= 80
    assert "|---" not in plain
    assert "stand_in" in plain


def test_a_visit_by_openssh_may_do_nothing_but_be_a_visit():
    recipe = next(text for text in FENCE.findall(run("docs", "room")) if "Match User" in text[1])[1]
    told = {line.strip() for line in recipe.splitlines()}
    assert told > {
        "DisableForwarding yes", "PermitTunnel no", "PermitUserRC no", "MaxSessions 1",
        "ClientAliveInterval 15", "ClientAliveCountMax 3", "AuthenticationMethods publickey",
    }  # fmt: skip
    assert any(line.startswith("ForceCommand isocross serve session ") for line in told)
