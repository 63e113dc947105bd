"""Generated source with its links back to the project, and the only ways a value may become text of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from frozendict import frozendict


@dataclass(frozen=True, slots=True)
class Source:
    """A generated script.

    `lines` maps 1-based line numbers to the node a line comes from; `modules` maps node ids to the path of their
    module in the model ("head.2"), for nodes that are modules; `model` is the class name of the network.
    `takes_path` says whether `load_data` wants the path of the data.
    """

    text: str
    model: str
    lines: Mapping[int, str] = frozendict()
    modules: Mapping[str, str] = frozendict()
    takes_path: bool = False
