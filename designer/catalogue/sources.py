"""Data sources: what each one gives, and the lines of code that load it."""

from designer.catalogue.parameters import Values
from designer.catalogue.spec import Facts, SourceSpec, Step, Target, TensorType
from designer.document.project import Data

_DIGITS = Facts(TensorType((1, 8, 8)), Target("class", 10, tuple(map(str, range(10)))), rows=1797)


def _split(data: Data) -> Step:
    arguments = {"validation": data.validation, "seed": data.split_seed}
    return Step("train, validation", "split", "split_rows", "len(x)", arguments)


def _digits_steps(values: Values, data: Data) -> tuple[Step, ...]:
    return (Step("x, y", "bundled", "load_digits_images"), _split(data))


SOURCES = (
    SourceSpec(
        kind="Digits",
        title="Digits (8 x 8)",
        summary="1,797 handwritten digits, 8 x 8 grey values (scikit-learn).",
        parameters=(),
        facts=lambda values: _DIGITS,
        steps=_digits_steps,
    ),
)
