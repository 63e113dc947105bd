"""Layers and wires as offers of the search box: recent ones first, what fits before what does not."""

from collections.abc import Collection, Iterable, Sequence

from designer.catalogue.blocks import name_kind
from designer.catalogue.joining import Joint
from designer.catalogue.search import Found, find_layers
from designer.catalogue.shapes import Inference
from designer.catalogue.spec import LayerSpec
from designer.catalogue.wiring import input_ports, output_ports
from designer.document.graph import Value
from designer.document.wording import show_name
from designer.ui.offer_list import Offer
from designer.ui.words import write_sizes

MOST_RECENT = 6  # so many come first while nothing is typed


def offer_layers(
    text: str,
    more: Iterable[LayerSpec] = (),
    *,
    recent: Sequence[str] = (),
    kinds: Collection[str] | None = None,
    fitting: Collection[str] | None = None,
    but: Collection[str] = (),
    tells_fit: bool = False,
) -> list[Offer]:
    """Return the layers that fit a text, best first; without a text the recent ones, those that fit, then the rest.

    Only `kinds` are offered where they are given, and none of `but`. `more` are blocks. `tells_fit` notes what does not fit.
    """
    recent = recent[:MOST_RECENT]
    found = [
        one
        for one in find_layers(text, more, recent=recent, fitting=fitting)
        if (kinds is None or one.spec.kind in kinds) and one.spec.kind not in but
    ]
    fits = None if fitting is None else frozenset(fitting)
    if fits is not None and (tells_fit or not text.strip()):
        found.sort(key=lambda one: one.spec.kind not in fits)
    if not text.strip():
        place = {kind: rank for rank, kind in enumerate(recent) if not tells_fit or fits is None or kind in fits}
        found.sort(key=lambda one: place.get(one.spec.kind, MOST_RECENT))

    def note(one: Found) -> str:
        if tells_fit and fits is not None and one.spec.kind not in fits:
            return "does not fit"
        return "recent" if one.spec.kind in recent else ""

    return [
        Offer(
            key=one.spec.kind,
            title=name_kind(one.spec),
            detail=write_settings(one) or one.spec.summary,
            note=note(one),
            family=one.spec.family,
            tip=one.spec.summary,
            settings=one.parameters,
        )
        for one in found
    ]


def offer_joints(inference: Inference, joints: Iterable[Joint]) -> list[Offer]:
    """Return wires that may be drawn as offers; the key of each is its number."""
    offers = []
    for place, joint in enumerate(joints):
        edge, node = joint.edge, inference.graph.nodes[joint.other]
        known = inference.nodes[joint.other]
        ports = (input_ports if joint.onward else output_ports)(inference, joint.other)
        number = edge.target_port if joint.onward else edge.source_port
        mine = (output_ports if joint.onward else input_ports)(inference, edge.source if joint.onward else edge.target)
        own = edge.source_port if joint.onward else edge.target_port
        name = f" · {show_name(ports[number].name)} {number + 1}" if len(ports) > 1 else ""
        says = [show_name(node.kind if known.spec is None else name_kind(known.spec))]
        if joint.onward and joint.taken is not None:
            says.append(f"in the place of {show_name(inference.graph.nodes[joint.taken.source].name)}")
        elif not joint.onward and known.outputs is not None:
            says.append(f"gives {write_sizes(known.outputs[number])}")
        if len(mine) > 1:
            says.append(f"{'from' if joint.onward else 'into'} {show_name(mine[own].name)} {own + 1}")
        offers.append(
            Offer(
                key=str(place),
                title=f"{show_name(node.name)}{name}",
                detail=" · ".join(says),
                note="to" if joint.onward else "from",
                family="custom" if known.spec is None else known.spec.family,
            )
        )
    return offers


def write_settings(found: Found) -> str:
    """Return what a text sets on a layer, in words: kernel_size 3 × 3 · out_channels 64."""
    axes = {"1d": 1, "2d": 2, "3d": 3}.get(found.spec.kind[-2:], 1)
    return " · ".join(f"{name} {_write_value(name, value, axes)}" for name, value in found.parameters.items())


def _write_value(name: str, value: Value, axes: int) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name.endswith("_size") and type(value) is int:
        value = (value,) * axes
    return " × ".join(map(str, value)) if isinstance(value, tuple) else str(value)
