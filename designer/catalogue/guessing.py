"""What a layer probably gives while the size of the input is not known: what a layer before it fixes, as its axes."""

from designer.catalogue.inferred import Inference
from designer.catalogue.shapes import infer_node
from designer.catalogue.spec import TensorType

CHANNELS, SIDE = 64, 64  # of the tensor that stands for all with as many axes
FURTHEST = 100  # layers looked at on the way up
AXES = {"1d": 1, "2d": 2, "3d": 3}


def guess_type(inference: Inference, node: str, port: int = 0) -> TensorType | None:
    """Return what leaves an output: what is known, else a tensor with as many axes as a layer above it fixes.

    A Conv2d takes images, so what follows it is one of height and width, whatever their size. None where no layer says.
    """
    known = inference.type_at(node, port)
    way = [node]
    while known is None and len(way) <= FURTHEST:
        above = inference.nodes.get(way[-1])
        if above is None:
            return None
        axes = AXES.get(above.node.kind[-2:])
        if axes is not None:
            return _follow(inference, way[::-1], TensorType((CHANNELS, *(SIDE,) * axes)))
        wires = inference.graph.incoming.get(way[-1], ())
        if not wires or wires[0].source in way:
            return None
        way.append(wires[0].source)
    return known


def _follow(inference: Inference, way: list[str], given: TensorType) -> TensorType | None:
    """Return what comes out at the end of a way of layers, each given what the one before gives on all its wires."""
    for node in way:
        known = inference.nodes[node]
        count = max(1, len(known.ports))
        outputs = infer_node(known.node, (given,) * count, known.ports or None, scope=inference.scope).outputs
        if not outputs:
            return None
        given = outputs[0]
    return given
