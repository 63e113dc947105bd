"""The curves of one run: drawn event by event, what was before it took over included."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from designer.engine.events import Changed, EpochDone, Event, Started, StepsDone
from designer.engine.seeing import Look
from designer.ui.panels.drawn import Curve, Curves
from designer.ui.progress import Progress, advance, find_metric

Floats = NDArray[np.float64]

RATE, SPEED = "Learning rate", "Samples a second"
DEVICE = "Device memory (GB)", "Device busy"


class Traces:
    """Draws the events of a run as curves; `way` is how far it had come with the last of them."""

    def __init__(self, curves: Curves) -> None:
        self._curves = curves
        self._run: Started | None = None
        self._metric = ""
        self.way = Progress()  # up to the event at hand: the bridge is further

    def forget(self) -> None:
        """Clear all curves: the run they were of is no longer the one that is shown."""
        self._run = None
        self._curves.start(1)

    def take(self, event: Event) -> None:
        """Draw one event of the engine."""
        before, self.way = self.way, advance(self.way, event)
        match event:
            case Started():
                self._run, self._metric = event, ""
                self._curves.start(event.epochs)
                self._add_past(event)
            case StepsDone():
                self._add_steps(event, before)
            case EpochDone():
                self._add_epoch(event)
            case Changed(refusal=""):
                self._curves.mark(self.way.place, ", ".join(event.changes))
                self._curves.extend(event.epochs)
            case Look():
                self._add_device(event)

    def _choose_metric(self, metrics: Mapping[str, float]) -> str:
        """Return the metric that is drawn: the first the run measures. The plot's title follows."""
        if not self._metric and metrics:
            self._metric = next(iter(metrics))
            shown = find_metric(self._metric)
            self._curves.set_score(shown.title, better=shown.better, percent=shown.percent)
        return self._metric

    def _curve_of(self, name: str) -> Curve:
        """Return the plot of a metric: the first has its place beside the loss."""
        if name == self._metric:
            return self._curves.score
        shown = find_metric(name)
        return self._curves.quantity(shown.title, better=shown.better, percent=shown.percent)

    def _add_past(self, run: Started) -> None:
        """Draw what was before the run took over: of its steps what is known, else the means of epochs."""
        if run.past:
            self._choose_metric(run.past[0].val_metrics)
        for step, label in run.past_changes:
            self._curves.mark(float(self._place_past(np.array([step]))[0]), label)
        if run.past_losses:
            steps, losses = np.array(run.past_losses, dtype=np.float64).T
            self._curves.loss.add_training(self._place_past(steps), losses)
        measured = self._add_past_steps(run)
        for done in run.past:
            self._add_epoch(done)
            self._curves.note_step(float(done.epoch), done.step)
            place = np.array([float(done.epoch)])
            if not run.past_losses:
                self._curves.loss.add_training(place, np.array([done.train_loss]))
            if not run.past_steps:
                self._curves.quantity(RATE).add_training(place, np.array([done.learning_rate]))
            for name, value in done.train_metrics.items():
                if name not in measured:
                    self._curve_of(name).add_training(place, np.array([value]))

    def _add_past_steps(self, run: Started) -> set[str]:
        """Draw what the steps before have told; return the metrics that they had measured."""
        measured = {name: True for done in run.past_steps for name in done.metrics}
        for name in measured:
            told = [(done.step, done.metrics[name]) for done in run.past_steps if name in done.metrics]
            steps, values = np.array(told, np.float64).T
            self._curve_of(name).add_training(self._place_past(steps), values)
        if run.past_steps:
            shown = [(done.step, done.learning_rate, done.samples_per_second) for done in run.past_steps]
            steps, rates, speeds = np.array(shown, np.float64).T
            self._curves.quantity(RATE).add_training(self._place_past(steps), rates)
            self._curves.quantity(SPEED).add_training(self._place_past(steps), speeds)
        return set(measured)

    def _place_past(self, steps: Floats) -> Floats:
        """Return where steps that the run has behind it lie, in epochs."""
        run = self._run
        assert run is not None
        known = [(0, 0.0), *((done.step, float(done.epoch)) for done in run.past)]
        known += [(run.step, float(self.way.place_of(run.step)))] if run.step > known[-1][0] else []
        ends, epochs = np.array(known, dtype=np.float64).T
        return np.interp(steps, ends, epochs)

    def _add_steps(self, event: StepsDone, before: Progress) -> None:
        if self._run is None:
            return
        places = before.place_of(np.arange(event.step - len(event.losses) + 1, event.step + 1, dtype=np.float64))
        self._curves.loss.add_training(places, np.asarray(event.losses, dtype=np.float64))
        now = places[-1:]
        self._choose_metric(event.metrics)
        for name, value in event.metrics.items():
            self._curve_of(name).add_training(now, np.array([value]))
        self._curves.quantity(RATE).add_training(now, np.array([event.learning_rate]))
        self._curves.quantity(SPEED).add_training(now, np.array([event.samples_per_second]))
        self._curves.note_step(float(now[0]), event.step)

    def _add_epoch(self, event: EpochDone) -> None:
        self._curves.loss.add_validation(event.epoch, event.val_loss)
        self._curves.loss.add_mean(event.epoch, event.train_loss)
        self._choose_metric(event.val_metrics)
        for name, value in event.val_metrics.items():
            self._curve_of(name).add_validation(event.epoch, value)
        for name, value in event.train_metrics.items():
            self._curve_of(name).add_mean(event.epoch, value)

    def _add_device(self, look: Look) -> None:
        """Draw how full and how busy the device is: on the CPU what this program takes of it."""
        if look.device is None or self._run is None or not look.step:
            return
        place = np.array([float(self.way.place_of(look.step))])
        memory, busy = ("Memory (GB)", "Processors busy") if look.device.name == "CPU" else DEVICE
        self._curves.quantity(memory).add_training(place, np.array([look.device.used / 1e9]))
        if math.isfinite(look.device.busy):
            self._curves.quantity(busy, percent=True).add_training(place, np.array([look.device.busy]))
