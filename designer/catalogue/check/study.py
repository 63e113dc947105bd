"""A project under examination: what the rules of the checker look at, each part worked out once."""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, replace
from functools import cached_property

from designer.catalogue.check.screen import (
    Count,
    PairTest,
    Screen,
    Test,
    find_before,
    has_role,
    has_trait,
    is_kind,
    screen_of,
)
from designer.catalogue.measuring import read_target
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import losses, objectives
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.source_spec import Facts, Target
from designer.catalogue.spec import TensorType, Trait
from designer.catalogue.splits import count_parts, splits
from designer.catalogue.training_settings import count_steps
from designer.catalogue.training_spec import LossSpec, ObjectiveSpec, Reading
from designer.document.graph import Edge, Graph
from designer.document.order import find_ancestors, find_dead
from designer.document.project import Project


@dataclass(frozen=True)
class Study:
    """A project, what is inferred of its graph and what is known of its data. Nothing here raises."""

    project: Project
    inference: Inference
    facts: Facts | None

    @property
    def graph(self) -> Graph:
        """The network."""
        return self.inference.graph

    @cached_property
    def screen(self) -> Screen:
        """The verdicts of tests on the nodes."""
        return screen_of(self.inference)

    def where(self, *tests: Test, pairs: PairTest | None = None) -> list[Inferred]:
        """Return the nodes that pass one of the tests, or with the only one before them `pairs`, as the data flows."""
        found: frozenset[str] = frozenset().union(*map(self.screen.find, tests))
        return self.in_order(found if pairs is None else found | self.screen.find_pairs(pairs))

    def in_order(self, keys: Collection[str]) -> list[Inferred]:
        """Return nodes in the order in which data flows."""
        nodes = self.inference.nodes
        if len(keys) < 2:
            return [nodes[key] for key in keys]
        return [known for key, known in nodes.items() if key in keys]

    def total(self, count: Count) -> int:
        """Return what a count says of all nodes."""
        return self.screen.total(count)

    def of_kind(self, kind: str) -> list[Inferred]:
        """Return the nodes of a kind of the catalogue, in the order in which data flows."""
        return self.where(is_kind(kind))

    def find(self, trait: Trait) -> list[Inferred]:
        """Return the nodes whose kind has a trait, kind by kind."""
        return by_kind(self.where(has_trait(trait)))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The Input nodes, which take the data."""
        return tuple(key for key in self._find_role("input") if key not in self.noises)

    @cached_property
    def noises(self) -> tuple[str, ...]:
        """The Noise nodes, which take random numbers."""
        return tuple(key for key in self._find_role("input") if self.graph.nodes[key].kind == "Noise")

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The Output nodes."""
        return self._find_role("output")

    @cached_property
    def live(self) -> Set[str]:
        """The nodes that reach an Output, and the Outputs: those that generated code consists of."""
        graph, ends = self.graph, frozenset(self.outputs)
        if self.inference.unplaced:
            return find_ancestors(graph, ends) | ends
        dead = find_dead(graph, ends)
        return graph.nodes.keys() - dead if dead else graph.nodes.keys()

    @cached_property
    def bare(self) -> frozenset[str]:
        """The nodes that lead to the Output by a single path with nothing learned on it, found backwards from there."""
        found: set[str] = set()
        pending = [key for key in self.screen.find(has_role("output")) if key not in self.inference.unplaced]
        while pending:
            for edge in self.graph.incoming.get(pending.pop(), ()):
                if edge.source in found or self.wire_out_of(edge.source) is None:
                    continue
                found.add(edge.source)
                spec = self.inference.nodes[edge.source].spec
                if spec is not None and ("passes" in spec.traits or spec.bounds is not None):
                    pending.append(edge.source)
        return frozenset(found)

    @cached_property
    def ending(self) -> tuple[Inferred, ...]:
        """The layers that lead to the only Output, the last one first, back to where branches meet."""
        if len(self.outputs) != 1:
            return ()
        chain: list[Inferred] = []
        known = self.before(self.inference.nodes[self.outputs[0]])
        while known is not None:
            chain.append(known)
            known = self.before(known)
        return tuple(chain)

    @cached_property
    def answer(self) -> TensorType | None:
        """What arrives at the only Output."""
        inputs = self.inference.nodes[self.outputs[0]].inputs if len(self.outputs) == 1 else ()
        return inputs[0] if len(inputs) == 1 else None

    @cached_property
    def loss(self) -> LossSpec | None:
        """The chosen loss, None where it is not known here."""
        return losses.get(self.project.training.loss.kind)

    @cached_property
    def objective(self) -> ObjectiveSpec:
        """The chosen objective; the plain one where it is not known here."""
        return objectives.get(self.project.training.objective.kind, objectives["Supervised"])

    @property
    def target(self) -> Target | None:
        """What the only answer is held against, where that is one vector: the data's target."""
        plain = self.objective.form == "plain" and self.objective.compares == "target"
        return self.facts.target if plain and self.facts is not None and self.facts.target.kind != "tokens" else None

    @cached_property
    def reading(self) -> Reading | None:
        """What metrics are measured on; None where that is not known, or the objective says itself what is measured."""
        if self.target is None or self.loss is None:
            return None
        return read_target(self.target, self.loss, self.answer.elements if self.answer is not None else 1)

    @cached_property
    def training_rows(self) -> int | None:
        """How many rows are trained on, None where that is not known."""
        rows = self.facts.rows if self.facts is not None else None
        if rows is None or self.facts is None or (self.facts.given_split and not self.project.data.test):
            return rows
        return self._parts[0]

    @cached_property
    def validation_rows(self) -> int | None:
        """How many rows are held out, None where that is not known. Where none are, all serve for validation."""
        if self.facts is None or self.facts.rows is None or self.facts.given_split or self.training_rows is None:
            return None
        return self._parts[1]

    @cached_property
    def _parts(self) -> tuple[int, int, int]:
        """How many rows each part has, as recipes/split.py cuts them, of a source whose rows are known."""
        data, known = self.project.data, self.facts
        assert known is not None
        assert known.rows is not None
        spec = splits.get(data.split.kind)
        if spec is None or data.validation + data.test >= 1:
            return known.rows, known.rows, 0
        if known.given_split:  # the part that the source brings is the one for test
            data = replace(data, test=0.0)
        return count_parts(data, resolve(spec.parameters, data.split.parameters)[0], known.rows, known.gap or 0)

    @property
    def steps(self) -> int | None:
        """How many steps the whole run takes, None where that is not known."""
        rows, training = self.training_rows, self.project.training
        if rows is None or rows < 1 or training.batch_size < 1 or training.accumulate < 1:
            return None
        return training.epochs * count_steps(training, rows)

    def wire_into(self, node: str) -> Edge | None:
        """Return the only wire into a node, None where there is none or several."""
        edges = self.graph.incoming.get(node, ())
        return edges[0] if len(edges) == 1 else None

    def wire_out_of(self, node: str) -> Edge | None:
        """Return the only wire out of a node, None where there is none or several."""
        edges = self.graph.outgoing.get(node, ())
        return edges[0] if len(edges) == 1 else None

    def before(self, known: Inferred) -> Inferred | None:
        """Return the only node that feeds a node, None where there is none or several, or on a cycle."""
        return find_before(self.inference, known.node.id)

    def after(self, known: Inferred) -> Inferred | None:
        """Return the only node that a node feeds, None where there is none or several, or on a cycle."""
        edge = self.wire_out_of(known.node.id)
        return self._placed(edge.target) if edge is not None else None

    def _placed(self, node: str) -> Inferred | None:
        return self.inference.nodes[node] if node not in self.inference.unplaced else None

    def _find_role(self, role: str) -> tuple[str, ...]:
        found = self.screen.find(has_role(role))
        return tuple(found) if len(found) < 2 else tuple([key for key in self.graph.nodes if key in found])


def by_kind(nodes: Iterable[Inferred]) -> list[Inferred]:
    """Return nodes kind by kind, those that come first in front."""
    found: dict[str, list[Inferred]] = {}
    for known in nodes:
        found.setdefault(known.node.kind, []).append(known)
    return [known for alike in found.values() for known in alike]
