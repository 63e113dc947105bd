"""What a network says of one sample, as a value: no torch, so that the window can hold it."""

from dataclasses import dataclass
from typing import Literal

from designer.engine.evaluation.record import Array, Outcome

Form = Literal["classes", "binary", "questions", "values", "next", "copy"]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One answer. `bars` are names with their chance or their value, in the order in which the network has them.

    `best` is the answer in words, "" for values, with its `chance`. `outcome` has the target beside the answer, for a sample
    whose target is known; `unit` is what values are in, "" for their own. A "copy" is held against the sample itself: `values`
    are what the network made of it, in the form of its output.
    """

    form: Form
    name: str
    bars: tuple[tuple[str, float], ...]
    best: str = ""
    chance: float = 0.0
    outcome: Outcome | None = None
    unit: str = ""
    values: Array | None = None
