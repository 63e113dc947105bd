"""The generated text becomes live objects, and an error in it finds its way back to a node."""

import gc
import linecache

import pytest
import torch

from designer.engine.build import build, find_layers, locate
from tests.engine.plans import CONVOLUTION, plan_digits, spoil


def test_script_makes_what_a_run_needs():
    plan = plan_digits(schedule="OneCycleLR")
    script = build(plan.source)
    (x, y), (val_x, val_y) = script.load_data(None)
    assert len(x) == len(y)
    assert len(val_x) == len(val_y)
    model = script.make_model()
    assert type(model).__name__ == plan.source.model
    assert model(x[:3]).shape == (3, 10)
    assert script.make_loss()(model(x[:3]), y[:3]).isfinite()
    optimizer = script.make_optimizer(model)
    schedule = script.make_schedule(optimizer, 2, 10)
    assert isinstance(schedule, torch.optim.lr_scheduler.OneCycleLR)
    assert schedule.total_steps == 10
    assert script.measure(torch.eye(10)[y[:5]], y[:5]) == {"accuracy": 1.0}


def test_no_schedule_where_the_rate_stays():
    script = build(plan_digits().source)
    assert script.make_schedule(script.make_optimizer(script.make_model()), 2, 10) is None


def test_script_does_not_train_when_built(capsys):
    build(plan_digits().source)
    assert capsys.readouterr().out == ""


def test_lines_are_known_while_the_script_lives():
    script = build(plan_digits().source)
    filename = script.filename
    linecache.checkcache()
    assert linecache.getline(filename, 1).startswith('"""Train Test')
    other = build(plan_digits().source)
    assert other.filename != filename
    del script
    gc.collect()
    assert linecache.getline(filename, 1) == ""
    assert linecache.getline(other.filename, 1) != ""


def test_every_layer_is_found_in_the_order_of_the_network():
    plan = plan_digits(*CONVOLUTION)
    layers = find_layers(plan.source, build(plan.source).make_model())
    names = [f"n-{kind.lower()}{i}" for i, (kind, _) in enumerate(CONVOLUTION, 1)]
    assert list(layers) == names
    assert [type(layer).__name__ for layer in layers.values()] == [kind for kind, _ in CONVOLUTION]


# One spoilt layer each: the line that makes it fails, or its forward pass does.
@pytest.mark.parametrize(
    "old, new, node",
    [
        ("nn.Conv2d(1, 4, 3, padding=1),", "nn.Conv2d(1, -4, 3, padding=1),", "n-conv2d1"),
        ("nn.Conv2d(1, 4, 3, padding=1),", "nn.Conv2d(3, 4, 3, padding=1),", "n-conv2d1"),
        ("nn.BatchNorm2d(4),", "nn.BatchNorm2d(5),", "n-batchnorm2d2"),
        ("nn.MaxPool2d(2),", "nn.MaxPool2d(20),", "n-maxpool2d4"),
        ("nn.Dropout2d(0.1),", "nn.Dropout2d(-1),", "n-dropout2d5"),
        ("nn.Linear(64, 10),", "nn.Linear(63, 10),", "n-linear7"),
        ("return self.layers(x)", "return self.layers(x.double())", "n-conv2d1"),
    ],
)
def test_error_of_a_layer_is_located(old, new, node):
    plan = spoil(plan_digits(*CONVOLUTION), old, new)
    script = build(plan.source)
    layers = {}

    def use() -> None:
        model = script.make_model()
        layers.update(find_layers(script.source, model))
        model(torch.zeros(2, 1, 8, 8))

    with pytest.raises((RuntimeError, ValueError)) as caught:
        use()
    assert locate(caught.value, script, layers) == node


def test_error_elsewhere_belongs_to_no_node():
    script = build(plan_digits().source)
    assert locate(ValueError("not raised in the script"), script) is None
    with pytest.raises(TypeError) as caught:
        script.names["load_data"]("one argument too many")
    assert locate(caught.value, script) is None
