"""The two networks of a GAN in one graph: which Output is the generator's, which the discriminator's."""

from dataclasses import dataclass

from designer.catalogue.shapes import Inference
from designer.document.order import find_ancestors


@dataclass(frozen=True, slots=True)
class Duel:
    """The ends of both networks by node: `noise` to `sample` is the generator, `real` to `verdict` the discriminator."""

    noise: str
    sample: str
    real: str
    verdict: str


def find_duel(inference: Inference) -> Duel | None:
    """Return the two networks, None where the graph is not one from Noise and one from Input, each to its Output."""
    nodes = inference.nodes
    ends = [key for key in inference.graph.nodes if (spec := nodes[key].spec) and spec.role == "output"]
    starts: list[list[str]] = []
    for end in ends:
        before = find_ancestors(inference.graph, [end])
        starts.append([key for key in before if (spec := nodes[key].spec) and spec.role == "input"])
    if len(ends) != 2 or any(len(one) != 1 for one in starts):
        return None
    kinds = {nodes[one[0]].node.kind: (one[0], end) for one, end in zip(starts, ends, strict=True)}
    if kinds.keys() != {"Noise", "Input"}:
        return None
    return Duel(*kinds["Noise"], *kinds["Input"])
