"""`isocross sweep`: the same file whoever worked it out, and after a kill."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross.risk.sweep import COLUMNS, TOTALS
from isocross.workspace import shipped
from isocross_tui.cli import sweep as command
from isocross_tui.cli.main import main

GRID = """
common = { from = "-60%", to = "60%", step = "10%" }
crashes = ["2025-10-10"]
modes = ["as-is", "all-isolated"]
"""
ACCOUNTS = ("basket", "hedge", "ladder", "guide-mixed")


@pytest.fixture(autouse=True)
def _files(home: Path) -> None:
    (home / "grid.toml").write_text(GRID, encoding="utf-8")


def rows_of(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sweep(*arguments: str, accounts: tuple[str, ...] = ACCOUNTS) -> Result:
    return CliRunner().invoke(main, ["sweep", *accounts, "--shocks", "grid.toml", *arguments])


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every account is a part."""
    monkeypatch.setattr(command, "_CELLS", 1)


def test_where_no_account_can_be_read_nothing_is_written():
    for _ in range(2):
        done = sweep("-o", "out.csv", "--workers", "1", accounts=("nobody.toml",))
        assert done.exit_code == 1
        assert "out.csv is not written: no account could be read." in done.stderr
        assert [path.name for path in Path().iterdir()] == ["grid.toml"]


@pytest.mark.slow
def test_a_row_for_each_pair_in_the_order_of_accounts_and_scenarios():
    done = sweep("-o", "out.csv", "--workers", "1")
    assert (done.exit_code, done.stdout) == (0, "")
    rows = rows_of("out.csv")
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 4 * 14 * 2
    assert list(dict.fromkeys(row["source"] for row in rows)) == list(ACCOUNTS)
    assert [row["scenario"] for row in rows[:3]] == ["common=-0.6", "common=-0.5", "common=-0.4"]
    assert "out.csv: written. 112 rows: " in done.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["grid.toml", "out.csv"]


@pytest.mark.slow
@pytest.mark.usefixtures("small_parts")
def test_two_processes_write_the_same_bytes_as_one_and_as_the_engine_alone():
    for name, more in (("a", ("--workers", "1")), ("b", ("--workers", "2")), ("c", ("--workers", "1", "--no-screen"))):
        assert sweep("-o", f"{name}.csv", *more).exit_code == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes() == Path("c.csv").read_bytes()


@pytest.mark.slow
def test_totals_are_the_same_bytes_with_one_process_and_two_and_say_what_was_not_compiled(monkeypatch):
    monkeypatch.setattr(command, "_CELLS_OF_TOTALS", 1)
    monkeypatch.setattr("isocross.risk.screen.compiled.HAS_NUMBA", False)
    one, other = (
        sweep("-o", "one.csv", "--totals", "--workers", "1"),
        sweep("-o", "two.csv", "--totals", "--workers", "2"),
    )
    assert (one.exit_code, other.exit_code) == (0, 0)
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    rows = rows_of("one.csv")
    assert tuple(rows[0]) == TOTALS
    assert [row["scenario"] for row in rows[:2]] == ["common=-0.6", "common=-0.5"]
    assert len(rows) == 14 * 2
    assert {row["accounts"] for row in rows} == {"4"}
    assert "Without numba cascades took longer: pip install 'isocross[batch]'" in one.stderr
    assert "112 cells: " in one.stderr


@pytest.mark.slow
def test_parquet_has_the_rows_of_csv():
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    for name in ("out.csv", "out.parquet"):
        assert sweep("-o", name, "--workers", "1").exit_code == 0
    rows = rows_of("out.csv")
    kept = parquet.read_table("out.parquet").to_pylist()
    assert [{key: value or "" for key, value in row.items()} for row in kept] == rows


