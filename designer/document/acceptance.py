"""What edits take: values that a file can hold, and a sentence for people about those that it cannot. All raise EditError."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from frozendict import frozendict

from designer.document import limits
from designer.document.graph import Parameters, Value
from designer.document.limits import Refused
from designer.document.project import Choice, Data, Position, Training
from designer.document.wording import show_name

T = TypeVar("T")


class EditError(ValueError):
    """An edit that cannot be done: a whole sentence for people."""


def accept(what: str, rule: Callable[[object], T], value: object) -> T:
    """Return a value as a rule of `limits` takes it; `what` is what messages call it."""
    try:
        return rule(value)
    except Refused as reason:
        raise EditError(f"`{show_name(what)}` {reason}.") from None


def accept_parameters(parameters: Mapping[str, Value]) -> Parameters:
    """Return parameters whose names and values a file can hold."""
    return frozendict(
        {
            accept("the name of a parameter", limits.accept_name, name): accept(name, limits.accept_value, value)
            for name, value in parameters.items()
        }
    )


def accept_choice(choice: Choice) -> Choice:
    """Return a choice whose kind and parameters a file can hold."""
    kind = accept("kind", limits.accept_name, choice.kind)
    return replace(choice, kind=kind, parameters=accept_parameters(choice.parameters))


def accept_whole(part: Data | Training, field: str) -> int:
    """Return a whole number of the data or the training, if it is in the range of its field."""
    return accept(field, lambda value: limits.accept_whole(value, *limits.WHOLE[field]), getattr(part, field))


def accept_data(data: Data) -> Data:
    """Return the data of a project in a form that a file can hold."""
    return replace(
        data,
        source=None if data.source is None else accept_choice(data.source),
        validation=accept("validation", limits.accept_share, data.validation),
        split_seed=accept_whole(data, "split_seed"),
        split=accept_choice(data.split),
        test=accept("test", limits.accept_share, data.test),
        sampling=accept_choice(data.sampling),
        augmentation=accept("augmentation", limits.accept_steps, tuple(map(accept_choice, data.augmentation))),
    )


def accept_training(training: Training) -> Training:
    """Return the training of a project in a form that a file can hold."""
    return replace(
        training,
        loss=accept_choice(training.loss),
        optimizer=accept_choice(training.optimizer),
        schedule=accept_choice(training.schedule),
        epochs=accept_whole(training, "epochs"),
        batch_size=accept_whole(training, "batch_size"),
        device=accept("device", limits.accept_device, training.device),
        seed=accept_whole(training, "seed"),
        weights=accept("weights", limits.accept_text, training.weights),
        objective=accept_choice(training.objective),
        warmup=accept_choice(training.warmup),
        batch=accept("batch", limits.accept_batch, training.batch),
        accumulate=accept_whole(training, "accumulate"),
        clip=accept_choice(training.clip),
        averaging=accept_choice(training.averaging),
        early_stopping=accept_choice(training.early_stopping),
        metrics=accept("metrics", limits.accept_names, training.metrics),
    )


def accept_position(position: Position) -> Position:
    """Return a position as floats; one beyond the edge of the canvas is put on the edge."""
    x, y = (accept("position", limits.accept_number, number) for number in position)
    return keep_near((x, y))


def keep_near(position: Position) -> Position:
    """Return a position, put on the edge of the canvas where it lies beyond."""
    far = limits.FURTHEST
    x, y = (max(-far, min(far, number)) for number in position)
    return x, y
