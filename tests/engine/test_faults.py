"""Two hundred injected faults: whatever breaks, nothing is lost, and the next run goes on from there."""

import math
import random
import resource
import shutil
import subprocess
from dataclasses import replace

import pytest

from designer.document.project import Choice
from designer.engine.events import Failed, Finished, Request, Started
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.standing import DataChanged
from designer.engine.state import read_state
from designer.recipes.bundled import load_iris
from tests.engine.faulty import (
    ERRORS,
    LAYERS,
    WRITTEN,
    faulty_disk,
    losses_of,
    run_on,
)
from tests.engine.plans import make_project, spoil

pytestmark = [
    pytest.mark.usefixtures("at_every_step"),
]

STAGES = ("open", "write", "sync", "rename")


def draw_disk_faults(seed: int):
    """Return each file with each error, at a stage and a write drawn by lot."""
    lot = random.Random(seed)
    return [(name, error, lot.choice(STAGES), lot.choice((1, 1, 2, 3))) for name in WRITTEN for error in ERRORS]


@pytest.mark.parametrize("name, error, stage, first", draw_disk_faults(1))
def test_a_write_that_fails_now_and_then_costs_nothing(judge, tmp_path, name, error, stage, first):
    plan = replace(judge.plan, out=tmp_path / "run")
    with faulty_disk(name, stage, ERRORS[error], first, first):
        events, last = run_on(plan)
    if isinstance(last, Finished):
        assert losses_of(events) == judge.losses
        judge.demand_sound(plan.out)
    else:  # a folder that cannot be begun
        assert last.step == 0
        assert "run folder cannot be written" in last.message
    judge.demand_same_end(plan.out)


@pytest.mark.parametrize("name, error, stage, first", draw_disk_faults(2))
def test_a_write_that_fails_from_now_on_loses_only_that_file(judge, tmp_path, name, error, stage, first):
    plan = replace(judge.plan, out=tmp_path / "run")
    with faulty_disk(name, stage, ERRORS[error], first, float("inf")) as counted:
        events, last = run_on(plan)
    assert losses_of(events) == judge.losses[: last.step]
    if isinstance(last, Failed):
        assert "cannot be written" in last.message
        assert ".tmp" not in last.message
    else:
        assert counted[0] < first or name == "epoch-2.state"
    step = judge.demand_sound(plan.out, full=name == "run.json")
    if last.step and name not in ("last.state", *WRITTEN[:3]):
        assert step == len(judge.losses)
    judge.demand_same_end(plan.out, curve=name != "losses.csv", full=name == "run.json")


@pytest.mark.parametrize("event", range(2, 26))
def test_a_folder_that_is_removed_is_made_again(judge, tmp_path, event):
    """After the event; the steps before it are gone from the curve, nothing else is."""
    plan = replace(judge.plan, out=tmp_path / "run")
    for number, _ in enumerate(train(plan)):
        if number == event:
            shutil.rmtree(plan.out, ignore_errors=True)
    if plan.out.exists():
        judge.demand_sound(plan.out, curve=False)
        assert read_state(plan.out / "last.state").step == len(judge.losses)
    judge.demand_same_end(plan.out, curve=False)


@pytest.mark.parametrize("event", range(1, 26, 2))
def test_a_listener_that_goes_away_leaves_what_there_was(judge, tmp_path, event):
    plan = replace(judge.plan, out=tmp_path / "run")
    run = train(plan)
    told = [each for each, _ in zip(run, range(event), strict=False)]
    run.close()
    assert judge.demand_sound(plan.out) >= len(losses_of(told)) - 1
    judge.demand_same_end(plan.out)


