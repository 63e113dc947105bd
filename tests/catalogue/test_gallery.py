"""The networks of the gallery are the ones they are said to be: to the parameter, and in torchvision's order."""

import csv
import re

import pytest
import torch

from designer.catalogue.facts import infer_project
from designer.catalogue.templates import open_template
from designer.catalogue.transfer import Entry, match_weights
from designer.codegen.script import render_module
from designer.document.files import dumps
from designer.engine.build import build
from designer.engine.events import EpochDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.transfer import list_tensors
from designer.paths import resources
from tests.catalogue.gallery_makers import BUILD, MAKERS
from tests.catalogue.torchvision_networks import NETWORKS

REFERENCE = BUILD.parents[2].parent / "shared" / "reference" / "networks.csv"

# Parameters and multiply-adds in thousand millions, as torchvision's own networks have them (its documentation, and
# torch.utils.flop_counter); where there is no second number the source gives none.
# VGG-19, DenseNet and SqueezeNet: torchvision's
# documentation. OverFeat: the paper says 145 million and 2.81. Network in Network: the sum over the layers of the authors'
# CIFAR-10 model. U-Net: the sum over figure 1 of the paper, with one map at the end instead of two. ResNet-1001: the paper says
# 10.2 million, the sum over its layers is in `count_resnet_1001`. LeNet-5: the sum over its layers, C3 without gaps.
KNOWN = {
    "lenet-5": (61_706, None),
    "alexnet": (61_100_840, 0.714),
    "overfeat-fast": (145_920_872, 2.81),
    "network-in-network": (966_986, None),
    "vgg-16": (138_357_544, 15.470),
    "vgg-19": (143_667_240, 19.632),
    "googlenet": (6_624_904, 1.498),
    "squeezenet-1.0": (1_248_424, None),
    "densenet-121": (7_978_856, 2.834),
    "u-net": (31_030_658 - 65, None),
    "resnet-18": (11_689_512, 1.814),
    "resnet-50": (25_557_032, 4.089),
    "resnet-152": (60_192_808, 11.514),
    "mobilenet-v2": (3_504_872, 0.301),
    "efficientnet-b0": (5_288_548, 0.386),
    "efficientnet-b7": (66_347_960, 37.746),
    "vit-b-16": (86_567_656, 17.564),
    "pre-activation-resnet-1001": (10_327_706, None),
}


@pytest.fixture
def one_thread():
    """Small networks are faster without a second thread, and the figures the same on every machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


IMAGES = [name for name, make in MAKERS.items() if make.__module__.startswith("images")]


@pytest.mark.parametrize("name", MAKERS)
def test_each_file_is_what_the_gallery_makes(name):
    path = resources() / "templates" / f"{name}.nnd"
    assert path.read_text(encoding="utf-8") == dumps(MAKERS[name]())


@pytest.mark.parametrize("name", KNOWN)
def test_it_has_the_parameters_and_the_work_of_the_original(name):
    parameters, work = KNOWN[name]
    known = infer_project(open_template(name))
    assert known.parameters == parameters
    if work:
        assert known.multiply_adds / 1e9 == pytest.approx(work, rel=0.01)


def test_the_reference_says_the_same():
    if not REFERENCE.exists():
        pytest.skip(f"{REFERENCE} is not here")
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(lines[next(n for n, line in enumerate(lines) if line.startswith("template,")) :])
    found = {row["template"]: row for row in rows if row["source"].startswith("torchvision")}
    for name, row in found.items():
        if name not in KNOWN:
            continue
        assert KNOWN[name] == (int(row["parameters"]), float(row["multiply_adds_billion"]))


def count_resnet_1001():
    """Return the weights of a network of 9 n + 2 layers, n = 111, by the paper's table: widths 16, 32, 64 and four times it."""
    total, into = 3 * 16 * 9, 16
    for width in (16, 32, 64):
        for number in range(111):
            total += 2 * into + into * width + 2 * width + 9 * width**2 + 2 * width + 4 * width**2
            total += 4 * into * width if number == 0 else 0
            into = 4 * width
    return total + 2 * into + 10 * into + 10


def test_resnet_1001_is_counted_twice():
    assert KNOWN["pre-activation-resnet-1001"][0] == count_resnet_1001()
    known = infer_project(open_template("pre-activation-resnet-1001"))
    kinds = [item.node.kind for item in walk_inside(known)]
    ways = sum(item.node.name == "shortcut" for item in walk_inside(known))
    assert kinds.count("Conv2d") + kinds.count("Linear") - ways == 1001


def walk_inside(known):
    for item in known.nodes.values():
        yield item
        for inner in item.inside:
            yield from walk_inside(inner)


@pytest.mark.parametrize("name", IMAGES)
def test_the_exported_module_runs_forward_and_backward(name):
    project = open_template(name)
    known = infer_project(project)
    sizes = next(item.outputs[0].sizes for item in known.nodes.values() if item.node.kind == "Input")
    # Thousands of layers take long to trace without numbers, and a moment on an image of 8 x 8.
    is_deep = known.size > 2000
    with torch.device("cpu" if is_deep else "meta"):
        model = build(render_module(project)).make_model()
        answer = model(torch.zeros(2, sizes[0], 8, 8) if is_deep else torch.zeros(2, *sizes))
    assert sum(weight.numel() for weight in model.parameters()) == known.parameters
    assert answer.shape == (
        2,
        *next(item.inputs[0].sizes for item in known.nodes.values() if item.node.kind == "Output"),
    )
    answer.sum().backward()
    assert all(weight.grad is not None for weight in model.parameters())


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_of_torchvision_come_over_by_order(name):
    """Every tensor of a state_dict finds its place by shape and order, one behind the other, and the story says so."""
    assert re.search("torchvision's weights,? (which )?fit by order", open_template(name).notes)
    with torch.device("meta"):
        tensors = NETWORKS[name]().state_dict()
    # torchvision's own names say where a tensor was; here they must not help.
    modules = {
        module: f"part{number}"
        for number, module in enumerate(dict.fromkeys(key.rpartition(".")[0] for key in tensors))
    }
    theirs = [
        Entry(f"{modules[module]}.{leaf}", tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."))
        for key, tensor in tensors.items()
        for module, _, leaf in (key.rpartition("."),)
    ]
    ours = list_tensors(render_module(open_template(name)))
    table = match_weights(ours, theirs)
    assert not table.fresh
    assert not table.unused
    assert {row.how for row in table.matched} == {"order"}
    places = {entry.name: number for number, entry in enumerate(theirs)}
    order = [places[row.given.name] for row in table.matched]
    # A transformer's class token is torchvision's first tensor, and ours stands where it is used, behind the patches.
    assert order == [1, 2, 0, *range(3, len(order))] if name == "vit-b-16" else sorted(order)


@pytest.mark.parametrize(
    "name, epochs, reached", [("lenet-5", 3, 0.93), ("three-block-cnn", 2, 0.95), ("neocognitron", 4, 0.45)]
)
def test_a_small_one_learns_to_read_digits(name, epochs, reached, one_thread):
    events = list(train(Plan.from_project(open_template(name), device="cpu", epochs=epochs)))
    scores = [event.val_metrics["accuracy"] for event in events if isinstance(event, EpochDone)]
    assert scores[-1] >= reached
