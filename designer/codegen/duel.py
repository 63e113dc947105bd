"""The two networks of a GAN as code: a class each, a class that holds both, and the step in which they learn in turn."""

import re
from collections.abc import Iterable
from dataclasses import replace

from designer.catalogue import registry
from designer.catalogue.duel import Duel, find_duel
from designer.catalogue.shapes import Inference, infer
from designer.codegen.flow import find_outputs, order_nodes
from designer.codegen.layout import STEP
from designer.codegen.module import Network, write_network
from designer.codegen.names import make_class_name
from designer.codegen.readiness import refuse
from designer.codegen.source import write_literal
from designer.codegen.text import Text
from designer.document.graph import Graph
from designer.document.project import Project

# The holder of a generator and a discriminator.
HOLDER = '''\
class {name}(nn.Module):
    """{summary}."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = {generator}()
        self.discriminator = {discriminator}()

    def draw(self, count: int) -> Tensor:
        """Return so many samples, made from noise."""
        device = next(self.parameters()).device
        return self.generator(torch.randn({sizes}, device=device))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return N x 1 scores of real samples and of as many made ones."""
        return self.discriminator(x), self.discriminator(self.draw(len(x)))'''

STEP_LINES = '''\
def train_step(
    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Teach the discriminator, then the generator; return the sum of their losses and the scores before the step.

    A weight without a gradient stays as it is, and so does all that the optimizer keeps of it: both learn on their own.
    """
{augment}    made = network.draw(len(x))
    optimizer.zero_grad()
    scores = network.discriminator(x), network.discriminator(made.detach())
    telling = loss.discriminator(*scores)
{telling}    telling.backward()
{clip}    optimizer.step()

    optimizer.zero_grad()
    passing = loss.generator(network.discriminator(made))
{passing}    passing.backward(inputs=list(network.generator.parameters()))
{clip}    optimizer.step()
    return (telling + passing).detach(), tuple(score.detach() for score in scores)'''


def write_networks(project: Project, inference: Inference, order: list[str]) -> Network:
    """Return the class of the network, or those of a GAN's two; the nodes of `order` are all sound."""
    objective = registry.objectives.get(project.training.objective.kind)
    duel = find_duel(inference) if objective is not None and objective.form == "adversarial" else None
    if duel is not None:
        return _write_duel(project, inference, duel)
    if len(find_outputs(inference)) == 2 and objective is not None and objective.form == "adversarial":
        raise refuse("A GAN needs a generator from Noise and a discriminator from an Input, each with an Output.")
    return write_network(project, inference, order)


def _write_duel(project: Project, inference: Inference, duel: Duel) -> Network:
    parts: dict[str, Network] = {}
    classes = re.compile(r"class (\w+)")
    for name, end in (("Generator", duel.sample), ("Discriminator", duel.verdict)):
        order = order_nodes(inference.graph, (end,))
        alone = infer(cut_graph(inference.graph, order), inference.data, None, inference.scope)
        taken = [found[1] for part in parts.values() for line in part.text.lines if (found := classes.match(line))]
        taken += [item.name for part in parts.values() for item in part.definitions if item.node]
        parts[name] = write_network(project, alone, order, name, taken)
    generator, discriminator = parts.values()
    known = {definition.name: definition for part in parts.values() for definition in part.definitions}
    name = make_class_name(project.name, [*known, generator.name, discriminator.name])
    noise = inference.type_at(duel.noise)
    assert noise is not None
    count = sum(inference.nodes[node].parameters for node in order_nodes(inference.graph, (duel.sample, duel.verdict)))
    summary = f"A generator and a discriminator of {inference.type_at(duel.real)}, {count:,} parameters"
    holder = HOLDER.format(
        name=name,
        summary=summary,
        generator=generator.name,
        discriminator=discriminator.name,
        sizes=", ".join(["count", *map(write_literal, noise.sizes)]),
    )
    text = Text()
    for part in parts.values():
        text.append(part.text)
        text.add(["", ""])
    text.add(holder.split("\n"))
    modules = {
        node: f"{attribute}.{path}"
        for attribute, part in (("generator", generator), ("discriminator", discriminator))
        for node, path in part.modules.items()
    }
    return replace(
        generator,
        text=text,
        name=name,
        summary=summary,
        modules=modules,
        results=(*generator.results, *discriminator.results),
        definitions=tuple(known.values()),
        imports=generator.imports | discriminator.imports | {("torch", "", "")},
        learning=tuple(
            replace(each, path=f"{attribute}.{each.path}")
            for attribute, part in (("generator", generator), ("discriminator", discriminator))
            for each in part.learning
        ),
        shares=generator.shares or discriminator.shares,
    )


def cut_graph(graph: Graph, nodes: Iterable[str]) -> Graph:
    """Return the part of a graph that consists of some nodes, in its order."""
    kept = frozenset(nodes)
    edges = tuple(edge for edge in graph.edges if edge.source in kept and edge.target in kept)
    return Graph({key: node for key, node in graph.nodes.items() if key in kept}, edges)


def write_duel_step(clipping: list[str], telling: list[str], passing: list[str], augment: list[str]) -> list[str]:
    """Return `train_step` for a GAN.

    `clipping` are the lines that bound gradients, `augment` those that change real samples, the others those that add
    to the losses of the same name.
    """
    lines = {"clip": clipping, "telling": telling, "passing": passing, "augment": augment}
    return STEP_LINES.format(
        **{name: "".join(f"{STEP}{line}\n" for line in each) for name, each in lines.items()}
    ).split("\n")
