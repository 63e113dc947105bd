"""Every layer declaration keeps its word: what it says of shapes, weights and costs is what torch does."""

import inspect
import typing

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import layers
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType
from designer.catalogue.usage import fit_ports
from designer.document.files import dumps, read_project
from designer.document.graph import Graph, Node, Parameters
from designer.document.project import Project
from tests.catalogue.drawn_layers import (
    BATCH,
    DTYPES,
    draw_case,
    find_class,
    make_arguments,
    make_module,
    run_layer,
)
from tests.strategies import sound_parameters

# What Custom gives depends on its code: test_custom.py.
KINDS = [kind for kind, spec in layers.items() if spec.role == "layer" and kind != "Custom"]
MODULES = [kind for kind in KINDS if layers[kind].call.constructor]
SLOW = {"RNN": 12, "LSTM": 12, "GRU": 12, "TransformerEncoder": 15}
UNCOUNTED = {"Bilinear"}  # torch's counter does not know its operation


def is_stricter(spec: LayerSpec, values: Values, inputs: Inputs) -> bool:
    """Whether the rule refuses on purpose what torch would take, mostly by mistaking the batch for something else."""
    ranks = {len(x.sizes) for x in inputs}
    (rank, *_) = ranks
    if any(x.dtype == "int" for x in inputs):
        return True  # element-wise functions of class indices mean nothing
    if spec.family == "pooling" and spec.kind.endswith("d"):
        return rank == int(spec.kind[-2])  # the batch taken for channels
    if spec.family == "convolution":
        emptied = "output_padding" in values and values["padding"] != 0  # torch gives a tensor of size 0
        return emptied or (rank == int(spec.kind[-2]) and inputs[0].sizes[0] == BATCH)
    if spec.kind[:-2].endswith("Pad"):  # torch pads the last axes of any tensor, or takes the batch for channels
        return rank == int(spec.kind[-2]) or spec.kind.startswith(("Constant", "Zero"))
    match spec.kind:
        case "Crop1d" | "Crop2d" | "Crop3d" | "CenterCrop":
            return True  # slices of what is not there are empty, and axes further back stay as they are
        case "PixelShuffle" | "PixelUnshuffle" | "ChannelShuffle":
            return rank != 3  # the last three axes of any tensor, or the batch taken for channels
        case "Unfold" | "Fold":
            return rank == {"Unfold": 2, "Fold": 1}[spec.kind]  # the batch taken for channels
        case "Upsample":
            return values["mode"] == "area"  # torch gives a tensor of size 0
        case "Linear":
            return rank > 2  # a forgotten Flatten
        case "Dropout1d" | "Dropout2d" | "Dropout3d":
            return rank != int(spec.kind[-2]) + 1  # torch warns that it cannot tell the batch from the channels
        case "GlobalAvgPool" | "GlobalMaxPool":
            return True  # any number of axes flattens, the batch taken for channels
        case "RNN" | "LSTM" | "GRU":
            return rank == 1  # the batch taken for the sequence
        case "Bilinear":
            return max(ranks) > 2  # as for Linear
        case "MultiheadAttention" | "TransformerEncoderLayer" | "TransformerDecoderLayer":
            return 1 in ranks  # the batch taken for the sequence
        case "LearnedPosition":
            return rank != 2 or values["max_length"] == 1  # one vector for all places
        case "TransformerEncoder" | "TransformerDecoder" | "ClassToken" | "SinusoidalPosition":
            return ranks != {2}
        case "PatchEmbedding":
            return rank == 3 or (rank == 2 and inputs[0].sizes[0] == BATCH)  # a rest at the edge is dropped
        case "Reparameterize":
            return True  # what can be broadcast is not what was meant
        case "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d":
            return rank == int(spec.kind[-2])  # the batch taken for channels
        case "GroupNorm":
            return inputs[0].elements == values["num_groups"]  # a single number less its own mean
        case "LayerNorm" | "RMSNorm":
            return values["axes"] > rank  # no size to normalise over follows from that
        case "Softmax" | "LogSoftmax" | "Softmin":
            return values["dim"] in (0, -rank - 1)  # probabilities shared between samples
        case "Softmax2d":
            return rank == 2  # the batch taken for channels
        case "GLU":
            return values["dim"] in (0, -rank - 1)  # half of the samples gating the others
        case "RReLU" | "Hardtanh":
            return True  # bounds the wrong way round, which only some versions of torch refuse
        case "Concatenate":
            return values["axis"] == -rank - 1  # samples joined with each other
        case "Add" | "Subtract" | "Multiply" | "Divide" | "Maximum" | "Minimum" | "DotProduct" | "CosineSimilarity":
            # The batch lined up with another axis, or taken for the axis to add up along.
            return len(ranks) > 1 or values.get("axis") == -max(ranks) - 1
        case "Stack":
            return values["axis"] == -rank - 2  # samples stacked beside each other
        case "MatMul":
            return len(ranks) > 1 or ranks == {1}  # the batch taken for rows
        case "Scale":
            return True  # the batch taken for the axis
        case "Reduce" | "Unsqueeze" | "Select" | "Unflatten" | "Split":
            # Cut unevenly torch gives parts all the same.
            return spec.kind == "Split" or values["axis"] in (-rank - 1, -rank - 2)  # the batch drawn together, or cut
        case "Squeeze" | "Slice":
            return True  # torch leaves the axis, or gives an empty tensor
        case "Transpose":
            return -rank - 1 in (values["first"], values["second"])
    return False


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore:dropout option adds dropout:UserWarning")
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
@pytest.mark.filterwarnings("ignore:LSTM with projections:UserWarning")
def test_layer_does_as_declared(kind: str) -> None:
    spec = layers[kind]
    accepted = 0

    @settings(max_examples=SLOW.get(kind, 30), suppress_health_check=list(HealthCheck))
    @given(draw_case(spec))
    def check(case: tuple[Parameters, Inputs]) -> None:
        nonlocal accepted
        given, inputs = case
        values, objections = resolve(spec.parameters, given)
        assert not objections
        try:
            outputs = spec.shape(values, inputs)
        except ShapeError as error:
            assert_refusal_helps(spec, values, inputs, error)
            if not is_stricter(spec, values, inputs):
                with pytest.raises((RuntimeError, ValueError, IndexError, TypeError, AssertionError)):
                    run_layer(spec, values, inputs, make_module(spec, values, inputs, "cpu"), "cpu")
            return
        accepted += 1
        assert_like_torch(spec, values, inputs, outputs)
        assert_file_keeps(spec, given, values)

    check()
    assert accepted >= 5


