"""Layers that read a sequence step by step and remember."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from designer.catalogue.demands import demand_numbers
from designer.catalogue.figures import Unrolled
from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType, TorchCall

_HIDDEN = Parameter("hidden_size", Integer(), 64, "Numbers the layer remembers, and features of its output.")
_LAYERS = Parameter("num_layers", Integer(1, 100), 1, "How many are stacked, each reading the one below.")
_NONLINEARITY = Parameter("nonlinearity", Option(("tanh", "relu")), "tanh", "Activation of each step.")
_OUTPUT_MEANING = (
    "last: a vector after the whole sequence; sequence: after each step; state: the memory of every layer{}."
)


def _declare_output(*more: str, meaning: str = "") -> Parameter:
    words = ("last", "sequence", "state", *more)
    return Parameter("output", Option(words), "last", _OUTPUT_MEANING.format(meaning), argument=False)


_MIDDLE = (
    Parameter("bias", Flag(), True, "Add learned constants."),
    Parameter("dropout", Real(0, 1), 0.0, "Share of values set to 0 between stacked layers while training."),
    Parameter("bidirectional", Flag(), False, "Read the sequence backwards as well: twice the features."),
)
_TAIL = (*_MIDDLE, _declare_output())
_PROJ_SIZE = Parameter(
    "proj_size", Integer(0), 0, "Size the output of each step is brought to by a learned map; 0: none."
)


def _shape(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_numbers(x)
    if len(x.sizes) != 2:
        raise ShapeError(
            f"expects a sequence (length x features) but gets {x}. Let the layer before it give one",
            "whole_sequence" if len(x.sizes) == 1 else "",
        )
    hidden, given = values["hidden_size"], _given_size(values)
    if given > hidden or values.get("proj_size") == hidden:
        raise ShapeError(
            f"has a `proj_size` of {given}, which must be smaller than its `hidden_size` of {hidden}. "
            "Choose a smaller one, or 0 for none",
            settings={"proj_size": 0},
        )
    directions = 2 if values["bidirectional"] else 1
    sizes = {
        "last": (given * directions,),
        "sequence": (x.sizes[0], given * directions),
        "state": (values["num_layers"] * directions, given),
        "cell": (values["num_layers"] * directions, hidden),
    }
    return (TensorType(sizes[values["output"]]),)


def _given_size(values: Values) -> int:
    """Return how many numbers one direction of a layer gives out at each step."""
    return int(values.get("proj_size") or values["hidden_size"])


def _cells(values: Values, inputs: Inputs) -> list[tuple[str, int]]:
    """Return the ending of the names and the input size of each cell: layer by layer, forward then backward."""
    directions = ("", "_reverse") if values["bidirectional"] else ("",)
    above = _given_size(values) * len(directions)
    return [
        (f"l{layer}{direction}", above if layer else inputs[0].sizes[-1])
        for layer in range(values["num_layers"])
        for direction in directions
    ]


def _weigh(gates: int, values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    given, rows = _given_size(values), gates * values["hidden_size"]
    weights: dict[str, tuple[int, ...]] = {}
    for ending, size in _cells(values, inputs):
        weights[f"weight_ih_{ending}"] = (rows, size)
        weights[f"weight_hh_{ending}"] = (rows, given)
        if values.get("proj_size"):
            weights[f"weight_hr_{ending}"] = (given, values["hidden_size"])
        if values["bias"]:
            weights[f"bias_ih_{ending}"] = weights[f"bias_hh_{ending}"] = (rows,)
    return weights


def _count_products(gates: int, values: Values, inputs: Inputs, outputs: Outputs) -> int:
    hidden = values["hidden_size"]
    given, cells = _given_size(values), _cells(values, inputs)
    one_step: int = sum(gates * hidden * (size + given) for _, size in cells)
    if values.get("proj_size"):
        one_step += len(cells) * hidden * given
    return inputs[0].sizes[0] * one_step


def _apply(state: str, values: Values, layer: str, inputs: Sequence[str]) -> str:
    """Return the call and the choice of what it gives out.

    A backward direction has read everything at the first step, so the last step of both directions is taken from the
    state at the end, `state` being the way to it in what the layer returns.
    """
    called = f"{layer}({inputs[0]})"
    if values["output"] == "sequence":
        return f"{called}[0]"
    if values["output"] == "state":
        return f"{called}{state}.transpose(0, 1)"
    if values["output"] == "cell":
        return f"{called}[1][1].transpose(0, 1)"
    if values["bidirectional"]:
        return f"{called}{state}[-2:].transpose(0, 1).flatten(1)"
    return f"{called}[0][:, -1]"


def _call(constructor: str, apply: Callable[[Values, str, Sequence[str]], str]) -> TorchCall:
    return TorchCall(
        constructor,
        positional=("input_size", "hidden_size"),
        # A sample is length x features, so the batch comes first.
        derived={
            "input_size": lambda values, inputs: inputs[0].sizes[-1],
            "batch_first": lambda values, inputs: True,
        },
        apply=apply,
    )


RNN = LayerSpec(
    kind="RNN",
    family="recurrent",
    summary="Reads a sequence step by step with one simple memory.",
    call=_call("nn.RNN", partial(_apply, "[1]")),
    parameters=(_HIDDEN, _LAYERS, _NONLINEARITY, *_TAIL),
    shape=_shape,
    weights=partial(_weigh, 1),
    multiply_adds=partial(_count_products, 1),
    card=("hidden_size", "output"),
    figure=Unrolled(()),
    formula="h = tanh(W x + U h₋₁ + b)",
    help="Elman's network: the state after each step is mixed from the step and the state before. It is the simplest "
    "memory and forgets after some ten steps, because its gradient fades; LSTM and GRU remember longer. "
    "The input is length x features.",
    search=("recurrent", "sequence", "elman", "memory", "time series", "text"),
)

LSTM = LayerSpec(
    kind="LSTM",
    family="recurrent",
    summary="Reads a sequence step by step and learns what to keep, forget and tell.",
    call=_call("nn.LSTM", partial(_apply, "[1][0]")),
    parameters=(_HIDDEN, _LAYERS, *_MIDDLE, _PROJ_SIZE, _declare_output("cell", meaning="; cell: their cells")),
    shape=_shape,
    weights=partial(_weigh, 4),
    multiply_adds=partial(_count_products, 4),
    card=("hidden_size", "output"),
    figure=Unrolled(("i", "f", "g", "o"), cell=True),
    formula="c = f ⊙ c₋₁ + i ⊙ g,  h = o ⊙ tanh(c)",
    help="Long short-term memory (Hochreiter and Schmidhuber, 1997; its forget gate is from Gers and others, "
    "2000): three gates guard a memory cell, so it holds on to things over hundreds of steps. Choose `output` last to judge a whole sequence, sequence to answer at each step or "
    "to stack another recurrent layer. The input is length x features.",
    search=("recurrent", "sequence", "memory", "long short-term", "time series", "text"),
)

GRU = LayerSpec(
    kind="GRU",
    family="recurrent",
    summary="Reads a sequence like an LSTM, with fewer gates and weights.",
    call=_call("nn.GRU", partial(_apply, "[1]")),
    parameters=(_HIDDEN, _LAYERS, *_TAIL),
    shape=_shape,
    weights=partial(_weigh, 3),
    multiply_adds=partial(_count_products, 3),
    card=("hidden_size", "output"),
    figure=Unrolled(("r", "z", "n")),
    formula="h = (1 − z) ⊙ n + z ⊙ h₋₁",
    help="The gated recurrent unit (Cho and others, 2014) mixes the old state and a new one by a learned gate. It usually "
    "does as well as an LSTM with three quarters of the weights. The input is length x features.",
    search=("recurrent", "sequence", "gated", "memory", "time series", "text"),
)

LAYERS = (RNN, LSTM, GRU)
