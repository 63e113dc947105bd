"""Answers of a run to new samples: its best weights behind the lines of predict.py, with what was fitted in training."""

import contextlib
import csv
import io
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from designer.codegen.prediction import Prediction, render_prediction
from designer.codegen.source import NotReady
from designer.document.atomic import write_file
from designer.document.custom import demand_consent
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.build import Script, build
from designer.engine.bundle import Bundle, count_rows, parts_of
from designer.engine.device import choose
from designer.engine.evaluation.evaluating import Weights, load_model, walk
from designer.engine.evaluation.opening import Which, open_plan, open_weights
from designer.engine.evaluation.record import EvaluationError
from designer.engine.evaluation.resampling import Report, go_on
from designer.engine.failures import tidy
from designer.engine.fingerprint import fingerprint
from designer.engine.gathering import PARTS, gather
from designer.engine.loading import check_place
from designer.engine.ownership import hash_content
from designer.engine.plan import Plan
from designer.engine.record import read_record

NAME = "preprocessing.json"
MOST_COLUMNS, ALL = "MOST_COLUMNS", 10**9  # of recipes/answers.py: classes up to which each has a column


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """A name for each sample, and columns of answers by their names."""

    names: tuple[str, ...]
    columns: Mapping[str, Sequence[Any]]

    def write(self) -> str:
        """Return the table as CSV."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["sample", *self.columns])
        writer.writerows(zip(self.names, *self.columns.values(), strict=True))
        return text.getvalue()


@dataclass(frozen=True, slots=True, eq=False)
class Answerer:
    """A network that answers new samples, on its device. `kept` is what was fitted to the training data, by name."""

    prediction: Prediction
    script: Script
    model: nn.Module
    kept: Mapping[str, Any]
    device: torch.device
    names: Mapping[str, Any]

    def encode(self, path: Path) -> tuple[Bundle, list[str], tuple[Any, ...]]:
        """Return the samples of a file as the network takes them, a name for each, and what `tell` needs besides.

        Raises EvaluationError.
        """
        try:
            check_place(path)
            x, names, *past = self.names["encode_file"](path, self.kept)
        except (ImportError, ValueError, MemoryError, EOFError, SyntaxError, zlib.error) as error:
            raise EvaluationError(tidy(str(error))) from None
        except OSError as error:
            raise EvaluationError(f"{show_name(str(path), 200)} cannot be read: {error.strerror or error}.") from None
        except KeyError as error:
            missing = show_name(str(error.args[0]) if error.args else "", 100)
            text = f"{show_name(str(path), 200)} has no column {missing}, from which the network learned."
            raise EvaluationError(text) from None
        if not count_rows(x):
            raise EvaluationError(f"{show_name(str(path), 200)} holds no samples.")
        return x, names, tuple(past)

    def encode_given(self, given: Any) -> Bundle:
        """Return samples as the network takes them, of what the reader of their file would have given. Raises EvaluationError."""
        try:
            x: Bundle = self.names["encode"](given, self.kept)
        except (ValueError, MemoryError) as error:
            raise EvaluationError(tidy(str(error))) from None
        return x

    def answer(self, path: Path, first: int | None = None, report: Report = go_on) -> Answers:
        """Return the answers to the samples of a file, all or the first. Raises EvaluationError, Cancelled."""
        x, names, past = self.encode(path)
        if first is not None and first < count_rows(x):
            pieces = tuple(part[:first] for part in parts_of(x))
            x, names = pieces[0] if isinstance(x, torch.Tensor) else pieces, names[:first]
        return Answers(tuple(names), self.tell(self.give(x, report), *past))

    def give(self, x: Bundle, report: Report = go_on) -> Bundle:
        """Return what the network gives for samples, as `predict` of predict.py does. Raises Cancelled."""
        x, known = self.fill(x)
        outputs = walk(self.script, self.model, self.script.arrange(x), self.device, report)
        return outputs[:, :known] if known and isinstance(outputs, torch.Tensor) else outputs

    def fill(self, x: Bundle) -> tuple[Bundle, int]:
        """Return windows of a text, filled up behind where they are short, and how long they were; 0 for other samples."""
        window = self.prediction.window
        if not window or not isinstance(x, torch.Tensor):
            return x, 0
        return nn.functional.pad(x, (0, window - x.shape[1])), x.shape[1]

    def tell(self, outputs: Bundle, *past: Any) -> dict[str, list[Any]]:
        """Return what the network gave in words and numbers for people; `past` is what `encode` gave besides samples."""
        on_cpu = tuple(part.detach().cpu() for part in parts_of(outputs))
        found: dict[str, list[Any]] = self.names["answer"](
            on_cpu[0] if isinstance(outputs, torch.Tensor) else on_cpu,
            self.kept,
            *(past if self.prediction.past else ()),
        )
        return found


def open_answerer(
    folder: Path, which: Which = "best", *, data: Path | None = None, project: Project | None = None, device: str = ""
) -> Answerer:
    """Return what answers with the weights of a run that is kept.

    What was fitted is read from the run's preprocessing.json; where that is not there yet it is fitted once more, to the
    same data, and written. Raises EvaluationError.
    """
    plan = open_plan(folder, data, project)
    weights = open_weights(folder, which)
    prediction = render(plan.project)
    script = build(plan.source)
    kept = read_kept(folder, plan, prediction) if prediction.kept else {}
    if kept is None:
        kept = fit_again(folder, plan, script, prediction)
    return make_answerer(prediction, script, weights, kept, choose(device or plan.device))


def make_answerer(
    prediction: Prediction,
    script: Script,
    weights: Weights,
    kept: Mapping[str, Any],
    device: torch.device,
    *,
    every_class: bool = False,
) -> Answerer:
    """Return what answers with some weights; with `every_class` it tells the chance of each class, however many.

    Raises EvaluationError.
    """
    demand_consent(prediction.foreign)
    module = ModuleType("designer_predict", "A generated program that answers.")
    module.__file__ = str(Path("predict.py").absolute())
    exec(compile(prediction.text, "<designer predict>", "exec"), module.__dict__)  # noqa: S102 - text from codegen alone
    if every_class:
        module.__dict__[MOST_COLUMNS] = ALL
    model = load_model(script, weights, device)
    return Answerer(prediction, script, model, kept, device, module.__dict__)


def render(project: Project) -> Prediction:
    """Return predict.py. Raises EvaluationError where a project has none."""
    try:
        return render_prediction(project)
    except NotReady as reason:
        first = reason.problems[0].message if reason.problems else "The network is not complete."
        raise EvaluationError(f"This network cannot answer new samples. {first}") from None


def pick_kept(names: Mapping[str, Any], prediction: Prediction) -> dict[str, Any]:
    """Return of the variables of load_data those that predict.py needs, as JSON gives them back."""
    found: dict[str, Any] = json.loads(json.dumps({name: names[name] for name in prediction.kept}))
    return found


def read_kept(folder: Path, plan: Plan, prediction: Prediction) -> dict[str, Any] | None:
    """Return what the run's script has fitted, None where it is not written down, another script's, or too little."""
    try:
        found = json.loads((folder / NAME).read_bytes())
        kept = found["kept"] if {key: found[key] for key in ("script", "data")} == _mark(folder, plan) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if isinstance(kept, dict) and all(name in kept for name in prediction.kept) else None


def write_kept(folder: Path, plan: Plan, kept: Mapping[str, Any]) -> None:
    """Write down what a run's script has fitted. Raises OSError."""
    write_file(folder / NAME, json.dumps({**_mark(folder, plan), "kept": kept}, indent=1).encode())


