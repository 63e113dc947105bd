"""Run in a process of its own, by its path: reads one of the files that are taken away, answers samples, writes answers.

python probe.py FORM FILE SAMPLES.safetensors OUT.safetensors ... - it knows nothing of Designer, as its user does not.
"""

import importlib.util
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def load_module(path: Path) -> ModuleType:
    """Return a Python file as a module."""
    spec = importlib.util.spec_from_file_location("taken", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_samples(path: Path) -> tuple[Any, ...]:
    """Return the tensors that a sample consists of, for all samples."""
    from safetensors.torch import load_file

    found = load_file(path)
    return tuple(found[f"x{place}"] for place in range(len(found)))


def run_network(script: Path, weights: Path, model: str, x: tuple[Any, ...]) -> Any:
    """Return what the network of a script gives with weights of a file."""
    import torch
    from safetensors.torch import load_file

    network = getattr(load_module(script), model)()
    network.load_state_dict(load_file(weights))
    with torch.inference_mode():
        return network.eval()(*x)


def run_export(path: Path, x: tuple[Any, ...]) -> Any:
    """Return what a program of torch.export gives."""
    import torch

    with torch.inference_mode():
        return torch.export.load(path).module()(*x)


def run_onnx(path: Path, x: tuple[Any, ...]) -> Any:
    """Return what a network in an ONNX file gives in onnxruntime."""
    import onnxruntime
    import torch

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    found = session.run(None, {name: part.numpy() for name, part in zip(names, x, strict=True)})
    return tuple(torch.from_numpy(part) for part in found)


def main(form: str, file: str, samples: str, out: str, *more: str) -> None:
    """Answer samples, write answers."""
    if form == "package":
        sys.argv = [file, samples, "--out", out, "--first", more[0], "--device", "cpu"]
        runpy.run_path(file, run_name="__main__")
        return
    from safetensors.torch import save_file

    x = load_samples(Path(samples))
    if form == "onnx":
        found = run_onnx(Path(file), x)
    elif form == "export":
        found = run_export(Path(file), x)
    else:
        found = run_network(Path(more[0]), Path(more[1]), more[2], x)
    parts = found if isinstance(found, tuple) else (found,)
    save_file({f"y{place}": part.contiguous().clone() for place, part in enumerate(parts)}, out)


if __name__ == "__main__":
    for _name in ("designer", "PySide6"):
        sys.modules[_name] = None  # type: ignore[assignment]
    main(*sys.argv[1:])
