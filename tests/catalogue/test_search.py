"""Typing a few letters finds the layer that was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalogue.registry import layers
from designer.catalogue.search import find_layers, search


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


@pytest.mark.parametrize(
    "text, first, settings",
    [
        ("conv 3x3", "Conv2d", {"kernel_size": 3}),
        ("conv3x3 64", "Conv2d", {"kernel_size": 3, "out_channels": 64}),
        ("conv 64 5 × 3", "Conv2d", {"kernel_size": (5, 3), "out_channels": 64}),
        ("1x1", "Conv2d", {"kernel_size": 1}),
        ("linear 128", "Linear", {"out_features": 128}),
        ("dropout 0.3", "Dropout", {"p": 0.3}),
        ("conv2d stride=2", "Conv2d", {"stride": 2}),
        ("linear bias=no", "Linear", {"bias": False}),
        ("maxpool 2", "MaxPool2d", {}),
        ("attn", "SelfAttention", {}),
        ("self attn", "SelfAttention", {}),
        ("dw conv", "Conv1d", {}),
        ("norm", "BatchNorm1d", {}),
        ("shortcut", "Add", {}),
    ],
)
def test_settings_may_follow_the_name(text: str, first: str, settings: dict) -> None:
    best = find_layers(text)[0]
    assert (best.spec.kind, dict(best.parameters)) == (first, settings)


def test_of_equals_the_one_that_fits_comes_first_then_the_one_used_lately() -> None:
    assert [one.spec.kind for one in find_layers("conv", recent=("Conv3d",))][:2] == ["Conv3d", "Conv1d"]
    found = find_layers("conv", recent=("Conv3d",), fitting=("Conv2d", "Linear"))
    assert [one.spec.kind for one in found][:2] == ["Conv2d", "Conv3d"]
    assert find_layers("relu", recent=("LeakyReLU",))[0].spec.kind == "ReLU"  # a better match stays first
    assert kinds("512") == []
