"""The standalone training script: what the engine runs and what the user takes home."""

import operator
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import compress, repeat
from typing import TYPE_CHECKING

from frozendict import frozendict

from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.codegen.batches import collect_batches, count_mixed, write_augment, write_order
from designer.codegen.channels import collect_arrangement, wants_channels_last
from designer.codegen.choices import collect_choices, write_loss, write_optimizer, write_schedule
from designer.codegen.data import write_loader
from designer.codegen.duel import write_networks
from designer.codegen.epochs import collect_epochs, import_epochs, write_average, write_early_stopping, write_turns
from designer.codegen.evaluation import write_evaluate
from designer.codegen.flow import find_outputs, order_nodes
from designer.codegen.imports import Import, list_packages, write_imports
from designer.codegen.layout import LINE_LENGTH
from designer.codegen.lettering import is_clear, measure_width
from designer.codegen.metrics import write_measure
from designer.codegen.module import Network
from designer.codegen.names import make_file_stem
from designer.codegen.objectives import collect_losses
from designer.codegen.readiness import Setup, demand_network, demand_training, find_setup, refuse
from designer.codegen.recipes import Definition, collect_definitions
from designer.codegen.sampling import plan_sampling
from designer.codegen.sharding import plan_sharding
from designer.codegen.source import Source, Unwritable
from designer.codegen.step import write_step
from designer.codegen.text import Text
from designer.codegen.training import (
    CHOOSE_DEVICE,
    write_main,
    write_train,
)
from designer.document.custom import find_code
from designer.document.project import Project

if TYPE_CHECKING:
    from designer.catalogue.check import Problem

OLDEST_TORCH = "2.8"  # as in pyproject.toml: torch.accelerator

ALWAYS: tuple[Import, ...] = (
    ("argparse", "", ""),
    ("importlib", "", ""),
    ("os", "", ""),
    ("pathlib", "Path", ""),
    ("torch", "", ""),
    ("torch.distributed", "", "dist"),
    ("safetensors.torch", "save_file", ""),
    ("torch", "Tensor", ""),
    ("torch", "nn", ""),
    ("torch.nn.parallel", "DistributedDataParallel", ""),
)


def render_module(project: Project, inference: Inference | None = None) -> Source:
    """Return the network alone as a Python module. Raises NotReady where it is not sound.

    Needs no data and no training choices where the Input has a shape of its own. `inference` is that of the project's
    graph with its data, where it is known already.
    """
    inference = inference or infer_project(project)
    order = order_nodes(inference.graph, find_outputs(inference))
    demand_network(project, inference, order)
    network = write_networks(project, inference, order)
    text = Text()
    text.add([f'"""{name_plainly(network.name)}: {network.summary}.', "", "Designed with Designer.", '"""', ""])
    text.add(write_imports(network.imports))
    _add_network(text, network)
    return _finish(project, text, network, takes_path=False)


