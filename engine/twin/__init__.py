"""The twin: one account in other modes and under other rules, side by side under one shock."""

from engine.twin.crossing import Crossing
from engine.twin.sides import Comparison, Result, Twin
from engine.twin.tally import Fall, Tally, tally
from engine.twin.variants import AS_IS, Variant, in_both_modes, under_other_venues, with_flip

__all__ = [
    "AS_IS",
    "Comparison",
    "Crossing",
    "Fall",
    "Result",
    "Tally",
    "Twin",
    "Variant",
    "in_both_modes",
    "tally",
    "under_other_venues",
    "with_flip",
]
