"""Accounts and sweeps that are somewhere else, by the addresses of fsspec."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isocross.risk.named import Named
from isocross.risk.remote import RemoteError, name_at, put
from isocross.risk.sources import Input, is_remote, named_accounts, readers
from isocross.risk.sweep import Task, key_of
from isocross.risk.sweep.grid import grid_in
from isocross.workspace import shipped
from isocross_tui.cli.main import main

TABLE = (
    "account,wallet,market,side,mode,quantity,entry,leverage,mark\n"
    "one,5000,BTCUSDT,long,cross,0.1,60000,10,60000\n"
    "two,900,BTCUSDT,short,isolated,0.05,60000,10,60000\n"
)


def text_of(name: str) -> bytes:
    return shipped()[name].read_bytes()


@pytest.fixture
def store(home: Path) -> Iterator[Any]:
    """A store in memory."""
    fsspec = pytest.importorskip("fsspec", reason="files somewhere else need fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe(
        {
            "/books/b.toml": text_of("hedge"),
            "/books/a/a.toml": text_of("basket"),
            "/books/notes.txt": b"no account",
            "/more/table.csv": TABLE.encode(),
            "/more/lines.jsonl": b'{"wallet": 1000, "positions": []}\n',
        }
    )
    yield memory
    memory.store.clear()


def named(*names: str) -> list[Named]:
    return list(named_accounts(names, Input()))


def told(one: Named) -> str:
    assert one.faults is not None
    return str(one.faults)


def test_an_address_is_told_from_a_path():
    assert [is_remote(name) for name in ("s3://a/b", "HTTPS://x/y.toml", "a.toml", "c:/x", "a://", "x//y")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    assert name_at("s3://bucket/deep/out.csv?x=1") == "out.csv"


@pytest.mark.usefixtures("store")
def test_a_folder_a_pattern_a_table_and_lines_are_read_as_on_this_machine():
    assert [one.source for one in named("memory://books")] == ["memory:///books/a/a.toml", "memory:///books/b.toml"]
    assert [one.name for one in named("memory://books/*.toml")] == [named("hedge")[0].name]
    assert [one.name for one in named("memory://more/table.csv")] == ["one", "two"]
    assert [one.workspace is not None for one in named("memory://more/lines.jsonl")] == [True]
    assert named("memory://books/b.toml")[0].workspace == named("hedge")[0].workspace


@pytest.mark.usefixtures("store")
def test_what_is_not_there_or_no_account_is_one_fault():
    (absent,), (strange,) = named("memory://nowhere"), named("memory://books/notes.txt")
    assert "there is no such file, and no folder with workspace files" in told(absent)
    assert "memory:///books/notes.txt" in told(strange)
    assert "this cannot be read" in told(named("nosuch://a/b.toml")[0])


def test_without_fsspec_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert "need fsspec: pip install 'isocross[remote]'" in told(named("s3://bucket/a.toml")[0])


def test_a_part_of_other_contents_is_not_taken_for_the_same(store):
    task, keys = Task(grid_in('common = ["-10%"]'), "seed"), []
    for name in ("hedge", "hedge", "ladder"):
        store.pipe("/books/b.toml", text_of(name))
        keys.append(key_of(task, list(readers(["memory://books/b.toml"], Input()))))
    assert keys[2] not in keys[:2]


def sweep(*arguments: str) -> Result:
    Path("grid.toml").write_text('common = ["-30%", "10%"]\n', encoding="utf-8")
    return CliRunner().invoke(main, ["sweep", *arguments, "--shocks", "grid.toml", "--workers", "1"])


def test_a_sweep_reads_and_writes_at_addresses(store):
    done = sweep("memory://books", "-o", "memory://out/deep/rows.csv")
    assert (done.exit_code, done.stderr.startswith("memory://out/deep/rows.csv: written. 4 rows")) == (0, True)
    Path("a").mkdir()
    Path("a/a.toml").write_bytes(text_of("basket"))
    Path("b.toml").write_bytes(text_of("hedge"))
    assert sweep("a/a.toml", "b.toml", "-o", "rows.csv").exit_code == 0
    there = store.cat_file("/out/deep/rows.csv").decode()
    assert there.replace("memory:///books/", "") == Path("rows.csv").read_text(encoding="utf-8")
    assert store.find("/out") == ["/out/deep/rows.csv"]
    assert not Path("rows.csv.parts").exists()
    again = sweep("memory://books", "-o", "memory://out/deep/rows.csv")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert sweep("memory://books", "-o", "memory://out/deep/rows.csv", "--force").exit_code == 0


def test_parquet_goes_to_an_address_and_comes_from_one(store, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    assert sweep("memory://more/table.csv", "-o", "memory://out/rows.parquet").exit_code == 0
    store.get_file("/out/rows.parquet", str(tmp_path / "rows.parquet"))
    assert parquet.read_table(tmp_path / "rows.parquet")["account"].to_pylist() == ["one", "one", "two", "two"]
    assert "there is no such column" in told(named("memory://out/rows.parquet")[0])


def test_a_store_that_takes_nothing_is_one_sentence(store, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError("not for you")

    monkeypatch.setattr(type(store), "put_file", refuse)
    with pytest.raises(RemoteError, match="not for you"):
        put(__file__, "memory://x/y")
    failed = sweep("memory://books", "-o", "memory://out/rows.csv")
    assert (failed.exit_code, failed.stderr.splitlines()[-1]) == (
        1, "could not write memory://out/rows.csv: not for you",
    )  # fmt: skip
