"""Weights from elsewhere in a project's network: what arrives is what was saved, in the window's run and in the script."""

import difflib
import importlib.resources
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from designer.catalogue.head import freeze_all_but_head, replace_head
from designer.codegen.script import render_module, render_script
from designer.codegen.source import NotReady
from designer.document.custom import DEFAULT_CODE, Untrusted
from designer.document.edits import add_node, insert_on_edge, rename_node, set_option, set_parameter
from designer.document.grouping import group
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.events import EpochDone, Failed, Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.transfer import examine, list_tensors, start_from, suggest_start, write_start
from designer.engine.verify import verify
from designer.engine.weights import WeightsError
from designer.recipes.bundled import load_digits_images
from tests.codegen.networks import digits_mlp
from tests.codegen.ruff_run import demand_style
from tests.engine.plans import CONVOLUTION, digits

COUNTER = "num_batches_tracked"


class Handwritten(nn.Module):
    """What `digits(*CONVOLUTION)` is, as somebody else would have written it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.classifier = nn.Linear(4 * 4 * 4, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.norm(self.stem(x)).relu(), 2)
        return self.classifier(x.flatten(1))


@pytest.fixture
def handwritten() -> Handwritten:
    torch.manual_seed(5)
    model = Handwritten()
    model(torch.randn(64, 1, 8, 8))  # the running mean moves away from where it began
    return model.eval()


def resource_text(recipe):
    return importlib.resources.files("designer.recipes").joinpath(f"{recipe}.py").read_text("utf-8")


def load(project, path, folder):
    """Return a project that starts from the weights in a file."""
    out = folder / "digits_start.safetensors"
    assert write_start(examine(project, path), out)
    return start_from(project, out)


def make_started(project):
    """Return the network of a project with the weights it starts from, for evaluation."""
    script = build(render_script(project))
    model = script.make_model()
    script.load_weights(model, Plan.from_project(project).weights)
    return model.eval()


def run_to_end(plan):
    *_, last = train(plan)
    return last


@pytest.mark.parametrize("form", ["ordered", "sorted", "half", "wrapped"])
def test_a_network_of_the_same_shapes_gives_the_same_answers(tmp_path, handwritten, form):
    state, path = handwritten.state_dict(), tmp_path / "theirs.pt"
    if form == "sorted":
        save_file(state, path)
    elif form == "half":
        torch.save({name: t.half() if t.is_floating_point() else t for name, t in state.items()}, path)
    else:
        torch.save({"epoch": 1, "model": state} if form == "wrapped" else state, path)
    project = digits(*CONVOLUTION)
    table = examine(project, path).table
    assert (len(table.matched), table.fresh, table.unused) == (len(state), (), ())
    assert {project.graph.nodes[row.own.node].kind for row in table.rows} == {"Conv2d", "BatchNorm2d", "Linear"}
    model = make_started(load(project, path, tmp_path))
    x = torch.randn(16, 1, 8, 8)
    with torch.no_grad():
        ours, theirs = model(x), handwritten(x)
    assert torch.allclose(ours, theirs, atol=2e-3) if form == "half" else torch.equal(ours, theirs)


def test_the_script_starts_from_the_same_weights_bit_for_bit(tmp_path, handwritten):
    path = tmp_path / "theirs.pt"
    torch.save(handwritten.state_dict(), path)
    frozen, _ = freeze_all_but_head(digits(*CONVOLUTION, epochs=1))
    project = load(frozen, path, tmp_path)
    verdict = verify(Plan.from_project(project))
    assert verdict.equal, verdict.message
    first = [
        next(e for e in train(Plan.from_project(p)) if hasattr(e, "losses")).losses[0]
        for p in (project, start_from(project, ""))
    ]
    assert first[0] != first[1]


def test_the_script_differs_by_the_weights_alone(tmp_path):
    fresh = digits_mlp()
    started = render_script(start_from(fresh, Path("digits_start.safetensors"))).text.splitlines()
    old = render_script(fresh).text.splitlines()
    changes = [line for line in difflib.ndiff(old, started) if line[0] in "+-" and line[2:].strip()]
    lines = resource_text("weights").partition("def load_weights")[2].rstrip().splitlines()
    assert [line[2:] for line in changes if line[0] == "+" and line[2:] in lines] == [line for line in lines if line][
        1:
    ]
    ours = [line[2:].strip() for line in changes if line[0] == "+"]
    demand_style(tmp_path, ["\n".join(started) + "\n"])
    at = started.index("    load_weights(model, weights)")
    assert started[at - 1] == "    model = DigitsMlp().to(device)"
    assert "from safetensors.torch import load_file, save_file" in ours
    assert 'default="digits_start.safetensors",' in ours
    assert 'parser.error(f"there is no file {args.weights} with the weights to start from")' in ours


def test_weights_of_a_run_go_on_where_it_ended(tmp_path):
    project = digits(epochs=1)
    assert isinstance(run_to_end(Plan.from_project(project, out=tmp_path / "run")), Finished)
    last = tmp_path / "run" / "last.safetensors"
    table = examine(project, last).table
    assert {row.how for row in table.rows} == {"name"}
    started = make_started(load(project, last, tmp_path)).state_dict()
    assert all(torch.equal(started[name], tensor) for name, tensor in load_file(last).items())
    direct = make_started(start_from(project, last)).state_dict()  # it needs no conversion
    assert all(torch.equal(started[name], direct[name]) for name in started)


def test_extra_missing_and_unfitting_tensors_are_in_the_table_and_stay_out_of_the_file(tmp_path):
    project = digits()
    state = build(render_module(project)).make_model().state_dict()
    first, *_, head = [name for name in state if name.endswith("weight")]
    given = {name: tensor for name, tensor in state.items() if name != first}
    given |= {head: torch.zeros(7, 32), "extra.weight": torch.zeros(3), "ints": torch.zeros(2, dtype=torch.int8)}
    torch.save(given, tmp_path / "given.pt")
    transfer = examine(project, tmp_path / "given.pt")
    reasons = {(row.own or row.given).name: row.reason for row in transfer.table.rows if not row.how}
    assert reasons == {
        first: "no such tensor in the file",
        head: "shape 7 x 32 against 10 x 32 in the network",
        "extra.weight": "no place in the network",
        "ints": "no place in the network",
    }
    assert write_start(transfer, tmp_path / "out.safetensors")
    assert load_file(tmp_path / "out.safetensors").keys() == state.keys() - {first, head}
    started = make_started(start_from(project, tmp_path / "out.safetensors")).state_dict()
    assert torch.equal(started[head.replace("weight", "bias")], state[head.replace("weight", "bias")])


def test_a_tied_table_is_read_and_written_twice(tmp_path):
    project = digits(
        ("Flatten", {}), ("Linear", {"out_features": 64}), ("Linear", {"out_features": 64}), CONVOLUTION[-1]
    )
    shared = torch.randn(64, 64)
    torch.save(
        {"a.weight": shared, "a.bias": torch.ones(64), "b.weight": shared, "b.bias": torch.ones(64)}, tmp_path / "w.pt"
    )
    started = make_started(load(project, tmp_path / "w.pt", tmp_path)).state_dict()
    assert sum(torch.equal(tensor, shared) for tensor in started.values()) == 2


def test_nothing_that_fits_is_a_refusal_and_leaves_no_file(tmp_path):
    torch.save({"a": torch.zeros(3, 3, 3)}, tmp_path / "other.pt")
    with pytest.raises(WeightsError, match=r"Nothing in .*other.pt fits this network"):
        write_start(examine(digits(), tmp_path / "other.pt"), tmp_path / "out.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["other.pt"]


def test_writing_can_be_stopped_and_says_what_stands_in_its_way(tmp_path, handwritten):
    torch.save(handwritten.state_dict(), tmp_path / "theirs.pt")
    transfer = examine(digits(*CONVOLUTION), tmp_path / "theirs.pt")
    assert not write_start(transfer, tmp_path / "out.safetensors", lambda share: share < 0.5)
    assert not (tmp_path / "out.safetensors").exists()
    with pytest.raises(WeightsError, match=r"Cannot write .*no such file or directory"):
        write_start(transfer, tmp_path / "no" / "out.safetensors")


def test_a_file_that_is_gone_or_damaged_ends_the_run_with_a_sentence(tmp_path):
    project = start_from(digits(), tmp_path / "gone.safetensors")
    end = run_to_end(Plan.from_project(project))
    assert isinstance(end, Failed)
    assert end.message.startswith("There is no file")
    assert "gone.safetensors" in end.message
    assert "--weights" in end.message
    (tmp_path / "gone.safetensors").write_bytes(b"\x10" + bytes(7) + b"{" + bytes(30))
    assert "is no whole .safetensors file" in run_to_end(Plan.from_project(project)).message
    save_file({"strange.weight": torch.ones(2)}, tmp_path / "gone.safetensors")
    assert "there is no strange.weight in this one" in run_to_end(Plan.from_project(project)).message
    assert "strange.weight" in verify(Plan.from_project(project)).message


def test_layers_that_came_or_moved_since_are_told_and_loading_again_mends_it(tmp_path, handwritten):
    """The names in the file count the layers of a Sequential: one more in front, and they mean others."""
    torch.save(handwritten.state_dict(), tmp_path / "theirs.pt")
    before = digits(*CONVOLUTION)
    project = load(before, tmp_path / "theirs.pt", tmp_path)
    renamed = rename_node(project, next(iter(project.graph.nodes)), "picture")
    assert isinstance(run_to_end(Plan.from_project(renamed, epochs=1)), Finished)
    edge = project.graph.edges[0]
    grown, _ = insert_on_edge(project, edge, "Conv2d", parameters={"out_channels": 1, "kernel_size": 3, "padding": 1})
    end = run_to_end(Plan.from_project(grown))
    assert isinstance(end, Failed)
    assert "Load the weights again" in end.message
    started = tmp_path / "digits_start.safetensors"
    table = examine(grown, started).table  # its own file knows the layers
    assert {row.how for row in table.matched} == {"layer"}
    assert [project.graph.nodes.get(row.own.node) for row in table.fresh] == [None, None]
    assert isinstance(run_to_end(Plan.from_project(load(grown, started, tmp_path), epochs=1)), Finished)


def test_a_head_replaced_since_starts_fresh(tmp_path, handwritten):
    handwritten.classifier = nn.Linear(64, 12)
    torch.save(handwritten.state_dict(), tmp_path / "theirs.pt")
    project = digits(*CONVOLUTION)
    head = next(key for key, node in project.graph.nodes.items() if node.kind == "Linear")
    loaded = load(set_parameter(project, head, "out_features", 12), tmp_path / "theirs.pt", tmp_path)
    started = make_started(set_parameter(loaded, head, "out_features", 10)).state_dict()
    assert torch.equal(started[next(iter(started))], handwritten.stem.weight)
    assert [tuple(tensor.shape) for tensor in started.values()][-2:] == [(10, 64), (10,)]


def test_paths_beside_the_project_stay_relative(tmp_path):
    project = digits()
    beside = start_from(project, tmp_path / "digits_start.safetensors", tmp_path)
    assert beside.training.weights == "digits_start.safetensors"
    assert Plan.from_project(beside, beside=tmp_path).weights == tmp_path / "digits_start.safetensors"
    away = start_from(project, tmp_path / "elsewhere" / "w.safetensors", tmp_path)
    assert Plan.from_project(away, beside=tmp_path).weights == tmp_path / "elsewhere" / "w.safetensors"
    assert suggest_start(tmp_path / "digits.nnd") == tmp_path / "digits_start.safetensors"
    assert Plan.from_project(project, beside=tmp_path).weights is None


def test_listing_a_network_draws_nothing():
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    entries = list_tensors(render_module(digits(*CONVOLUTION)))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert [entry.name for entry in entries] == list(
        build(render_module(digits(*CONVOLUTION))).make_model().state_dict()
    )
    assert all(entry.node for entry in entries)


def test_an_unsound_network_is_said_to_be_so(tmp_path, handwritten):
    torch.save(handwritten.state_dict(), tmp_path / "theirs.pt")
    project, _ = add_node(digits(), "Linear")
    assert examine(project, tmp_path / "theirs.pt")  # a layer that leads nowhere is no part of it
    broken = set_parameter(
        digits(), next(k for k, n in digits().graph.nodes.items() if n.kind == "Linear"), "out_features", 0
    )
    with pytest.raises(NotReady):
        examine(broken, tmp_path / "theirs.pt")


def pretrain_on_five(project, epochs):
    """Return what a project's network with five outputs learns of the digits 0 to 4, by a loop of somebody else."""
    x, y = load_digits_images()
    x, y = x[y < 5], y[y < 5]
    torch.manual_seed(7)
    model = build(render_module(project)).make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return model.state_dict()


