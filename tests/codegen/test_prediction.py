"""predict.py stands alone, reads well, and is there for every network that answers samples."""

import ast

import pytest

from designer.api.building import new
from designer.codegen.prediction import render_prediction
from designer.codegen.source import NotReady
from tests.codegen.ruff_run import demand_style

NAMES = (
    "digits-cnn",
    "breast-cancer",
    "diabetes",
    "task-multi-label",
    "siamese-network",
    "vae",
    "tiny-gpt",
    "mnist-mlp",
)


def test_programs_are_tidy_and_need_no_designer(tmp_path):
    found = {name: render_prediction(new(name)) for name in NAMES}
    demand_style(tmp_path, [each.text for each in found.values()], "D102")
    for each in found.values():
        imported = {
            name.partition(".")[0]
            for node in ast.walk(ast.parse(each.text))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        }
        assert "designer" not in imported
        assert "torch" in each.packages
    assert found["breast-cancer"].kept == ("x_scale",)
    assert found["diabetes"].kept == ("x_scale", "y_scale")
    assert found["digits-cnn"].kept == ()
    assert 'tell_binary(chances, ("malignant", "benign"))' in found["breast-cancer"].text
    assert 'undo_scale(given, kept["y_scale"])' in found["diabetes"].text
    assert "samples x 2 x 1 x 8 x 8" in found["siamese-network"].takes


def test_a_generator_answers_no_samples():
    with pytest.raises(NotReady, match="makes samples and answers none"):
        render_prediction(new("gan"))
