"""A network that is asked about one sample at a time: its weights, predict.py's own lines, and the data it learned from.

bench = open_bench(plan, weights)
sample = bench.take(3)  # of the samples held out; or bench.encode(...), bench.open(path)
reply = bench.ask(sample)
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from designer.codegen.prediction import Prediction
from designer.engine.answering import (
    Answerer,
    gather_again,
    make_answerer,
    pick_kept,
    read_kept,
    render,
)
from designer.engine.build import Script, build, find_layers
from designer.engine.bundle import Bundle, count_rows, move_rows, parts_of, take_rows
from designer.engine.device import choose
from designer.engine.evaluation.evaluating import RAW, Weights, find_rows, load_model, walk
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import Array, EvaluationError
from designer.engine.events import Samples
from designer.engine.gathering import PARTS, gather
from designer.engine.look import find_leaves
from designer.engine.plan import Plan
from designer.engine.samples import tell_samples
from designer.engine.seeing import Activation
from designer.engine.trying.reading import read_answers
from designer.engine.trying.said import Answer
from designer.engine.trying.sights import Sights
from designer.engine.undoing import find_past

NAMES = (
    *RAW,
    "history",
    "sample",
    "files",
    "train",
    "validation",
)  # of the variables of load_data: all else may be large
MEASURED = 100_000  # samples of which the middle is taken, where there are more
LARGEST = 2**28  # bytes of held-out samples that are copied, so that those trained on need not stay
DRAWN = {"picture": 24, "numbers": 400}  # samples that are made at a time
NO_SAMPLES = "The data have no samples held out to take one from."


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """What is there of the data of a run: the samples held out with their targets, and variables of load_data.

    `rows` are the numbers of the samples in the whole data, if `known`, else in the part. `spread` are the least, the
    middle and the largest number of each feature among those that were learned from, 3 x features, for samples that are
    one row of few numbers.
    """

    x: Bundle
    y: Bundle
    rows: Array
    known: bool
    names: Mapping[str, Any]
    spread: Array | None = None

    @property
    def count(self) -> int:
        """Number of samples held out."""
        return count_rows(self.x)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One sample: `x` as the network takes it, one row, on the CPU. `raw` is what was encoded, as a reader gives it.

    `number` is its place among the samples held out, -1 for one of the user's own; `y` is its target where that is known.
    Of a window of tokens the first `known` are a text, 0 says that all are. `past` is what `Answerer.tell` needs besides.
    """

    x: Bundle
    raw: Any = None
    number: int = -1
    y: Bundle | None = None
    known: int = 0
    past: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """What a network gives for a sample: its outputs (one row, on the CPU), in words, and what layers gave on the way."""

    outputs: Bundle
    answers: tuple[Answer, ...]
    activations: Mapping[str, Activation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Bench:
    """A network ready to be asked. Take `lock` wherever `model` is used: hooks and gradients of two would mix.

    `answerer` is None for a network that makes samples and answers none, as `refusal` says. `stock` is None where the data
    are not there, as `missing` says.
    """

    plan: Plan
    weights: Weights
    script: Script
    model: nn.Module
    device: torch.device
    answerer: Answerer | None
    stock: Stock | None
    refusal: str = ""
    missing: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def take(self, number: int) -> Sample:
        """Return a sample held out. Raises EvaluationError."""
        stock = self.stock
        if stock is None or not stock.count:
            raise EvaluationError(self.missing or NO_SAMPLES)
        place = torch.tensor([min(max(number, 0), stock.count - 1)])
        past = find_past(self.plan.project, stock.names, int(stock.rows[place])) if stock.known else ()
        return Sample(take_rows(stock.x, place), None, int(place), take_rows(stock.y, place), past=past)

    def encode(self, raw: Any) -> Sample:
        """Return the last of the samples in what the reader of a file would give. Raises EvaluationError."""
        return Sample(_take_last(self._demand().encode_given(raw)), raw)

    def open(self, path: Path) -> Sample:
        """Return the first sample of a file. Raises EvaluationError."""
        answerer = self._demand()
        x, _, past = answerer.encode(path)
        x, known = answerer.fill(take_rows(x, torch.tensor([0])))
        return Sample(x, path, known=known, past=past)

    def ask(self, sample: Sample, *, see: bool = False) -> Reply:
        """Return what the network gives for a sample; with `see` what each layer gives as well. Raises what a layer raises."""
        with self.lock, OwnRandomness(self.plan.seed), torch.no_grad():
            x = self.script.arrange(sample.x)
            sights = Sights(find_leaves(find_layers(self.script.source, self.model))) if see else None
            if sights is not None:
                outputs = sights.run(self.model, move_rows(x, self.device))
            else:
                outputs = walk(self.script, self.model, x, self.device)
        outputs = move_rows(outputs, torch.device("cpu"))
        seen = sights.read(sample.number) if sights is not None else {}
        return Reply(outputs, read_answers(self, sample, outputs), seen)

    @property
    def makes_samples(self) -> bool:
        """Whether it makes samples of noise."""
        return self.script.source.samples in ("picture", "numbers")

    @property
    def takes_samples(self) -> bool:
        """Whether it answers samples: a GAN only makes some."""
        return self.answerer is not None or not self.makes_samples

    def draw(self, seed: int) -> Samples:
        """Return samples that the network makes of noise. Raises EvaluationError."""
        if not self.makes_samples:
            raise EvaluationError("This network makes no samples: a GAN or a variational autoencoder does.")
        count = DRAWN[self.script.source.samples]
        with self.lock, OwnRandomness(seed):
            return tell_samples(self.script, self.script.names["sample"](self.model, count), self.weights.epoch)

    def _demand(self) -> Answerer:
        if self.answerer is None:
            raise EvaluationError(self.refusal)
        return self.answerer


def open_bench(
    plan: Plan, weights: Weights, folder: Path | None = None, known: Bench | None = None, device: str = ""
) -> Bench:
    """Return a network ready to be asked. `folder` is that of a run that is kept.

    `known` is a bench of the same plan, whose data and lines serve again. Raises EvaluationError, Untrusted.
    """
    place = choose(device or plan.device)
    with OwnRandomness(plan.seed):
        if known is not None and not known.missing and is_same(known.plan, plan):
            model = load_model(known.script, weights, place)
            return Bench(plan, weights, known.script, model, place, _renew(known.answerer, model, place), known.stock, known.refusal, known.missing)  # fmt: skip
        script = build(plan.source)
        refusal, prediction = "", None
        try:
            prediction = render(plan.project)
        except EvaluationError as error:
            refusal = str(error)
        names, missing = _gather(folder, plan, script)
        kept: Mapping[str, Any] | None = {}
        if prediction is not None and prediction.kept:
            kept = pick_kept(names, prediction) if names is not None else _read(folder, plan, prediction)
            if kept is None:
                raise EvaluationError(missing)
        answerer = None
        if prediction is not None:
            answerer = make_answerer(prediction, script, weights, kept or {}, place, every_class=True)
        model = answerer.model if answerer is not None else load_model(script, weights, place)
    stock = _keep(names, prediction) if names is not None else None
    return Bench(plan, weights, script, model, place, answerer, stock, refusal, missing)


def is_same(one: Plan, other: Plan) -> bool:
    """Return whether two plans have the same script, seed and data."""
    return (one.source.text, one.seed, one.data_path) == (other.source.text, other.seed, other.data_path)


def _renew(answerer: Answerer | None, model: nn.Module, device: torch.device) -> Answerer | None:
    if answerer is None:
        return None
    return Answerer(answerer.prediction, answerer.script, model, answerer.kept, device, answerer.names)


def _gather(folder: Path | None, plan: Plan, script: Script) -> tuple[dict[str, Any] | None, str]:
    """Return the variables of load_data, or why they are not there."""
    if plan.missing:
        return None, plan.missing
    try:
        return (gather_again(folder, plan, script) if folder is not None else gather(script, plan.data_path)), ""
    except (ImportError, OSError, ValueError) as error:
        return None, str(error)


def _read(folder: Path | None, plan: Plan, prediction: Prediction) -> dict[str, Any] | None:
    return read_kept(folder, plan, prediction) if folder is not None else None


def _keep(names: Mapping[str, Any], prediction: Prediction | None) -> Stock:
    x, y = names[PARTS][1]
    rows, known = find_rows(names, "validation", count_rows(x))
    kept = {*NAMES, *(prediction.kept if prediction is not None else ())}
    learned = parts_of(names[PARTS][0][0])[0]
    spread = None
    if isinstance(x, Tensor) and x.ndim == 2 and x.is_floating_point() and x.shape[1] <= 1000:
        some = learned[:: max(1, len(learned) // MEASURED)]
        ends = learned.amin(0), some.median(0).values, learned.amax(0)
        spread = torch.stack(ends).double().numpy()
    found = {name: names[name] for name in kept if name in names}
    return Stock(_own(x), _own(y), rows, known, found, spread)


def _own(bundle: Bundle) -> Bundle:
    """Return a copy of samples that are not many: else all those they are a part of would stay with them."""
    if sum(part.nbytes for part in parts_of(bundle)) > LARGEST:
        return bundle
    return bundle.clone() if isinstance(bundle, Tensor) else tuple([part.clone() for part in bundle])


def _take_last(x: Bundle) -> Bundle:
    return take_rows(x, torch.tensor([count_rows(x) - 1]))
