"""What of a desk travels to those that follow it, besides the account: where it stands, and how it is looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from isocross.desk.state import Lens, Moment, Sight, State, StopAt
from isocross.lessons.card import Card
from isocross.studies.frontier.plane import Point
from isocross.workspace.code import open_code


def cursor_of(state: State, looks: Mapping[str, Any]) -> str:
    """Tell where the cursor stands and what is looked at.

    Args:
        state: of the presenter's desk.
        looks: how the view is looked at beside the state.
    """
    moment = state.moment
    told = {
        "shock": str(moment.shock),
        "place": str(moment.place),
        "step": str(state.step),
        "selected": state.selected,
        "view": state.view,
        "previews": state.previews,
        "stop": None if state.stop is None else [state.stop.position, str(state.stop.level)],
        "sight": _sight_told(state.frontier),
        "looks": dict(looks),
    }
    return json.dumps(told)


def looks_in(cursor: str) -> dict[str, Any]:
    """How the view is looked at beside the state."""
    looks: dict[str, Any] = json.loads(cursor)["looks"]
    return looks


def put(account: str, cursor: str, state: State) -> State:
    """What a desk shows that follows; its colours stay.

    Args:
        account: as a short code; empty: the one of the state.
        cursor: where the presenter's stands.
        state: of the desk as it was.
    """
    told: dict[str, Any] = json.loads(cursor)
    if account:
        fresh = State.opened(open_code(account))
        state = replace(fresh, theme=state.theme, message=state.message, warning=state.warning)
    moment = Moment(state.workspace, Decimal(told["shock"]), Decimal(told["place"]))
    return replace(
        state.at(moment),
        selected=told["selected"],
        step=Decimal(told["step"]),
        view=told["view"],
        stop=None if told["stop"] is None else StopAt(told["stop"][0], Decimal(told["stop"][1])),
        frontier=_sight_heard(told["sight"]),
        playing=False,
        previews=told["previews"],
    )


def _sight_told(sight: Sight) -> dict[str, Any]:
    point = None if sight.point is None else _point_told(sight.point)
    return {"x": sight.x, "y": sight.y, "point": point, "lens": sight.lens, "zoom": sight.zoom,
            "centre": _point_told(sight.centre)}  # fmt: skip


def _point_told(point: Point) -> list[str]:
    return [str(move) for move in point]


def _sight_heard(told: Mapping[str, Any]) -> Sight:
    point = None if told["point"] is None else _point_heard(told["point"])
    return Sight(told["x"], told["y"], point, Lens(told["lens"]), told["zoom"], _point_heard(told["centre"]))


def _point_heard(told: list[str]) -> Point:
    x, y = told
    return Decimal(x), Decimal(y)


def card_told(question: int, card: Card | None) -> str:
    """Tell what a lesson asks, or its answer.

    Args:
        question: its number, counted up with each question.
        card: what is shown; None: no lesson is under way.
    """
    return json.dumps([question, None if card is None else asdict(card)])


def card_heard(told: str) -> tuple[int, Card | None]:
    """The number of a question, and its card."""
    question, card = json.loads(told)
    if card is None:
        return question, None
    lists = {name: tuple(card[name]) for name in ("account", "choices")}
    return question, Card(**{**card, **lists, "figures": tuple((label, words) for label, words in card["figures"])})
