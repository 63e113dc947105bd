"""Problems of what goes beside loss, optimizer and schedule: averaged weights, early stopping, gathered batches."""

from collections.abc import Iterator, Mapping

from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Problem
from designer.catalogue.check.study import Study
from designer.catalogue.measuring import choose_metrics, list_fitting
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import metrics, optimizers
from designer.catalogue.training_settings import OFF, SettingSpec, averagings, count_step_rows, stoppings, warmups
from designer.document.project import Choice

LOOKS_BACK = 10  # an average should look back over no more than this part of a run


def find_doubtful_settings(study: Study) -> Iterator[Problem]:
    """Yield settings that can stand but hardly do what was meant."""
    yield from _doubt_averaging(study)
    yield from _doubt_warm_up(study)
    yield from _doubt_clipping(study)
    yield from _doubt_stopping(study)
    training, rows = study.project.training, study.training_rows
    if rows is None or training.batch not in ("mini", "single") or training.accumulate < 2 or rows < 1:
        return
    together = count_step_rows(training, rows)
    if together > rows:
        message = f"A step gathers {training.accumulate} batches, {together:,} rows, but there are only {rows:,}."
        fitting = max(1, training.accumulate * rows // together)
        yield Problem("hint", None, message, (fixes.set_training(f"Set accumulate to {fitting}", accumulate=fitting),))


def _doubt_averaging(study: Study) -> Iterator[Problem]:
    training = study.project.training
    values = _read(training.averaging, averagings)
    if training.averaging.kind == "SWA" and values["start"] > training.epochs >= 1:
        start = max(1, training.epochs * 3 // 4)
        message = (
            f"The weights are averaged from epoch {values['start']:,} on, but there are only {training.epochs:,} epochs: "
            f"nothing is averaged. Start in epoch {start:,}."
        )
        yield Problem("warning", None, message, (fixes.set_choice("averaging", {"start": start}),))
    steps = study.steps
    if training.averaging.kind == "EMA" and steps and values["decay"] > 0:
        back = 1 / (1 - values["decay"])
        if back > max(steps / 2, 2):
            decay = round(max(0.0, 1 - LOOKS_BACK / steps), 3)
            message = (
                f"The moving average looks back over about {back:,.0f} steps, but the run has {steps:,}: at its end it "
                f"still holds the first weights. Set decay to {decay:g}."
            )
            yield Problem("warning", None, message, (fixes.set_choice("averaging", {"decay": decay}),))


def _doubt_warm_up(study: Study) -> Iterator[Problem]:
    training, steps = study.project.training, study.steps
    values = _read(training.warmup, warmups)
    if not values or not steps or training.epochs < 1:
        return
    in_epochs = values["unit"] == "epochs"
    whole = training.epochs if in_epochs else steps
    if values["length"] >= whole > 1:
        length = max(1, whole // LOOKS_BACK)
        message = (
            f"The warm-up takes {values['length']:,} {values['unit']}, but the run has {whole:,}: the learning rate is "
            f"reached at the last step. Set length to {length:,}."
        )
        yield Problem("warning", None, message, (fixes.set_choice("warmup", {"length": length}),))


def _doubt_clipping(study: Study) -> Iterator[Problem]:
    training = study.project.training
    optimizer = optimizers.get(training.optimizer.kind)
    if optimizer is None or not optimizer.closure or training.clip.kind not in ("Norm", "Value"):
        return
    message = (
        f"{optimizer.kind} works gradients out several times a step and each is clipped, so they no longer belong to the "
        "losses that it compares. Clip nothing, or use Adam."
    )
    yield Problem("hint", None, message, (fixes.choose("clip", OFF), fixes.choose("optimizer", "Adam")))


def _doubt_stopping(study: Study) -> Iterator[Problem]:
    training, data, known = study.project.training, study.project.data, study.facts
    if training.early_stopping.kind != "EarlyStopping":
        return
    values = _read(training.early_stopping, stoppings)
    if values["monitor"] in metrics:
        yield from _doubt_monitor(study, values["monitor"])
    if data.validation == 0 and known is not None and not known.given_split:
        message = (
            "Early stopping watches the training rows themselves, as none are held out: it cannot see overfitting. "
            "Hold out a share of the rows for validation."
        )
        yield Problem("warning", None, message)
    if values["patience"] >= training.epochs >= 1 and not values["restore_best"]:
        patience = max(1, training.epochs // 4)
        message = f"With a patience of {values['patience']:,} epochs a run of {training.epochs:,} never stops early. "
        if patience == values["patience"]:
            yield Problem("hint", None, f"{message}Train longer.")
        else:
            fix = fixes.set_choice("early_stopping", {"patience": patience})
            yield Problem("hint", None, f"{message}Set patience to {patience:,}, or train longer.", (fix,))


def _doubt_monitor(study: Study, name: str) -> Iterator[Problem]:
    """Yield that early stopping watches a metric which is not measured."""
    chosen, reading, title = study.project.training.metrics, study.reading, metrics[name].title
    if reading is None and (study.facts is None or study.loss is None):
        return
    if reading is None:
        message = (
            f"This task brings its own metrics: early stopping can watch the first of them, but not {title} by name."
        )
        yield Problem("error", None, message, (fixes.set_choice("early_stopping", {"monitor": "metric"}),))
        return
    measured = [spec.kind for spec in choose_metrics(chosen, reading)]
    if name in measured:
        return
    fallback = fixes.set_choice("early_stopping", {"monitor": "loss"})
    if metrics[name] in list_fitting(reading):
        also = fixes.set_training(f"Measure {title} too", metrics=(*measured, name))
        message = f"Early stopping watches {title}, which is not measured. Measure it too, or watch the loss."
        yield Problem("error", None, message, (also, fallback))
    else:
        message = f"Early stopping watches {title}, which cannot be measured for this task. Watch the loss."
        yield Problem("error", None, message, (fallback,))


def _read(choice: Choice, known: Mapping[str, SettingSpec]) -> Values:
    spec = known.get(choice.kind)
    return resolve(spec.parameters, choice.parameters)[0] if spec is not None else {}
