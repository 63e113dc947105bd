"""Whole blocks of the transformer of Vaswani and others, and stacks of them."""

from collections.abc import Mapping, Sequence
from functools import partial

from designer.catalogue.figures import Steps
from designer.catalogue.layers.attention import (
    HEADS_MEANING,
    MOST_HEADS,
    count_attention,
    demand_heads,
    demand_sequence,
    weigh_attention,
)
from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, Port, ShapeError, TorchCall
from designer.catalogue.worked import work_out_heads

_TARGET = (
    Port("target", "the sequence that is written; the output has its sizes"),
    Port("memory", "the sequence that is looked at: what an encoder gave"),
)

_NHEAD = Parameter("nhead", Integer(1, MOST_HEADS), 8, HEADS_MEANING)
_NUM_LAYERS = Parameter("num_layers", Integer(1, 1000), 6, "How many layers are stacked, each with weights of its own.")
_NORM = Parameter("norm", Flag(), False, "Put a LayerNorm behind the last layer; wanted with norm_first.")
_COMMON = (
    Parameter(
        "dim_feedforward", Integer(), 2048, "Hidden units of the part that treats each step alone; often 4 x features."
    ),
    Parameter("dropout", Real(0, 1), 0.1, "Share of values set to 0 while training, in each part."),
    Parameter("activation", Option(("relu", "gelu")), "relu", "Activation between its two linear layers."),
)
_EPS = Parameter("layer_norm_eps", Real(0, above=True), 1e-05, "Added to the variances, against division by zero.")
_NORM_FIRST = Parameter("norm_first", Flag(), False, "Normalise before each part (GPT-2), which trains more calmly.")
_BIAS = Parameter("bias", Flag(), True, "Add learned constants in linear layers and norms.")


def _causal(default: bool, argument: bool) -> Parameter:
    return Parameter(
        "causal", Flag(), default, "Let a step see itself and earlier ones only, as a language model must.", argument
    )


