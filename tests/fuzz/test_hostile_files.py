"""Hostile files of every kind: a value or a sentence comes out, in bounded memory, and nothing a terminal acts on.

Seeded; a bounded sample by default, fifty times as much with `--long`.
"""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from isocross.exchange import Options, import_files, read_bytes
from isocross.history.prices_csv import read_prices
from isocross.lessons.files import FOLDER as LESSONS
from isocross.lessons.files import is_lesson, load_lesson
from isocross.rules.catalogue import FOLDER as VENUES
from isocross.rules.catalogue import ProfileError, load_profile
from isocross.workspace import Faults, dump, load_file, load_text, shipped
from isocross.workspace.code import code_of, open_code
from isocross_tui.keymap import load_keymap
from isocross_tui.user.settings import load_settings
from isocross_tui.user.themes import load_themes, shipped_folder

pytestmark = pytest.mark.usefixtures("home")

SAMPLE, LONGER = 25, 50
SIZE, LARGER = 6_000, 10
MEMORY = 2_000
"""Bytes that reading may take for each byte of the file."""
STRANGE = "\x1b]0;PWNED\x07\x9b\u200b\u2028\u202e\ufeff\U000e0041"

Told = Iterable[str]


def workspace(path: Path) -> Told:
    found = load_file(path)
    assert load_text(dump(found)) == found
    return (found.name, *(position.id for position in found.positions))


def code(path: Path) -> Told:
    return (open_code(path.read_text("latin-1")).name,)


def venue(path: Path) -> Told:
    return (load_profile(str(path)).title,)


def theme(path: Path) -> Told:
    loaded = load_themes([path.parent])
    return (*loaded.problems, *(known.title + known.description for known in loaded.themes.values()))


def keys(path: Path) -> Told:
    keymap = load_keymap(path)
    return (*keymap.problems, *keymap.remarks)


def settings(path: Path) -> Told:
    return load_settings(path).problems


def lesson(path: Path) -> Told:
    is_lesson(path)
    found = load_lesson(path)
    return (found.title, found.question, *(step.ask + step.reveal for step in found.steps))


def prices(path: Path) -> Told:
    return [symbol for bar in read_prices(path) for symbol in bar.candles]


def account(path: Path) -> Told:
    options = Options(wallet=Decimal(1000))
    imported = import_files([(path.name, read_bytes(str(path)))], None, options)
    return (imported.workspace.name, *(note.told(with_origin=True) for note in imported.notes))


GOOD: dict[str, tuple[Callable[[Path], Told], str, Callable[[], str]]] = {
    "workspace": (workspace, "toml", lambda: shipped()["guide-cross"].read_text(encoding="utf-8")),
    "code": (code, "txt", lambda: code_of(load_file(shipped()["guide-cross"]))),
    "venue": (venue, "toml", lambda: (VENUES / "guide.toml").read_text(encoding="utf-8").replace('"guide"', '"mine"')),
    "theme": (theme, "toml", lambda: (shipped_folder() / "night.toml").read_text(encoding="utf-8")),
    "keys": (keys, "toml", lambda: 'base = "vim"\n[keys]\n"position.flip" = ["w", "ctrl+f"]\nwhy = ["Q"]\n'),
    "settings": (settings, "toml", lambda: 'warning = 0.2\ntheme = "day"\nascii = "auto"\npace = 2\n'),
    "lesson": (lesson, "toml", lambda: next(iter(sorted(LESSONS.glob("*.toml")))).read_text(encoding="utf-8")),
    "prices": (prices, "csv", lambda:
               "time,symbol,open,high,low,close\n2025-01-01,BTC,1,2,1,1\n1735776000,BTC,1,1,1,1\n"),
    "positions": (account, "csv", lambda:
                  "id,market,side,mode,quantity,entry,leverage,margin,mark\na,B,long,cross,1,2,3,,4\n"),
    "payload": (account, "json", lambda:
                '[{"symbol": "BTC/USDT:USDT", "side": "long", "contracts": 1, "contractSize": 1, '
                '"entryPrice": 60000, "markPrice": "60000", "leverage": 3, "marginMode": "cross", "info": {}}]'),
}  # fmt: skip
"""Reader, ending and a good text of each kind."""

TOKENS = (
    "1e999999", "1e99999999999999999999", "-1e-999999", "9" * 5000, "0x" + "f" * 5000, "nan", "-inf", "NaN",
    "Infinity", "9999-12-31T23:59:59Z", "0001-01-01", "[" * 200, "{" * 200, "a." * 50, "]", '"', "'''", '"""', "\\",
    "\0", "\r", "=", ",", ",,", "\n[[", "\n", STRANGE, f'"{STRANGE}"', '"\\u001b[31m\\u202e"', "x" * 300, "é", "true",
    "[]", "{}", "-1", "0", "1_0", "1e18", "1e-12", "[[1, {}], 'x']", "1979-05-27T07:32:00", "'=1+1'", "iso1:a", "#",
)  # fmt: skip


def bent(text: str, rng: random.Random) -> bytes:
    """A text with some of its parts exchanged, left out, doubled, or replaced by something hostile."""
    for _ in range(rng.randint(1, 4)):
        at, to = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + rng.choice((0, 1, 5, 40)))
        what = rng.randrange(4)
        middle = ("", text[at:to] * rng.choice((2, 9)), rng.choice(TOKENS), rng.choice(TOKENS))[what]
        text = text[:at] + middle + text[to:]
    data = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice((b"\xff", b"\x80", b"\xef\xbb\xbf")) + data[at:]
    return data


