"""Run the lines a data source declares, as generated code does."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Step
from designer.document.project import Choice, Data

Loaded = dict[str, Any]


def load(choice: Choice, path: Path | None = None, validation: float = 0.2, split_seed: int = 0) -> Loaded:
    """Return the variables that are there after `load_data`: x, y, train, validation and whatever else."""
    values = resolve_values(choice)
    return run(sources[choice.kind].steps(values, Data(choice, validation, split_seed)), {"path": path})


def predict(choice: Choice, path: Path, kept: Loaded) -> Loaded:
    """Return x and the rows of a file without targets, encoded by what was kept."""
    lines = sources[choice.kind].predict
    assert lines is not None
    return run(lines(resolve_values(choice)), kept | {"path": path})


def resolve_values(choice: Choice) -> Values:
    """Return all parameters of a choice."""
    values, objections = resolve(sources[choice.kind].parameters, choice.parameters)
    assert not objections
    return values


def run(steps: Sequence[Step], variables: Loaded) -> Loaded:
    """Run lines with some variables, and return all that there are then."""
    for step in steps:
        module = importlib.import_module(f"designer.recipes.{step.recipe}")
        call = f"{step.outputs} = function({step.inputs}{', ' if step.inputs else ''}**arguments)"
        exec(call, {"function": getattr(module, step.function), "arguments": step.arguments}, variables)
    return variables
