"""Layers in which every step of a sequence looks at others and takes from them what it needs."""

from collections.abc import Mapping, Sequence

from designer.catalogue.demands import demand_numbers
from designer.catalogue.figures import Attention
from designer.catalogue.parameters import Flag, Integer, Parameter, Real, Values
from designer.catalogue.spec import ONE_OUTPUT, Inputs, LayerSpec, Outputs, Port, ShapeError, TensorType, TorchCall
from designer.catalogue.worked import work_out_heads

MOST_HEADS = 4096

HEADS_MEANING = "How many times the features are cut, each part attending by itself; must divide the features."


def demand_sequence(x: TensorType, name: str = "a sequence") -> None:
    """Refuse anything but a sequence: numbers, length x features."""
    demand_numbers(x)
    if len(x.sizes) == 3:
        raise ShapeError(f"expects {name} (length x features) but gets {x}. Put PatchEmbedding before it")
    if len(x.sizes) != 2:
        raise ShapeError(
            f"expects {name} (length x features) but gets {x}. Let the layer before it give one",
            "whole_sequence" if len(x.sizes) == 1 else "",
        )


def demand_heads(features: int, heads: int, parameter: str) -> None:
    """Refuse heads that do not share the features evenly."""
    if features % heads:
        fitting = next(number for number in range(min(heads, features), 0, -1) if features % number == 0)
        raise ShapeError(
            f"shares {features} features among {heads} heads, which leaves a rest. Choose a `{parameter}` that divides "
            f"{features}, such as {fitting}",
            settings={parameter: fitting},
        )


def weigh_attention(features: int, bias: bool, before: str = "") -> dict[str, tuple[int, ...]]:
    """Return the weights of attention whose inputs all have the same features; `before` goes before each name."""
    weights: dict[str, tuple[int, ...]] = {f"{before}in_proj_weight": (3 * features, features)}
    if bias:
        weights[f"{before}in_proj_bias"] = (3 * features,)
    weights[f"{before}out_proj.weight"] = (features, features)
    if bias:
        weights[f"{before}out_proj.bias"] = (features,)
    return weights


def count_attention(features: int, length: int, steps: int) -> int:
    """Return the products of `length` queries to `steps` keys: four projections, Q Kᵀ and its product with V.

    A causal mask saves nothing here: the products it hides are counted, as torch's flop counter does.
    """
    projections = 2 * (length + steps) * features * features
    return projections + 2 * length * steps * features


def _shape_self_attention(values: Values, inputs: Inputs) -> Outputs:
    (x,) = inputs
    demand_sequence(x)
    demand_heads(x.sizes[1], values["num_heads"], "num_heads")
    return inputs


def _shape_attention(values: Values, inputs: Inputs) -> Outputs:
    query, key, value = inputs
    for x, name in zip(inputs, ("a sequence of queries", "a sequence of keys", "a sequence of values"), strict=True):
        demand_sequence(x, name)
    if key.sizes[0] != value.sizes[0]:
        raise ShapeError(
            f"expects a value for each key but gets keys {key} and values {value}. Wire both from the same sequence"
        )
    demand_heads(query.sizes[1], values["num_heads"], "num_heads")
    if not values["need_weights"]:
        return (query,)
    return query, TensorType((query.sizes[0], _count_steps(values, inputs)))


def _count_steps(values: Values, inputs: Inputs) -> int:
    """Return how many steps are attended to, those that are added included."""
    steps = inputs[1].sizes[0]
    return steps + int(values["add_bias_kv"]) + int(values["add_zero_attn"])


def _weigh_attention(values: Values, inputs: Inputs) -> Mapping[str, tuple[int, ...]]:
    features, keys, given = (x.sizes[1] for x in inputs)
    weights = weigh_attention(features, values["bias"])
    if not features == keys == given:
        del weights["in_proj_weight"]
        weights["q_proj_weight"] = (features, features)
        weights["k_proj_weight"] = (features, keys)
        weights["v_proj_weight"] = (features, given)
    if values["add_bias_kv"]:
        weights["bias_k"] = weights["bias_v"] = (1, 1, features)
    return weights


def _count_attention(values: Values, inputs: Inputs, outputs: Outputs) -> int:
    (length, features), (steps, keys), (_, given) = (x.sizes for x in inputs)
    projections = 2 * length * features * features + steps * (keys + given) * features
    return projections + 2 * length * _count_steps(values, inputs) * features


