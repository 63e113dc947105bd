"""What was made for a run, and how far it has come: made from a plan, taken over from a state, captured as one."""

import contextlib
import math
from collections import deque
from collections.abc import Callable

import torch
from torch import Tensor

from designer.engine.build import Pair, Script, build
from designer.engine.bundle import are_same, count_rows
from designer.engine.carrying import Memory, carry_over, same_training
from designer.engine.curves import read_past
from designer.engine.device import choose
from designer.engine.events import EpochDone, Started, StepsDone
from designer.engine.failures import LOSSES_TOLD, Place
from designer.engine.loading import load_data
from designer.engine.look import Looks
from designer.engine.meter import Clock, Meter
from designer.engine.plan import Plan
from designer.engine.resuming import list_learned, read_parts, read_random, set_random, write_parts
from designer.engine.scoring import Scoring
from designer.engine.seeing import Look, Wish
from designer.engine.snapshot import Snapshots
from designer.engine.state import Stage, State, StateError, copy_tree
from designer.engine.trainer import Trainer


class Progress:
    """How far a run has come, and what learns in it: that is there after `make`."""

    script: Script
    trainer: Trainer
    meter: Meter
    scoring: Scoring
    validation: Pair
    order: torch.Generator

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.place = Place()
        self.stage: Stage = "between"
        self.rows = 0  # of this epoch's order, that are learned
        self.threads = torch.get_num_threads()  # where the script leaves it to torch
        self.clock = Clock()
        self.best = math.inf  # the lowest validation loss
        self.is_over = False  # early stopping has ended it
        self.epochs: list[EpochDone] = []
        self.recent: deque[float] = deque(maxlen=LOSSES_TOLD)  # the last losses
        self.memory = Memory()
        self.snapshots = Snapshots({})
        self.order_state = torch.empty(0)
        self.is_ready = False

    @property
    def made(self) -> tuple[Script | None, Trainer | None]:
        """The script and the trainer, None for what has not come about."""
        return getattr(self, "script", None), getattr(self, "trainer", None)

    def make(self, plan: Plan, data: tuple[Pair, Pair] | None) -> None:
        """Build script, network and all that learns; seeds, and loads the data as the script does, unless they are given."""
        device = choose(plan.device)
        torch.set_num_threads(plan.source.threads or self.threads)
        self.place.phase = "data"
        script = build(plan.source)
        self.script = script
        if data is None:
            torch.manual_seed(plan.seed)
            self.order = torch.Generator().manual_seed(plan.seed)
            data = load_data(script, plan.data_path, device)
        self.place.phase = "network"
        trainer = Trainer(script, plan, device, data[0])
        self.place.rows = trainer.batch_size
        self.trainer, self.validation = trainer, data[1]
        self.snapshots = Snapshots(trainer.layers)
        self.clock = Clock(self.clock.now() if self.is_ready else 0.0)
        self.meter = Meter(script.measure, self.clock)
        self.scoring = Scoring(script, trainer, data[1])

    def go_on(self, state: State) -> bool:
        """Take over a state: exactly where the plan is the one it comes from, else as far as it fits; return which."""
        trainer, place = self.trainer, self.place
        exactly = state.project is not None and same_training(state.project, self.plan.project)
        if exactly:
            write_parts(trainer, state.parts)
        else:
            if trainer.is_shared:
                raise StateError("With --fsdp a run goes on only with the network and settings of its checkpoint.")
            carry_over(state, trainer, self.plan, self.memory)
        place.epoch, place.step = state.epoch, state.step
        self.stage, self.rows, self.best, self.is_over = state.stage, state.rows, state.best, state.is_over
        if state.project is not None and self.plan.epochs > state.project.training.epochs:
            self.is_over = False  # more was asked for
        self.epochs = list(state.epochs)
        self.clock = Clock(state.seconds)
        self.meter = Meter(self.script.measure, self.clock)
        if state.meter:
            self.meter.load_state_dict(copy_tree(state.meter, lambda tensor: tensor.to(trainer.device)))
        self.order_state = state.random["order"]
        self.order.set_state(self.order_state)
        trainer.go_on(state.epoch, state.stage)
        trainer.learning_rate = state.learning_rate
        set_random(trainer.ranks.pick_random(state.random), trainer.device)
        return exactly

    def capture(self) -> State:
        """Return the state as it is between two steps; its tensors are those that learn, not copies."""
        trainer, place = self.trainer, self.place
        order = self.order.get_state() if self.stage == "between" else self.order_state
        return State(
            epoch=place.epoch,
            step=place.step,
            stage=self.stage,
            rows=self.rows,
            seconds=self.clock.now(),
            best=self.best,
            is_over=self.is_over,
            learning_rate=trainer.learning_rate,
            parts=read_parts(trainer),
            random=trainer.ranks.collect_random(read_random(trainer.device), trainer.device) | {"order": order},
            meter=self.meter.state_dict(),
            epochs=tuple(self.epochs),
            project=self.plan.project,
            modules=self.plan.source.modules,
            learned=list_learned(trainer),
        )

    def capture_later(self) -> Callable[[], State]:
        """Return what gives the state as it is now; several processes bring it together at once."""
        if self.trainer.ranks.world == 1:
            return self.capture
        state = self.capture()
        return lambda: state

    def describe(self, changes: tuple[tuple[int, str], ...], *, other_data: bool = False) -> Started:
        """Return what there is to say before the first step; `changes` are those of the way so far."""
        trainer, place = self.trainer, self.place
        rows, held_out = count_rows(trainer.x), count_rows(self.validation[0])
        sizes = trainer.batches, rows, held_out, trainer.parameters
        resume = self.plan.resume
        return Started(
            *(str(trainer.device), self.plan.epochs, *sizes, place.epoch, place.step, tuple(self.epochs)),
            past_losses=read_past(resume.parent, place.step) if resume is not None else (),
            past_changes=tuple((step, text) for step, text in changes if text),
            same_rows=are_same(trainer.x, self.validation[0]),
            other_data=other_data,
        )

    def begin_epoch(self) -> None:
        """Make ready for the next epoch."""
        self.place.epoch += 1
        self.stage, self.rows = "training", 0
        self.order_state = self.order.get_state()
        self.meter.begin_epoch()

    def draw_order(self) -> Tensor:
        """Return the order of this epoch's rows, on the device."""
        order = self.script.draw_order(self.trainer.y, self.order)
        return order if self.trainer.device.type == "cpu" else order.to(self.trainer.device)

    def learn(self, batch: Tensor) -> None:
        """Take a step over some rows."""
        self.meter.add(*self.trainer.step(batch))
        self.snapshots.note_step()
        self.place.step += 1
        self.rows += batch.shape[0]

    def read_steps(self) -> StepsDone:
        """Return the event for the steps that none has told of."""
        return self.meter.read(self.place.epoch, self.place.step, self.trainer.learning_rate)

    def read_rest(self) -> StepsDone | None:
        """Return the steps that no event has told of when the run broke off, None where they cannot be had."""
        if not self.is_ready or not self.meter.is_pending:
            return None
        try:
            return self.read_steps()
        except RuntimeError:  # an accelerator that has failed gives nothing back
            return None

    def end_epoch(self, scores: dict[str, float], seconds: float) -> EpochDone:
        """Close an epoch that took so long, and was scored so on the validation data; return its event."""
        place, trainer, val_loss = self.place, self.trainer, scores["loss"]
        self.is_over = trainer.stopping is not None and trainer.stopping.is_over(scores, trainer.trained)
        done = EpochDone(
            epoch=place.epoch,
            step=place.step,
            train_loss=self.meter.mean_loss(),
            val_loss=val_loss,
            train_metrics=self.meter.metrics(),
            val_metrics={name: score for name, score in scores.items() if name != "loss"},
            learning_rate=trainer.learning_rate,
            seconds=seconds,
            best=val_loss < self.best,
            last=self.is_over or place.epoch == self.plan.epochs,
        )
        self.best = min(self.best, val_loss)
        self.epochs.append(done)
        self.stage = "between"
        return done

    def look(self, wish: Wish) -> Look:
        """Look into the network, for who wants to see it at work; nothing that the run depends on changes."""
        place = self.place
        try:
            if self.snapshots.looks is None:
                self.snapshots.looks = Looks(self.script, self.trainer, self.validation)
            return self.snapshots.looks.take(wish, place.epoch, place.step)
        except Exception:  # noqa: BLE001 - whatever a layer of the user's does when looked at, the run goes on
            return Look(place.epoch, place.step, 0, (), math.inf, wish)

    def release(self) -> None:
        """Let go of everything that is large, and of the threads."""
        torch.set_num_threads(self.threads)
        device = None
        if hasattr(self, "trainer"):
            device = self.trainer.device
            self.trainer.release()
            del self.trainer, self.meter, self.scoring, self.validation
        if hasattr(self, "script"):
            del self.script
        self.is_ready = False
        self.snapshots, self.memory = Snapshots({}), Memory()
        if device is not None and device.type != "cpu":
            with contextlib.suppress(RuntimeError):  # a device that is lost has no cache
                torch.get_device_module(device).empty_cache()
