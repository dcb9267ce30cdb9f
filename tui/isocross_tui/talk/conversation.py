"""The conversation itself: lines in, sentences out, and on with the next line whatever became of the last."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from isocross.errors import IsocrossError
from isocross.toml.faults import Faults
from isocross_tui.talk.talk import Talk, spoken
from isocross_tui.talk.verbs import hear

LONGEST_LINE = 10_000
"""A line has no more characters."""


def converse(talk: Talk, lines: Iterable[str], say: Callable[[str], None]) -> bool:
    """Take lines until the end; whether every one of them could be done and none was refused.

    Args:
        talk: the desk.
        lines: what is said to it.
        say: says a sentence.
    """
    good = True
    for told in talk.begun:
        say(told)
    talk.begun = ()
    for line in lines:
        if len(line) > LONGEST_LINE:
            say(f"That line has more than {LONGEST_LINE} characters.")
            good = False
            continue
        try:
            for told in hear(talk, line):
                say(told)
        except (IsocrossError, Faults) as error:
            for words in str(error).splitlines():
                say(spoken(words))
            good = False
        talk.keeping.tick(say)
        if talk.over:
            break
    return good and not talk.refused
