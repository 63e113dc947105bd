"""The checker finds the classic mistakes, each at its node, and its fixes make them go away."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from designer.catalogue.check import Problem, check
from designer.catalogue.facts import data_type
from designer.catalogue.shapes import infer
from designer.document import edits
from designer.document.graph import Edge, Graph
from designer.document.project import Choice, Data, Project
from tests.catalogue.sketches import add, conv, find, linear, sketch, typed
from tests.strategies import projects


def case(name: str, project: Project, severity: str, node: str | None, words: str, *titles: str):
    return pytest.param(project, severity, node, words, titles, id=name)


def mlp(*layers, **training) -> Project:
    return sketch("Flatten", linear(32), "ReLU", *layers, linear(10), **training)


def with_edges(project: Project, *edges: Edge) -> Project:
    return replace(project, graph=Graph(project.graph.nodes, (*project.graph.edges, *edges)))


def without(project: Project, name: str) -> Project:
    return edits.remove_nodes(project, [find(project, name)])


def named(project: Project, before: str, after: str) -> Project:
    return edits.rename_node(project, find(project, before), after)


def residual(*body, way: str = "conv1") -> Project:
    """Digits, a convolution, a body and a way around the body."""
    project = sketch(conv(16), *body, "Add", "Flatten", linear(10))
    return edits.connect(project, Edge(find(project, way), 0, find(project, "add1"), 1))


def csv(**parameters) -> Choice:
    return Choice("Csv", {"target": "y", "numbers": ("a",), "classes": ("no", "yes"), "path": "t.csv", **parameters})


def batch_normed(rows: int, **training) -> Project:
    project = sketch(linear(8), "BatchNorm1d", "ReLU", linear(1), loss="BCEWithLogitsLoss", **training)
    return replace(project, data=Data(csv(rows=rows), validation=0.0))


def wide(channels: int, **training) -> Project:
    return sketch(conv(channels), "ReLU", "Flatten", linear(10), **training)


STRUCTURE = [
    case("empty", Project(), "error", None, "The network is empty", "Add Input"),
    case("no input", without(mlp(), "input"), "error", None, "has no Input", "Add Input"),
    case("no output", without(mlp(), "output"), "error", None, "has no Output", "Add Output"),
    case(
        "two inputs",
        with_edges(add(residual("ReLU"), "Input", into="add1", port=2)),
        "error",
        "input2",
        "several Inputs",
        "Remove",
    ),
    case("two outputs", add(mlp(), "Output", "relu1"), "error", "output2", "several Outputs", "Remove"),
    case(
        "cycle",
        with_edges(mlp(), Edge("relu_1", 0, "linear_1", 0)),
        "error",
        "linear1",
        "The wires run in a circle: `linear1` -> `relu1` -> `linear1`",
        "Remove the newest wire",
    ),
    case(
        "two wires into one port",
        with_edges(mlp(), Edge("input_1", 0, "linear_2", 0)),
        "error",
        "linear2",
        "2 wires enter input 0",
        "Keep the newest",
    ),
    case(
        "lost wire",
        with_edges(mlp(), Edge("gone", 0, "linear_2", 0)),
        "warning",
        "linear2",
        "`gone`",
        "Remove the wire",
    ),
    case(
        "negative port",
        with_edges(mlp(), Edge("relu_1", -1, "output_1", 0)),
        "error",
        "output",
        "cannot exist",
        "Remove the wire",
    ),
    case(
        "no such input",
        with_edges(mlp(), Edge("relu_1", 0, "linear_2", 3)),
        "error",
        "linear2",
        "has 1 input",
        "Remove the wire",
    ),
    case(
        "no such output",
        with_edges(mlp(), Edge("relu_1", 2, "output_1", 0)),
        "error",
        "relu1",
        "has 1 output",
        "Remove the wire",
    ),
    case(
        "into an input",
        with_edges(mlp(), Edge("relu_1", 0, "input_1", 0)),
        "error",
        "input",
        "has no inputs",
        "Remove the wire",
    ),
    case(
        "same name", named(mlp(), "linear2", "linear1"), "hint", "linear1", "2 layers are called", "Give a fresh name"
    ),
    case("no name", named(mlp(), "linear2", " "), "hint", " ", "has no name", "Give a fresh name"),
    case("alone", add(mlp(), "Conv2d"), "warning", "conv1", "is not connected", "Remove"),
    case("dead branch", add(mlp(), "Tanh", "relu1"), "warning", "tanh1", "is not used", "Remove the branch"),
    case("input apart", add(mlp(), "Input"), "warning", "input2", "leads nowhere", "Remove"),
    case(
        "no wire in",
        edits.disconnect(mlp(), [Edge("relu_1", 0, "linear_2", 0)]),
        "error",
        "linear2",
        "has no input",
        "Connect the loose end",
    ),
    case("no wire in, apart", add(add(mlp(), "ReLU"), "Tanh", "relu2"), "warning", "relu2", "has no input"),
    case("add of one", sketch("Flatten", "Add", linear(10)), "error", "add1", "needs two inputs or more", "Remove"),
    case(
        "output open",
        edits.disconnect(mlp(), [Edge("linear_2", 0, "output_1", 0)]),
        "error",
        "output",
        "has no input",
        "Connect the loose end",
    ),
]

NODES = [
    case(
        "unknown kind", sketch("Flatten", "Liner", linear(10)), "error", "liner1", "`Liner`", "Make it Linear", "Remove"
    ),
    case(
        "wild kind",
        sketch("Flatten", "no\nsuch `thing`", linear(10)),
        "error",
        "nosuchthing1",
        "`no?such ?thing?`",
        "Remove",
    ),
    case(
        "bad value",
        sketch("Flatten", linear(0)),
        "error",
        "linear1",
        "`out_features` must lie between 1 and 1,000,000,000, not 0",
        "Reset out_features",
    ),
    case(
        "bad type",
        sketch("Flatten", linear("many")),
        "error",
        "linear1",
        "must be a whole number",
        "Reset out_features",
    ),
    case(
        "stray parameter",
        sketch("Flatten", linear(10, units=3)),
        "error",
        "linear1",
        "`units` is not one of its parameters",
        "Reset units",
    ),
    case(
        "flatten missing",
        sketch(linear(10)),
        "error",
        "linear1",
        "Linear `linear1` expects a vector but gets 1 x 8 x 8",
        "Insert Flatten",
    ),
    case(
        "embedding missing",
        typed(sketch(linear(10)), (5,), "int"),
        "error",
        "linear1",
        "expects numbers but gets class indices",
        "Insert Embedding",
    ),
    case("embedding of numbers", sketch("Flatten", "Embedding"), "error", "embedding1", "expects class indices"),
    case(
        "kernel too large",
        sketch(conv(4, kernel_size=9, padding=0)),
        "error",
        "conv1",
        "has `kernel_size` 9, larger than its input of 8",
        "Set kernel_size to 8",
    ),
    case(
        "groups",
        sketch(conv(4, groups=3)),
        "error",
        "conv1",
        "does not divide its input's 1 channels",
        "Set groups to 1",
    ),
    case("same with stride", sketch(conv(4, stride=2)), "error", "conv1", "needs `stride` 1", "Set stride to 1"),
    case(
        "padding over half",
        sketch(("MaxPool2d", {"padding": 2})),
        "error",
        "pool1",
        "more than half its window",
        "Set padding to 1",
    ),
    case(
        "reflect too far",
        sketch(conv(4, padding=9, padding_mode="reflect")),
        "error",
        "conv1",
        "pads 9",
        "Set padding_mode to zeros",
    ),
    case(
        "1d for 2d",
        sketch("BatchNorm1d"),
        "error",
        "bn1",
        "expects features or channels x length",
        "Make it BatchNorm2d",
    ),
    case(
        "2d for 1d",
        sketch("Flatten", "BatchNorm2d"),
        "error",
        "bn1",
        "expects channels x height x width but gets 64",
        "Make it BatchNorm1d",
    ),
    case(
        "softmax axis", sketch("Flatten", ("Softmax", {"dim": 2})), "error", "softmax1", "has `dim` 2", "Set dim to -1"
    ),
    case(
        "softmax over the batch",
        sketch("Flatten", ("Softmax", {"dim": 0})),
        "error",
        "softmax1",
        "is the batch",
        "Set dim to -1",
    ),
    case(
        "recurrent after last",
        typed(sketch("LSTM", "GRU"), (20, 3)),
        "error",
        "gru1",
        "expects a sequence (length x features) but gets 64",
        "Give the whole sequence",
    ),
    case(
        "add of unequal channels",
        residual("ReLU", conv(32)),
        "error",
        "add1",
        "adds tensors of equal size but gets 32 x 8 x 8 and 16 x 8 x 8",
        "Insert Conv2d",
    ),
    case(
        "add of halved images",
        residual("ReLU", conv(32, stride=2, padding=1)),
        "error",
        "add1",
        "32 x 4 x 4",
        "Insert Conv2d",
    ),
    case(
        "add of vectors",
        edits.connect(sketch("Flatten", linear(20), "Add", linear(10)), Edge("flatten_1", 0, "add_1", 1)),
        "error",
        "add1",
        "gets 20 and 64",
        "Insert Linear",
    ),
    case(
        "joined apart",
        edits.connect(sketch("Flatten", "Concatenate", linear(10)), Edge("input_1", 0, "concatenate_1", 1)),
        "error",
        "concat1",
        "joins tensors with the same number of axes but gets 64 and 1 x 8 x 8",
    ),
    case(
        "giant",
        sketch("Flatten", linear(10**9), "ReLU", linear(10**9)),
        "error",
        "linear2",
        "more than any machine has",
    ),
    case("no shape yet", sketch("Flatten", linear(10), source=None), "error", "input", "has no shape yet"),
]

STACKING = [
    case(
        "linear, linear",
        sketch("Flatten", linear(32), linear(10)),
        "warning",
        "linear2",
        "no activation between them",
        "Insert ReLU",
    ),
    case(
        "linear, dropout, linear",
        sketch("Flatten", linear(32), "Dropout", linear(10)),
        "warning",
        "linear2",
        "Linear `linear1` and Linear `linear2`",
        "Insert ReLU",
    ),
    case(
        "conv, norm, conv",
        sketch(conv(4), "BatchNorm2d", conv(4), "ReLU", "Flatten", linear(10)),
        "warning",
        "conv2",
        "Put ReLU",
        "Insert ReLU",
    ),
    case(
        "conv, flatten, linear",
        sketch(conv(4), "AvgPool2d", "Flatten", linear(10)),
        "warning",
        "linear1",
        "Put ReLU",
        "Insert ReLU",
    ),
    case(
        "dropout at the end",
        sketch("Flatten", linear(10), "Dropout"),
        "warning",
        "drop1",
        "only adds noise",
        "Move above",
        "Remove",
    ),
    case(
        "dropout, softmax, end",
        sketch("Flatten", linear(10), "Dropout", "Softmax"),
        "warning",
        "drop1",
        "only adds noise",
        "Move above",
        "Remove",
    ),
    case(
        "dropout before norm",
        mlp("Dropout", "BatchNorm1d", linear(8), "ReLU"),
        "hint",
        "drop1",
        "Put it behind",
        "Move behind",
    ),
    case("dropout twice", mlp("Dropout", "Dropout"), "hint", "drop2", "One is enough", "Remove"),
    case("dropout of nothing", mlp(("Dropout", {"p": 0})), "hint", "drop1", "does nothing", "Reset p"),
    case("dropout of all", mlp(("Dropout", {"p": 1})), "warning", "drop1", "sets everything to 0", "Reset p"),
    case(
        "bias before norm",
        sketch("Flatten", linear(8), "BatchNorm1d", "ReLU", linear(10)),
        "hint",
        "linear1",
        "does nothing",
        "Set bias to off",
    ),
    case("relu twice", mlp("ReLU"), "hint", "relu2", "changes nothing", "Remove"),
    case(
        "sigmoid twice",
        sketch("Flatten", linear(8), "Sigmoid", "Sigmoid", linear(10)),
        "hint",
        "sigmoid2",
        "once more",
        "Remove",
    ),
    case("flatten of a vector", mlp("Flatten"), "hint", "flatten2", "gets 32 and changes nothing", "Remove"),
    case(
        "rnn dropout",
        typed(sketch(("LSTM", {"dropout": 0.2})), (20, 3)),
        "hint",
        "lstm1",
        "between stacked layers only",
        "Set dropout to 0",
    ),
    case(
        "rows normalised",
        sketch("LayerNorm", "Flatten", linear(10)),
        "hint",
        "norm1",
        "set `axes` to 3",
        "Set axes to 3",
    ),
    case(
        "softmax of one",
        sketch("Flatten", linear(1), "Softmax"),
        "warning",
        "softmax1",
        "always gives 1",
        "Make it Sigmoid",
    ),
    case(
        "softmax between",
        sketch("Flatten", linear(32), "Softmax", linear(10)),
        "hint",
        "softmax1",
        "Take ReLU",
        "Make it ReLU",
    ),
    case(
        "fading",
        sketch("Flatten", *[linear(8), "Sigmoid"] * 4, linear(10)),
        "hint",
        "sigmoid1",
        "4 squashing activations",
        "Make them ReLU",
    ),
]

ANSWER = [
    case(
        "softmax, cross entropy",
        sketch("Flatten", linear(10), "Softmax"),
        "warning",
        "softmax1",
        "has a softmax inside",
        "Remove",
    ),
    case(
        "sigmoid, cross entropy",
        sketch("Flatten", linear(10), "Sigmoid"),
        "warning",
        "sigmoid1",
        "has a softmax inside",
        "Remove",
    ),
    case(
        "relu, cross entropy",
        sketch("Flatten", linear(10), "ReLU"),
        "warning",
        "relu1",
        "not only positive ones",
        "Remove",
    ),
    case(
        "tanh, cross entropy", sketch("Flatten", linear(10), "Tanh"), "warning", "tanh1", "not only -1 to 1", "Remove"
    ),
    case(
        "step, cross entropy",
        sketch("Flatten", linear(10), "Step"),
        "warning",
        "step1",
        "0 or 1 alone",
        "Use MSELoss",
        "Remove",
    ),
    case(
        "sigmoid, binary",
        sketch(linear(1), "Sigmoid", source="Xor", loss="BCEWithLogitsLoss"),
        "warning",
        "sigmoid1",
        "has a sigmoid inside",
        "Remove",
    ),
    case(
        "relu, numbers",
        sketch(linear(1), "ReLU", source="Diabetes", loss="MSELoss"),
        "warning",
        "relu1",
        "numbers of at least 0",
        "Remove",
    ),
    case(
        "sigmoid, numbers",
        sketch(linear(1), "Sigmoid", source="Diabetes", loss="L1Loss"),
        "warning",
        "sigmoid1",
        "between 0 and 1",
        "Remove",
    ),
    case(
        "tanh, yes or no",
        sketch(linear(1), "Tanh", source="Xor", loss="MSELoss"),
        "hint",
        "tanh1",
        "Take Sigmoid",
        "Make it Sigmoid",
    ),
    case(
        "units",
        sketch("Flatten", linear(64)),
        "error",
        "output",
        "gets 64 numbers, but should get 10, one for each class",
        "Set out_features to 10",
    ),
    case(
        "units behind relu",
        sketch("Flatten", linear(64), "ReLU"),
        "error",
        "output",
        "gets 64 numbers",
        "Set out_features to 10",
    ),
    case(
        "units without linear",
        sketch(conv(4), "ReLU", "Flatten"),
        "error",
        "output",
        "gets 256 numbers",
        "Insert Linear",
    ),
    case(
        "image",
        sketch(conv(4), "ReLU"),
        "error",
        "output",
        "gets 4 x 8 x 8, but should get a vector of 10",
        "Insert Flatten and Linear",
    ),
    case(
        "image of ten",
        sketch(conv(10), "ReLU", "AdaptiveAvgPool2d"),
        "error",
        "output",
        "gets 10 x 1 x 1",
        "Insert Flatten",
    ),
    case(
        "sequence",
        sketch(("GRU", {"output": "sequence"}), linear(10), source=Choice("Idx", {"path": "mnist", "sizes": (28, 28)})),
        "error",
        "output",
        "gets 28 x 10",
        "Give the last step only",
    ),
    case(
        "classes, squares",
        sketch("Flatten", linear(10), loss="MSELoss"),
        "warning",
        None,
        "Use CrossEntropyLoss",
        "Use CrossEntropyLoss",
    ),
    case(
        "classes, binary",
        sketch("Flatten", linear(10), loss="BCEWithLogitsLoss"),
        "warning",
        None,
        "each class by itself",
        "Use CrossEntropyLoss",
    ),
    case(
        "numbers, classes", sketch(linear(1), source="Diabetes"), "error", None, "the target is a number", "Use MSELoss"
    ),
    case(
        "numbers, binary",
        sketch(linear(1), source="Diabetes", loss="BCEWithLogitsLoss"),
        "warning",
        None,
        "the target is a number",
        "Use MSELoss",
    ),
    case(
        "binary, one output, cross entropy",
        sketch(linear(1), source="Xor"),
        "error",
        "output",
        "wants two outputs for yes or no",
        "Use BCEWithLogitsLoss",
        "Set out_features to 2",
    ),
    case(
        "binary, squares",
        sketch(linear(1), source="Xor", loss="MSELoss"),
        "hint",
        None,
        "learns it faster",
        "Use BCEWithLogitsLoss",
    ),
    case(
        "two outputs for one value",
        sketch(linear(2), source="Diabetes", loss="MSELoss"),
        "error",
        "output",
        "1, one for each value",
        "Set out_features to 1",
    ),
]

TRAINING = [
    case("no data", sketch("Flatten", linear(10), source=None), "error", None, "No data is chosen"),
    case("unknown data", sketch("Flatten", linear(10), source="Nowhere"), "error", None, "`Nowhere` is not known here"),
    case("no folder", sketch("Flatten", linear(10), source="Idx"), "warning", None, "No folder is chosen"),
    case(
        "other shape",
        replace(typed(mlp(), (1, 28, 28)), data=Data(Choice("Digits"))),
        "error",
        "input",
        "is set to 1 x 28 x 28, but a sample of the data is 1 x 8 x 8",
        "Follow the data",
    ),
    case(
        "other dtype",
        replace(typed(mlp(), (1, 8, 8), "int"), data=Data(Choice("Digits"))),
        "error",
        "input",
        "the data is float",
        "Follow the data",
    ),
    case("nothing learned", sketch("Flatten", source="Digits"), "error", None, "nothing to learn", "Insert Linear"),
    case("unknown loss", mlp(loss="Lost"), "error", None, "The loss `Lost` is not known here", "Use CrossEntropyLoss"),
    case("unknown optimizer", mlp(optimizer="Eve"), "error", None, "The optimizer `Eve`", "Use Adam"),
    case("unknown schedule", mlp(schedule="Soon"), "error", None, "The schedule `Soon`", "Use Constant"),
    case(
        "bad rate", mlp(optimizer=Choice("Adam", {"lr": -1})), "error", None, "Adam: `lr` must be above 0", "Reset lr"
    ),
    case(
        "stray setting",
        mlp(loss=Choice("MSELoss", {"weight": 1})),
        "error",
        None,
        "`weight` is not one",
        "Reset weight",
    ),
    case(
        "large rate",
        mlp(optimizer=Choice("Adam", {"lr": 1.0})),
        "hint",
        None,
        "so large that the loss will jump",
        "Set lr to 0.001",
    ),
    case(
        "small rate", mlp(optimizer=Choice("SGD", {"lr": 1e-9})), "hint", None, "too small to learn", "Set lr to 0.001"
    ),
    case(
        "nesterov",
        mlp(optimizer=Choice("SGD", {"nesterov": True})),
        "error",
        None,
        "needs a momentum above 0",
        "Reset nesterov",
    ),
    case(
        "one cycle of adagrad",
        mlp(optimizer="Adagrad", schedule="OneCycleLR"),
        "error",
        None,
        "cannot cycle the momentum",
        "Set cycle_momentum to off",
    ),
    case("late step", mlp(schedule="StepLR"), "hint", None, "first drops after 10 epochs", "Set step_size to 3"),
    case("no epochs", mlp(epochs=0), "error", None, "`epochs` must", "Set epochs to 10"),
    case("no batch", mlp(batch_size=0), "error", None, "`batch_size` must", "Set batch_size to 64"),
    case("bad seed", mlp(seed=-1), "error", None, "`seed` must", "Set seed to 1"),
    case("bad device", mlp(device="tpu"), "error", None, "`device` must", "Set device to auto"),
    case(
        "batch of all", mlp(batch_size=5000), "hint", None, "more than the 1438 training rows", "Set batch_size to 1438"
    ),
    case(
        "last row alone",
        batch_normed(65),
        "error",
        "bn1",
        "The last of 65 rows in batches of 32 stands alone",
        "Set batch_size to 33",
    ),
    case(
        "batches of one",
        batch_normed(64, batch_size=1),
        "error",
        "bn1",
        "one value to normalise",
        "Set batch_size to 32",
    ),
    case(
        "images one by one",
        sketch(conv(4, bias=False), "BatchNorm2d", "ReLU", "Flatten", linear(10), batch_size=1),
        "warning",
        "bn1",
        "a single sample",
        "Set batch_size to 32",
    ),
    case("one row", batch_normed(1), "error", "bn1", "one value"),
    case("too much for memory", wide(100_000, batch_size=1000), "warning", None, "GB of memory", "Set batch_size to"),
    case(
        "too large",
        sketch("Flatten", linear(10**6), "ReLU", linear(10**5), "ReLU", linear(10)),
        "warning",
        None,
        "Use fewer or smaller layers",
    ),
]

CASES = [*STRUCTURE, *NODES, *STACKING, *ANSWER, *TRAINING]


def find_problem(project: Project, severity: str, name: str | None, words: str) -> Problem:
    """Return the problem with these words at the node of this name."""
    found = check(project)
    for problem in found:
        node = project.graph.nodes[problem.node].name if problem.node is not None else None
        if words in problem.message and problem.severity == severity and node == name:
            return problem
    pytest.fail("\n".join(["not found among:", *map(repr, found)]))


def is_there(problem: Problem, project: Project) -> bool:
    return any((each.node, each.message) == (problem.node, problem.message) for each in check(project))


@pytest.mark.parametrize("project, severity, name, words, titles", CASES)
def test_mistake_is_found_and_mended(
    project: Project, severity: str, name: str | None, words: str, titles: tuple[str, ...]
) -> None:
    problem = find_problem(project, severity, name, words)
    assert "\n" not in problem.message
    assert problem.message.endswith(".")
    assert len(problem.fixes) == len(titles), problem.fixes
    for fix, title in zip(problem.fixes, titles, strict=True):
        assert fix.title.startswith(title)
        mended = fix.apply(project)
        assert not is_there(problem, mended), f"{fix.title} leaves it: {problem.message}"
        worse = [each.message for each in check(mended) if each.severity == "error" and not is_there(each, project)]
        # A fix may bring a next problem to light, never one of its own making in the structure.
        assert not any("port" in message or "circle" in message for message in worse), worse


CLEAN = {
    "digits mlp": sketch("Flatten", linear(64), "ReLU", ("Dropout", {"p": 0.2}), linear(10)),
    "digits cnn": sketch(
        conv(16, bias=False),
        "BatchNorm2d",
        "ReLU",
        "MaxPool2d",
        conv(32),
        "ReLU",
        "AdaptiveAvgPool2d",
        "Flatten",
        linear(10),
    ),
    "perceptron": sketch(
        linear(1), "Step", source="And", loss="MSELoss", optimizer=Choice("SGD", {"lr": 0.1}), batch_size=1
    ),
    "xor": sketch(linear(4), "Tanh", linear(1), source="Xor", loss="BCEWithLogitsLoss", batch_size=4),
    "xor, classic": sketch(linear(4), "Sigmoid", linear(1), "Sigmoid", source="Xor", loss="MSELoss", batch_size=4),
    "two logits": sketch(linear(4), "ReLU", linear(2), source="Moons"),
    "regression": sketch(linear(16), "ReLU", linear(1), source="Diabetes", loss="HuberLoss"),
    "iris": sketch(linear(16), "GELU", linear(3), source="Iris", optimizer="AdamW", schedule="OneCycleLR"),
    "residual": residual("ReLU", conv(16), "ReLU"),
    "depthwise": sketch(conv(8), "ReLU", conv(8, groups=8), conv(16, kernel_size=1), "ReLU", "Flatten", linear(10)),
    "rows as a sequence": sketch("LSTM", linear(10), source=Choice("Idx", {"path": "mnist", "sizes": (28, 28)})),
}


@pytest.mark.parametrize("project", CLEAN.values(), ids=CLEAN)
def test_sound_network_has_no_problems(project: Project) -> None:
    assert check(project) == ()


def test_worst_comes_first_and_the_inference_may_be_given() -> None:
    project = sketch("Flatten", linear(32), "ReLU", "ReLU", linear(64), "Dropout")
    found = check(project)
    assert [problem.severity for problem in found] == sorted(
        (p.severity for p in found), key=("error", "warning", "hint").index
    )
    assert {problem.severity for problem in found} == {"error", "warning", "hint"}
    assert check(project, infer(project.graph, data_type(project))) == found
    assert check(project, infer(Graph())) == found


def test_fix_of_another_time_changes_nothing() -> None:
    project = sketch("Flatten", linear(10), "Softmax")
    (problem,) = check(project)
    gone = edits.remove_nodes(project, [find(project, "softmax1")], close_gap=True)
    assert problem.fixes[0].apply(gone) == gone


def test_moved_dropout_keeps_its_settings_and_takes_the_other_place() -> None:
    project = sketch("Flatten", linear(10), ("Dropout", {"p": 0.3}))
    moved = find_problem(project, "warning", "drop1", "only adds noise").fixes[0].apply(project)
    assert [edge.source for edge in moved.graph.edges] != [edge.source for edge in project.graph.edges]
    (into,) = moved.graph.incoming["dropout_1"]
    (out,) = moved.graph.outgoing["dropout_1"]
    assert (into.source, out.target) == ("flatten_1", "linear_1")
    assert moved.graph.nodes["dropout_1"].parameters == {"p": 0.3}
    assert moved.layout["dropout_1"] == project.layout["linear_1"]


def test_projection_of_a_halved_image_fits() -> None:
    project = residual("ReLU", conv(32, stride=2, padding=1), way="relu1")
    problem = find_problem(project, "error", "add1", "adds tensors of equal size")
    mended = problem.fixes[0].apply(project)
    known = infer(mended.graph, data_type(mended))
    assert known.nodes["add_1"].outputs is not None
    assert known.nodes["add_1"].outputs[0].sizes == (32, 4, 4)
    assert check(mended) == ()


@settings(max_examples=60)
@given(projects())
def test_any_project_can_be_checked_and_mended(project: Project) -> None:
    before = check(project)
    for problem in before:
        assert "\n" not in problem.message
        assert problem.node is None or problem.node in project.graph.nodes
        for fix in problem.fixes:
            mended = fix.apply(project)
            assert mended != project, (problem.message, fix.title)
            assert not is_there(problem, mended), (problem.message, fix.title)