def test_ten_digits_are_learned_sooner_with_features_of_five(tmp_path):
    """Three epochs over 180 digits at the same seed, batches and learning rate: a new head on frozen convolutions that
    learned the digits 0 to 4, against the same network begun afresh.
    """
    layers = [("Conv2d", {"out_channels": 16, "kernel_size": 3}), ("ReLU", {})]
    layers += [("Conv2d", {"out_channels": 32, "kernel_size": 3}), ("ReLU", {})]
    layers += [("Flatten", {}), ("Linear", {"out_features": 5})]
    five = digits(*layers, epochs=3, validation=0.9, optimizer=Choice("Adam", {"lr": 0.003}))
    torch.save(pretrain_on_five(five, epochs=15), tmp_path / "five.pt")
    ten, _ = replace_head(five)
    frozen, _ = freeze_all_but_head(ten)
    started = load(frozen, tmp_path / "five.pt", tmp_path)

    def learn(project):
        return [event for event in train(Plan.from_project(project)) if isinstance(event, EpochDone)][-1]

    transferred, fresh = learn(started), learn(ten)  # measured: 82 % and 44 %
    assert transferred.val_metrics["accuracy"] > 0.75 > 0.6 > fresh.val_metrics["accuracy"]
    assert transferred.val_loss < 0.6 * fresh.val_loss