def _differing(port: int, values: Values, inputs: Inputs) -> int | None:
    """Return the features of an input where they are not those of the query, else None."""
    features = inputs[port].sizes[1]
    return None if features == inputs[0].sizes[1] else features


def _give_ports(values: Values) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    return _ASKED, (*ONE_OUTPUT, _SHARES) if values["need_weights"] else ONE_OUTPUT


def _apply_attention(values: Values, layer: str, inputs: Sequence[str]) -> str:
    given = ", ".join(inputs)
    return f"{layer}({given})" if values["need_weights"] else f"{layer}({given}, need_weights=False)[0]"


_HEADS = Parameter("num_heads", Integer(1, MOST_HEADS), 8, HEADS_MEANING)
_DROPOUT = Parameter("dropout", Real(0, 1), 0.0, "Share of the attention weights set to 0 while training.")
_BIAS = Parameter("bias", Flag(), True, "Add learned constants in the projections.")

_ASKED = (
    Port("query", "the sequence that asks; the output has its length and features"),
    Port("key", "the sequence that is asked"),
    Port("value", "what is taken from it, mostly the same wire as key"),
)
_SHARES = Port("weights", "how much each query took from each key, the mean over the heads")

SELF_ATTENTION = LayerSpec(
    kind="SelfAttention",
    family="attention",
    summary="Lets every step of a sequence gather from the other steps.",
    call=TorchCall(
        "SelfAttention",
        positional=("embed_dim", "num_heads"),
        derived={"embed_dim": lambda values, inputs: inputs[0].sizes[1]},
        recipe="attention",
    ),
    parameters=(
        _HEADS,
        _DROPOUT,
        _BIAS,
        Parameter("causal", Flag(), False, "Let a step see itself and earlier ones only, as a language model must."),
    ),
    shape=_shape_self_attention,
    weights=lambda values, inputs: weigh_attention(inputs[0].sizes[1], values["bias"]),
    multiply_adds=lambda values, inputs, outputs: count_attention(inputs[0].sizes[1], *(inputs[0].sizes[0],) * 2),
    card=("num_heads", "causal"),
    worked=work_out_heads,
    figure=Attention(),
    formula="y = softmax(Q Kᵀ / √d) V",
    help="Multi-head self-attention (Vaswani and others, 2017), the heart of every transformer: each step asks, all steps "
    "answer. It knows nothing of order, so add positions before the first one. Its work grows with the square of the "
    "length. The weights have the names of nn.MultiheadAttention and can be loaded from it.",
    search=("multi-head attention", "transformer", "qkv", "causal", "gpt", "bert", "vit", "mha", "scaled dot product"),
)

MULTIHEAD_ATTENTION = LayerSpec(
    kind="MultiheadAttention",
    family="attention",
    summary="Lets a sequence of queries gather from another sequence.",
    call=TorchCall(
        "nn.MultiheadAttention",
        positional=("embed_dim", "num_heads"),
        derived={
            "embed_dim": lambda values, inputs: inputs[0].sizes[1],
            "kdim": lambda values, inputs: _differing(1, values, inputs),
            "vdim": lambda values, inputs: _differing(2, values, inputs),
            "batch_first": lambda values, inputs: True,
        },
        apply=_apply_attention,
    ),
    parameters=(
        _HEADS,
        _DROPOUT,
        _BIAS,
        Parameter("add_bias_kv", Flag(), False, "Add one learned step to the keys and values."),
        Parameter("add_zero_attn", Flag(), False, "Add a step of zeros to the keys and values: a way to take nothing."),
        Parameter(
            "need_weights",
            Flag(),
            False,
            "Give the attention weights (queries x keys) at a second output; slower.",
            argument=False,
        ),
    ),
    inputs=_ASKED,
    ports=_give_ports,
    shape=_shape_attention,
    weights=_weigh_attention,
    multiply_adds=_count_attention,
    card=("num_heads",),
    worked=work_out_heads,
    figure=Attention(),
    formula="y = softmax(Q Kᵀ / √d) V",
    help="Cross-attention: wire what asks to `query` and what is asked to both `key` and `value`, as a decoder looks at the "
    "encoder's output or a caption at its image. Where a sequence asks itself take SelfAttention, which has one input and "
    "can be causal.",
    search=("cross attention", "multi-head attention", "encoder-decoder", "qkv", "transformer", "mha"),
)

LAYERS = (SELF_ATTENTION, MULTIHEAD_ATTENTION)
