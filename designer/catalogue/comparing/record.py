"""The record of what differs between two projects: by network, block, data and training, each difference in words."""

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from designer.catalogue.comparing.settings import (
    Detail,
)
from designer.document.graph import Edge

Change = Literal["added", "removed", "changed", "follows"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `subject` says what, `text` all else in words, `details` the values on both sides.

    What "follows" is set as it was: its sizes or counts alone differ, because of what comes before it. `node` and `wire`
    are in the united network of the section.
    """

    change: Change
    subject: str
    text: str = ""
    details: tuple[Detail, ...] = ()
    node: str = ""
    wire: Edge | None = None

    def write(self, arrow: str = "->") -> str:
        """Return all of it on one line."""
        values = [f"{detail.name} {detail.before} {arrow} {detail.after}".strip() for detail in self.details]
        told = "; ".join(part for part in (self.text, *values) if part)
        return f"{self.subject}: {told}" if told else self.subject


@dataclass(frozen=True, slots=True)
class Section:
    """Differences of one kind.

    `block` is the block of the union whose inside they are in, "" for the network, None for what lies in no network.
    """

    title: str
    block: str | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that differs between two projects. `totals` are of both, whether they differ or not."""

    before: str
    after: str
    totals: tuple[Detail, ...]
    sections: tuple[Section, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not self.sections

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All differences, in order."""
        return tuple(chain.from_iterable(section.differences for section in self.sections))

    def count(self, change: Change) -> int:
        """Return how many differences are of a kind."""
        return sum(one.change == change for one in self.differences)
