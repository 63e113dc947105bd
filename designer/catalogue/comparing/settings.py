"""Settings held against each other: of two layers, of the data, of the training. Values are written as people read them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from designer.catalogue.augmentation import augmentations
from designer.catalogue.options import OPTIONS
from designer.catalogue.parameters import Parameter, Unacceptable
from designer.catalogue.registry import losses, metrics, objectives, optimizers, schedules, sources
from designer.catalogue.sampling import samplings
from designer.catalogue.splits import splits
from designer.catalogue.training_settings import SETTINGS
from designer.document.graph import Node, Parameters, Value
from designer.document.project import Choice, Data, Training
from designer.document.wording import show_name

LONGEST_VALUE = 60  # characters
MISSING = "–"  # what stands where one side has no such setting

_CHOICES = {
    "objective": ("task", objectives),
    "loss": ("loss", losses),
    "optimizer": ("optimizer", optimizers),
    "schedule": ("schedule", schedules),
    **SETTINGS,
}
_WHOLE = ("epochs", "batch", "batch_size", "accumulate", "device", "seed", "weights")


@dataclass(frozen=True, slots=True)
class Detail:
    """One setting that differs, written out on both sides."""

    name: str
    before: str
    after: str


def write_value(value: Value) -> str:
    """Return a value as people read it: 3 x 3, on, none, 0.001."""
    match value:
        case None:
            return "none"
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:g}"
        case int():
            return str(value) if abs(value) < 2**63 else "a number of more than 18 digits"
        case tuple():
            text = (" x " if all(isinstance(item, int) for item in value) else ", ").join(map(write_value, value))
            return show_name(text, LONGEST_VALUE) or "none"
    return show_name(value, LONGEST_VALUE) if value else "none"


def compare_parameters(
    before: Parameters, after: Parameters, old: Iterable[Parameter], new: Iterable[Parameter], prefix: str = ""
) -> Iterator[Detail]:
    """Yield the parameters that differ, defaults filled in. What only one side declares is told where it was set."""
    if old is new and before == after:
        return
    ours, theirs = {each.name: each for each in old}, {each.name: each for each in new}
    for name in dict.fromkeys((*ours, *theirs, *before, *after)):
        if name not in before and name not in after and (name not in ours or name not in theirs):
            continue
        one, other = _settle(before, ours, name), _settle(after, theirs, name)
        if one != other and (first := _write(one)) != (second := _write(other)):
            yield Detail(prefix + show_name(name), first, second)


def compare_options(before: Node, after: Node, names: tuple[Mapping[str, str], Mapping[str, str]]) -> Iterator[Detail]:
    """Yield the options that differ. `names` call the layer that weights are shared with, by its id on either side."""
    if not before.options and not after.options:
        return
    ours, theirs = _name_owner(before.options, names[0]), _name_owner(after.options, names[1])
    yield from compare_parameters(ours, theirs, OPTIONS, OPTIONS)


def compare_data(before: Data, after: Data) -> Iterator[Detail]:
    """Yield what differs in where samples come from and how they are split."""
    none = Choice("none")
    yield from _compare_choice("source", before.source or none, after.source or none, sources)
    if before.validation != after.validation:
        yield Detail("held out for validation", f"{before.validation:.4g}", f"{after.validation:.4g}")
    if before.split_seed != after.split_seed:
        yield Detail("seed of the split", str(before.split_seed), str(after.split_seed))
    yield from _compare_choice("split", before.split, after.split, splits)
    if before.test != after.test:
        yield Detail("kept for a test", f"{before.test:.4g}", f"{after.test:.4g}")
    yield from _compare_choice("sampling", before.sampling, after.sampling, samplings)
    if before.augmentation != after.augmentation:
        yield Detail("augmentation", _write_steps(before), _write_steps(after))


def _write_steps(data: Data) -> str:
    """Return what is done to samples, in order, with what is set."""
    words = []
    for choice in data.augmentation:
        spec = augmentations.get(choice.kind)
        settings = ", ".join(f"{name} {write_value(value)}" for name, value in choice.parameters.items())
        title = spec.title if spec is not None else show_name(choice.kind)
        words.append(f"{title} ({show_name(settings)})" if settings else title)
    return "; ".join(words) or "none"


def compare_training(before: Training, after: Training) -> Iterator[Detail]:
    """Yield what differs in how the two are trained."""
    for field, (title, known) in _CHOICES.items():
        yield from _compare_choice(title, getattr(before, field), getattr(after, field), known)
    for field in _WHOLE:
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            yield Detail(field, write_value(one), write_value(other))
    if before.metrics != after.metrics:
        yield Detail("metrics", _write_metrics(before), _write_metrics(after))


def _compare_choice(title: str, before: Choice, after: Choice, known: Mapping[str, object]) -> Iterator[Detail]:
    one, other = known.get(before.kind), known.get(after.kind)
    if before.kind != after.kind:
        yield Detail(title, _name_choice(before, one), _name_choice(after, other))
    yield from compare_parameters(
        before.parameters,
        after.parameters,
        getattr(one, "parameters", ()),
        getattr(other, "parameters", ()),
        f"{title}: ",
    )


def _name_choice(choice: Choice, spec: object) -> str:
    return getattr(spec, "title", "") or show_name(choice.kind)


def _settle(given: Parameters, declared: Mapping[str, Parameter], name: str) -> Value | type[KeyError]:
    """Return a value in its canonical form, the default where none was given; KeyError where there is no such setting."""
    parameter = declared.get(name)
    if name not in given:
        return KeyError if parameter is None else parameter.default
    value = given[name]
    if parameter is None:
        return value
    try:
        return parameter.type.accept(value)
    except Unacceptable:  # an expression, or a value that cannot stand: told as it was written
        return value


def _write(value: Value | type[KeyError]) -> str:
    return MISSING if value is KeyError else write_value(value)  # type: ignore[arg-type]


def _name_owner(options: Parameters, names: Mapping[str, str]) -> Parameters:
    owner = options.get("shared_with")
    return {**options, "shared_with": names.get(owner, owner)} if isinstance(owner, str) and owner else options


def _write_metrics(training: Training) -> str:
    return (
        ", ".join(metrics[name].title if name in metrics else show_name(name) for name in training.metrics) or "usual"
    )
