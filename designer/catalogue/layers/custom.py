"""A layer written in Python by the user: its text is a parameter, and what it gives is what a trial of it once found.

Nothing here runs the text. A trial (`designer.engine.trial`, only with the user's consent) is recorded in the parameter
`checked`, so that a project opens with all sizes known; a declared `output_shape` serves where there was none.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from frozendict import frozendict

from designer.catalogue.figures import Code
from designer.catalogue.parameters import Parameter, Several, Text, Unacceptable, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, ShapeError, TensorType, TorchCall
from designer.catalogue.written import LONGEST, Written, is_name, is_plain, read_code
from designer.document.custom import CUSTOM, DEFAULT_CODE
from designer.document.expressions import ExpressionError, evaluate
from designer.document.graph import Value
from designer.document.wording import show_name

MOST_RECORDS = 8
MOST_PORTS = 16
_LARGEST = 2**42


@dataclass(frozen=True, slots=True)
class PortNames(Several):
    """Distinct names of ports."""

    item: Text = field(default_factory=lambda: Text(40))
    longest: int = MOST_PORTS
    shortest: int = 1

    def accept(self, value: Value) -> tuple[Value, ...]:
        """Return a tuple of 1 to 16 names."""
        names = Several.accept(self, value)
        wrong = [name for name in names if not is_name(str(name))]
        if wrong:
            raise Unacceptable(f"must be names of letters, digits and _, not {show_name(str(wrong[0]))!r}")
        if len(set(names)) < len(names):
            raise Unacceptable("must be names of which none comes twice")
        return names


@dataclass(frozen=True, slots=True)
class Pairs:
    """Values by name: a list of pairs, in the order in which they were set."""

    def accept(self, value: Value) -> tuple[Value, ...]:
        """Return a tuple of (name, plain value) pairs."""
        if not isinstance(value, tuple):
            raise Unacceptable("must be a list of pairs of a name and a value")
        for pair in value:
            if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) and is_name(pair[0])):
                raise Unacceptable("must be a list of pairs of a name and a value")
            if not is_plain(pair[1]):
                raise Unacceptable(f"must have a number, a text, true, false, none or a list of those for {pair[0]}")
        if len({pair[0] for pair in value if isinstance(pair, tuple)}) < len(value):
            raise Unacceptable("must not have a name twice")
        return value


@dataclass(frozen=True, slots=True)
class Finding:
    """What a trial found for some inputs: what comes out and what is learned, or the error and the line it is in."""

    outputs: Outputs = ()
    weights: Mapping[str, tuple[int, ...]] = frozendict()
    multiply_adds: int = 0
    error: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """What trials found, as plain values: (fingerprint, inputs, outputs, weights, multiply-adds, error, line) each."""

    def accept(self, value: Value) -> tuple[Value, ...]:
        """Return the records if all of them can be read."""
        if not isinstance(value, tuple) or len(value) > MOST_RECORDS:
            raise Unacceptable("must be what a trial of the code found; reset it and try the code again")
        for record in value:
            try:
                read_record(record)
            except (TypeError, ValueError, AttributeError):
                raise Unacceptable("is not what a trial of the code writes; reset it and try the code again") from None
        return value


def fingerprint(values: Values) -> str:
    """Return what tells whether a trial was of this text with these arguments and ports."""
    parts = repr((values["code"], values["arguments"], len(values["outputs"])))
    return hashlib.sha256(parts.encode("utf-8", "backslashreplace")).hexdigest()[:24]


def write_record(values: Values, inputs: Inputs, finding: Finding) -> Value:
    """Return a finding as plain values."""
    return (
        fingerprint(values),
        tuple((kind.dtype, *kind.sizes) for kind in inputs),
        tuple((kind.dtype, *kind.sizes) for kind in finding.outputs),
        tuple((name, tuple(sizes)) for name, sizes in finding.weights.items()),
        finding.multiply_adds,
        finding.error,
        finding.line,
    )


def read_record(record: Any) -> tuple[str, Inputs, Finding]:
    """Return what `write_record` wrote. Raises TypeError or ValueError where it did not."""
    key, inputs, outputs, weights, cost, error, line = record
    if not (isinstance(key, str) and isinstance(error, str) and isinstance(weights, tuple)):
        raise TypeError
    learned = frozendict({_demand_text(name): _demand_sizes(sizes, 0) for name, sizes in weights})
    finding = Finding(_read_types(outputs), learned, _demand_whole(cost, 0), error, _demand_whole(line, 0))
    return key, _read_types(inputs), finding


def find_record(values: Values, inputs: Inputs) -> Finding | None:
    """Return what the last trial with these inputs found, None where there was none."""
    key = fingerprint(values)
    for record in reversed(values["checked"]):
        if record[0] == key:
            _, given, finding = read_record(record)
            if given == inputs:
                return finding
    return None


def add_record(values: Values, inputs: Inputs, finding: Finding) -> tuple[Value, ...]:
    """Return the records with one more, in place of an older one of the same inputs; only the last ones are kept."""
    new = write_record(values, inputs, finding)
    assert isinstance(new, tuple)
    kept = [record for record in values["checked"] if record[:2] != new[:2]]
    return (*kept, new)[-MOST_RECORDS:]


def _read_types(value: Any) -> tuple[TensorType, ...]:
    if not isinstance(value, tuple):
        raise TypeError
    return tuple(_read_type(item) for item in value)


def _read_type(value: Any) -> TensorType:
    dtype, *sizes = value
    if dtype not in ("float", "int"):
        raise ValueError
    return TensorType(_demand_sizes(tuple(sizes), 1), "float" if dtype == "float" else "int")


def _demand_sizes(value: Value, low: int) -> tuple[int, ...]:
    if not isinstance(value, tuple):
        raise TypeError
    sizes = tuple(_demand_whole(size, low) for size in value)
    if math.prod(sizes) > _LARGEST:
        raise ValueError
    return sizes


def _demand_whole(value: Value, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value < 2**63:
        raise TypeError
    return value


def _demand_text(value: Value) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise TypeError
    return value


def demand_code(values: Values) -> Written:
    """Return what the code declares. Raise ShapeError where it cannot be used with these ports and arguments."""
    code = read_code(values["code"])
    if not isinstance(code, Written):
        raise ShapeError(f"cannot be used: line {code.line} of its code {_show(code.message)}")
    count = len(values["inputs"])
    if count < code.least or (code.most is not None and count > code.most):
        wanted = code.inputs if len(code.inputs) != count else code.inputs[: code.least]
        takes = f"takes {', '.join(f'`{name}`' for name in wanted) or 'nothing'}"
        settings = {"inputs": wanted} if 1 <= len(wanted) <= MOST_PORTS and all(map(is_name, wanted)) else {}
        raise ShapeError(f"has {count} input{'s' * (count != 1)}, but its `forward` {takes}", settings=settings)
    known = {argument.name: argument for argument in code.arguments}
    for name, _ in values["arguments"]:
        if name not in known:
            kept = tuple(pair for pair in values["arguments"] if pair[0] in known)
            raise ShapeError(
                f"has a value for `{name}`, which `__init__` of its class does not take", settings={"arguments": kept}
            )
    given = given_arguments(values)
    missing = [name for name, argument in known.items() if argument.required and name not in given]
    if missing:
        raise ShapeError(f"needs a value for `{missing[0]}`, which `__init__` of its class has no default for")
    return code


def _show(text: str) -> str:
    """Return words that may come from a stranger's code as they may stand in a message."""
    return "".join(c if c.isprintable() else "?" for c in text[:300]).rstrip(".")


