"""Lines of code on their way, each with the node it comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

BODY = " " * 8  # where statements of a method stand


@dataclass(slots=True)
class Text:
    """Lines of code on their way, each with the node it comes from."""

    lines: list[str] = field(default_factory=list)
    nodes: list[str | None] = field(default_factory=list)

    def add(self, lines: Sequence[str], node: str | None = None) -> None:
        """Append lines that come from a node."""
        self.lines += lines
        self.nodes += [node] * len(lines)

    def append(self, other: "Text") -> None:
        """Append another text with its nodes."""
        self.lines += other.lines
        self.nodes += other.nodes


def join_texts(texts: Iterable[Text]) -> Text:
    """Return one text after the other."""
    texts = list(texts)
    return Text(
        list(chain.from_iterable([text.lines for text in texts])),
        list(chain.from_iterable([text.nodes for text in texts])),
    )
