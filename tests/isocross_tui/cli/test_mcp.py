"""`isocross mcp` asked by the client of the same SDK: over pipes as a machine does, and in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isocross.report.schemas import check_output
from isocross.rules.catalogue import load_profile
from isocross.workspace import shipped
from isocross_tui.cli.main import main

sdk = pytest.importorskip("mcp", reason="the door for machines needs the mcp package")

from isocross_tui.cli.mcp_server import server  # noqa: E402 - needs the package

pytestmark = pytest.mark.usefixtures("home")

RULE = '[[limit]]\nsurvives = { common = "-40%" }\n'
RECORD = "time,market,side,quantity,price\n2025-10-10T21:15:00Z,BTC,long,0.05,98000\n"
ASKED: list[tuple[str, dict[str, Any], str]] = [
    ("report", {"account": "basket", "shock": "-30%"}, "report basket --shock -30%"),
    ("report", {"account": "crash-2025-10-10", "at": "3"}, "report crash-2025-10-10 --at 3"),
    ("report", {"account": "guide-cross", "venue": "coinex"}, "report guide-cross --venue coinex"),
    ("price", {"account": "basket", "market": "BTC"}, "price basket --market BTC"),
    ("price", {"account": "basket", "market": "SOL", "joint": True}, "price basket --market SOL --joint"),
    ("compare", {"account": "guide-cross", "shock": "-40%"}, "compare guide-cross --shock -40%"),
    ("compare", {"account": "crash-2025-10-10"}, "compare crash-2025-10-10"),
    ("explain", {"account": "basket", "position": "btc"}, "explain basket --position btc"),
    ("advise", {"account": "basket", "shock": "-40%"}, "advise basket --shock -40%"),
    ("advise", {"account": "crash-2025-10-10"}, "advise crash-2025-10-10"),
    ("limits", {"accounts": ["basket", "hedge"], "rules": RULE}, "limits basket hedge --rule limits.toml"),
    ("crash", {"account": "basket", "window": "2025-10-10"}, "replay basket --window 2025-10-10"),
    ("autopsy", {"account": "basket", "record": RECORD, "window": "2025-10-10"},
     "autopsy record.csv --account basket --window 2025-10-10"),
]  # fmt: skip


async def ask(tool: str, arguments: dict[str, Any], folder: Path | None = None) -> Any:
    async with sdk.Client(server(folder or Path())) as client:
        return await client.call_tool(tool, arguments)


@pytest.mark.slow
@pytest.mark.parametrize(("tool", "arguments", "command"), ASKED)
async def test_a_tool_answers_what_the_command_prints_with_a_sentence_and_its_rules(tool, arguments, command):
    Path("limits.toml").write_text(RULE, encoding="utf-8")
    Path("record.csv").write_text(RECORD, encoding="utf-8")
    found = await ask(tool, arguments)
    assert not found.is_error, found.content
    told = found.structured_content
    printed = json.loads(CliRunner().invoke(main, [*command.split(), "--json"]).stdout)
    assert told["answer"] == printed
    check_output(command.split()[0], json.dumps(told["answer"]))
    assert json.loads(found.content[0].text) == told
    assert told["sentence"].endswith((".", "!")) or tool == "explain"
    rules = told["rules"][0] if tool == "limits" else told["rules"]
    profile = load_profile(rules["venue"])
    assert (rules["as_of"], rules["sources"]) == (profile.as_of, profile.source.split("; "))


@pytest.mark.slow
async def test_the_sentence_of_an_account_says_who_is_liquidated_and_what_is_left():
    told = (await ask("report", {"account": "basket", "shock": "-30%"})).structured_content
    assert told["sentence"].startswith("BTC was liquidated at 45,410.45 (−24.3 %)")
    assert told["sentence"].endswith("Equity there is 4.52 USDT.")


@pytest.mark.slow
async def test_every_tool_says_that_it_only_reads_and_has_a_schema():
    async with sdk.Client(server(Path())) as client:
        tools = (await client.list_tools()).tools
    assert {tool.name for tool in tools} == {tool for tool, _, _ in ASKED}
    for tool in tools:
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.open_world_hint is False
        assert tool.description.endswith((".", "does."))
        assert set(tool.output_schema["properties"]) == {"sentence", "rules", "answer"}
        assert all("description" in value or "default" in value for value in tool.input_schema["properties"].values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("report", {"account": "nothing.toml"}, "there is no such file"),
        ("report", {"account": "basket", "shock": "deep"}, "is not a move"),
        ("report", {"account": "basket", "venue": "nowhere"}, "no venue is called 'nowhere'"),
        ("report", {"account": "basket", "venue": "mine.toml"}, "no venue is called 'mine.toml'"),
        ("report", {"account": "basket", "at": "2"}, "--at"),
        ("price", {"account": "basket", "market": "XRP"}, "the account has no market 'XRP'"),
        ("explain", {"account": "basket", "position": "x"}, "expected one of btc, eth, sol"),
        ("advise", {"account": "basket", "shock": "BTCUSDT=-3%"}, "one common move"),
        ("advise", {"account": "basket", "shock": "-3%", "position": "x"}, "'x' is not a position"),
        ("limits", {"accounts": ["basket"], "rules": "[[limit]]"}, "this limit asks for nothing"),
        ("crash", {"account": "basket", "window": "1929"}, "1929"),
        ("crash", {"account": "inverse", "window": "2025-10-10"}, "BTCUSD is not in this history"),
        ("report", {"account": "../secret.toml"}, "this is not below the folder"),
        ("report", {"account": "/etc/hostname"}, "this is not below the folder"),
        ("report", {"account": "link.toml"}, "this is not below the folder"),
        (
            "report",
            {"account": 'venue = "/etc/mine.toml"\nwallet = 1\npositions = []\n'},
            "it names a venue profile in a file",
        ),
        ("report", {"account": "-"}, "there is no such file"),
    ],
)
async def test_what_cannot_be_answered_is_one_sentence(tool, arguments, said, tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    (tmp_path / "secret.toml").write_text("wallet = 7\npositions = []\n", encoding="utf-8")
    (folder / "link.toml").symlink_to(tmp_path / "secret.toml")
    found = await ask(tool, arguments, folder)
    assert found.is_error
    assert said in found.content[0].text
    assert "Traceback" not in found.content[0].text
    assert "7" not in found.content[0].text or "secret" not in found.content[0].text
    assert str(tmp_path) not in found.content[0].text


@pytest.mark.slow
async def test_a_text_a_code_and_a_file_of_the_folder_are_accounts(home):
    text = shipped()["hedge"].read_text(encoding="utf-8")
    (home / "mine.toml").write_text(text, encoding="utf-8")
    code = CliRunner().invoke(main, ["code", "hedge"]).stdout.strip()
    answers = [
        (await ask("report", {"account": name})).structured_content["answer"] for name in (text, code, "mine.toml")
    ]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.slow
async def test_over_pipes_it_speaks_the_protocol_and_nothing_else(home):
    paths = os.pathsep.join(path for path in sys.path if path)
    command = sdk.StdioServerParameters(
        command=sys.executable, args=["-m", "isocross", "mcp"], env=os.environ | {"PYTHONPATH": paths}, cwd=str(home)
    )
    async with sdk.Client(command) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        found = await client.call_tool("price", {"account": "guide-cross", "market": "BTC"})
        wrong = await client.call_tool("report", {"account": "nothing"})
    assert "limits" in names
    assert found.structured_content["answer"]["price"] is None
    assert found.structured_content["sentence"].startswith("No price of BTCUSDT liquidates anything")
    assert wrong.is_error


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "isocross_tui.cli.mcp_server", None)
    done = CliRunner().invoke(main, ["mcp"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "The door for machines needs the mcp package: pip install 'isocross[mcp]'\n"
    assert CliRunner().invoke(main, ["mcp", "--folder", "nothing"]).exit_code == 2


@pytest.mark.slow
def test_what_came_before_the_end_is_answered_and_so_is_what_cannot_be_read():
    """Requests whose answers are still due at the end of the input, and lines that are no requests."""
    call = {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "report", "arguments": {"account": "basket"}}}
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    messages = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        *({**call, "id": n} for n in (1, 2)),
        {"jsonrpc": "2.0", "id": "third", "method": 5},
        {"jsonrpc": "2.0", "id": 4, "method": "prompts/get", "params": {"name": "x"}},
    ]
    surrogate = '{"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": {"name": "\\ud800"}}'
    given = "\n".join([*map(json.dumps, messages), surrogate, "", '{"jsonrpc": "2.0", "id": 6, "meth'])
    program = [sys.executable, "-m", "isocross", "mcp"]
    done = subprocess.run(program, input=given, capture_output=True, text=True, check=True, timeout=120)
    answers = {told["id"]: told for told in map(json.loads, done.stdout.splitlines())}
    assert set(answers) == {0, 1, 2, "third", 4, 5, None}
    assert all("liquidated" in answers[n]["result"]["structuredContent"]["sentence"] for n in (1, 2))
    assert [answers[n]["error"]["code"] for n in ("third", 5, None)] == [-32600, -32700, -32700]
    assert done.stderr == ""
