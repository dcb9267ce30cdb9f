"""How colours look to eyes that see fewer hues, and how far apart they are then."""

from __future__ import annotations

Linear = tuple[float, float, float]

SIMULATIONS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""On linear RGB; Machado, Oliveira and Fernandes, 2009, severity 1.0."""
_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> Linear:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def seen(colour: str, simulation: str | None) -> Linear:
    """A colour as these eyes have it; None: as it is."""
    if simulation is None:
        return linear(colour)
    red, green, blue = (min(1.0, max(0.0, part)) for part in _times(SIMULATIONS[simulation], linear(colour)))
    return red, green, blue


def apart(one: str, other: str, simulation: str | None = None) -> float:
    """The distance of two colours in CIELAB; 2 is just noticeable side by side, 100 is black from white."""
    first, second = (_lab(seen(colour, simulation)) for colour in (one, other))
    return sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""
    light, dark = sorted((_times(_TO_XYZ, linear(colour))[1] for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(ground: str, ink: str, share: float) -> str:
    """A colour laid thinly over a ground."""
    parts = [round(int(ground[at : at + 2], 16) * (1 - share) + int(ink[at : at + 2], 16) * share) for at in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _times(matrix, vector):
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _lab(colour: Linear) -> tuple[float, float, float]:
    x, y, z = (_root(part / white) for part, white in zip(_times(_TO_XYZ, colour), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
