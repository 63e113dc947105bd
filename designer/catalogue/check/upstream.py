"""What earlier layers could do so that a later one takes what reaches it; worked out along the one way between them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Fix
from designer.catalogue.check.study import Study
from designer.catalogue.parameters import Integer
from designer.catalogue.shapes import Inferred, infer_node
from designer.catalogue.spec import TensorType
from designer.document.blocks import find_uses, look_inside, put_back
from designer.document.expressions import is_expression
from designer.document.graph import Node, Value
from designer.document.project import Project
from designer.document.wording import show_name

FURTHEST = 24  # layers looked back over
MOST_BRANCHES = 8  # of more that meet, none is given another size
# What sets how many numbers a layer gives.
SIZES = ("out_features", "out_channels", "embed_dim", "embedding_dim", "hidden_size")
# What a parameter of that name must divide, as a multiple: heads share features evenly, a shuffle takes squares.
DIVISORS: dict[str, Callable[[int], int]] = {
    "num_heads": lambda heads: heads,
    "nhead": lambda heads: heads,
    "num_groups": lambda groups: groups,
    "groups": lambda groups: groups,
    "upscale_factor": lambda factor: factor * factor,
}


@dataclass(frozen=True)
class Path:
    """The layers before one, nearest first, as long as each has a single wire in and a single wire out."""

    study: Study
    end: Inferred
    before: tuple[Inferred, ...]

    def rerun(self, place: int, changed: Node | None) -> Inferred | None:
        """Return what would be known of the end if the layer at a place were another, or were gone (None).

        None where a layer between does not take what then reaches it.
        """
        kind = self.flow(place, changed)
        if kind is None:
            return None
        return infer_node(self.end.node, (kind,), self.end.ports, scope=self.study.inference.scope)

    def flow(self, place: int, changed: Node | None) -> TensorType | None:
        """Return what the nearest layer would then give, None where a layer does not take what reaches it."""
        first = self.before[place]
        kind: TensorType | None = first.inputs[0] if len(first.inputs) == 1 else None
        nodes = ([] if changed is None else [changed]) + [known.node for known in reversed(self.before[:place])]
        for node in nodes:
            outputs = infer_node(node, (kind,), scope=self.study.inference.scope).outputs if kind is not None else None
            kind = outputs[0] if outputs else None
        return kind


def find_path(study: Study, known: Inferred) -> Path:
    """Return the way back from a layer to where branches part or meet."""
    found: list[Inferred] = []
    there = study.before(known)
    while there is not None and there.inputs and len(found) < FURTHEST and study.wire_out_of(there.node.id) is not None:
        found.append(there)
        there = study.before(there)
    return Path(study, known, tuple(found))


def mend_upstream(study: Study, known: Inferred) -> Iterator[Fix]:
    """Yield edits of earlier layers after which a layer takes its input, each tried before it is offered."""
    assert known.error is not None
    path = find_path(study, known)
    settings = known.error.settings
    if "kernel_size" in settings:
        yield from _shrink_less(path)
    elif names := DIVISORS.keys() & settings.keys():
        (name,) = names
        yield from _give_multiple(path, DIVISORS[name](int(known.values[name])))
    elif known.node.kind == "GLU":
        yield from _give_multiple(path, 2)
    elif not settings:
        yield from _keep_places(path)


def _shrink_less(path: Path) -> Iterator[Fix]:
    """Yield the removal of the last pooling, or a stride of 1, which leave more for a window."""
    for place, known in enumerate(path.before):
        name = show_name(known.node.name)
        if known.spec is not None and known.spec.family == "pooling" and _is_mended(path.rerun(place, None)):
            yield fixes.remove(known.node.id, f"Remove {name}")
            return
        if known.values.get("stride") not in (None, 1) and known.spec is not None and "mixes" in known.spec.traits:
            if _is_mended(path.rerun(place, _with(known, "stride", 1))):
                yield fixes.set_parameters(known.node.id, {"stride": 1}, f"Set stride of {name} to 1")
                return


def _keep_places(path: Path) -> Iterator[Fix]:
    """Yield the removal of a Flatten before layers that want the places it loses."""
    for place, known in enumerate(path.before):
        if known.node.kind == "Flatten":
            if _is_mended(path.rerun(place, None)):
                yield fixes.remove(known.node.id, f"Remove {show_name(known.node.name)}")
            return


def _give_multiple(path: Path, factor: int) -> Iterator[Fix]:
    """Yield the nearest multiple as the size of the layer that gives the features."""
    for place, known in enumerate(path.before):
        name = next((name for name in SIZES if name in known.values), "")
        if not name:
            continue
        size = known.values[name]
        above = -(-size // factor) * factor
        for wanted in (above, above - factor):
            if 0 < wanted != size and _is_mended(path.rerun(place, _with(known, name, wanted))):
                title = f"Set {name} of {show_name(known.node.name)} to {wanted}"
                yield fixes.set_parameters(known.node.id, {name: wanted}, title)
                return
        return


def give_alike(study: Study, known: Inferred) -> Iterator[Fix]:
    """Yield another size for the last layer of one branch, so that the branches that meet are alike.

    The smaller branch is widened before the larger one is narrowed: what the network can learn is kept.
    """
    given = known.inputs
    wires = study.graph.incoming.get(known.node.id, ())
    if not 1 < len(given) == len(wires) <= MOST_BRANCHES or None in given:
        return
    wanted = {size for kind in given if kind is not None for size in (*kind.sizes[:1], *kind.sizes[-1:])}
    for size in sorted(wanted, reverse=True):
        for port, edge in enumerate(wires):
            source = study.inference.nodes[edge.source]
            if study.wire_out_of(edge.source) is None or not source.inputs:
                continue
            path = Path(study, source, (source, *find_path(study, source).before))
            if fix := _give_one_alike(path, known, port, size):
                yield fix


def _give_one_alike(path: Path, known: Inferred, port: int, size: int) -> Fix | None:
    """Return another size for the last layer on the way to one port, None where that does not mend what it meets."""
    for place, above in enumerate(path.before):
        name = next((name for name in SIZES if name in above.values), "")
        if not name:
            continue
        if above.values[name] == size or is_expression(above.node.parameters.get(name)):
            return None
        kind = path.flow(place, _with(above, name, size))
        others = known.inputs[:port] + known.inputs[port + 1 :]
        inputs = (*known.inputs[:port], kind, *known.inputs[port + 1 :])
        if kind is None or kind not in others:
            return None
        if not _is_mended(infer_node(known.node, inputs, known.ports, scope=path.study.inference.scope)):
            return None
        title = f"Set {name} of {show_name(above.node.name)} to {size}"
        return fixes.set_parameters(above.node.id, {name: size}, title)
    return None


def give_units(study: Study, end: Inferred, wanted: int) -> Iterator[Fix]:
    """Yield another size for the last layer that has one, so that `wanted` numbers reach the end; nothing else fits."""
    path = find_path(study, end)
    for place, known in enumerate(path.before):
        name = next((name for name in SIZES if name in known.values), "")
        if not name or known.spec is None or not known.weights:
            continue
        then = path.rerun(place, _with(known, name, wanted))
        if then is not None and then.inputs[0] is not None and then.inputs[0].elements == wanted:
            title = f"Set {name} of {show_name(known.node.name)} to {wanted}"
            yield fixes.set_parameters(known.node.id, {name: wanted}, title)
        return


def give_units_inside(study: Study, end: Inferred, wanted: int) -> Iterator[Fix]:
    """Yield another size for the last layer where it lies in a block: by an argument of the block, or inside it."""
    path = find_path(study, end)
    for place, known in enumerate(path.before):
        if not isinstance(known.spec, BlockSpec):
            if known.weights:
                return
            continue
        for parameter in known.spec.parameters:
            if isinstance(parameter.type, Integer) and known.node.parameters.get(parameter.name) != wanted:
                then = path.rerun(place, _with(known, parameter.name, wanted))
                if then is not None and then.inputs[0] is not None and then.inputs[0].elements == wanted:
                    title = f"Set {parameter.name} of {show_name(known.node.name)} to {wanted}"
                    yield fixes.set_parameters(known.node.id, {parameter.name: wanted}, title)
                    return
        yield from _give_units_in(study, known.spec.block, known, wanted)
        return


def _give_units_in(study: Study, block: str, use: Inferred, wanted: int) -> Iterator[Fix]:
    """Yield another size for the layer that ends a block which is used once, where the whole network then fits."""
    if len(use.inside) != 1 or sum(1 for _ in find_uses(study.project, block)) != 1:
        return
    inner = use.inside[0]
    outputs = [known for known in inner.nodes.values() if known.node.kind == "Output"]
    inside = replace(study, project=look_inside(study.project, block), inference=inner)
    for fix in give_units(inside, outputs[0], wanted) if len(outputs) == 1 else ():
        name = show_name(study.project.blocks[block].name)
        title = f"{fix.title} in the block {name}"

        def edit(project: Project, fix: Fix = fix) -> Project:
            return put_back(project, block, fix.edit(look_inside(project, block)))

        yield Fix(title, edit)


def _is_mended(known: Inferred | None) -> bool:
    return known is not None and known.outputs is not None


def _with(known: Inferred, name: str, value: Value) -> Node:
    return replace(known.node, parameters={**known.node.parameters, name: value})