def assert_refusal_helps(spec: LayerSpec, values: Values, inputs: Inputs, error: ShapeError) -> None:
    """A refusal is one line without a traceback's words, and its settings are such that they are accepted."""
    assert "\n" not in error.message
    assert not error.message.endswith(".")
    assert error.message[0].islower()
    if error.settings:
        mended, objections = resolve(spec.parameters, {**values, **error.settings})
        assert not objections
        assert mended != values


def assert_like_torch(spec: LayerSpec, values: Values, inputs: Inputs, outputs: Outputs) -> None:
    """Shapes, weights and products of a forward pass on meta as when used; a real one on the CPU as when trained."""
    module = make_module(spec, values, inputs, "meta")
    if module is not None:
        module.eval()
    with FlopCounterMode(display=False) as flops:
        results = list_results(run_layer(spec, values, inputs, module, "meta"))
    given = [((BATCH, *output.sizes), DTYPES[output.dtype]) for output in outputs]
    assert [(tuple(result.shape), result.dtype) for result in results] == given
    if spec.kind not in UNCOUNTED:
        assert flops.get_total_flops() == 2 * BATCH * spec.multiply_adds(values, inputs, outputs)
    learned = {name: tuple(tensor.shape) for name, tensor in module.named_parameters()} if module is not None else {}
    assert dict(spec.weights(values, inputs)) == learned
    if spec.call.derived:
        assert set(spec.call.derived) <= signature_of(spec).keys()

    on_cpu = list_results(run_layer(spec, values, inputs, make_module(spec, values, inputs, "cpu"), "cpu"))
    assert [(tuple(result.shape), result.dtype) for result in on_cpu] == given
    assert len(fit_ports(spec, values).outputs) == len(outputs)


def list_results(result: torch.Tensor | tuple[torch.Tensor, ...]) -> list[torch.Tensor]:
    """Return what a layer gives, one tensor an output."""
    return [result] if isinstance(result, torch.Tensor) else list(result)


def assert_file_keeps(spec: LayerSpec, given: dict, values: Values) -> None:
    """A node with these parameters comes back from a file as it was, and so do the canonical ones."""
    for parameters in (given, values):
        project = Project(graph=Graph({"n": Node("n", spec.kind, "layer", parameters)}), layout={"n": (0.0, 0.0)})
        assert read_project(dumps(project)) == project


def signature_of(spec: LayerSpec) -> dict[str, inspect.Parameter]:
    """Return the arguments of the constructor by name; RNN, LSTM and GRU tell theirs in an overload."""
    init = find_class(spec).__init__
    told = [inspect.signature(f) for f in [*typing.get_overloads(init), init]]
    return dict(max(told, key=lambda one: len(one.parameters)).parameters)


