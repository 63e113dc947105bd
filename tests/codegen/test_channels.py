"""Images come with their channels last to networks that convolve them, and to no other."""

from dataclasses import replace

import pytest
import torch

from designer.catalogue.templates import open_template
from designer.codegen.script import render_script
from designer.document.project import Choice
from designer.engine.build import build
from designer.recipes.channels import put_channels_last
from tests.engine.plans import CONVOLUTION, plan_digits

CALL = "put_channels_last("


@pytest.mark.parametrize(
    ("name", "expected"), [("digits-cnn", True), ("digits-mlp", False), ("siamese-network", False)]
)
def test_only_single_images_that_are_convolved_are_laid_out_so(name, expected):
    assert (CALL in render_script(open_template(name)).text) is expected


def test_a_layer_of_the_users_own_may_count_on_the_usual_order():
    project = plan_digits(*CONVOLUTION).project
    assert CALL in render_script(project).text
    code = "class Twice(nn.Module):\n    def forward(self, x):\n        return 2 * x\n"
    nodes = dict(project.graph.nodes)
    relu = next(node for node in nodes.values() if node.kind == "ReLU")
    nodes[relu.id] = replace(relu, kind="Custom", parameters={"code": code, "output_shape": "4, 8, 8"})
    assert CALL not in render_script(replace(project, graph=replace(project.graph, nodes=nodes))).text


@pytest.mark.parametrize("channels", [1, 3])
def test_values_and_shape_stay(channels):
    x = torch.rand(2, channels, 4, 5)
    laid = put_channels_last(x)
    assert torch.equal(laid, x)
    assert laid.stride() == (20 * channels, 1, 5 * channels, channels)


def test_weights_and_gradients_stay_as_they_are_saved():
    script = build(plan_digits(*CONVOLUTION, optimizer=Choice("Adam")).source)
    model, loss = script.make_model(), script.make_loss()
    orders = []
    hook = model.get_submodule("layers.2").register_forward_hook(lambda _, __, output: orders.append(output.stride()))
    optimizer = script.make_optimizer(model)
    script.train_step(model, loss, optimizer, torch.rand(2, 1, 8, 8), torch.tensor([1, 2]))
    hook.remove()
    assert orders == [(256, 1, 32, 4)]  # kept behind convolution, normalization and activation
    moments = [value for state in optimizer.state.values() for value in state.values() if value.dim()]
    assert all(each.is_contiguous() for each in (*model.parameters(), *moments))
    assert all(weight.grad is not None and weight.grad.is_contiguous() for weight in model.parameters())
