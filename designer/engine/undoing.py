"""Answers about a series that was prepared before it was cut, in the unit of the series itself."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from torch import Tensor

from designer.catalogue.undoing import find_undoing
from designer.document.project import Project


def find_past(project: Project, names: Mapping[str, Any], first: int = 0) -> tuple[Tensor, ...]:
    """Return what was read, from the sample with this number on, as answers build on it; () where they do not.

    `names` are the variables of load_data, as far as they are there.
    """
    step = find_undoing(project)
    past = names.get(step.inputs.split(", ")[1]) if step is not None else None
    return (past[first:],) if past is not None else ()


def cut_past(project: Project, names: Mapping[str, Any], first: int) -> Mapping[str, Any]:
    """Return variables of load_data with what was read from the sample with this number on, where answers build on it."""
    step, past = find_undoing(project), find_past(project, names, first)
    return {**names, step.inputs.split(", ")[1]: past[0]} if step is not None and past else names


def undo(project: Project, values: Tensor, past: tuple[Tensor, ...]) -> Tensor:
    """Return N x size answers, scaled no more, in the unit of what was read; as they are where `past` is ()."""
    step = find_undoing(project)
    if step is None or not past:
        return values
    function = getattr(import_module(f"designer.recipes.{step.recipe}"), step.function)
    found: Tensor = function(values, *past, **step.arguments)
    return found