BROKEN = {
    "exception": ('raise ValueError("broken")', "exception", "broken"),
    "no message": ("raise AssertionError", "exception", "AssertionError"),
    "memory": (
        'raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0")',
        "out_of_memory",
        "2.5 GiB more",
    ),
    "memory of Python": ("raise MemoryError", "out_of_memory", "Memory ran out"),
    "real memory": ("torch.empty(10**13)", "out_of_memory", "more was asked for"),
    "device": ('raise RuntimeError("CUDA error: unspecified launch failure\\\\nmore")', "device", "last checkpoint"),
    "assertion": ('raise RuntimeError("CUDA error: device-side assert triggered")', "device", "train on the CPU"),
    "library": ('raise RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")', "device", "last checkpoint"),
}
PLACES = {
    "forward": "    outputs = network(x)",
    "backward": "    value.backward()",
    "optimizer": "    optimizer.step()",
}


def break_step(plan, place, step, statement):
    """Return a plan whose script does something before a line of a step."""
    line = PLACES[place]
    count = "train_step.count = getattr(train_step, 'count', 0) + 1"
    return spoil(
        plan, line, f"    {count if place else ''}; exec({statement!r}) if train_step.count == {step} else None;{line}"
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("step", [1, 5])
def test_a_step_that_breaks_leaves_those_before(judge, tmp_path, fault, place, step):
    statement, reason, words = BROKEN[fault]
    plan = replace(judge.plan, out=tmp_path / "run")
    events, last = run_on(break_step(plan, place, step, statement))
    assert (last.reason, last.step) == (reason, step - 1)
    assert words in last.message
    assert losses_of(events) == judge.losses[: step - 1]
    (plan.out / "train.py").unlink()  # that of the broken script
    assert judge.demand_sound(plan.out) == step - 1
    judge.demand_same_end(plan.out)


RUINS = {
    "weight": "next(network.parameters()).data[0] = NUMBER",
    "last weight": "[*network.parameters()][-1].data[0] = NUMBER",
    "gradient": "next(network.parameters()).grad[0] = NUMBER",
    "last gradient": "[*network.parameters()][-1].grad[0] = NUMBER",
}


@pytest.mark.parametrize("number", ["nan", "inf"])
@pytest.mark.parametrize("ruin", RUINS)
@pytest.mark.parametrize("interval", [0.0, 1e9])
def test_a_step_that_ruins_the_weights_is_the_last(judge, tmp_path, monkeypatch, ruin, number, interval):
    """Whenever somebody looks: step and node are named, and the checkpoint is from before."""
    monkeypatch.setattr("designer.engine.meter.INTERVAL", interval)
    plan = replace(judge.plan, out=tmp_path / "run")
    statement = RUINS[ruin].replace("NUMBER", f"float('{number}')")
    # By the step of the optimizer: the run goes back and looks again.
    line = PLACES["optimizer"]
    count = "[*optimizer.state.values()][0]['step'] if optimizer.state else 0"
    broken = spoil(plan, line, f"    exec({statement!r}) if ({count}) == 4 else None;{line}")
    events, last = run_on(broken)
    assert (last.reason, last.step) == ("non_finite_loss", 5)
    assert "step 5 (batch 2 of epoch 2), while the loss" in last.message
    assert last.node == ("n-linear4" if "last" in ruin else "n-linear1")
    assert ("The gradient of" in last.message) == ("gradient" in ruin)
    assert "largest finite weight was 0." in last.message
    assert losses_of(events) == judge.losses[:5]
    assert last.checkpoint == plan.out / "last.state"
    (plan.out / "train.py").unlink()
    assert judge.demand_sound(plan.out) in (3, 4)
    judge.demand_same_end(plan.out)


@pytest.mark.parametrize("limit", [100, 1500, 2500, 4000, 6000, 9000])
def test_files_that_may_not_grow_end_no_run(judge, tmp_path, limit):
    """The system itself refuses what goes beyond."""
    plan = replace(judge.plan, out=tmp_path / "run")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        events, last = run_on(plan)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert isinstance(last, Failed)
    assert "file too large" in last.message
    assert losses_of(events) == judge.losses[: last.step]
    judge.demand_same_end(plan.out)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, of some pages."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(pages):
        try:
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={pages * 4}k", "none", place],
                check=True,
                capture_output=True,
                timeout=30,
            )
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("may not mount")
        return place

    yield mount
    subprocess.run(["umount", "--lazy", place], check=False, capture_output=True, timeout=30)


