import tomllib
from decimal import Decimal

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from isocross.toml.places import Places
from isocross.toml.read import STRINGS

ODDITIES = """\
# a comment with "quotes" and a = 1
a = 1 # after [it]
"quoted key" = 'literal # no comment'
'lit.eral' = "basic \\" = [ # no comment"
b.c."d.e" = 2
b.c.f = "x"
  spaced . out   =   3
dates = [1979-05-27, 1979-05-27 07:32:00, 1979-05-27T07:32:00Z, 07:32:00]
multi = \"\"\"
first = "1"
two quotes "" inside \\\"\"\" ends with two \"\"\"\"\"
raw = '''
c:\\x = 1 ''''
empty = ""
empty_too = ''
lists = [ # comment ]
  [1, 2], [], # [
  [ "a,b", 'c]' , ],
]
inline = { x = 1, y.z = { deep = [ { q = true } ] }, "w w" = {} }
numbers = [+1, -0.5, 1_000, 0xff, 1e5, inf, nan]

[table]  # comment
k = 1
[ table . 'sub' ]
k = 2
[[rows]]
k = 1
[rows.inside]
k = 2
[[rows.more]]
k = 3
[[rows.more]]
k = 4
[[ rows ]]
k = 5
[[rows.more]]
k = 6
[super.child.grandchild]
k = 7
[super]
k = 8
"""

STARTS = {
    ("a",): "1 # after",
    ("quoted key",): "'literal",
    ("lit.eral",): '"basic',
    ("b",): "b.c.",
    ("b", "c", "d.e"): "2\n",
    ("b", "c", "f"): '"x"',
    ("spaced",): "spaced . out",
    ("spaced", "out"): "3\n",
    ("dates", 1): "1979-05-27 07",
    ("dates", 3): "07:32:00]",
    ("multi",): '"""\nfirst',
    ("raw",): "'''\nc:",
    ("empty_too",): "''",
    ("lists", 0, 1): "2]",
    ("lists", 1): "[],",
    ("lists", 2, 0): '"a,b"',
    ("lists", 2, 1): "'c]'",
    ("inline", "x"): "1, y",
    ("inline", "y"): "y.z",
    ("inline", "y", "z", "deep", 0, "q"): "true",
    ("inline", "w w"): "{}",
    ("numbers", 6): "nan",
    ("table",): "[table]",
    ("table", "sub"): "[ table . 'sub' ]",
    ("table", "sub", "k"): "2\n[[rows]]",
    ("rows",): "[[rows]]\nk = 1",
    ("rows", 0, "inside", "k"): "2\n",
    ("rows", 0, "more", 1): "[[rows.more]]\nk = 4",
    ("rows", 0, "more", 1, "k"): "4\n",
    ("rows", 1): "[[ rows ]]",
    ("rows", 1, "more", 0, "k"): "6\n",
    ("super", "child"): "[super.child",
    ("super",): "[super]\n",
}


def text_at(text, line, column):
    lines = text.split("\n")
    return "\n".join([lines[line - 1][column - 1 :], *lines[line:]])


def paths(value, path=()):
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


def starts_with(rest, value):
    """Whether the text begins with what the value is written as."""
    if isinstance(value, dict):
        return True
    if isinstance(value, list):
        return rest.startswith("[")
    if isinstance(value, str):
        return tomllib.loads("k = " + STRINGS.match(rest)[0])["k"] == value
    if isinstance(value, bool):
        return rest.startswith(str(value).lower())
    return rest.lower().startswith(str(value).lower())


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("path", STARTS)
def test_odd_documents_are_located(path, line_end):
    places = Places(ODDITIES.replace("\n", line_end))
    assert text_at(ODDITIES, *places.at(path)).startswith(STARTS[path])


def test_every_path_of_the_odd_document_is_known():
    places = Places(ODDITIES)
    assert [path for path, _ in paths(tomllib.loads(ODDITIES)) if path not in places] == []


def test_a_missing_key_is_where_its_table_is():
    places = Places("a = 1\n\n[[rows]]\nx = 1\n[[rows]]\ny = 2\n")
    assert places.at(("rows", 1, "x")) == (5, 1)
    assert places.at(("nothing", 3, "at all")) == (1, 1)


def test_a_key_has_a_place_of_its_own():
    places = Places('[view]\n  "the me" = "night"\n')
    assert places.at(("view", "the me")) == (2, 14)
    assert places.at(("view", "the me"), key=True) == (2, 3)


SCALARS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(['a"""b', "''' # x", "[x]", "a = 1\n[b]\n", "\\", '"', "\r\n", "é…\t"]),
    st.decimals(-1000, 1000, places=3).map(lambda d: d + Decimal("0.0001")),
    st.dates(),
)
KEYS = st.one_of(st.sampled_from("abc"), st.text(st.characters(codec="utf-8"), max_size=6))
DOCUMENTS = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
)


@given(DOCUMENTS, st.booleans())
def test_every_value_of_a_random_document_is_where_it_is_said_to_be(document, multiline):
    text = tomli_w.dumps(document, multiline_strings=multiline)
    parsed = tomllib.loads(text, parse_float=Decimal)
    places = Places(text)
    plain = text.replace("\r\n", "\n")
    for path, value in paths(parsed):
        assert path in places
        assert starts_with(text_at(plain, *places.at(path)), value), path
