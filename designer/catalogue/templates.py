"""The templates that come with Designer: complete projects to start from, from the perceptron to MNIST."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from designer.catalogue.registry import sources
from designer.document.files import SUFFIX, load
from designer.document.project import Project, used_block
from designer.document.wording import show_name
from designer.paths import resource, resources

# The gallery from the simplest to the largest, by group; what is not named here comes after, by name.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "First steps": (
        "mcculloch-pitts-neuron",
        "and-perceptron",
        "or-perceptron",
        "xor-perceptron",
        "adaline",
        "and-sigmoid",
        "xor",
        "moons",
        "circles",
        "spirals",
    ),
    "Tasks": (
        "iris",
        "wine",
        "breast-cancer",
        "diabetes",
        "task-binary",
        "task-multi-class",
        "task-multi-label",
        "task-bounded-regression",
        "task-unbounded-regression",
    ),
    "Digits": (
        "digits-mlp",
        "digits-cnn",
        "digits-residual",
        "digits-rows",
        "mlp-784-300-300-10",
        "mnist-mlp",
        "batch-norm-mlp",
        "mnist-cnn",
        "three-block-cnn",
        "lenet-5",
    ),
    "Images": (
        "neocognitron",
        "alexnet",
        "overfeat-fast",
        "network-in-network",
        "vgg-16",
        "vgg-19",
        "googlenet",
        "resnet-18",
        "resnet-50",
        "resnet-152",
        "pre-activation-resnet-1001",
        "squeezenet-1.0",
        "densenet-121",
        "mobilenet-v2",
        "efficientnet-b0",
        "efficientnet-b7",
        "vit-b-16",
        "u-net",
    ),
    "Sequences": (
        "elman-rnn",
        "lstm-classifier",
        "gru-forecaster",
        "echo-state-network",
        "transformer-classifier",
        "bert-style-encoder",
        "tiny-gpt",
        "gpt-2-small",
    ),
    "Representations and samples": (
        "autoencoder",
        "denoising-autoencoder",
        "siamese-network",
        "vae",
        "gan",
        "dcgan",
    ),
}
OTHERS = "Others"
_SOURCE = "\n\nSource: "
_ORDER = tuple(name for names in GROUPS.values() for name in names)
# Other names by which people look for one.
ALIASES: Mapping[str, str] = {
    "perceptron": "and-perceptron",
    "xor-2-4-1": "xor",
    "mnist-784-512-256-10": "mnist-mlp",
    "bert": "bert-style-encoder",
    "siamese": "siamese-network",
    "esn": "echo-state-network",
}


class TemplateError(ValueError):
    """A template that does not exist, or data that it has no use for. A whole sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template: its name on the command line, its title, a sentence on what it shows, its story and its source.

    `source` is the paper or book it comes from, "" where there is none; `group` the part of the gallery it is in.
    `path_parameter` names the parameter of its data source that takes the user's file or folder, "" where it brings
    its own data. `kinds` are the kinds of its layers and the names of its blocks, those inside blocks included.
    """

    name: str
    title: str
    summary: str
    story: str
    path: Path
    path_parameter: str = ""
    source: str = ""
    group: str = OTHERS
    kinds: frozenset[str] = frozenset()


@functools.cache
def list_templates() -> tuple[Template, ...]:
    """Return all templates, the simplest first."""
    folder = resources() / "templates"
    found = {path.name.removesuffix(SUFFIX): path for path in folder.glob(f"*{SUFFIX}")}
    return tuple(_describe(name, found[name]) for name in sorted(found, key=_rank))


def find_template(name: str) -> Template:
    """Return the template of this name, or of another name it goes by. Raises TemplateError, which offers near names."""
    known = {template.name: template for template in list_templates()}
    wanted = name.strip().lower().replace(" ", "-").replace("_", "-")
    wanted = ALIASES.get(wanted, wanted)
    if wanted in known:
        return known[wanted]
    names = (*known, *(other for other, own in ALIASES.items() if own in known))
    near = [each for each in names if wanted and each.startswith(wanted)] or get_close_matches(wanted, names, 3)
    near = near or [each for each in names if len(wanted) > 2 and wanted in each]
    meant = f"Did you mean {_join(near[:5])}?" if near else "`designer templates` lists them all."
    raise TemplateError(f"There is no template called {show_name(name, 80)!r}. {meant}")


def open_template(name: str, data: str | Path | None = None) -> Project:
    """Return the project of a template; `data` is the file or folder of its data, for a template that reads one.

    What is recorded of the data (image size, number of classes) stays as it is: `designer.data.set_path` looks at the
    folder. Raises TemplateError.
    """
    name = find_template(name).name
    project = load(resource(f"templates/{name}{SUFFIX}"))
    if data is None:
        return project
    parameter = _find_path_parameter(project)
    if project.data.source is None or not parameter:
        raise TemplateError(f"The template {name} brings its own data. Leave the path out.")
    source = project.data.source
    source = replace(source, parameters={**source.parameters, parameter: str(Path(data).expanduser().absolute())})
    return replace(project, data=replace(project.data, source=source))


def _rank(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER)), name


def _join(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def _describe(name: str, path: Path) -> Template:
    project = load(path)
    summary, _, story = project.notes.partition("\n")
    story, _, source = story.partition(_SOURCE)
    return Template(
        name,
        project.name,
        summary,
        story.strip(),
        path,
        _find_path_parameter(project),
        source.strip(),
        next((group for group, names in GROUPS.items() if name in names), OTHERS),
        _find_kinds(project),
    )


def _find_kinds(project: Project) -> frozenset[str]:
    graphs = (project.graph, *(block.graph for block in project.blocks.values()))
    kinds = {node.kind for graph in graphs for node in graph.nodes.values() if used_block(node.kind) is None}
    return frozenset(kinds - {"Input", "Output"} | {block.name for block in project.blocks.values()})


def _find_path_parameter(project: Project) -> str:
    spec = sources.get(project.data.source.kind) if project.data.source is not None else None
    return spec.path if spec is not None else ""