def render_script(
    project: Project, inference: Inference | None = None, problems: "Sequence[Problem] | None" = None
) -> Source:
    """Return the training script of a project. Raises NotReady where something is missing or does not fit.

    Executed under another name than "__main__" it defines the network's class, load_data, make_loss,
    make_optimizer, make_schedule (unless the learning rate is constant), measure, evaluate, train and main.
    `inference` and `problems` (what check found) are the project's, where they are known already.
    """
    inference = inference or infer_project(project)
    order = order_nodes(inference.graph, find_outputs(inference))
    demand_training(project, inference, order, problems)
    demand_network(project, inference, order)
    network = write_networks(project, inference, order)
    setup = replace(
        find_setup(project, inference, network.results[0]), learning=network.learning, shares=network.shares
    )
    carried = ["\n".join(network.text.lines), *(each.text for each in network.definitions)]
    if not find_code(project) and wants_channels_last(setup, carried):  # a Custom layer may count on another order
        setup = replace(setup, channels_last=True)
    try:
        loader = write_loader(setup, project.data)
    except Unwritable as reason:
        raise refuse(f"A setting of the data cannot be written as code: {reason}.") from None
    measure = write_measure(setup)
    sharding = plan_sharding(setup, network.name)
    sampling = plan_sampling(setup, inference.graph.nodes, network.modules)
    definitions = [
        *loader.definitions,
        *sampling.definitions,
        *collect_losses(setup),
        *collect_arrangement(setup),
        *collect_choices(setup),
        *(collect_definitions("weights", ["load_weights"]) if setup.weights else ()),
        *collect_epochs(setup),
        *collect_batches(setup),
        *(collect_definitions("streaming", ["place", "read_ahead"]) if setup.streams else ()),
        *(collect_definitions("sharding", ["shard", "gather"]) if sharding.is_there else ()),
    ]
    definitions = list(dict.fromkeys(definitions))  # what two parts build on stands there once
    has_statistics = setup.facts.inputs == 1 and any("nn.BatchNorm" in text for text in carried)
    imports = {*ALWAYS, *network.imports, *loader.imports, *(item for each in definitions for item in each.imports)}
    imports.update(import_epochs(setup, has_statistics))
    if any("F." in line for line in measure):
        imports.add(("torch.nn.functional", "", "F"))
    stem = make_file_stem(project.name)
    text = Text()
    text.add(_write_docstring(setup, network, stem, imports, " [--sample N]" if sampling.form else ""))
    text.add(write_imports(imports))
    _add_network(text, network)
    _add_definitions(text, definitions)
    for block in (
        loader.lines,
        write_loss(setup),
        write_optimizer(setup),
        write_schedule(setup),
        write_average(setup),
        write_early_stopping(setup),
        measure,
        write_evaluate(setup),
        write_order(setup),
        write_augment(setup.data, count_mixed(setup)),
        write_step(setup),
        write_train(setup, sharding, write_turns(setup, has_statistics)),
        sampling.lines,
        CHOOSE_DEVICE.split("\n"),
        write_main(setup, name_plainly(network.name), sharding, stem, sampling.writing),
    ):
        if block:
            text.add(["", "", *block])
    source = _finish(project, text, network, takes_path=bool(setup.source.path))
    return replace(
        source,
        samples=sampling.form,
        evaluation_batch=setup.evaluation_batch,
        threads=int(setup.is_small),
        weighs=setup.weighs,
    )


def name_plainly(name: str) -> str:
    """Return a class name as it may stand in a sentence, where an alphabet beside ASCII letters could mislead."""
    return name if is_clear(name) else "the network"


def _write_docstring(setup: Setup, network: Network, stem: str, imports: Iterable[Import], more: str) -> list[str]:
    """Return what the script says of itself and how it is run."""
    given = setup.source_values.get(setup.source.path)
    data = "" if not setup.source.path else " [--data PATH]" if given else " --data PATH"
    *packages, last = list_packages([*imports, ("numpy", "", "")])
    return [
        f'"""Train {name_plainly(network.name)}: {network.summary}.',
        "",
        *textwrap.wrap(f"Designed with Designer. Data: {setup.source.summary}", LINE_LENGTH),
        "",
        *_write_usage(f"    python {stem}.py{data}", "[--weights FILE] " if setup.weights else "", more),
        f"    torchrun --nproc-per-node 2 {stem}.py{data}",
        "",
        f"Needs {', '.join(packages)} and {last}; torch {setup.optimizer.since or OLDEST_TORCH} or later.",
        '"""',
        "",
    ]


def _write_usage(command: str, first: str, last: str) -> list[str]:
    """Return the command with its options, on a second line where the name is long."""
    options = f"{first}[--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]{last}"
    line = f"{command} {options}"
    return [line] if measure_width(line) <= LINE_LENGTH else [command, f"        {options}"]


def _add_network(text: Text, network: Network) -> None:
    _add_definitions(text, network.definitions)
    text.add(["", ""])
    text.append(network.text)


def _add_definitions(text: Text, definitions: Iterable[Definition]) -> None:
    """Add functions and classes of recipes, two blank lines before each; constants stand together."""
    together = False
    for definition in definitions:
        text.add([] if together and definition.constant else ["", ""])
        text.add(definition.text.split("\n"), definition.node or None)
        together = definition.constant


def _finish(project: Project, text: Text, network: Network, takes_path: bool) -> Source:
    joined = "\n".join(text.lines) + "\n"
    told = map(operator.is_not, text.nodes, repeat(None))
    lines: frozendict[int, str] = frozendict(compress(enumerate(text.nodes, 1), told))  # type: ignore[arg-type]
    modules = frozendict(network.modules)
    return Source(joined, network.name, lines, modules, takes_path, foreign=find_code(project))
