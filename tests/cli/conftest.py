"""A small project that trains in a moment."""

import pytest

from designer.api import build, layer
from designer.document.files import save


@pytest.fixture
def digits(tmp_path):
    path = tmp_path / "digits.nnd"
    layers = (layer("Flatten"), layer("Linear", out_features=16), "ReLU", layer("Dropout", p=0.2))
    save(path, build("digits", *layers, layer("Linear", out_features=10), data="Digits", epochs=2, device="cpu"))
    return path
