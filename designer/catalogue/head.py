"""The head of a network: its last learned layer, to be made anew for other data while the rest is kept as it learned."""

from collections.abc import Iterable

from designer.catalogue.facts import facts, infer_project
from designer.catalogue.registry import losses
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.source_spec import Target
from designer.catalogue.training_spec import LossSpec
from designer.document.edits import EditError, set_option, set_parameter
from designer.document.project import Project
from designer.document.wording import show_name

# What sets how many numbers a layer gives, in the layers that end networks.
SIZES = ("out_features", "out_channels")


def find_head(inference: Inference) -> str:
    """Return the last layer before the Output that learns and has a size of its own. Raises EditError.

    What keeps the size it is given (an activation, a normalization, a pooling) may stand between.
    """
    outputs = [key for key, known in inference.nodes.items() if known.spec is not None and known.spec.role == "output"]
    if not outputs:
        raise EditError("The network has no Output, so there is no last layer. Add one.")
    pending, seen = outputs[:], set(outputs)
    heads: list[str] = []
    while pending:
        for edge in inference.graph.incoming.get(pending.pop(), ()):
            if edge.source in seen:
                continue
            seen.add(edge.source)
            (heads if _has_size(inference, edge.source) else pending).append(edge.source)
    if not heads:
        raise EditError("No layer before the Output learns and has a size to set. Add a Linear.")
    if len(heads) > 1:
        names = " and ".join(inference.nodes[head].subject for head in heads[:3])
        raise EditError(f"The network has several heads: {names}. Set the size of each in the inspector.")
    return heads[0]


def replace_head(project: Project, size: int | None = None) -> tuple[Project, str]:
    """Return the project with a head of another size, and its node; without `size` one that goes with the data.

    It learns even where it was frozen; its weights begin fresh, as those of a file have another shape. Raises
    EditError, also where the head has that size already.
    """
    wanted = count_answers(project) if size is None else size
    inference = infer_project(project)
    head = find_head(inference)
    known = inference.nodes[head]
    name = _find_size(inference, head)
    if known.values.get(name) == wanted:
        raise EditError(
            f"{known.subject} gives {wanted} numbers already. To begin it afresh, leave it out when you load weights."
        )
    return set_parameter(set_option(project, [head], "frozen", None), head, name, wanted), head


def count_answers(project: Project) -> int:
    """Return how many numbers the network has to give for the data. Raises EditError."""
    known = facts(project)
    if known is None:
        raise EditError("No data is chosen, so the number of classes is not known. Choose data first.")
    return _count(known.target, losses.get(project.training.loss.kind))


def freeze(project: Project, nodes: Iterable[str], frozen: bool = True) -> Project:
    """Return the project with the weights of these nodes kept as they are, or learning again.

    Nodes without weights stay as they are.
    """
    inference = infer_project(project)
    return set_option(project, learned(inference, nodes), "frozen", True if frozen else None)


def freeze_all_but_head(project: Project) -> tuple[Project, str]:
    """Return the project in which the head alone learns, and its node. Raises EditError."""
    inference = infer_project(project)
    head = find_head(inference)
    rest = [node for node in learned(inference, inference.nodes) if node != head]
    if not rest:
        raise EditError(f"{inference.nodes[head].subject} is the only layer with weights: there is nothing to freeze.")
    return set_option(set_option(project, rest, "frozen", True), [head], "frozen", None), head


def learned(inference: Inference, nodes: Iterable[str]) -> list[str]:
    """Return those of the nodes that have weights, as far as that is known: a block may, before its sizes are."""
    return [node for node in nodes if node in inference.nodes and _learns(inference.nodes[node])]


def is_frozen(project: Project, node: str) -> bool:
    """Return whether a node's weights are kept as they are."""
    return node in project.graph.nodes and project.graph.nodes[node].options.get("frozen") is True


def _learns(known: Inferred) -> bool:
    if known.outputs is not None:
        return known.parameters > 0
    return known.node.kind.startswith("block:") or (known.spec is not None and known.spec.may_learn)


def _has_size(inference: Inference, node: str) -> bool:
    known = inference.nodes[node]
    if not _learns(known):
        return False
    if _find_size(inference, node):
        return True
    if known.node.kind.startswith("block:"):
        raise EditError(f"The last layer that learns is inside the block {show_name(known.node.name)}. Set it there.")
    return False


def _find_size(inference: Inference, node: str) -> str:
    spec = inference.nodes[node].spec
    names = {parameter.name for parameter in spec.parameters} if spec is not None else set()
    return next((name for name in SIZES if name in names), "")


def _count(target: Target, loss: LossSpec | None) -> int:
    each = loss.per_value if loss is not None else 1
    if target.kind == "binary":
        return 2 if loss is not None and loss.target == "class" else 1
    return target.size * each