def _shape_encoder(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_sequence(x)
    demand_heads(x.sizes[1], values["nhead"], "nhead")
    return inputs


def _shape_decoder(values: Values, inputs: Inputs) -> Outputs:
    target, memory = inputs
    demand_sequence(target, "a target sequence")
    demand_sequence(memory, "a memory sequence")
    if target.sizes[1] != memory.sizes[1]:
        raise ShapeError(
            f"expects target and memory with equally many features but gets {target} and {memory}. "
            "Put a Linear before one of them"
        )
    demand_heads(target.sizes[1], values["nhead"], "nhead")
    return (target,)


def _weigh_layer(parts: tuple[str, ...], values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    """Return the weights of one layer with these attentions."""
    features, hidden, bias = inputs[0].sizes[1], values["dim_feedforward"], values["bias"]
    weights: dict[str, tuple[int, ...]] = {}
    for part in parts:
        weights |= weigh_attention(features, bias, f"{part}.")
    learned: dict[str, tuple[int, ...]] = {"linear1": (hidden, features), "linear2": (features, hidden)}
    learned |= {f"norm{number + 1}": (features,) for number in range(len(parts) + 1)}
    for name, sizes in learned.items():
        weights[f"{name}.weight"] = sizes
        if bias:
            weights[f"{name}.bias"] = sizes[:1]
    return weights


def _weigh_stack(parts: tuple[str, ...], values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    one, size = _weigh_layer(parts, values, inputs), inputs[0].sizes[1:]
    weights = {f"layers.{n}.{name}": sizes for n in range(values["num_layers"]) for name, sizes in one.items()}
    if values["norm"]:
        weights |= {"norm.weight": size} | ({"norm.bias": size} if values["bias"] else {})
    return weights


def _count_layer(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    """Return the products of self-attention, of attention to the memory where there is one, and of the linear layers."""
    length, features = inputs[0].sizes
    attended = sum(count_attention(features, length, x.sizes[0]) for x in inputs)
    return attended + 2 * length * features * int(values["dim_feedforward"])


def _count_stack(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    return int(values["num_layers"]) * _count_layer(values, inputs, outputs)


def _apply(mask: str, hint: str, values: Values, layer: str, inputs: Sequence[str]) -> str:
    """Return the call, with the mask of a causal layer as torch's arguments of these names."""
    given = ", ".join(inputs)
    if not values["causal"]:
        return f"{layer}({given})"
    x = inputs[0]
    made = f"nn.Transformer.generate_square_subsequent_mask({x}.shape[1], device={x}.device)"
    return f"{layer}({given}, {mask}={made}, {hint}=True)"


def _features(values: Values, inputs: Inputs) -> int:
    return inputs[0].sizes[1]


def _yes(values: Values, inputs: Inputs) -> bool:
    return True


def _list_steps(looks: bool, values: Values) -> tuple[tuple[str, bool], ...]:
    """Return the parts of one layer in their order, with the ways around them."""
    parts = ("self", "cross", "mlp") if looks else ("attention", "mlp")
    steps: list[tuple[str, bool]] = []
    for part in parts:
        inner = (("norm", True), (part, False), ("+", False)) if values["norm_first"] else ((part, True), ("+", False))
        steps += inner if values["norm_first"] else (*inner, ("norm", False))
    return tuple(steps)


_ENCODER_STEPS, _DECODER_STEPS = Steps(partial(_list_steps, False)), Steps(partial(_list_steps, True), "cross")
_ENCODER, _DECODER = ("self_attn",), ("self_attn", "multihead_attn")

ENCODER_LAYER = LayerSpec(
    kind="TransformerEncoderLayer",
    family="attention",
    summary="One block of a transformer: self-attention, then a small network.",
    call=TorchCall(
        "nn.TransformerEncoderLayer",
        positional=("d_model", "nhead"),
        derived={"d_model": _features, "batch_first": _yes},
        apply=partial(_apply, "src_mask", "is_causal"),
    ),
    parameters=(_NHEAD, *_COMMON, _EPS, _NORM_FIRST, _BIAS, _causal(False, argument=False)),
    shape=_shape_encoder,
    weights=partial(_weigh_layer, _ENCODER),
    multiply_adds=_count_layer,
    card=("nhead", "causal"),
    worked=work_out_heads,
    figure=_ENCODER_STEPS,
    formula="h = norm(x + attention(x)),  y = norm(h + mlp(h))",
    help="Each step first gathers from the others, then is treated alone, each part with a way around it (Vaswani and "
    "others, 2017). With `causal` it is a block of GPT, without it one of BERT. Its input is length x features; add "
    "positions before the first one.",
    search=("block", "attention", "bert", "gpt", "encoder"),
)

DECODER_LAYER = LayerSpec(
    kind="TransformerDecoderLayer",
    family="attention",
    summary="One block of a transformer that also looks at another sequence.",
    call=TorchCall(
        "nn.TransformerDecoderLayer",
        positional=("d_model", "nhead"),
        derived={"d_model": _features, "batch_first": _yes},
        apply=partial(_apply, "tgt_mask", "tgt_is_causal"),
    ),
    parameters=(_NHEAD, *_COMMON, _EPS, _NORM_FIRST, _BIAS, _causal(True, argument=False)),
    inputs=_TARGET,
    shape=_shape_decoder,
    weights=partial(_weigh_layer, _DECODER),
    multiply_adds=_count_layer,
    card=("nhead", "causal"),
    worked=work_out_heads,
    figure=_DECODER_STEPS,
    formula="h = norm(x + attention(x)),  g = norm(h + attention(h, memory)),  y = norm(g + mlp(g))",
    help="Writes a sequence while looking at another one, as in translation (Vaswani and others, 2017): self-attention, "
    "attention to `memory`, a small network. `causal` keeps a step from seeing later ones of the target. Both inputs are "
    "length x features, with equally many features.",
    search=("block", "attention", "cross attention", "decoder", "translation", "seq2seq"),
)

ENCODER = LayerSpec(
    kind="TransformerEncoder",
    family="attention",
    summary="A stack of transformer blocks over one sequence.",
    call=TorchCall(
        "TransformerEncoder",
        positional=("d_model", "nhead", "num_layers"),
        derived={"d_model": _features},
        recipe="transformer",
    ),
    parameters=(_NHEAD, _NUM_LAYERS, *_COMMON, _NORM_FIRST, _BIAS, _causal(False, argument=True), _NORM),
    shape=_shape_encoder,
    weights=partial(_weigh_stack, _ENCODER),
    multiply_adds=_count_stack,
    card=("num_layers", "nhead"),
    worked=work_out_heads,
    figure=_ENCODER_STEPS,
    formula="y = block(… block(x))",
    help="As many TransformerEncoderLayers as `num_layers` says, one behind the other. nn.TransformerEncoder starts all its "
    "layers from the same weights; here each has its own, under the same names. Its input is length x features; add "
    "positions before it.",
    search=("attention", "bert", "gpt", "stack", "blocks"),
)

DECODER = LayerSpec(
    kind="TransformerDecoder",
    family="attention",
    summary="A stack of transformer blocks that look at another sequence.",
    call=TorchCall(
        "TransformerDecoder",
        positional=("d_model", "nhead", "num_layers"),
        derived={"d_model": _features},
        recipe="transformer",
    ),
    parameters=(_NHEAD, _NUM_LAYERS, *_COMMON, _NORM_FIRST, _BIAS, _causal(True, argument=True), _NORM),
    inputs=_TARGET,
    shape=_shape_decoder,
    weights=partial(_weigh_stack, _DECODER),
    multiply_adds=_count_stack,
    card=("num_layers", "nhead"),
    worked=work_out_heads,
    figure=_DECODER_STEPS,
    formula="y = block(… block(x, memory), memory)",
    help="As many TransformerDecoderLayers as `num_layers` says, each looking at the same `memory`. nn.TransformerDecoder "
    "starts all its layers from the same weights; here each has its own, under the same names. Both inputs are length x "
    "features, with equally many features.",
    search=("attention", "cross attention", "translation", "seq2seq", "stack", "blocks"),
)

LAYERS = (ENCODER_LAYER, DECODER_LAYER, ENCODER, DECODER)