def given_arguments(values: Values) -> dict[str, Value]:
    """Return the values that the class is made with; none means what the class itself has for it."""
    return {name: value for name, value in values["arguments"] if value is not None}


def _shape(values: Values, inputs: Inputs) -> Outputs:
    """Return what a trial with these inputs found, else what `output_shape` declares."""
    demand_code(values)
    finding = find_record(values, inputs)
    if finding is not None and finding.error:
        where = f"line {finding.line} of its code" if finding.line else "its code"
        raise ShapeError(f"cannot be used: in {where}, {_show(finding.error)}")
    if finding is not None and len(finding.outputs) == len(values["outputs"]):
        return finding.outputs
    if values["output_shape"].strip():
        return _declare_shape(values, inputs)
    sizes = " and ".join(map(str, inputs))
    raise ShapeError(
        f"was not tried yet with {sizes}: what its code gives is not known. Check it, or set `output_shape`"
    )


def _declare_shape(values: Values, inputs: Inputs) -> Outputs:
    """Return the sizes that the user declared: expressions over sizes of the inputs, `input_0` the first axis."""
    names: dict[str, Value] = {}
    for port, kind in zip(values["inputs"], inputs, strict=False):
        names.update({f"{port}_{axis}": size for axis, size in enumerate(kind.sizes)})
    parts = values["output_shape"].split(";")
    if len(parts) != len(values["outputs"]):
        raise ShapeError(f"has {len(values['outputs'])} outputs, but `output_shape` has {len(parts)} parts")
    try:
        found = tuple(evaluate(f"=({part.strip().rstrip(',')},)", names) for part in parts)
        return tuple(TensorType(_demand_sizes(sizes, 1)) for sizes in found)
    except ExpressionError as error:
        raise ShapeError(f"has an `output_shape` that {error}. It may use {', '.join(names)}") from None
    except (TypeError, ValueError):
        raise ShapeError("has an `output_shape` that gives no whole numbers of 1 or more") from None


