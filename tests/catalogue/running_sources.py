"""Run the lines a data source declares, as generated code does."""

import importlib
from pathlib import Path
from typing import Any

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.document.project import Choice, Data

Loaded = dict[str, Any]


def load(choice: Choice, path: Path | None = None, validation: float = 0.2, split_seed: int = 0) -> Loaded:
    """Return the variables that are there after `load_data`: x, y, train, validation and whatever else."""
    spec = sources[choice.kind]
    values, objections = resolve(spec.parameters, choice.parameters)
    assert not objections
    variables: Loaded = {"path": path}
    for step in spec.steps(values, Data(choice, validation, split_seed)):
        module = importlib.import_module(f"designer.recipes.{step.recipe}")
        call = f"{step.outputs} = function({step.inputs}{', ' if step.inputs else ''}**arguments)"
        exec(call, {"function": getattr(module, step.function), "arguments": step.arguments}, variables)
    return variables