@pytest.mark.usefixtures("small_parts")
def test_a_bad_account_is_told_and_the_others_are_there_also_when_its_part_was_kept(monkeypatch):
    Path("bad.toml").write_text("wallet = 3\n", encoding="utf-8")

    def lost(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(command, "_join", lost)
        done = sweep("-o", "out.csv", "--workers", "1", accounts=("basket", "bad.toml", "hedge"))
    assert done.exit_code == 1
    assert "could not write out.csv: no space left on device" in done.stderr
    done = sweep("-o", "out.csv", "--workers", "1", accounts=("basket", "bad.toml", "hedge"))
    assert done.exit_code == 1
    assert "bad.toml:1:1: positions: is missing" in done.stderr
    assert "3 of 3 parts were there already" in done.stderr
    assert {row["source"] for row in rows_of("out.csv")} == {"basket", "hedge"}


@pytest.mark.slow
@pytest.mark.usefixtures("small_parts")
def test_a_part_that_is_torn_or_of_another_account_is_worked_out_again(monkeypatch):
    Path("mine.toml").write_text(shipped()["basket"].read_text(encoding="utf-8"), encoding="utf-8")
    accounts = ("mine.toml", "hedge", "ladder")
    assert sweep("-o", "whole.csv", "--workers", "1", accounts=accounts).exit_code == 0
    with monkeypatch.context() as patch:
        patch.setattr(command, "_join", lambda *given, **named: (_ for _ in ()).throw(OSError(28, "full")))
        sweep("-o", "out.csv", "--workers", "1", accounts=accounts)
    torn = Path("out.csv.parts/000001.part")
    torn.write_bytes(torn.read_bytes()[:-20])
    done = sweep("-o", "out.csv", "--workers", "1", accounts=accounts)
    assert "2 of 3 parts were there already" in done.stderr
    assert Path("out.csv").read_bytes() == Path("whole.csv").read_bytes()
    text = Path("mine.toml").read_text(encoding="utf-8").replace("wallet = 2000", "wallet = 2001")
    Path("mine.toml").write_text(text, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(command, "_join", lambda *given, **named: (_ for _ in ()).throw(OSError(28, "full")))
        sweep("-o", "next.csv", "--workers", "1", accounts=("mine.toml",))
    Path("mine.toml").write_text(text.replace("wallet = 2001", "wallet = 2000"), encoding="utf-8")
    assert "were there already" not in sweep("-o", "next.csv", accounts=("mine.toml",)).stderr


KILLED = """
import os, signal, sys
from isocross.risk.sweep.kept import Kept
from isocross_tui.cli import sweep
from isocross_tui.cli.main import main

keep, sweep._CELLS = Kept.keep, 1

def keep_two(self, part, key):
    keep(self, part, key)
    if part.number == 1:
        os.kill(os.getpid(), signal.SIGKILL)

Kept.keep = keep_two
main()
"""
"""A sweep whose process is killed right after its second part, every account a part."""


@pytest.mark.slow
@pytest.mark.usefixtures("small_parts")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_sweep_that_is_killed_goes_on_to_the_same_bytes():
    words = ["sweep", *ACCOUNTS, "--shocks", "grid.toml", "--workers", "1", "-o", "out.csv"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    begun = subprocess.run([sys.executable, "-c", KILLED, *words], env=environment, check=False, capture_output=True)
    assert begun.returncode == -signal.SIGKILL, begun.stderr
    assert not Path("out.csv").exists()
    assert "2 of 4 parts were there already" in sweep("-o", "out.csv", "--workers", "1").stderr
    assert sweep("-o", "whole.csv", "--workers", "1").exit_code == 0
    assert Path("out.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert not Path("out.csv.parts").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-o", "out.txt"), 2, "ends with neither .csv nor .parquet"),
        (("-o", "grid.csv"), 1, "grid.csv is there already"),
        (("-o", "no/out.csv"), 1, "could not write no/out.csv: there is no such folder"),
        (("-o", "out.csv", "--shocks", "nothing.toml"), 1, "nothing.toml: there is no such file"),
        (("-o", "out.csv", "--workers", "0"), 2, "'0' is not a whole number from 1 to 64"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments, code, said):
    Path("grid.csv").write_text("mine", encoding="utf-8")
    done = sweep(*arguments)
    assert done.exit_code == code
    assert said in done.stderr
    assert Path("grid.csv").read_text(encoding="utf-8") == "mine"


def test_without_dask_a_cluster_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = sweep("-o", "out.csv", "--cluster", "tcp://127.0.0.1:1")
    assert (done.exit_code, done.stderr) == (
        1, "A cluster needs dask.distributed: pip install 'isocross[cluster]'\n")  # fmt: skip


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_link_beside_the_output_leads_to_no_other_file(name: str):
    if name == "out.parquet":
        pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    Path("mine.txt").write_text("mine", encoding="utf-8")
    Path(f".{name}.begun").symlink_to("mine.txt")
    assert sweep("-o", name, "--workers", "1", accounts=("hedge",)).exit_code == 0
    assert Path("mine.txt").read_text(encoding="utf-8") == "mine"
    assert Path(f".{name}.begun").is_symlink()
