"""Identifiers: legal, unique, readable, hiding nothing."""

import builtins
import keyword
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from designer.codegen.lettering import is_clear, measure_width
from designer.codegen.names import (
    MODULE_ATTRIBUTES,
    RESERVED,
    SCRIPT_NAMES,
    WIDEST,
    Namespace,
    make_class_name,
    make_file_stem,
)

AWKWARD = st.sampled_from(
    [
        "",
        "_",
        "__class__",
        "3x3",
        "class",
        "None",
        "print",
        "x",
        "self",
        "F",
        "train",
        "requires_grad_",
        "conv1",
        "conv1_2",
        "ﬁ",
        "\uff26\uff35\uff2c\uff2c",
        "İ",
        "ŉ",
        "a\u0301",
        "слой",
        "\u0445",
        "数字",
        "שלום",
        "x\u202ey",
        "a\nb",
        '"""',
        "\ud800",
        "²",
        "a" * 5000,
        "数" * 100,
    ]
)
TEXTS = AWKWARD | st.text(max_size=40) | st.text("abx_12 -", max_size=12)


def test_reserved_names_are_those_of_the_installed_torch() -> None:
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public <= MODULE_ATTRIBUTES


@given(st.lists(TEXTS, max_size=30))
def test_names_are_legal_unique_and_hide_nothing(texts: list[str]) -> None:
    names = Namespace({"step"})
    given_names = [names.give(text, "conv2d") for text in texts]
    assert len(set(given_names)) == len(given_names)
    for name in given_names:
        assert name.isidentifier()
        assert name == unicodedata.normalize("NFKC", name)  # as Python reads it
        assert not keyword.iskeyword(name)
        assert not keyword.issoftkeyword(name)
        assert not hasattr(builtins, name)
        assert not hasattr(nn.Module, name)
        assert name not in SCRIPT_NAMES | {"step"}
        assert not name.startswith("_")
        assert measure_width(name) <= WIDEST
        assert all(is_clear(re.sub("[0-9]", "", word)) for word in name.split("_"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("conv1", "conv1"),
        ("Conv 1", "conv_1"),
        ("ResBlock", "res_block"),
        ("Conv2D", "conv2d"),
        ("3x3", "linear_3x3"),
        ("größe", "größe"),
        ("\u0441л\u043eй1", "\u0441л\u043eй1"),
        ("train", "train_"),
        ("lambda", "lambda_"),
        ("__import__('os')", "import_os"),
        ("\u0445", "linear"),  # a Cyrillic letter that looks like an x
        ("a; b\nc", "a_b_c"),
        ("שלום", "linear"),  # read from the right
    ],
)
def test_names_read_like_the_text(text: str, name: str) -> None:
    assert Namespace().give(text, "linear") == name


def test_a_name_given_twice_is_numbered() -> None:
    names = Namespace()
    assert [names.give(name, "layer") for name in ("head", "head", "conv1", "conv1", "conv1")] == [
        "head",
        "head2",
        "conv1",
        "conv1_2",
        "conv1_3",
    ]


@given(TEXTS)
def test_class_names_are_legal_and_hide_nothing(text: str) -> None:
    name = make_class_name(text, {"Step", "Network"})
    assert name.isidentifier()
    assert name not in RESERVED | {"Step", "Network"}
    assert not name[0].islower()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mnist-mlp", "MnistMlp"),
        ("MNIST MLP", "MnistMlp"),
        ("XOR", "XOR"),
        ("XOR network", "XORNetwork"),
        ("3 layers", "Network3Layers"),
        ("Tensor", "TensorNetwork"),
        ("", "Network"),
        ("step", "StepNetwork"),
    ],
)
def test_class_names_read_like_the_project(text: str, name: str) -> None:
    assert make_class_name(text, {"Step"}) == name


@given(TEXTS)
def test_file_stems_are_plain(text: str) -> None:
    stem = make_file_stem(text)
    assert stem.isascii()
    assert stem.isidentifier()
    assert stem not in {"con", "nul", "aux", "com1"}


@pytest.mark.parametrize(("text", "stem"), [("mnist-mlp", "mnist_mlp"), ("Übung 2", "ubung_2"), ("con", "con_network")])
def test_file_stems_read_like_the_project(text: str, stem: str) -> None:
    assert make_file_stem(text) == stem
