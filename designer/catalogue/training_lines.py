"""How a network is trained, in lines of a title and a text each: what is set beside the defaults."""

from designer.catalogue.parameters import Parameter, show
from designer.catalogue.registry import losses, metrics, objectives, optimizers, schedules
from designer.catalogue.training_settings import OFF, SETTINGS
from designer.document.graph import Parameters
from designer.document.project import Choice, Training
from designer.document.wording import show_name

CHOICES = (("task", "objective", objectives), ("loss", "loss", losses), ("optimizer", "optimizer", optimizers))


def describe_training(training: Training) -> tuple[tuple[str, str], ...]:
    """Return the lines; what is left off has none. Never raises, whatever the project."""
    usual = Training()
    lines = [("epochs", f"{training.epochs:,}"), ("batches", _describe_batches(training))]
    for title, field, known in (*CHOICES, ("schedule", "schedule", schedules)):
        choice: Choice = getattr(training, field)
        if field in ("objective", "schedule") and choice == getattr(usual, field):
            continue
        spec = known.get(choice.kind)
        name = getattr(spec, "title", "") or show_name(choice.kind)
        lines.append((title, _describe(name, spec.parameters if spec is not None else (), choice.parameters)))
    for field, (title, settings) in SETTINGS.items():
        choice = getattr(training, field)
        if choice.kind == OFF:
            continue
        setting = settings.get(choice.kind)
        if setting is None:
            lines.append((title, show_name(choice.kind)))
        else:
            first = tuple(parameter.name for parameter in setting.parameters[:2])
            lines.append((title, _describe(setting.title, setting.parameters, choice.parameters, first)))
    if training.metrics:
        named = (metrics[name].title if name in metrics else show_name(name) for name in training.metrics)
        lines.append(("metrics", ", ".join(named)))
    return tuple(lines)


def _describe_batches(training: Training) -> str:
    rows = {"full": "all rows at once", "single": "single rows"}.get(training.batch, f"{training.batch_size:,} rows")
    return f"{rows}, {training.accumulate:,} gathered for a step" if training.accumulate > 1 else rows


def _describe(name: str, declared: tuple[Parameter, ...], given: Parameters, always: tuple[str, ...] = ("lr",)) -> str:
    """Return a name and its settings: those that are given, and those that one always wants to know."""
    shown = [
        f"{parameter.name} {show(given.get(parameter.name, parameter.default))}"
        for parameter in declared
        if parameter.name in given or parameter.name in always
    ]
    return ", ".join([name, *shown])