@pytest.mark.parametrize("pages", [4, 8, 12, 16, 20, 24])
def test_a_disk_that_is_really_full(judge, tmp_path, small_disk, pages):
    place = small_disk(pages)
    plan = replace(judge.plan, out=place / "run")
    events, last = run_on(plan)
    assert isinstance(last, Failed)
    assert "no space left on device" in last.message
    assert losses_of(events) == judge.losses[: last.step]
    judge.demand_sound(plan.out, full=True)
    shutil.copytree(plan.out, tmp_path / "larger")
    judge.demand_same_end(tmp_path / "larger", full=True)


def write_flowers(path, rows=150, broken=None):
    """Write a table of measurements of flowers; row `broken` holds no number."""
    x, y = load_iris()
    lines = [",".join([*(f"{value:.4f}" for value in row), f"kind{kind}"]) for row, kind in zip(x, y, strict=True)]
    if broken is not None:
        lines[broken] = lines[broken].replace(lines[broken].split(",")[0], "nan")
    path.write_text("\n".join(["a,b,c,d,kind", *lines[:rows]]) + "\n")


def plan_table(path, out, resume=None):
    """Return the plan of a run on a table in a file."""
    kinds = tuple(f"kind{number}" for number in range(3))
    source = Choice("Csv", {"path": str(path), "target": "kind", "classes": kinds, "numbers": ("a", "b", "c", "d")})
    project = make_project(source, *LAYERS, epochs=3, batch_size=40)
    return Plan.from_project(project, out=out, resume=resume)


DATA_FAULTS = {
    "gone": (lambda path: path.unlink(), "no file or folder"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "directory"),
    "empty": (lambda path: path.write_text(""), "cannot be read"),
    "other": (lambda path: path.write_bytes(bytes(range(256)) * 9), "flowers.csv"),
    "no rows": (lambda path: path.write_text("a,b,c,d,kind\n"), "row"),
}


@pytest.mark.parametrize("fault", DATA_FAULTS)
@pytest.mark.parametrize("event", [5, 9])
def test_data_that_break_while_a_run_is_stopped_break_no_checkpoint(tmp_path, fault, event):
    path, out = tmp_path / "flowers.csv", tmp_path / "run"
    write_flowers(path)
    whole = losses_of(list(train(plan_table(path, None))))
    run = train(plan_table(path, out))
    for number, _ in enumerate(run):
        if number == event:
            run.send(Request(stop=True))
    step = read_state(out / "last.state").step
    before = {each.name: each.read_bytes() for each in out.iterdir()}
    spoil_file, words = DATA_FAULTS[fault]
    spoil_file(path)
    events, last = run_on(plan_table(path, out, out / "last.state"))
    assert (last.reason, len(losses_of(events))) == ("data", 0)
    assert words in last.message
    assert {each.name: each.read_bytes() for each in out.iterdir()} == before
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    write_flowers(path)
    events, last = run_on(plan_table(path, out, out / "last.state"))
    assert isinstance(last, Finished)
    assert losses_of(events) == whole[step:]


@pytest.mark.parametrize("event", [4, 5, 9])
def test_data_that_have_changed_meanwhile_are_told_of(tmp_path, event):
    path, out = tmp_path / "flowers.csv", tmp_path / "run"
    write_flowers(path)
    run = train(plan_table(path, out))
    for number, _ in enumerate(run):
        if number == event:
            run.send(Request(stop=True))
    path.write_bytes(path.read_bytes()[:2001])
    with pytest.warns(DataChanged, match="not those the checkpoint was trained with"):
        events, last = run_on(plan_table(path, out, out / "last.state"))
    assert isinstance(last, Finished)
    assert [each.other_data for each in events if isinstance(each, Started)] == [True]
    assert all(map(math.isfinite, losses_of(events)))
    assert len(read_record(out).changes) == 1
