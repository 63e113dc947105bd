"""Random numbers of one's own: what is drawn on this thread leaves torch's global generator, which a run draws from, alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

FILLS = {"rand_like": "uniform_", "randn_like": "normal_"}


class OwnRandomness(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While it is entered, every draw on this thread comes from generators seeded here, one a device.

    On the CPU they give what the global generator gives after torch.manual_seed with that seed.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._seed = seed
        self._generators: dict[torch.device, torch.Generator] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Return that torch's compiler need not be told: to tell it, torch would import all of it, which takes seconds."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        packet = func.overloadpacket
        if torch.Tag.nondeterministic_seeded not in func.tags or given.get("generator") is not None:
            return func(*args, **given)
        name = packet.__name__
        if name in FILLS:
            made = torch.ops.aten.empty_like.default(*args, **given)
            return getattr(made, FILLS[name])(generator=self._find(made.device))
        if "generator" not in _name_arguments(func) and hasattr(packet, "generator"):
            func = packet.generator
        names = _name_arguments(func)
        if "generator" not in names or names.index("generator") < len(args):
            return func(*args, **given)
        tensor = next((each for each in args if isinstance(each, torch.Tensor)), None)
        device = tensor.device if tensor is not None else torch.device(given.get("device") or "cpu")
        return func(*args, **given | {"generator": self._find(device)})

    def _find(self, device: torch.device) -> torch.Generator:
        """Return the generator of a device."""
        if device not in self._generators:
            self._generators[device] = torch.Generator(device).manual_seed(self._seed)
        return self._generators[device]


def _name_arguments(func: Any) -> list[str]:
    return [argument.name for argument in func._schema.arguments]
