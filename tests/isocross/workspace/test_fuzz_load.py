"""Random files of the right shape, and of nearly the right shape: a workspace or Faults, and nothing else comes out."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.workspace import Faults, book_of, dump, load_bytes, load_text
from isocross.workspace.code import code_of, open_code
from tests.brute.picking import pick

WORDS = [
    "BTCUSDT",
    "ETHUSDT",
    "long",
    "short",
    "cross",
    "isolated",
    "guide",
    "binance",
    "what-if",
    "gap",
    "one",
    "",
    " ",
]
NUMBERS = [
    "0",
    "1",
    "-1",
    "0.015",
    "3",
    "60000",
    "1e18",
    "1e-12",
    "1e400000",
    "nan",
    "-inf",
    "0x10",
    "9" * 45,
    "1_0",
    "-0.0",
]
ODD = ["true", "[]", "{}", "[[]]", "1979-05-27", '"""a\nb"""', "{ a = { b = 1 } }", "[1, 'x', {}]"]
VALUES = st.one_of(
    st.sampled_from(WORDS).map('"{}"'.format),
    st.sampled_from(NUMBERS),
    st.sampled_from(ODD),
    st.decimals(-(10**9), 10**9, places=3).map("{:f}".format),
)

GOOD = {
    "": [
        ("format", "1"),
        ("name", '"Any"'),
        ("venue", '"guide"'),
        ("wallet", "1000"),
        ("fund", "5"),
        ("strict", "true"),
    ],
    "[[markets]]": [("symbol", '"BTCUSDT"'), ("mark", "60000"), ("tiers", "[{from=0,rate=0.01,max_leverage=50}]")],
    "[[positions]]": [
        ("id", '"one"'),
        ("market", '"BTCUSDT"'),
        ("side", '"long"'),
        ("mode", '"isolated"'),
        ("quantity", "0.015"),
        ("entry", "60000"),
        ("leverage", "3"),
        ("margin", "310"),
    ],
    "[scenario]": [("path", '"gap"'), ("shock", "-0.3"), ("betas", "{ BTCUSDT = 1.5 }")],
    "[view]": [("theme", '"night"'), ("selected", '"one"'), ("step", "0.01")],
    "[venue]": [("profile", '"binance"'), ("close_fee", "0.001"), ("tier_key", '"notional"')],
}
KEYS = sorted({key for pairs in GOOD.values() for key, _ in pairs} | {"legs", "orders", "a.b", '"c d"', "x"})


@st.composite
def tables(draw, header):
    """A table as it should be, with a few of its lines changed, doubled or gone."""
    lines = [[key, value] for key, value in GOOD[header]]
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(lines) - 1))
        match pick(draw, ["value", "key", "gone", "more"]):
            case "value":
                lines[at][1] = draw(VALUES)
            case "key":
                lines[at][0] = pick(draw, KEYS)
            case "gone" if len(lines) > 1:
                del lines[at]
            case _:
                lines.append([pick(draw, KEYS), draw(VALUES)])
    return "\n".join([header, *(f"{key} = {value}" for key, value in lines)])


HEADERS = st.lists(st.sampled_from([header for header in GOOD if header]), max_size=5)
FILES = HEADERS.flatmap(lambda headers: st.tuples(*map(tables, ["", *headers]))).map("\n".join)


def opened(text):
    """The workspace of a text, or None and its faults are told well."""
    try:
        return load_text(text, "any.toml")
    except Faults as faults:
        lines = str(faults).splitlines()
        assert 1 <= len(lines) <= 21
        assert all(line.isprintable() and len(line) < 1000 for line in lines)
        assert all(fault.line and fault.column for fault in faults.faults)
        return None


@pytest.mark.slow
@settings(max_examples=120)
@given(FILES)
def test_a_file_of_nearly_the_right_shape_is_a_workspace_or_has_faults(text):
    workspace = opened(text)
    if workspace is not None:
        assert book_of(workspace).wallet == workspace.wallet
        assert load_text(dump(workspace)) == open_code(code_of(workspace)) == workspace


def test_the_right_shape_opens():
    workspace = opened(
        "\n".join(header + "\n" + "\n".join(map(" = ".join, GOOD[header])) for header in list(GOOD)[:-1])
    )
    assert workspace is not None
    assert workspace.positions[0].margin == Decimal(310)


@given(FILES.map(str.encode), st.data())
def test_flipped_bytes_are_a_workspace_or_have_faults(data, draw):
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        damaged[draw.draw(st.integers(0, len(damaged) - 1))] = draw.draw(st.integers(0, 255))
    try:
        load_bytes(bytes(damaged))
    except Faults as faults:
        assert faults.faults
