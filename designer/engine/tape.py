"""Recordings of what a function does with tensors: the same kernels in the same order, without a call of Python for each.

A small network waits for Python and for the graph of gradients, not for its arithmetic. What torch carries out once,
gradients and optimizer included, is written down as a list of its operations, which torch's own interpreter repeats.
"""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakTensorKeyDictionary

MOST_CALLS = 2_000  # of a recording: beyond, a network is not small

# What looks at numbers: what comes after may depend on them, so that it cannot be repeated blindly.
LOOKS = {"aten::_local_scalar_dense", "aten::equal", "aten::is_nonzero"}

Tensors = tuple[Tensor, ...]

_rewrite: Callable[[bool], None] = torch._C._set_graph_executor_optimize  # as torch.jit.optimized_execution, at no cost


class Unrecordable(Exception):
    """What a function does cannot be repeated from a list of operations."""


class Recording:
    """What a function does, to be repeated. All tensors that it reads besides its arguments stay where they were."""

    def __init__(self, text: str, kept: Sequence[Tensor | list[Tensor]], count: int) -> None:
        self._text, self._kept, self._count = text, kept, count  # of results
        self._is_rewritten = True  # torch makes a shorter list of it
        self._repeat = self._compile()
        self._mode = torch.inference_mode()  # one for all times: to make it takes as long as some of the kernels

    def _compile(self) -> Callable[..., Tensors]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # from Python 3.14 on torch advises against its interpreter
            try:
                repeat: Callable[..., Tensors] = torch.jit.CompilationUnit(self._text).repeat
                return repeat
            except RuntimeError as error:
                raise Unrecordable(str(error)) from None

    def run(self, *arguments: Tensor | float) -> Tensors:
        """Return what the function gives for these tensors and rates; gradients cannot be followed through it."""
        with self._mode:
            if self._is_rewritten:
                return self._repeat(*arguments, *self._kept)[: self._count]
            _rewrite(False)  # by this thread
            try:
                return self._repeat(*arguments, *self._kept)[: self._count]
            finally:
                _rewrite(True)

    def demand(self, is_same: Callable[[], bool]) -> None:
        """Demand that it does what the function does. Raises Unrecordable.

        A layer of some size rounds otherwise where torch rewrites it, as a product and a sum: then it goes without that.
        """
        if is_same():
            return
        self._is_rewritten, self._repeat = False, self._compile()
        if not is_same():
            raise Unrecordable("the recording does something else")


def record(
    function: Callable[..., Sequence[Tensor]], inputs: Sequence[Tensor], rates: Sequence[float] = ()
) -> Recording:
    """Call a function of tensors and return what it did.

    `rates` are numbers that it reads somewhere and that may be others the next time; each must be one that stands for
    nothing else. Raises Unrecordable, and what the function raises.
    """
    log = _Log(inputs, rates)
    with log:
        results = function(*inputs)
    outputs = [log.name(result) for result in results]
    calls = _drop_unused(log.calls, outputs)
    used = {_find_root(output) for output in outputs}.union(*(call.uses for call in calls))
    tensors = {name: tensor for name, tensor in log.tensors.items() if name in used}
    head = [*log.inputs, *(f"{rate}: float" for rate in log.rates.values()), *tensors]
    head += [f"{name}: List[Tensor]" for name in log.lists]
    given = "".join(f"{name}, " for name in [*outputs, *log.list_lonely()])
    body = [f"{call.made} = {call.text}" if call.made else call.text for call in calls]
    lines = [f"def repeat({', '.join(head)}):", *body, f"return ({given})"]
    lists = [[log.tensors[name] for name in names] for names in log.lists.values()]
    return Recording("\n    ".join(lines) + "\n", [*tensors.values(), *lists], len(outputs))


class _Call(NamedTuple):
    text: str
    uses: frozenset[str]
    made: str  # the name of the result, empty where it has none of its own
    matters: bool  # even where nobody uses the result: it writes, or draws random numbers


def _drop_unused(calls: Sequence[_Call], outputs: Sequence[str]) -> list[_Call]:
    used = {_find_root(output) for output in outputs}
    kept = []
    for call in reversed(calls):
        if call.matters or call.made in used:
            used |= call.uses
            kept.append(call)
    return kept[::-1]


