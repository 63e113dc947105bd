"""Points in the plane with a class each: small enough to see what a network does."""

from collections.abc import Mapping

from designer.catalogue.parameters import Integer, Parameter, Real, Values
from designer.catalogue.source_spec import Facts, SourceSpec, Step, Target
from designer.catalogue.sources.steps import split_rows
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data

_PLANE = TensorType((2,))
_ALL_ROWS: Mapping[str, Value] = {"validation": 0.0, "seed": 0}


def _samples(default: int) -> Parameter:
    return Parameter("samples", Integer(4, 1_000_000), default, "Number of points.")


def _noise(default: float) -> Parameter:
    return Parameter("noise", Real(0, 100), default, "Standard deviation of what is added to both coordinates.")


_SEED = Parameter("seed", Integer(0, 2**31 - 1), 0, "Draws the points; the same seed gives the same points.")


def _gate(kind: str, summary: str, truth: tuple[int, int, int, int], teaching: str) -> SourceSpec:
    """Return the declaration of a truth table, with noise around its four corners if wanted."""

    def facts(values: Values) -> Facts:
        return Facts(_PLANE, Target("binary", 1, ("0", "1")), values["samples"], given_split=values["noise"] == 0)

    def steps(values: Values, data: Data) -> tuple[Step, ...]:
        # Without noise the four corners are all there is: to hold one out would hide a line of the truth table.
        whole = Step("train, validation", "split", "split_rows", "len(x)", _ALL_ROWS)
        parts = split_rows(data) if values["noise"] or data.test else (whole,)
        return (Step("x, y", "toys", "sample_gate", arguments={"truth": truth, **values}), *parts)

    return SourceSpec(kind, kind.upper(), summary, (_samples(4), _noise(0.0), _SEED), facts, steps, help=teaching)


def _points(
    kind: str, title: str, summary: str, function: str, parameters: tuple[Parameter, ...], teaching: str
) -> SourceSpec:
    """Return the declaration of a pattern of points; with `arms` among its parameters there are that many classes."""

    def facts(values: Values) -> Facts:
        classes = values.get("arms", 2)
        labels = tuple(map(str, range(classes)))
        target = Target("binary", 1, labels) if classes == 2 else Target("class", classes, labels)
        return Facts(_PLANE, target, values["samples"])

    def steps(values: Values, data: Data) -> tuple[Step, ...]:
        return (Step("x, y", "toys", function, arguments=values), *split_rows(data))

    return SourceSpec(kind, title, summary, parameters, facts, steps, help=teaching)


SOURCES = (
    _gate(
        "And",
        "The truth table of AND: 1 only where both inputs are 1.",
        (0, 0, 0, 1),
        "One straight line parts the one from the noughts, so a single unit can learn it. With more samples and some noise "
        "the corners become clouds. Without noise all points are trained on and all are checked.",
    ),
    _gate(
        "Or",
        "The truth table of OR: 1 where at least one input is 1.",
        (0, 1, 1, 1),
        "As easy as AND: one straight line is enough.",
    ),
    _gate(
        "Xor",
        "The truth table of XOR: 1 where the inputs differ.",
        (0, 1, 1, 0),
        "No straight line parts the ones from the noughts, so no single unit can learn it: the example with which Minsky "
        "and Papert (1969) showed the perceptron's limit. One hidden layer is enough.",
    ),
    _points(
        "Moons",
        "Moons",
        "Two half moons that reach into each other.",
        "sample_moons",
        (_samples(500), _noise(0.1), _SEED),
        "A gentle test for a curved border: a straight line gets 88 % right, a small hidden layer nearly all.",
    ),
    _points(
        "Circles",
        "Circles",
        "A ring of points around another.",
        "sample_circles",
        (
            _samples(500),
            _noise(0.05),
            Parameter("factor", Real(0, 1), 0.5, "Radius of the inner ring; the outer one has radius 1."),
            _SEED,
        ),
        "A straight line gets at most two thirds right, at a tangent to the inner ring. Three hidden units are the least that can close a border around the "
        "inner ring: see what two do.",
    ),
    _points(
        "Spirals",
        "Spirals",
        "Arms of points that wind around each other.",
        "sample_spirals",
        (
            _samples(900),
            Parameter("arms", Integer(2, 12), 3, "Number of arms, a class each."),
            Parameter("turns", Real(0, 5), 0.75, "How often an arm winds around the origin."),
            _noise(0.02),
            _SEED,
        ),
        "The hardest of the toys: the border must wind with the arms, which takes depth or many units. More turns make "
        "it harder.",
    ),
    SourceSpec(
        kind="Hills",
        title="Hills",
        summary="Points in the plane and the height of two round hills there, from 0 to 1.",
        parameters=(_samples(600), _noise(0.02), _SEED),
        facts=lambda values: Facts(_PLANE, Target("value", 1, ("height",), bounds=(0.0, 1.0)), values["samples"]),
        steps=lambda values, data: (Step("x, y", "toys", "sample_hills", arguments=values), *split_rows(data)),
        help="A number between two bounds, as a share, a probability or a grey value is. A Sigmoid before the Output "
        "keeps the answer within them; without one the network must learn the bounds as well.",
    ),
)
