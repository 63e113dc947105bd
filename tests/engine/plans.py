"""Plans for the tests of the engine: small networks on small data, and plans whose script was spoilt on purpose."""

from collections.abc import Mapping
from dataclasses import replace

from designer.codegen.source import Source
from designer.document.graph import Value
from designer.document.project import Choice, Data, Project, Training
from designer.engine.plan import Plan
from tests.codegen.networks import make_chain

Layer = tuple[str, Mapping[str, Value]]

MLP: tuple[Layer, ...] = (
    ("Flatten", {}),
    ("Linear", {"out_features": 32}),
    ("ReLU", {}),
    ("Dropout", {"p": 0.2}),
    ("Linear", {"out_features": 10}),
)
CONVOLUTION: tuple[Layer, ...] = (
    ("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}),
    ("BatchNorm2d", {}),
    ("ReLU", {}),
    ("MaxPool2d", {"kernel_size": 2}),
    ("Dropout2d", {"p": 0.1}),
    ("Flatten", {}),
    ("Linear", {"out_features": 10}),
)


def make_project(
    source: Choice | str,
    *layers: Layer,
    loss: Choice | str = "CrossEntropyLoss",
    optimizer: Choice | str = "Adam",
    schedule: Choice | str = "Constant",
    validation: float = 0.2,
    **training: int | str,
) -> Project:
    """Return a project whose layers stand in a row; their names are the kind and the place, "linear2"."""
    named = [(f"{kind.lower()}{i}", kind, parameters) for i, (kind, parameters) in enumerate(layers, 1)]
    graph = make_chain(("input1", "Input", {}), *named, ("output1", "Output", {}))
    settings = Training(
        loss=_choice(loss), optimizer=_choice(optimizer), schedule=_choice(schedule), **({"device": "cpu"} | training)
    )
    return Project("test", graph, data=Data(_choice(source), validation), training=settings)


def digits(*layers: Layer, **settings: object) -> Project:
    """Return a classifier of the bundled digits, an MLP with dropout unless given."""
    return make_project("Digits", *(layers or MLP), **({"epochs": 2} | settings))


def plan_digits(*layers: Layer, **settings: object) -> Plan:
    """Return the plan of `digits`."""
    return Plan.from_project(digits(*layers, **settings))


def spoil(plan: Plan, old: str, new: str) -> Plan:
    """Return a plan whose script has other text in one line, as if the generator had a bug there."""
    assert plan.source.text.count(old) == 1
    assert "\n" not in old + new
    source: Source = replace(plan.source, text=plan.source.text.replace(old, new))
    return replace(plan, source=source)


def _choice(what: Choice | str) -> Choice:
    return Choice(what) if isinstance(what, str) else what