class _Log(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down each operation that is carried out.

    `tensors` are those that were there before, by their names, and `lists` the names in lists of them that are written
    to; `written` are lists of others. Torch's interpreter drops what writes to a list that nobody else has: so these come
    from outside, and those are given back where nothing else holds them.
    """

    def __init__(self, inputs: Sequence[Tensor], rates: Sequence[float]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[_Call] = []
        self.inputs = [f"x{number}" for number in range(len(inputs))]
        self.rates = {rate: f"rate{number}" for number, rate in enumerate(rates)}
        self.tensors: dict[str, Tensor] = {}
        self.lists: dict[str, tuple[str, ...]] = {}
        self.written: dict[str, tuple[str, ...]] = {}
        self._kept: list[Tensor] = []
        self._turned: dict[str, str] = {}  # transposed matrices, and of what
        self._ones: set[str] = set()  # scalars: a loss by itself
        # Weak: autograd keeps a gradient as it is only where nobody else has it.
        self._names = WeakTensorKeyDictionary(zip(inputs, self.inputs, strict=True))

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Carry an operation out and write it down."""
        kwargs = kwargs or {}
        name = operation._schema.name
        if name.startswith("profiler::"):
            return operation(*args, **kwargs)
        if name in LOOKS or len(self.calls) == MOST_CALLS:
            raise Unrecordable(name)
        uses: set[str] = set()
        text = self._write(operation._schema, args, kwargs, uses)
        result = operation(*args, **kwargs)
        self._note(operation, args, _Call(text, frozenset(uses), f"v{len(self.calls)}", False), result)
        return result

    def name(self, tensor: Tensor) -> str:
        """Return the name of a tensor; one that nothing has made was there before."""
        known: str | None = self._names.get(tensor)  # type: ignore[no-untyped-call]
        if known is None:
            known = self._names[tensor] = f"c{len(self.tensors)}"
            self._kept.append(tensor)
            self.tensors[known] = tensor.detach()
        return known

    def _note(self, operation: Any, args: Any, call: _Call, result: Any) -> None:
        schema = operation._schema
        if schema.is_mutable:
            call = call._replace(matters=True)
        if isinstance(result, Tensor) and _gives_first(schema):
            if schema.is_mutable:
                self.calls.append(call._replace(made=""))
            if schema.is_mutable or schema.name in ("aten::detach", "aten::alias"):
                self._names[result] = self.name(args[0])  # the same tensor again
                return
            if call.uses <= self.tensors.keys():  # part of what was there before: it stays where it is
                self.name(result)
                return
        if torch.Tag.nondeterministic_seeded in operation.tags:
            call = call._replace(matters=True)
        if (same := self._find_same(schema.name, args, call.made, result)) is not None:
            self._names[result] = same
            return
        self.calls.append(call if schema.returns else call._replace(made=""))
        if isinstance(result, Tensor):
            self._names[result] = call.made
        elif isinstance(result, list | tuple):
            for place, part in enumerate(result):
                if isinstance(part, Tensor):
                    self._names[part] = f"{call.made}[{place}]"

    def _find_same(self, operation: str, args: Any, made: str, result: Any) -> str | None:
        """Return the name of what an operation gives again: a matrix transposed twice, or multiplied by 1."""
        if operation == "aten::t":
            if (given := self.name(args[0])) in self._turned:
                return self._turned[given]
            self._turned[made] = given
        if operation == "aten::ones_like" and result.dim() == 0:
            self._ones.add(made)
        if operation == "aten::mul" and all(isinstance(each, Tensor) for each in args):
            by_one = args[0].dtype == args[1].dtype and self.name(args[1]) in self._ones
            return self.name(args[0]) if by_one else None
        return None

    def _write(self, schema: Any, args: Any, kwargs: Mapping[str, Any], uses: set[str]) -> str:
        """Return the text of a call, and gather the names in it."""
        known = {each.name: each for each in schema.arguments}
        written = [self._write_value(value, each, uses) for value, each in zip(args, known.values(), strict=False)]
        for name, value in kwargs.items():
            if not known[name].has_default_value() or value != known[name].default_value:
                written.append(f"{name}={self._write_value(value, known[name], uses)}")
        return f"torch.ops.{schema.name.replace('::', '.')}({', '.join(written)})"

    def _write_value(self, value: Any, argument: Any, uses: set[str]) -> str:
        if isinstance(value, Tensor):
            name = self.name(value)
            uses.add(_find_root(name))
            return name
        if isinstance(value, list | tuple):
            if value and argument.alias_info is not None and argument.alias_info.is_write:
                return self._name_list(tuple(map(self.name, value)), uses)
            names = [self._write_value(each, argument, uses) for each in value]
            text = f"[{', '.join(names)}]"
            plain = names and all(each is not None for each in value)
            return text if plain else f"torch.jit.annotate({argument.type}, {text})"
        if isinstance(value, float):
            return self.rates.get(value) or (repr(value) if math.isfinite(value) else f'float("{value}")')
        if isinstance(value, torch.device):
            return f'torch.device("{value}")'
        if value is None or isinstance(value, bool | int | torch.dtype | torch.layout | torch.memory_format):
            return repr(value)
        raise Unrecordable(f"{argument.name}: {type(value).__name__}")

    def _name_list(self, names: tuple[str, ...], uses: set[str]) -> str:
        """Return the name of a list that is written to."""
        there = all(name in self.tensors for name in names)
        lists = self.lists if there else self.written
        known = next((name for name, found in lists.items() if found == names), None)
        if known is None:
            known = f"{'l' if there else 'w'}{len(lists)}"
            lists[known] = names
            if not there:
                self.calls.append(_Call(f"[{', '.join(names)}]", frozenset(map(_find_root, names)), known, True))
        uses.add(known)
        return known

    def list_lonely(self) -> list[str]:
        """Return the lists made on the way that no call writes to together with one from outside."""
        kept = {name for call in self.calls if call.uses & self.lists.keys() for name in call.uses}
        return [name for name in self.written if name not in kept]


def _gives_first(schema: Any) -> bool:
    """Return whether an operation gives its first argument, or a view of it."""
    return bool(schema.arguments) and all(
        each.alias_info is not None for each in (schema.arguments[0], schema.returns[0])
    )


def _find_root(name: str) -> str:
    return name.partition("[")[0]
