"""How each kind of file that is taken away is written, and how it is tried."""

import contextlib
import copy
import io
import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from designer.engine.answering import Answerer
from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.resampling import Report
from designer.engine.packing import write_weights
from designer.engine.taking.checking import TakingError, compare_outputs, compare_tables, run_probe
from designer.engine.taking.naming import list_requirements

FEW = 64  # samples that are answered to compare


@dataclass(frozen=True, slots=True, eq=False)
class Luggage:
    """What is packed: a network that answers, samples for it with its answers, and a file to try the package on.

    `card` is the text of the README. `spare` is a folder for what is thrown away.
    """

    stem: str
    answerer: Answerer
    x: tuple[torch.Tensor, ...]
    outputs: Bundle
    sample: Path
    card: str
    spare: Path

    @property
    def few(self) -> tuple[torch.Tensor, ...]:
        """Two samples to trace the network with: another number than it is tried with, and not 1, which torch takes for fixed."""
        return tuple(part[:2] if len(part) > 1 else torch.cat([part, part]) for part in self.x)

    @property
    def model(self) -> nn.Module:
        """A copy of the network on the CPU, ready to answer."""
        return copy.deepcopy(self.answerer.model).cpu().eval()


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind is taken: `write` puts it into a folder and returns its path, `check` returns the largest difference."""

    write: Callable[[Luggage, Path], Path]
    check: Callable[[Luggage, Path, Report, float], float]


def _write_script(luggage: Luggage, folder: Path) -> Path:
    path = folder / f"{luggage.stem}.py"
    path.write_text(luggage.answerer.script.source.text, encoding="utf-8", newline="\n")
    return path


def _write_weights(luggage: Luggage, folder: Path) -> Path:
    path = folder / f"{luggage.stem}.safetensors"
    write_weights(path, luggage.answerer.model.state_dict())
    return path


def _check_network(luggage: Luggage, script: Path, weights: Path, report: Report, share: float) -> float:
    source = luggage.answerer.script.source
    return _compare(luggage, ["network", script], report, share, [script, weights, source.model])


def _check_script(luggage: Luggage, path: Path, report: Report, share: float) -> float:
    return _check_network(luggage, path, _write_weights(luggage, luggage.spare), report, share)


def _check_weights(luggage: Luggage, path: Path, report: Report, share: float) -> float:
    return _check_network(luggage, _write_script(luggage, luggage.spare), path, report, share)


def _compare(
    luggage: Luggage, words: list[Any], report: Report, share: float, more: "list[Any] | None" = None
) -> float:
    from safetensors.torch import save_file

    samples, out = luggage.spare / "x.safetensors", luggage.spare / "y.safetensors"
    out.unlink(missing_ok=True)
    save_file({f"x{place}": part.contiguous() for place, part in enumerate(luggage.x)}, samples)
    run_probe([*words, samples, out, *(more or ())], luggage.spare, report, share)
    return compare_outputs(luggage.outputs, out)


def _list_dynamic(luggage: Luggage) -> tuple[dict[int, Any], ...]:
    batch = torch.export.Dim("batch")
    return tuple({0: batch} for _ in luggage.x)


def _write_onnx(luggage: Luggage, folder: Path) -> Path:
    path = folder / f"{luggage.stem}.onnx"
    places = range(len(parts_of(luggage.outputs)))
    names = ["input"] if len(luggage.x) == 1 else [f"input_{place + 1}" for place in range(len(luggage.x))]
    answers = ["output"] if len(places) == 1 else [f"output_{place + 1}" for place in places]
    with contextlib.suppress(ImportError):
        from tqdm import tqdm  # by which it tells a terminal how far it is

        tqdm.monitor_interval = 0  # without a thread of its own, which would stay
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own old names
        for name in ("torch.onnx", "onnxscript", "onnx_ir"):  # which tell of torchvision and what they leave as it is
            logging.getLogger(name).setLevel(logging.ERROR)
        program = torch.onnx.export(
            luggage.model,
            luggage.few,
            input_names=names,
            output_names=answers,
            dynamic_shapes=_list_dynamic(luggage),
            dynamo=True,
            verbose=False,
        )
        assert program is not None
        program.save(str(path))
    return path


def _write_export(luggage: Luggage, folder: Path) -> Path:
    path = folder / f"{luggage.stem}.pt2"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.export.export(luggage.model, luggage.few, dynamic_shapes=_list_dynamic(luggage))
        written = io.BytesIO()  # torch's own writer ends the whole program where a disk is full
        torch.export.save(program, written)
    path.write_bytes(written.getbuffer())
    return path


def _write_package(luggage: Luggage, folder: Path) -> Path:
    path, prediction = folder / luggage.stem, luggage.answerer.prediction
    path.mkdir()
    texts = {
        "predict.py": prediction.text,
        "preprocessing.json": json.dumps(dict(luggage.answerer.kept), indent=1) + "\n",
        "requirements.txt": "".join(f"{line}\n" for line in list_requirements(prediction.packages)),
        "README.md": luggage.card,
    }
    for name, text in texts.items():
        (path / name).write_text(text, encoding="utf-8", newline="\n")
    write_weights(path / "model.safetensors", luggage.answerer.model.state_dict())
    return path


def _check_package(luggage: Luggage, path: Path, report: Report, share: float) -> float:
    out = luggage.spare / "answers.csv"
    out.unlink(missing_ok=True)
    answers = luggage.answerer.answer(luggage.sample, FEW)
    run_probe(["package", path / "predict.py", luggage.sample, out, str(FEW)], luggage.spare, report, share)
    if not out.is_file():
        raise TakingError("It wrote no answers.")
    return compare_tables(answers.columns, answers.names, out)


def _check(kind: str) -> Callable[[Luggage, Path, Report, float], float]:
    return lambda luggage, path, report, share: _compare(luggage, [kind, path], report, share)


FORMS = {
    "package": Form(_write_package, _check_package),
    "script": Form(_write_script, _check_script),
    "weights": Form(_write_weights, _check_weights),
    "onnx": Form(_write_onnx, _check("onnx")),
    "export": Form(_write_export, _check("export")),
}