def test_frozen_layers_end_a_run_as_they_were_loaded(tmp_path, handwritten):
    torch.save(handwritten.state_dict(), tmp_path / "theirs.pt")
    frozen, _ = freeze_all_but_head(digits(*CONVOLUTION, epochs=1))
    project = load(frozen, tmp_path / "theirs.pt", tmp_path)
    assert isinstance(run_to_end(Plan.from_project(project, out=tmp_path / "run")), Finished)
    before, after = (
        load_file(path) for path in (tmp_path / "digits_start.safetensors", tmp_path / "run" / "last.safetensors")
    )
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    statistics = {name for name in before if name.rpartition(".")[2] in ("running_mean", "running_var", COUNTER)}
    assert moved - statistics == {name for name in before if name.startswith("layers.6.")}  # the head


WIDE = {"out_features": 64}


def test_the_layers_of_blocks_are_filled_in_every_repetition(tmp_path):
    project = digits(("Flatten", {}), ("Linear", WIDE), ("ReLU", {}), ("Linear", {"out_features": 10}), epochs=1)
    inside = [key for key, node in project.graph.nodes.items() if node.kind in ("Linear", "ReLU")][:2]
    project, use = group(project, inside, "Step")
    project = set_option(project, [use], "repeat", 3)
    theirs = nn.Sequential(
        nn.Flatten(), *[nn.Sequential(nn.Linear(64, 64), nn.ReLU()) for _ in range(3)], nn.Linear(64, 10)
    )
    torch.save(theirs.state_dict(), tmp_path / "theirs.pt")
    lines = examine(project, tmp_path / "theirs.pt").lines
    assert [line.layer for line in lines[::2]] == [*["Linear linear2 in step1"] * 3, "Linear linear4"]
    started = load(project, tmp_path / "theirs.pt", tmp_path)
    x = torch.randn(4, 1, 8, 8)
    assert torch.equal(make_started(started)(x), theirs(x))
    assert isinstance(run_to_end(Plan.from_project(started)), Finished)