def _mark(folder: Path, plan: Plan) -> dict[str, str]:
    """Return what was fitted by which script, to which data.

    The script is the one that ran: a newer Designer may write another, and what the run has fitted stays as it was.
    """
    try:
        script = (folder / "train.py").read_bytes()
    except OSError:
        script = plan.source.text.encode()
    return {
        "script": hash_content(script),
        "data": read_record(folder).data.get("fingerprint", ""),
    }


def gather_again(folder: Path, plan: Plan, script: Script) -> dict[str, Any]:
    """Return the variables of load_data over the data of a run. Raises EvaluationError where these are not the same."""
    if plan.missing:
        raise EvaluationError(plan.missing)
    try:
        names = gather(script, plan.data_path)
    except (ImportError, OSError, ValueError) as error:
        raise EvaluationError(tidy(f"The data of this run cannot be read: {error}")) from None
    known = read_record(folder).data.get("fingerprint", "")
    if known and fingerprint(*names[PARTS][:2]) != known:
        text = "The data have changed since this run: what was fitted then cannot be fitted again. Choose the data of the run."
        raise EvaluationError(text)
    return names


def fit_again(folder: Path, plan: Plan, script: Script, prediction: Prediction) -> dict[str, Any]:
    """Return what a run's script fits to its data, and write it into the run's folder where that can be."""
    kept = pick_kept(gather_again(folder, plan, script), prediction)
    with contextlib.suppress(OSError):  # of a folder that can only be read: next time it is fitted again
        write_kept(folder, plan, kept)
    return kept
