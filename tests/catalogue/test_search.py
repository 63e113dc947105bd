"""Typing a few letters finds the layer that was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalogue.registry import layers
from designer.catalogue.search import search


def kinds(text: str) -> list[str]:
    return [spec.kind for spec in search(text)]


@pytest.mark.parametrize(
    "text, first",
    [
        ("cv2", "Conv2d"),
        ("conv2", "Conv2d"),
        ("dense", "Linear"),
        ("fully connected", "Linear"),
        ("relu", "ReLU"),
        ("lrelu", "LeakyReLU"),
        ("bn2", "BatchNorm2d"),
        ("batch norm", "BatchNorm1d"),
        ("maxpool", "MaxPool1d"),
        ("max pool 2d", "MaxPool2d"),
        ("pool2", "MaxPool2d"),
        ("gap", "AdaptiveAvgPool1d"),
        ("concat", "Concatenate"),
        ("cat", "Concatenate"),
        ("residual", "Add"),
        ("skip", "Add"),
        ("word", "Embedding"),
        ("perceptron", "Linear"),
        ("heaviside", "Step"),
        ("reshape", "Reshape"),
        ("LSTM", "LSTM"),
        ("drop", "Dropout"),
        ("softmx", "Softmax"),
        ("flaten", "Flatten"),
        ("convolutoin", "Conv1d"),
        ("attention", "SelfAttention"),
        ("cross attention", "MultiheadAttention"),
        ("positional", "LearnedPosition"),
        ("echo state", "Reservoir"),
        ("vae", "Reparameterize"),
    ],
)
def test_best_comes_first(text: str, first: str) -> None:
    assert kinds(text)[0] == first


def test_family_finds_its_layers() -> None:
    assert kinds("recurrent")[:3] == ["RNN", "LSTM", "GRU"]
    assert set(kinds("activation")) == {spec.kind for spec in layers.values() if spec.family == "activation"}
    assert kinds("relu")[:4] == ["ReLU", "ReLU6", "LeakyReLU", "PReLU"]


def test_nothing_fits_nonsense_and_everything_fits_nothing() -> None:
    assert kinds("qqzzxy") == []
    assert kinds("conv qqzzxy") == []
    assert kinds("  ") == list(layers)


@given(st.sampled_from(sorted(layers)), st.integers(1, 12))
def test_every_beginning_of_a_kind_finds_it(kind: str, length: int) -> None:
    assert kind in kinds(kind[:length])
    assert kinds(kind)[0] == kind


@given(st.text(max_size=60))
def test_any_text_may_be_typed(text: str) -> None:
    found = kinds(text)
    assert len(set(found)) == len(found)