@pytest.mark.parametrize("kind", MODULES)
def test_parameters_are_torchs_own(kind: str) -> None:
    spec = layers[kind]
    arguments = {name: p for name, p in signature_of(spec).items() if p.kind is p.POSITIONAL_OR_KEYWORD}
    for parameter in spec.parameters:
        if not parameter.argument:
            continue
        assert parameter.name in arguments, parameter.name
        torchs = arguments[parameter.name].default
        if parameter.name not in spec.call.positional:
            torchs = getattr(torchs, "__name__", torchs)  # TransformerEncoderLayer takes F.relu and "relu"
            assert torchs == parameter.default, parameter.name
            assert type(torchs) is type(parameter.default), parameter.name
    # Positional arguments are written first and without names, so they must be torch's first ones, in its order.
    names = [name for name in arguments if name != "self"]
    assert tuple(names[: len(spec.call.positional)]) == spec.call.positional
    required = {name for name in names if arguments[name].default is inspect.Parameter.empty}
    assert required <= set(make_known(spec))


def make_known(spec: LayerSpec) -> set[str]:
    return {*spec.call.derived, *(each.name for each in spec.parameters if each.argument)}


@pytest.mark.parametrize("kind", list(layers))
def test_declaration_is_complete(kind: str) -> None:
    spec = layers[kind]
    assert spec.kind == kind
    assert kind.isidentifier()
    assert spec.summary.endswith(".")
    assert spec.summary.count(". ") == 0
    assert len(spec.summary) <= 80
    assert spec.help.endswith(".")
    assert 2 <= spec.help.count(". ") + 1 <= 5, spec.help
    assert spec.formula
    assert spec.search
    assert len(set(spec.search)) == len(spec.search)
    names = [each.name for each in spec.parameters]
    assert len(set(names)) == len(names)
    assert set(spec.card) <= set(names)
    for parameter in spec.parameters:
        assert parameter.name.isidentifier()
        assert parameter.type.accept(parameter.default) == parameter.default
        assert parameter.meaning.endswith(".")
        assert 10 <= len(parameter.meaning) <= 120, parameter.meaning
    assert all(port.many is False for port in spec.inputs[:-1])


def test_every_kind_is_declared_once() -> None:
    from designer.catalogue.layers import LAYER_FAMILIES

    kinds = [spec.kind for family in LAYER_FAMILIES for spec in family]
    assert len(set(kinds)) == len(kinds)
    families = [{spec.family for spec in family} for family in LAYER_FAMILIES]
    assert all(len(family) == 1 for family in families)


@pytest.mark.parametrize("kind", KINDS)
def test_rules_never_fail_otherwise(kind: str) -> None:
    """Whatever reaches a layer, its rule gives types or a ShapeError."""
    spec = layers[kind]
    types = st.builds(
        TensorType,
        st.lists(st.integers(1, 10**9), max_size=7).map(tuple),
        st.sampled_from(("float", "int")),
    )

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(sound_parameters(kind), st.lists(types, min_size=len(spec.inputs), max_size=len(spec.inputs) + 2))
    def check(given: dict, inputs: list[TensorType]) -> None:
        values, _ = resolve(spec.parameters, given)
        wires = tuple(inputs) if spec.inputs[-1].many else tuple(inputs[: len(spec.inputs)])
        try:
            outputs = spec.shape(values, wires)
        except ShapeError:
            return
        assert all(size >= 1 for x in outputs for size in x.sizes)
        spec.weights(values, wires)
        assert spec.multiply_adds(values, wires, outputs) >= 0
        make_arguments(spec, values, wires)
        assert spec.call.apply(values, "layer", ["a", "b", "c"][: max(1, len(wires))])

    check()


def test_step_learns_by_the_perceptron_rule() -> None:
    from designer.recipes.step import Step

    linear, lr = torch.nn.Linear(2, 1), 0.5
    weight, bias = linear.weight.detach().clone(), linear.bias.detach().clone()
    x, y = torch.tensor([[0.5, -1.0]]), torch.tensor([[1.0]])
    answer = Step()(linear(x))
    assert answer.item() in (0.0, 1.0)
    for target in (y, 1 - y):
        linear.weight.data, linear.bias.data = weight.clone(), bias.clone()
        optimizer = torch.optim.SGD(linear.parameters(), lr=lr / 2)
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(Step()(linear(x)), target).backward()
        optimizer.step()
        error = target - answer.detach()
        assert torch.equal(linear.weight.detach(), weight + lr * error * x)
        assert torch.equal(linear.bias.detach(), bias + lr * error[0])


def test_step_at_its_threshold_and_at_the_ends() -> None:
    from designer.recipes.step import Step

    x = torch.tensor([-3e38, -1e-30, -0.0, 0.0, 1e-30, 3e38], requires_grad=True)
    y = Step()(x)
    assert y.tolist() == [0, 0, 1, 1, 1, 1]
    y.backward(torch.arange(6.0))
    assert x.grad is not None
    assert x.grad.tolist() == [0, 1, 2, 3, 4, 5]
