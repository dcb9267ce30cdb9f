"""No sentence of a page, of a shipped file or of a command's help has more words than a reader takes in at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click
import pytest
from test_plain_words import ROOT, broken, words_of

from isocross.rules.profile_keys import profile_keys
from isocross_tui.cli import docs
from isocross_tui.cli.main import main
from isocross_tui.cli.man import commands

MOST: Final = 20
"""Words of a sentence."""
CODE: Final = re.compile(r"`[^`]*`|\{[\w.-]+\}")
"""What is one word, whatever is in it: a span of code, and a figure in braces."""
NAMES: Final = re.compile(r"CODE(?:(?:,| and| or|, and|, or)? CODE)+")
"""Names one after the other, which nobody reads as a sentence."""
HELP: Final = click.Context(main, info_name="isocross")
ABBREVIATED: Final = re.compile(r"\b(e\.g|i\.e|cf|vs)\.(?=\s)")
END: Final = re.compile(r"(?<=[.?!])[)\"'”*]*\s+")
WORD: Final = re.compile(r"\S*[^\W_]\S*")
SHIPPED: Final = [
    path
    for folder in ("workspace/shipped", "lessons/shipped", "rules/venues", "history/shipped")
    for path in sorted((ROOT / "engine/isocross" / folder).glob("*.toml"))
]


def too_long(passages: Iterable[str]) -> list[str]:
    """The sentences that have too many words; a sign is not a word, and a point within a word ends no sentence."""
    flat = (NAMES.sub("CODE", CODE.sub("CODE", " ".join(passage.split()))) for passage in passages)
    sentences = [sentence for words in flat for sentence in END.split(ABBREVIATED.sub(r"\1", words))]
    return [sentence for sentence in sentences if len(WORD.findall(sentence)) > MOST]


def prose(markdown: str) -> Iterator[str]:
    """The headings, paragraphs, items and cells of a page, without its samples."""
    text = re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", CODE.sub("`code`", text))
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-#] |\||\d+\. ))", text):
        told = re.sub(r"^\s*(?:[-#]+|\d+\.) ", "", block)
        yield from told.split("|") if told.startswith("|") else (told,)


def comments(toml: str) -> Iterator[str]:
    """The paragraphs and items of the comments of a file, without samples; those behind a value too."""
    for block in re.findall(r"(?:^#.*\n)+", toml, re.MULTILINE):
        lines = [line for line in block.splitlines() if not re.match(r"#   .*[][{}]", line)]
        yield from re.split(r"\n(?:\n|\s*- )", "\n".join(line.removeprefix("#").strip() for line in lines))
    yield from re.findall(r"^[^#\n]+\s# ([^\"\n]*)$", toml, re.MULTILINE)


@pytest.mark.parametrize("name", docs.ORDER)
def test_a_page_has_no_long_sentence(name: str):
    assert too_long(prose(docs.page(name))) == []


def test_the_readme_has_no_long_sentence():
    assert too_long(prose((ROOT / "README.md").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_is_plain_and_has_no_long_sentence(path: Path):
    text = path.read_text(encoding="utf-8")
    told = {key: value for key, value in tomllib.loads(text).items() if key not in {"sources", "as_of"}}
    passages = [*comments(text), *words_of(told)]
    assert too_long(passages) == []
    assert [words for passage in passages for words in broken(passage)] == []


@pytest.mark.parametrize("context", [HELP, *commands(HELP)], ids=lambda own: own.command_path)
def test_the_help_of_a_command_has_no_long_sentence(context: click.Context):
    command = context.command
    options = [option.help or "" for option in command.params if isinstance(option, click.Option)]
    assert too_long([*(command.help or "").split("\n\n"), *options]) == []


def test_the_words_of_a_key_of_a_venue_are_not_long():
    assert too_long(key.words for key in profile_keys()) == []


# --- that it is found ------------------------------------------------------------------------------

TWENTY: Final = " ".join(["word"] * 20)


@pytest.mark.parametrize(
    "words",
    [f"{TWENTY}.", f"{TWENTY}. And on.", f"{TWENTY} ÷ × →", f"{TWENTY}?” {TWENTY}", f"{TWENTY[:-5]} `a b` and {{c.d}}",
     f"{TWENTY[:-5]} `a`, `b`, or `c`"],
)  # fmt: skip
def test_a_sentence_of_twenty_words_is_not_too_long(words: str):
    assert too_long([words]) == []


@pytest.mark.parametrize(
    "words", [f"{TWENTY} more.", f"Short. {TWENTY} e.g. more.", f"{TWENTY} `code`", f"{TWENTY}, 3.5"]
)
def test_a_word_more_is_found(words: str):
    assert len(too_long([words])) == 1


def test_a_page_is_taken_apart_as_it_is_read():
    page = "# Head\n\nTwo lines\nof `one | two`.\n- item\n  goes on\n1. first\n\n```sh\nno\n```\n\n| a | b |\n|---|---|"
    told = [" ".join(words.split()) for words in prose(page)]
    assert [words for words in told if re.search(r"\w", words)] == [
        "Head", "Two lines of `code`.", "item goes on", "first", "a", "b",
    ]  # fmt: skip


def test_comments_are_taken_apart_as_they_are_read():
    toml = '# One\n# line.\n#\n# Two:\n#   - item\n#     goes on\n#   x = [\nkey = 1  # behind\nword = "a # b"\n'
    told = [" ".join(words.split()) for words in comments(toml)]
    assert told == ["One line.", "Two:", "item goes on", "behind"]
