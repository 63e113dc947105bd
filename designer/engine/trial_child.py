"""The process in which code of Custom layers is tried: run as a script by designer.engine.trial, with torch alone.

It reads its jobs as one line of JSON and writes a line for each: what comes out of the class on the meta device, where
tensors have sizes and no numbers, or why nothing does. What the code prints goes nowhere.
"""

import json
import linecache
import os
import sys
import traceback
from typing import Any

BATCH = 2
NAME = "<custom layer>"


def main() -> None:
    """Do the jobs of standard input."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    jobs = json.loads(sys.stdin.readline())
    os.dup2(silence, 0)
    _warm_up()
    _limit_memory()
    answers.write('"ready"\n')
    answers.flush()
    for job in jobs:
        try:
            answer = _try_job(job)
        except BaseException as error:  # noqa: BLE001 - whatever the code raises, exits included
            answer = {"error": f"{type(error).__name__}: {error}"[:500], "line": _find_line(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    answers.close()
    os._exit(0)  # no thread that the code has left can hold it up


def _warm_up() -> None:
    """Import all of torch that is needed: the time and memory it takes are not the code's."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False):
        torch.nn.Linear(2, 2)(torch.zeros(BATCH, 2))


def _limit_memory() -> None:
    """Let the code have no more than 4 GiB beyond what the process has."""
    try:
        import resource

        with open("/proc/self/statm") as file:  # noqa: PTH123
            size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (size + 2**32, size + 2**32))
    except (ImportError, OSError, ValueError):
        return


def _try_job(job: Any) -> dict[str, object]:
    import torch

    code = job["code"]
    linecache.cache[NAME] = (len(code), None, code.splitlines(keepends=True), NAME)
    names: dict[str, Any] = {"__name__": "custom_layer"}
    exec(compile(code, NAME, "exec", dont_inherit=True), names)  # noqa: S102 - the user has agreed to it
    layer = names[job["name"]]
    if not (isinstance(layer, type) and issubclass(layer, torch.nn.Module)):
        return _refuse("the class is not derived from nn.Module", job["line"])
    try:
        return _run(layer, job, "meta")
    except (NotImplementedError, RuntimeError) as error:
        if "meta" not in str(error).lower():
            raise
        return _run(layer, job, "cpu")  # code that looks at numbers needs some


def _run(layer: Any, job: Any, device: str) -> dict[str, object]:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device(device):
        module = layer(**job["arguments"])
        inputs = [
            torch.zeros(BATCH, *sizes, dtype=torch.int64 if dtype == "int" else torch.float32)
            for dtype, *sizes in job["inputs"]
        ]
    if module.__dict__.get("_parameters") is None:
        return _refuse("`__init__` does not call super().__init__()", job["line"])
    module.eval()
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        result = module(*inputs)
    outputs = [result] if job["outputs"] == 1 and not isinstance(result, tuple | list) else result
    if not isinstance(outputs, tuple | list) or len(outputs) != job["outputs"]:
        count = len(outputs) if isinstance(outputs, tuple | list) else 1
        return _refuse(f"`forward` gives {count} results, but the layer has {job['outputs']} outputs", job["line"])
    kinds = []
    for number, output in enumerate(outputs, 1):
        if not isinstance(output, torch.Tensor):
            return _refuse(f"result {number} of `forward` is no tensor but a {type(output).__name__}", job["line"])
        dtype = {torch.float32: "float", torch.int64: "int"}.get(output.dtype)
        if dtype is None:
            what = str(output.dtype).removeprefix("torch.")
            return _refuse(f"result {number} of `forward` is of type {what}; make it float32 or int64", job["line"])
        if output.ndim == 0 or output.shape[0] != BATCH:
            message = f"result {number} of `forward` has sizes {tuple(output.shape)} for a batch of {BATCH}: its first axis must stay the batch"
            return _refuse(message, job["line"])
        kinds.append([dtype, *output.shape[1:]])
    weights = [[name, list(tensor.shape)] for name, tensor in module.named_parameters()]
    return {"outputs": kinds, "weights": weights, "multiply_adds": flops.get_total_flops() // (2 * BATCH)}


def _refuse(error: str, line: int) -> dict[str, object]:
    return {"error": error, "line": line}


def _find_line(error: BaseException) -> int:
    """Return the innermost line of the code in a traceback, 0 where there is none."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == NAME]
    return lines[-1] if lines else 0


if __name__ == "__main__":
    main()