def replaced(text: str, rng: random.Random) -> bytes:
    """A text with one value, key or cell in the place of which something hostile stands."""
    parts = _parts(text)
    words = [n for n, part in enumerate(parts) if part.strip(' \n"')]
    parts[rng.choice(words)] = rng.choice(TOKENS)
    return "".join(parts).encode("utf-8", "surrogatepass")


def _parts(text: str) -> list[str]:
    parts, word = [], ""
    for character in text:
        if character in '=,\n[]{}:"':
            parts += [word, character]
            word = ""
        else:
            word += character
    return [*parts, word]


def judged(reader: Callable[[Path], Told], path: Path) -> None:
    """Read a file: nothing but a value or a fault comes out, and no text of either is dangerous."""
    try:
        told = list(reader(path))
    except (Faults, ProfileError) as fault:
        told = str(fault).splitlines()
        assert told
    for text in told:
        assert text.replace("\u200d", "").replace("\xa0", "").isprintable(), text


@pytest.mark.parametrize("kind", GOOD)
def test_whatever_is_in_a_file_a_value_or_a_sentence_comes_out(kind, tmp_path, request):
    reader, ending, good = GOOD[kind]
    text, rng = good(), random.Random(f"{kind} 1")
    folder = tmp_path / "files"
    folder.mkdir()
    path = folder / f"mine.{ending}"
    path.write_text(text, encoding="utf-8")
    judged(reader, path)
    for _ in range(SAMPLE * (LONGER if request.config.getoption("--long") else 1)):
        path.write_bytes(rng.choice((bent, replaced))(text, rng))
        judged(reader, path)


KEY = '"\\u001b]0;PWNED\\u0007\\u202e" = 1\n'
NAMED: dict[str, tuple[str, ...]] = {
    "workspace": (KEY, f"wallet = 1\npositions = []\n[scenario.betas]\n{KEY}"),
    "venue": (KEY, f"[rules]\n{KEY}"),
    "theme": (KEY, f"[colours]\n{KEY}"),
    "keys": (KEY, f"[keys]\n{KEY}", '[keys]\nwhy = ["\\u001b]0;PWNED"]', 'base = "\\u001b]0;PWNED"'),
    "settings": (KEY, 'theme = ["\\u001b]0;PWNED"]'),
    "lesson": (KEY, f"[[steps]]\n{KEY}"),
    "prices": (f"time,symbol,open,high,low,close\n2025-01-01,{STRANGE},1,2,1,1\n",),
    "positions": (f"market,side,mode,quantity,entry,leverage\nB,{STRANGE},cross,1,2,3\n", f"{STRANGE},market\n"),
    "payload": ('[{"symbol": "\\u001b]0;PWNED", "side": "long", "contracts": 1, "entryPrice": 1, "leverage": 2}]',),
}
"""Texts of each kind whose names would set the title of the terminal if they reached it."""


@pytest.mark.parametrize("kind", NAMED)
def test_a_name_that_a_terminal_would_act_on_is_told_and_does_not_reach_it(kind, tmp_path):
    reader, ending, _ = GOOD[kind]
    path = tmp_path / "files" / f"mine.{ending}"
    path.parent.mkdir()
    for text in NAMED[kind]:
        path.write_text(text, encoding="utf-8")
        judged(reader, path)


def dotted(size: int) -> str:
    return "".join(f"{'.'.join('abcdefghijklmnop')}{n} = 1\n" for n in range(size // 40))


LARGE: dict[str, Callable[[int], str]] = {
    "one key with many dots": lambda size: f"{'a.' * (size // 2 - 4)}a = 1\n",
    "many dotted keys": dotted,
    "many keys": lambda size: "".join(f"k{n} = 1\n" for n in range(size // 12)),
    "many headers": lambda size: "".join(f"[a.b.c.d.e.f.t{n}]\n" for n in range(size // 24)),
    "many tables in a row": lambda size: "[[a]]\nb = 1\n" * (size // 12),
    "a deep list": lambda size: f"a = {'[' * (size // 2 - 4)}",
    "a long list": lambda size: f"a = [{'1,' * (size // 2 - 8)}]\n",
    "one long text": lambda size: f'a = "{"x" * (size - 10)}"\n',
    "one long text of escapes": lambda size: 'a = "' + "\\u0041" * (size // 6 - 4) + '"\n',
    "one long number": lambda size: f"a = {'9' * (size - 10)}\n",
    "one long hexadecimal number": lambda size: f"a = 0x{'f' * (size - 10)}\n",
    "one long key": lambda size: f"{'k' * (size - 10)} = 1\n",
    "many commands": lambda size: "[keys]\n" + "".join(f'"k{n}" = ["x{n}"]\n' for n in range(size // 24)),
    "many keys of a command": lambda size: "[keys]\nwhy = [" + ",".join(f'"{n}"' for n in range(size // 10)) + "]\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind, (_, ending, _) in GOOD.items() if ending == "toml"])
@pytest.mark.parametrize("shape", LARGE)
def test_no_small_file_takes_the_machine(kind, shape, tmp_path, request):
    reader, ending, good = GOOD[kind]
    path = tmp_path / "files" / f"mine.{ending}"
    path.parent.mkdir()
    path.write_text(good(), encoding="utf-8")
    judged(reader, path)  # what is loaded late is loaded now
    size = SIZE * (LARGER if request.config.getoption("--long") else 1)
    path.write_text(LARGE[shape](size), encoding="utf-8")
    tracemalloc.start()
    try:
        judged(reader, path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY * size
    finally:
        tracemalloc.stop()


def test_problems_of_a_file_are_told_a_few_at_a_time(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("".join(f"k{n} = 1\n" for n in range(1000)))
    for problems in (load_settings(path).problems, load_keymap(path).problems, load_themes([tmp_path]).problems):
        assert len(problems) <= 21
        assert problems[-1].endswith(" more")
