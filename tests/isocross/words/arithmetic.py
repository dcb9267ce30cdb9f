"""Does again what is written on a page of arithmetic: every sum of a text, from its figures as they are written.

A figure is rounded where it is written, so it stands for all that round to it, and so does a result. Quantities and
rates are taken as they are.
"""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

D = Decimal
NUMBER = r"−?\d[\d,]*(?:\.\d+)?"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d(?:\d|,(?=\d))*(?:\.\d+)?)(?P<share> %)?|(?P<word>min|max)|(?P<sign>[+−×÷(),]))"
)
_CHUNK = re.compile(r"(?:min\(|max\(|[\d,.%×÷+−()=\s])+")


class Span(NamedTuple):
    """All that a written figure can stand for."""

    low: Decimal
    high: Decimal

    def meets(self, other: "Span") -> bool:
        return self.low <= other.high and other.low <= self.high


def number(text):
    return D(text.replace(",", "").replace("−", "-"))


def numbers(text):
    return [number(found) for found in re.findall(NUMBER, text)]


def sums(text):
    """The sums of a text, each as (what is to be worked out, what is written for it)."""
    for chunk in _CHUNK.findall(text):
        sides = [side.strip(" ,.") for side in chunk.split("=")]
        yield from ((left, right) for left, right in pairwise(sides) if left and right)


def check(text, exact=()):
    """Do every sum of a text again, and say how many there were.

    Args:
        text: what is written.
        exact: figures that are not rounded where they are written: quantities.
    """
    count = 0
    with localcontext(Context(prec=60, rounding=ROUND_HALF_EVEN)):
        for left, right in sums(text):
            worked_out, written = _Reader(left, exact).read(), _Reader(right, exact, is_result=True).read()
            assert worked_out.meets(written), f"{left} is not {right} in {text!r}: {worked_out}"
            count += 1
    return count


class _Reader:
    """Reads a sum from left to right, products before sums, as it is read aloud."""

    def __init__(self, text, exact, *, is_result=False):
        self._text, self._exact, self._is_result = text, exact, is_result
        self._tokens, at = [], 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found, f"{text[at:]!r} of {text!r} is no sum"
            self._tokens.append(found)
            at = found.end()

    def read(self):
        found = self._sum()
        assert not self._tokens, f"{self._text!r} goes on where it should end"
        return found

    def _sign(self, *signs):
        if self._tokens and self._tokens[0]["sign"] in signs:
            return self._tokens.pop(0)["sign"]
        return None

    def _sum(self):
        found = self._product()
        while sign := self._sign("+", "−"):
            low, high = self._product()
            if sign == "−":
                low, high = -high, -low
            found = Span(found.low + low, found.high + high)
        return found

    def _product(self):
        found = self._one()
        while sign := self._sign("×", "÷"):
            other = self._one()
            ends = [a * b if sign == "×" else a / b for a in found for b in other]
            found = Span(min(ends), max(ends))
        return found

    def _one(self):
        if sign := self._sign("+", "−"):
            low, high = self._one()
            return Span(low, high) if sign == "+" else Span(-high, -low)
        if self._sign("("):
            return self._closed(self._sum())
        token = self._tokens.pop(0)
        if token["word"]:
            assert self._sign("(")
            found = [self._sum()]
            while self._sign(","):
                found.append(self._sum())
            choose = min if token["word"] == "min" else max
            return self._closed(Span(choose(s.low for s in found), choose(s.high for s in found)))
        assert token["number"], f"{self._text!r} has no number where one should be"
        return self._written(number(token["number"]), token["share"])

    def _closed(self, found):
        assert self._sign(")"), f"{self._text!r} does not close what it opens"
        return found

    def _written(self, value, share):
        """A rate that is put in has all its digits; a share that comes out is rounded."""
        digits = -value.as_tuple().exponent
        is_given = bool(share) or digits < 2 or (value and value in self._exact)
        is_whole = digits == 0 or (is_given and not self._is_result)
        half = D(0) if is_whole else D(1).scaleb(-digits) / 2
        unit = 100 if share else 1
        return Span((value - half) / unit, (value + half) / unit)
