"""Bytes of a terminal become events, whatever they are."""

import random

import pytest
from textual import events

from isocross_tui.terminal.keys import KeyReader


def keys(*reads: bytes) -> list[str]:
    reader = KeyReader()
    messages = [message for data in reads for message in (*reader.read(data), *reader.wait_no_longer())]
    return [message.key for message in messages if isinstance(message, events.Key)]


def test_letters_and_sequences_are_keys_also_where_a_read_ends_within_one():
    assert keys(b"f\x1b[A\x03") == ["f", "up", "ctrl+c"]
    assert keys(b"\x1b", b"[", b"A", b"\xc3", b"\xa9") == ["up", "é"]


@pytest.mark.parametrize("noise", [b"\xe9", b"\xff\xfe", b"\xe2\x82", b"\xc3("])
def test_a_byte_that_is_not_utf_8_is_a_strange_character_and_the_next_key_is_a_key(noise):
    assert keys(noise, b"f")[-1] == "f"
    assert "replacement_character" in keys(noise, b"f")


@pytest.mark.parametrize("noise", [b"\x1b[99999999999u", b"\x1b[1114112;5u", b"\x1b[1;1;9999999999u"])
def test_a_sequence_that_breaks_the_parser_is_left_out(noise):
    assert keys(noise, b"f") == ["f"]


def test_a_size_that_is_typed_is_none_and_mouse_reports_go_on():
    reader = KeyReader()
    told = list(reader.read(b"\x1b[48;24;80;0;0t\x1b[<0;5;5M"))
    assert [type(message) for message in told] == [events.MouseDown]


def test_pasted_text_is_one_paste():
    [paste] = KeyReader().read(b"\x1b[200~a\nq\xff\x1b[201~")
    assert isinstance(paste, events.Paste)
    assert paste.text == "a\nq\ufffd"


@pytest.mark.parametrize("seed", range(20))
def test_no_bytes_end_the_reading(seed):
    dice = random.Random(seed)
    reader = KeyReader()
    for _ in range(200):
        lead = dice.choice((b"", b"\x1b[", b"\x1b[<", b"\x1b[M", b"\x1b[48;"))
        list(reader.read(lead + dice.randbytes(dice.randint(0, 9))))
    list(reader.read(b"\x1b[201~\x1b[201~"))
    read = list(reader.read(b"x" * 40 + b"f"))
    assert isinstance(read[-1], events.Key)
    assert read[-1].key == "f"
