"""The picture that moves in the README: filmed again, and the last frame of the recording held as a picture too."""

import json
from dataclasses import replace
from decimal import Decimal

import pyte
import pytest
from held import STORED, UPDATE, hold

from isocross.workspace.load import Source
from isocross.workspace.resolve import load
from isocross_tui.cast import animated, asciicast_of, filmed, of_workspace

SIZE = (100, 28)
MOST_BYTES = 300_000


def test_the_film_of_the_readme(request):
    update = request.config.getoption("--update-snapshots")
    basket = load("basket")
    source = Source(replace(basket, scenario=replace(basket.scenario, shock=Decimal("-0.45"))))
    film = filmed(source, of_workspace(source), SIZE)
    screen = pyte.Screen(*SIZE)
    stream = pyte.Stream(screen)
    for line in asciicast_of(film).splitlines()[1:]:
        _, kind, text = json.loads(line)
        if kind == "o":
            stream.feed(text)
    last = "\n".join(line.rstrip() for line in screen.display) + "\n"
    svg = animated(film)
    assert len(svg.encode()) < MOST_BYTES
    names = ("film-basket-100x28-night.svg", "film-basket-100x28-night.txt")
    faults = [hold(STORED / name, content, update) for name, content in zip(names, (svg, last), strict=True)]
    told = [fault for fault in faults if fault]
    if told:
        pytest.fail(f"{told[0]}\nIf this is how it should look: {UPDATE}", pytrace=False)
