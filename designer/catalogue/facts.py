"""What a project's data is, known without reading it. Nothing here raises, whatever the project."""

from designer.catalogue.parameters import Objection, Path, Values, resolve
from designer.catalogue.registry import sources
from designer.catalogue.shapes import Inference, Scope, infer
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec
from designer.catalogue.spec import TensorType
from designer.catalogue.splits import refuse_split, splits
from designer.document.project import Data, Project
from designer.document.wording import show_name


def facts(project: Project) -> Facts | None:
    """Return what is known of the data, None while no source is chosen or its parameters do not say enough."""
    found = _resolve_source(project)
    if found is None or found[2]:
        return None
    try:
        return found[0].facts(found[1])
    except SourceError:
        return None


def data_type(project: Project) -> TensorType | None:
    """Return the type of one sample, None while the data is not known."""
    known = facts(project)
    return None if known is None else known.input


def infer_project(project: Project, previous: Inference | None = None) -> Inference:
    """Return shapes, weights and costs of a project's network with its data and its blocks."""
    return infer(project.graph, data_type(project), previous, Scope(project.blocks))


def source_problem(project: Project) -> str | None:
    """Return why the data cannot be known or split yet, in a whole sentence that says what to do; None if it can.

    A file that is still to be chosen is no problem of this kind: see `missing_path`.
    """
    data = project.data
    if data.source is None:
        return "No data is chosen. Choose a source in the Data panel."
    found = _resolve_source(project)
    if found is None:
        return f"The data source `{show_name(data.source.kind)}` is not known here. Choose another in the Data panel."
    spec, values, objections = found
    if objections:
        return f"{spec.title}: {objections[0].message}"
    try:
        known = spec.facts(values)
    except SourceError as error:
        return str(error)
    if (problem := _find_split_problem(data, spec, known)) is not None:
        return problem
    if not 0 <= data.validation < 1:
        return "The share of rows held out for validation must be at least 0 and below 1."
    if data.split_seed < 0:
        return "The seed of the split must be 0 or more."
    return None


def _find_split_problem(data: Data, spec: SourceSpec, known: Facts) -> str | None:
    """Return why rows cannot be split as they are to be."""
    split = splits.get(data.split.kind)
    if split is None:
        return f"The split `{show_name(data.split.kind)}` is not known here. Choose another in the Data panel."
    values, objections = resolve(split.parameters, data.split.parameters)
    if objections:
        return f"Split {split.title}: {objections[0].message}"
    if not 0 <= data.test < 1 or data.test + data.validation >= 1:
        return "The shares for validation and test together must be below 1, so that something is left to learn from."
    return refuse_split(data, values, spec, known)


def missing_path(project: Project) -> str | None:
    """Return which file or folder is still to be chosen before the data can be read; None if none is.

    The network can be designed and its script exported without: the script takes the place as `--data`.
    """
    found = _resolve_source(project)
    if found is None or not found[0].path or found[1][found[0].path]:
        return None
    spec = found[0]
    parameter = next(parameter for parameter in spec.parameters if parameter.name == spec.path)
    folder = isinstance(parameter.type, Path) and parameter.type.folder
    what = f"{parameter.meaning[0].lower()}{parameter.meaning[1:]}"
    return f"No {'folder' if folder else 'file'} is chosen. Choose the {what.removeprefix('the ')}"


def _resolve_source(project: Project) -> tuple[SourceSpec, Values, tuple[Objection, ...]] | None:
    source = project.data.source
    spec = sources.get(source.kind) if source is not None else None
    if source is None or spec is None:
        return None
    return spec, *resolve(spec.parameters, source.parameters)
