"""How a layer is marked for an ablation: to be left out, exchanged for others, or tried as other kinds of layer.

The mark is the option `ablation` of the layer, as text:

    optional             left out by itself
    optional: NAME       left out together with those it is wired to and that have the same mark
    instead: KIND, KIND  tried as these kinds too
    GROUP                one of the layers of the group is used at a time
    GROUP: NAME          the same, together with those it is wired to and that have the same mark
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from designer.catalogue.options import ABLATION
from designer.document.graph import Node
from designer.document.project import used_block
from designer.document.wording import show_name

Role = Literal["", "optional", "instead", "group"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What an ablation does with a layer: `name` is that of the group, `part` that of what goes together."""

    role: Role = ""
    name: str = ""
    part: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The mark as it is saved, "" for none."""
        if self.role == "instead":
            return f"instead: {', '.join(self.kinds)}"
        head = self.name if self.role == "group" else self.role
        return f"{head}: {self.part}" if self.part else head


NONE = Mark()


def read_mark(node: Node) -> Mark:
    """Return how a layer is marked."""
    text = node.options.get(ABLATION.name, "")
    if not isinstance(text, str) or not text:
        return NONE
    head, _, rest = text.partition(": ")
    if head == "instead":
        return Mark("instead", kinds=tuple(word for word in rest.split(", ") if word))
    if head == "optional":
        return Mark("optional", part=rest)
    return Mark("group", head, rest)


def describe_mark(node: Node) -> str:
    """Return a mark as a card tells it: optional, choice 1, or GELU, Tanh."""
    mark = read_mark(node)
    if mark.role != "instead":
        return "optional" if mark.role == "optional" else show_name(mark.name, 20)
    return f"or {name_kinds(mark.kinds)}" if mark.kinds else ""


def name_kinds(kinds: Collection[str], most: int = 2) -> str:
    """Return kinds in words: GELU, Tanh …; a block goes by its key alone."""
    shown = [show_name(used_block(kind) or kind, 20) for kind in kinds]
    return ", ".join(shown[:most]) + (" …" if len(shown) > most else "")
