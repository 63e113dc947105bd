"""A script that only reads and prepares data: what can be looked at before there is a network."""

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
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
