"""Scripts that only read, prepare or split data: what can be looked at before there is a network."""

import re

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Step
from designer.codegen.batches import collect_augmentation, write_augment
from designer.codegen.data import ROWS, write_steps
from designer.codegen.imports import Import, write_imports
from designer.codegen.layout import STEP
from designer.codegen.source import Source
from designer.codegen.text import Text
from designer.document.project import Data

NEEDED: tuple[Import, ...] = (("pathlib", "Path", ""), ("torch", "", ""), ("torch", "Tensor", ""))


def render_preparation(data: Data) -> Source:
    """Return a script with `load_data` and, where samples are changed, `augment`, for a source whose values are sound.

    `load_data` returns all its variables by name; targets are as the source gives them.
    """
    assert data.source is not None
    spec = sources[data.source.kind]
    body = write_steps(spec.steps(resolve(spec.parameters, data.source.parameters)[0], data))
    definitions = (*body.definitions, *collect_augmentation(data))
    text = Text()
    text.add(write_imports({*NEEDED, *(item for one in definitions for item in one.imports)}))
    for definition in definitions:
        text.add(["", "", *definition.text.split("\n")])
    path = "path: Path" if spec.path else ""
    about = f"Return all that is made on the way to the rows for {', '.join(ROWS)}."
    text.add(["", "", f"def load_data({path}) -> dict[str, object]:", f'{STEP}"""{about}"""'])
    text.add([*body.lines, f"{STEP}return dict(locals())"])
    augment = write_augment(data)
    if augment:
        text.add(["", "", *augment])
    return Source("\n".join(text.lines) + "\n", "", takes_path=bool(spec.path))


def render_split(data: Data, given: str = "table") -> Source:
    """Return a script with `split_data`, which shares out the rows of a variable that was read already.

    It returns the rows for training, validation and, where there are such, test, as the source's own lines find them.
    """
    assert data.source is not None
    spec = sources[data.source.kind]
    parts = ROWS if data.test else ROWS[:2]
    lines = spec.steps(resolve(spec.parameters, data.source.parameters)[0], data)
    last = next(place for place, step in enumerate(lines) if ROWS[0] in step.outputs.split(", "))
    steps = _pick_needed(lines[: last + 1], set(parts), given)
    body = write_steps(steps)
    text = Text()
    text.add(write_imports({*NEEDED, *(item for one in body.definitions for item in one.imports)}))
    for definition in body.definitions:
        text.add(["", "", *definition.text.split("\n")])
    about = f"Return the rows for {', '.join(parts)}."
    text.add(["", "", f"def split_data({given}: object) -> tuple[Tensor, ...]:", f'{STEP}"""{about}"""'])
    text.add([*body.lines, f"{STEP}return {', '.join(parts)}"])
    return Source("\n".join(text.lines) + "\n", "")


def _pick_needed(steps: tuple[Step, ...], wanted: set[str], given: str) -> list[Step]:
    """Return the lines without which there are not the wanted variables, but for those that make the given one."""
    kept: list[Step] = []
    for step in reversed(steps):
        names = set(step.outputs.split(", "))
        if given in names or wanted.isdisjoint(names):
            continue
        kept.append(step)
        wanted |= set(re.findall(r"[a-z_]+", step.inputs))
    return kept[::-1]