def _weights(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    finding = find_record(values, inputs)
    return finding.weights if finding is not None else frozendict()


def _multiply_adds(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    finding = find_record(values, inputs)
    return finding.multiply_adds if finding is not None else 0


def _ports(values: Values) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    return tuple(map(Port, values["inputs"])), tuple(map(Port, values["outputs"]))


def _call(values: Values) -> TorchCall:
    """Return the class of the text, made with the arguments that are set."""
    code = read_code(values["code"])
    if not isinstance(code, Written):
        return TorchCall()
    return TorchCall(code.name, derived={name: _give(name) for name in given_arguments(values)}, code=values["code"])


def _give(name: str) -> Callable[[Values, Inputs], Value]:
    return lambda values, inputs: dict(values["arguments"])[name]


CUSTOM_LAYER = LayerSpec(
    kind=CUSTOM,
    family="custom",
    summary="A layer of your own, written in Python as an nn.Module.",
    call=TorchCall(),
    calls=_call,
    ports=_ports,
    parameters=(
        Parameter("code", Text(LONGEST), DEFAULT_CODE, "The Python text with the class.", argument=False, hidden=True),
        Parameter("inputs", PortNames(), ("input",), "Names of its inputs, in the order of forward.", argument=False),
        Parameter("outputs", PortNames(), ("output",), "Names of its outputs, in the order given.", argument=False),
        Parameter("arguments", Pairs(), (), "Values for the arguments of __init__.", argument=False, hidden=True),
        Parameter(
            "output_shape",
            Text(1000),
            "",
            "Sizes that come out, where the code was not tried: input_0, input_1 * 2.",
            argument=False,
        ),
        Parameter("checked", Records(), (), "What trials of the code found.", argument=False, hidden=True),
    ),
    shape=_shape,
    weights=_weights,
    multiply_adds=_multiply_adds,
    figure=Code(),
    formula="outputs = forward(inputs)",
    help="For what no other layer does: write a class with __init__ and forward, and press Check to try it on sizes alone. "
    "Its arguments become settings here, and the exported script carries its text. "
    "Code in a project from somebody else does not run until you have looked at it and trusted it.",
    search=("python", "code", "module", "own", "lambda", "write"),
)

LAYERS = (CUSTOM_LAYER,)