def test_weights_that_two_layers_share_are_one_tensor(tmp_path):
    project = digits(("Flatten", {}), *[("Linear", WIDE), ("ReLU", {})] * 2, ("Linear", {"out_features": 10}), epochs=1)
    first, twin, _ = [key for key, node in project.graph.nodes.items() if node.kind == "Linear"]
    project = set_option(project, [twin], "shared_with", first)
    assert isinstance(run_to_end(Plan.from_project(project, out=tmp_path / "run")), Finished)
    transfer = examine(project, tmp_path / "run" / "last.safetensors")
    assert transfer.table.fresh == transfer.table.unused == ()
    started = make_started(load(project, tmp_path / "run" / "last.safetensors", tmp_path)).state_dict()
    assert all(
        torch.equal(started[name], tensor) for name, tensor in load_file(tmp_path / "run" / "last.safetensors").items()
    )


def test_code_of_a_project_that_is_not_trusted_does_not_run(tmp_path, handwritten):
    torch.save(handwritten.state_dict(), tmp_path / "theirs.pt")
    call = f"super().__init__()\n        open({str(tmp_path / 'it ran')!r}, 'w').close()"
    code = DEFAULT_CODE.replace("super().__init__()", call)
    layer = ("Custom", {"code": code, "output_shape": "input_0"})
    project = digits(("Flatten", {}), layer, ("Linear", {"out_features": 10}))
    with pytest.raises(Untrusted):
        examine(project, tmp_path / "theirs.pt")
    assert not (tmp_path / "it ran").exists()
