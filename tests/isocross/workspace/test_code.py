import zlib
from base64 import b32encode
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.workspace import Faults, VenueChoice, dump, load_file, load_text, shipped
from isocross.workspace.code import COMMON, PREFIX, _packed_text, code_of, is_code, open_code

GUIDE = load_file(shipped()["guide-cross"])
PUBLISHED = "iso1:a3cnejsr0282kbmg16snq29r2cea38g1gv86s08gx4e902x4wasq0"
COMMON_CRC = 3228896624
"""Both are of packing `a`, and stay as they are."""


def fault(text):
    with pytest.raises(Faults) as caught:
        open_code(text)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def packed(data, *, raw=False):
    """A code with these bytes in it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=COMMON)
    return PREFIX + "a" + _packed_text(data if raw else packer.compress(data) + packer.flush())


def newer(data):
    """An undamaged code of a packing that is not known here."""
    ended = data + zlib.crc32(b"b" + data).to_bytes(4, "big")
    standard, own = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghjkmnpqrstvwxyz"
    return PREFIX + "b" + b32encode(ended).decode("ascii").rstrip("=").translate(str.maketrans(standard, own))


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_workspace_fits_into_a_line(name):
    workspace = load_file(shipped()[name])
    code = code_of(workspace)
    assert open_code(code) == workspace
    assert len(code) < 300
    assert code.removeprefix("iso1:").isalnum()


def test_codes_of_packing_a_stay_readable():
    assert open_code(PUBLISHED) == GUIDE


def test_common_text_never_changes():
    assert zlib.crc32(COMMON) == COMMON_CRC


@given(st.lists(st.sampled_from([" ", "\n", "\r\n", "\t", "-", "\u200b", "\u00a0"]), max_size=8), st.data())
def test_blanks_line_breaks_and_capitals_mean_nothing(gaps, data):
    code = code_of(GUIDE)
    for gap in gaps:
        at = data.draw(st.integers(0, len(code)))
        code = code[:at] + gap + code[at:]
    assert is_code(code)
    assert open_code(code.upper()) == open_code(code) == GUIDE


def test_letters_that_look_like_digits_stand_for_them():
    code = code_of(GUIDE)
    body = code.removeprefix(PREFIX)
    assert open_code(PREFIX + body.replace("0", "o").replace("1", "l")) == GUIDE
    assert open_code(PREFIX + body.replace("0", "O").replace("1", "I")) == GUIDE


@given(st.data())
def test_one_wrong_character_is_always_found(data):
    code = code_of(GUIDE)
    at = data.draw(st.integers(len(PREFIX) + 1, len(code) - 1))
    other = data.draw(st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz").filter(lambda c: c != code[at]))
    wrong = code[:at] + other + code[at + 1 :]
    try:
        assert open_code(wrong) == GUIDE  # only bits beyond the last byte differ
        assert at == len(code) - 1
    except Faults as faults:
        assert "this code: " in str(faults)


@given(st.data())
def test_a_code_with_an_end_missing_is_refused(data):
    code = code_of(GUIDE)
    assert fault(code[: data.draw(st.integers(0, len(code) - 1))])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "this code: it is not a code (expected a text that begins with iso1:)"),
        ("iso1:", "this code: it ends too soon"),
        ("iso1:a", "this code: a character is wrong, or a part is missing"),
        ("iso1:b00", "this code: a character is wrong, or a part is missing"),
        ("iso1:zzzz", "this code: a character is wrong, or a part is missing"),
        (newer(b"what is to come"), "this code: it is of a newer isocross than this one"),
        ("iso1:0", 'this code: "0" is not a kind of packing'),
        ("iso1:a\x1b", 'this code: "\\u001b" cannot be in a code (expected letters and digits)'),
        ("iso1:au", 'this code: "u" cannot be in a code'),
        ("iso1:a0", "this code: a character is wrong"),
        ("iso1:a" + "0" * 3_000_000, "this code: it is too long"),
        (packed(b"\xff\xff", raw=True), "this code: its content cannot be unpacked"),
        (packed(b"", raw=True), "this code: a character is wrong"),
        (packed(b"wallet = "), "this code:1:10: this is not TOML"),
        (packed(b"\xff"), "this code:1:1: the byte 0xff (number 1) is not UTF-8"),
        (packed(b"wallet = -1\npositions = []"), "this code:1:10: wallet: -1 is below 0"),
        (packed(b"#" * 1024 * 1024 + b"#"), "this code: its content is too large (expected at most 1 MiB)"),
    ],
)
def test_what_is_no_code_gets_one_clear_message(text, told):
    assert told in fault(text)


@pytest.mark.slow
def test_a_bomb_is_never_unpacked():
    bomb = packed(b"\n" * 50_000_000)
    assert len(bomb) < 100_000
    assert "too large" in fault(bomb)


def test_what_follows_the_packed_text_is_refused():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=COMMON)
    whole = packer.compress(dump(GUIDE).encode()) + packer.flush()
    assert "cannot be unpacked" in fault(packed(whole + b"x", raw=True))
    assert "cannot be unpacked" in fault(packed(whole[:-1], raw=True))


@pytest.mark.parametrize("text", ["guide-cross", "./iso1:a", "iso2:a", "-", "", "C:\\iso1:a"])
def test_files_are_no_codes(text):
    assert not is_code(text)


@pytest.mark.slow
def test_the_largest_workspace_has_a_code():
    position = '[[positions]]\nmarket="BTCUSDT"\nside="long"\nmode="cross"\nquantity=1\nentry=1\nleverage=2\n'
    workspace = load_text("wallet = 1\n[[markets]]\nsymbol='BTCUSDT'\n" + position * 2_000)
    assert open_code(code_of(workspace)) == workspace
    assert workspace.wallet == Decimal(1)


@given(st.text(max_size=60) | st.text("0123456789abcdefghjkmnpqrstvwxyz", max_size=60))
def test_any_text_is_a_code_or_has_faults(text):
    for code in (text, PREFIX + text, PREFIX + "a" + text):
        try:
            open_code(code)
        except Faults as faults:
            assert all(line.isprintable() for line in str(faults).splitlines())


@given(st.binary(max_size=60))
def test_any_bytes_in_a_code_are_a_workspace_or_have_faults(data):
    for code in (packed(data), packed(data, raw=True)):
        try:
            open_code(code)
        except Faults as faults:
            assert all(line.isprintable() for line in str(faults).splitlines())


def test_a_code_names_no_venue_profile_by_a_path_on_this_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    named = replace(load_file(shipped()["guide-cross"]), venue=VenueChoice("mine.toml"))
    with pytest.raises(Faults) as refused:
        open_code(code_of(named))
    assert "names a venue profile in a file" in str(refused.value)
