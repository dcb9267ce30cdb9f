"""Commands are found by the words that somebody types who does not know what a thing is called here."""

import pytest

from isocross_tui.commands import BY_ID, COMMANDS
from isocross_tui.palette import ALSO, has_words


def best(query):
    """The ids of the commands that have the words best, in the order they are offered in."""
    scores = {command.id: has_words(command, query) for command in COMMANDS if not command.view}
    return [id for id, score in scores.items() if score == max(scores.values()) > 0]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("compare", "view.twin"),
        ("liquidation", "shock.next-event"),
        ("liquidated", "shock.next-event"),
        ("exit", "quit"),
        ("stop program", "quit"),
        ("leave", "quit"),
        ("open", "file.open"),
        ("load", "file.open"),
        ("write", "view.capture"),
        ("colors", "view.theme"),
        ("exchange", "venue.next"),
        ("shortcuts", "help"),
        ("take back", "history.undo"),
        ("margin mode", "position.flip"),
        ("limit order", "orders.list"),
        ("tutorial", "tour"),
        ("screenshot", "view.capture"),
        ("close fi", "view.close-first"),
        ("add marg", "margin.add"),
    ],
)
def test_a_command_is_first_by_words_of_ones_own(query, first):
    assert best(query)[0] == first


def test_words_that_nothing_has_find_nothing_by_words():
    assert best("zebra") == []
    assert best("compare zebra") == []


def test_other_words_are_those_of_commands_there_are_and_are_no_own_words():
    assert set(ALSO) <= set(BY_ID)
    for id, words in ALSO.items():
        assert words == words.lower()
        assert has_words(BY_ID[id], words) == 1, id
