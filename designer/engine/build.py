"""From generated source to live objects: the text is executed, so the network that trains is the one that is exported."""

import itertools
import linecache
import traceback
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import torch
from torch import Tensor, nn, optim
from torch.optim.swa_utils import AveragedModel

from designer.codegen.channels import ARRANGE
from designer.codegen.imports import list_packages
from designer.codegen.source import Source
from designer.document.custom import demand_consent
from designer.document.project import used_block
from designer.engine.bundle import Bundle, count_rows
from designer.engine.memory import Guard
from designer.engine.weights import WeightsError, demand_same_layers

Pair = tuple[Bundle, Bundle]  # x N x sizes, y N or N x sizes


class Stopping(Protocol):
    """What the engine asks of recipes/early_stopping.py."""

    def is_over(self, scores: Mapping[str, float], model: nn.Module) -> bool:
        """Take in the scores of an epoch; return whether it was the last."""
        ...

    def restore(self, model: nn.Module) -> None:
        """Put the weights of the best epoch into the network, if they were kept."""
        ...


_numbers = itertools.count(1)


@dataclass(frozen=True, eq=False)
class Script:
    """An executed script. Its functions are those of the generated text; `source` maps its lines to nodes."""

    source: Source
    filename: str
    names: Mapping[str, Any]

    def load_data(self, path: Path | None) -> tuple[Pair, ...]:
        """Return (x, y) for training, for validation and, where there are such rows, for test.

        Raises what the recipes raise.
        """
        load: Callable[..., tuple[Pair, ...]] = self.names["load_data"]
        return load(path) if self.source.takes_path else load()

    def make_model(self) -> nn.Module:
        """Return the network with fresh weights, drawn from torch's global generator. Raises torch.OutOfMemoryError."""
        with Guard():
            model: nn.Module = self.names[self.source.model]()
        return model

    def load_weights(self, model: nn.Module, path: Path) -> None:
        """Put the weights of a file into the network. Raises WeightsError."""
        demand_same_layers(path, self.source)
        try:
            self.names["load_weights"](model, path)
        except ValueError as error:
            raise WeightsError(f"{error} Load weights again, or name another file with --weights.") from None

    def make_loss(self, y: Any = None) -> nn.Module:
        """Return the loss; `y` are the training targets, from which a script may weigh the classes."""
        make: Callable[..., nn.Module] = self.names["make_loss"]
        return make(y) if signature(make).parameters else make()

    def make_optimizer(self, model: nn.Module) -> optim.Optimizer:
        """Return the optimizer over the network's weights."""
        optimizer: optim.Optimizer = self.names["make_optimizer"](model)
        return optimizer

    def make_schedule(self, optimizer: optim.Optimizer, epochs: int, steps: int) -> Any:
        """Return the schedule of a run of so many epochs and steps, None where the learning rate stays as it is."""
        make = self.names.get("make_schedule")
        schedule: Any = make(optimizer, epochs, steps) if make is not None else None
        return schedule

    def make_average(self, model: nn.Module) -> AveragedModel | None:
        """Return what averages the network's weights, None where they are not averaged."""
        make = self.names.get("make_average")
        average: AveragedModel | None = make(model) if make is not None else None
        return average

    def make_early_stopping(self) -> Stopping | None:
        """Return what ends the run early, None where all epochs are trained."""
        make = self.names.get("make_early_stopping")
        stopping: Stopping | None = make() if make is not None else None
        return stopping

    def arrange(self, x: Bundle) -> Bundle:
        """Return samples in the order in memory in which the script gives them to the network."""
        put: Callable[[Bundle], Bundle] | None = self.names.get(ARRANGE)
        return put(x) if put is not None else x

    def draw_order(self, y: Bundle, generator: torch.Generator) -> Tensor:
        """Return the rows of an epoch in the order in which they are learned."""
        draw: Callable[..., Tensor] | None = self.names.get("draw_order")
        return draw(y, generator) if draw is not None else torch.randperm(count_rows(y), generator=generator)

    def train_step(
        self, network: nn.Module, loss: nn.Module, optimizer: Any, x: Bundle, y: Bundle
    ) -> tuple[Tensor, Bundle]:
        """Let the network learn from one batch; return its loss and the outputs before the step."""
        result: tuple[Tensor, Bundle] = self.names["train_step"](network, loss, optimizer, x, y)
        return result

    def measure(self, outputs: Bundle, y: Bundle) -> dict[str, Tensor]:
        """Return the metrics over any number of samples."""
        metrics: dict[str, Tensor] = self.names["measure"](outputs, y)
        return metrics


def build(source: Source) -> Script:
    """Execute a generated script and return what it defines.

    Only text that codegen made may come here. Each script gets a file name of its own, known to `linecache`, so that
    tracebacks show its lines; it is forgotten with the script. Raises Untrusted where it carries code of a project that the
    user has not allowed to run, ValueError where it imports a package that is not installed.
    """
    demand_consent(source.foreign)
    filename = f"<designer script {next(_numbers)}>"
    linecache.cache[filename] = (len(source.text), None, source.text.splitlines(keepends=True), filename)
    module = ModuleType("designer_script", "A generated training script.")
    module.__file__ = filename
    script = Script(source, filename, module.__dict__)
    weakref.finalize(script, linecache.cache.pop, filename, None)
    try:
        exec(compile(source.text, filename, "exec"), module.__dict__)  # noqa: S102 - text from codegen alone
    except ModuleNotFoundError as error:
        package = ", ".join(list_packages([(error.name or "", "", "")]))
        raise ValueError(f"This needs the package {package}. Install it: python -m pip install {package}") from error
    return script


def locate(error: BaseException, script: Script, layers: Mapping[str, nn.Module] | None = None) -> str | None:
    """Return the node at fault, None where the traceback does not tell.

    That is the node of the innermost frame that runs one of the layers or a line of the script that belongs to a node.
    """
    nodes = {id(layer): node for node, layer in (layers or {}).items()}
    found: str | None = None
    if isinstance(error, SyntaxError) and error.filename == script.filename and error.lineno is not None:
        found = script.source.lines.get(error.lineno)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == script.filename:
            there = script.source.lines.get(line, "")
            # A line of a block serves all its uses: which one it is only the layers before tell.
            found = found if not there or used_block(there) is not None else there
        found = nodes.get(id(frame.f_locals.get("self")), found)
    return found


def find_layers(source: Source, model: nn.Module) -> dict[str, nn.Module]:
    """Return the module of each node that has one, in the order the network defines them."""
    places = {path: node for node, path in source.modules.items()}
    return {places[path]: layer for path, layer in model.named_modules() if path in places}
