"""The form of the declaration of a data source, and of what is known of its data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from frozendict import frozendict

from designer.catalogue.parameters import Parameter, Values
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data

TargetKind = Literal["class", "binary", "value", "labels", "tokens"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be predicted. "class": one of `size` classes; "binary": yes or no (size 1); "value": `size` numbers.

    "labels": `size` questions with yes or no each, any number of which may be yes; "tokens": one of `size` classes at
    each of the `length` places of a sequence. `labels` are the names of the classes (two for a binary target), of the
    values or of the questions. `bounds` are the least and the largest value where the data knows them.
    """

    kind: TargetKind
    size: int
    labels: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    length: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a data source before it is read: one sample's type, the target, the number of rows.

    `given_split` is true where the source brings its own validation part; `rows` then counts the training part.
    `gap` is set where rows are in order of time and so are never drawn: the last ones are held out, and so many before
    them are used by neither part, as they overlap both. `inputs` is the number of tensors a sample consists of, all of
    the type `input`: the Inputs of the network take them in turn. Samples of whole numbers hold those from 0 to
    `vocabulary` - 1, where that is known. The last features are numbers of categories, as many as there are `embedded`,
    of so many each, for a layer that looks vectors up for them. `weighted` says that each row has a weight of its own, by
    which its loss counts: `steps` then give `weights` as well (N, float32, 1 on average over the training rows).
    """

    input: TensorType
    target: Target
    rows: int | None = None
    given_split: bool = False
    gap: int | None = None
    inputs: int = 1
    vocabulary: int = 0
    embedded: tuple[int, ...] = ()
    weighted: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One line of generated `load_data`: `outputs = function(inputs, name=literal, ...)`.

    `function` stands in designer/recipes/`recipe`.py. `outputs` and `inputs` are code written by us, never text
    from a project; `arguments` are checked values and reach the code as literals. A function may use the variable
    `path` (the script's --data) where the source has a path.
    """

    outputs: str
    recipe: str
    function: str
    inputs: str = ""
    arguments: Mapping[str, Value] = frozendict()


class SourceError(ValueError):
    """Parameters that do not yet say enough to know the data. A whole sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A data source.

    `facts(values)` needs no file: what had to be looked up is in the parameters (`designer.data` fills them in). It
    raises SourceError. `steps(values, data)` are the lines of `load_data`; after them there are `x` (N x sizes,
    float32 or int64; a tuple of such tensors where a sample has several inputs), `y` (class indices N int64; binary
    N int64; values and labels N x size float32; tokens N x length int64) and `train`, `validation`: row indices (int64
    tensors) or slices into both. `path` names the parameter that holds the file or folder,
    if there is one: it becomes the script's `--data`. One that `streams`, always or by its values, may leave `x` in a file
    that is mapped into memory. Where the data's share for `test` is above 0 there is `test` as well, rows that nobody looks at. A source that
    `has_columns` reads a table, by whose columns rows can be split, one that `gives_parts` may say itself what each row
    is for (`split_rows` of sources/steps.py).

    `kept` names variables of `load_data` that hold what was fitted, as JSON has it; those that the values leave out are
    not there. `y_scale` is always how the target was scaled: `undo_scale` of recipes/scale.py gives answers in its own
    unit. `predict(values)` are lines that make `x` and `rows` (the samples as a reader gave them) out of `path`, a file
    of the same form without the target, and of what is kept; None where samples come from no file.

    `undo(values)` is the line that brings answers `given` (N x size, scaled no more) into the unit of what was read, which
    is its second input; None where they are in it already. It counts its samples from the first of what was read.
    """

    kind: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    facts: Callable[[Values], Facts]
    steps: Callable[[Values, Data], tuple[Step, ...]]
    path: str = ""
    help: str = ""
    streams: bool | Callable[[Values], bool] = False
    kept: tuple[str, ...] = ()
    predict: Callable[[Values], tuple[Step, ...]] | None = None
    undo: Callable[[Values], Step | None] = lambda values: None
    has_columns: bool = False
    gives_parts: bool = False
