"""Problems of what goes beside loss, optimizer and schedule: averaged weights, early stopping, gathered batches."""

from collections.abc import Iterator, Mapping

from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Problem
from designer.catalogue.check.study import Study
from designer.catalogue.parameters import Values, resolve
from designer.catalogue.training_settings import SettingSpec, averagings, count_step_rows, stoppings
from designer.document.project import Choice

LOOKS_BACK = 10  # an average should look back over no more than this part of a run


def find_doubtful_settings(study: Study) -> Iterator[Problem]:
    """Yield settings that can stand but hardly do what was meant."""
    yield from _doubt_averaging(study)
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


def _doubt_stopping(study: Study) -> Iterator[Problem]:
    training, data, known = study.project.training, study.project.data, study.facts
    if training.early_stopping.kind != "EarlyStopping":
        return
    values = _read(training.early_stopping, stoppings)
    if data.validation == 0 and known is not None and not known.given_split:
        message = (
            "Early stopping watches the training rows themselves, as none are held out: it cannot see overfitting. "
            "Hold out a share of the rows for validation."
        )
        yield Problem("warning", None, message)
    if values["patience"] >= training.epochs >= 1 and not values["restore_best"]:
        patience = max(1, training.epochs // 4)
        message = (
            f"With a patience of {values['patience']:,} epochs a run of {training.epochs:,} never stops early. "
            f"Set patience to {patience:,}, or train longer."
        )
        yield Problem("hint", None, message, (fixes.set_choice("early_stopping", {"patience": patience}),))


def _read(choice: Choice, known: Mapping[str, SettingSpec]) -> Values:
    spec = known.get(choice.kind)
    return resolve(spec.parameters, choice.parameters)[0] if spec is not None else {}
