"""What does not fit between the network's answer, the loss and the target is found."""

import pytest

from designer.document.project import Choice
from tests.catalogue.checking import NAMES, assert_found_and_mended, case, find_problem
from tests.catalogue.sketches import conv, linear, mlp, sketch

MISTAKES = [
    case(
        "softmax, cross entropy",
        sketch("Flatten", linear(10), "Softmax"),
        "warning",
        "softmax1",
        "has a softmax inside",
        "Remove",
        "Make it LogSoftmax and use NLLLoss",
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
        "Use BCELoss",
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
        "Set out_features of linear1 to 10",
    ),
    case(
        "units behind relu",
        sketch("Flatten", linear(64), "ReLU"),
        "error",
        "output",
        "gets 64 numbers",
        "Insert Linear",
        "Set out_features of linear1 to 10",
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
        "hint",
        None,
        "compares with one-hot targets",
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
        "Set out_features of linear1 to 2",
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
        "Set out_features of linear1 to 1",
    ),
]


@pytest.mark.parametrize(NAMES, MISTAKES)
def test_mistake_is_found_and_mended(project, severity, name, words, titles) -> None:
    assert_found_and_mended(project, severity, name, words, titles)


@pytest.mark.parametrize("loss", ["MSELoss", "L1Loss", "HuberLoss"])
def test_a_loss_of_numbers_under_classes_is_only_slower(loss: str) -> None:
    problem = find_problem(mlp(loss=loss), "hint", None, "compares with one-hot targets")
    assert [fix.title for fix in problem.fixes] == ["Use CrossEntropyLoss"]
