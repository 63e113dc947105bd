"""What holds where the package designer_swirl is installed. Run by test_plugins in a process of its own."""

import pytest

from designer.catalogue.registry import plugins
from designer.catalogue.search import search
from designer.engine.events import Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.ui.app import open_offscreen
from designer.ui.panels.palette import LayerTree
from tests.catalogue import test_layers_contract as contract
from tests.engine.plans import digits


@pytest.mark.parametrize(
    "hold",
    [
        contract.test_declaration_is_complete,
        contract.test_layer_does_as_declared,
        contract.test_parameters_are_torchs_own,
        contract.test_rules_never_fail_otherwise,
    ],
)
def test_the_layer_keeps_the_contract(hold) -> None:
    hold("Swirl")


def test_it_is_searched_trained_and_exported_like_any_other() -> None:
    assert search("swirl")[0].kind == "Swirl"
    project = digits(("Flatten", {}), ("Swirl", {"steps": 2}), ("Linear", {"out_features": 10}), epochs=1)
    plan = Plan.from_project(project)
    assert "self.layers = nn.Sequential(" in plan.source.text
    assert "Swirl(64, steps=2)" in plan.source.text
    assert "def mix(x: Tensor" in plan.source.text
    assert "designer_swirl" not in plan.source.text
    *_, last = train(plan)
    assert isinstance(last, Finished)


def test_it_is_in_the_palette_and_others_are_told_of() -> None:
    assert len(plugins.faults) == 4
    with open_offscreen(digits()) as window:
        tree = window.findChild(LayerTree)
        assert tree.item_of("Swirl") is not None
        told = [notice.text for notice in window.notices.shown]
    assert any("swirl_unloadable" in text and "ModuleNotFoundError" in text for text in told)
