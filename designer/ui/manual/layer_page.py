"""The page of one layer: all that its declaration says, worked out for an example."""

import re
from collections.abc import Sequence

from designer.catalogue.examples import find_example
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import layers
from designer.catalogue.shapes import Inferred, infer_node
from designer.catalogue.spec import Inputs, LayerSpec, ShapeError, TensorType, Trait
from designer.catalogue.templates import Template
from designer.document.graph import NO_PARAMETERS, Node
from designer.ui.manual.html import code_block, escape, link, picture, table, write_prose
from designer.ui.panels.entries import describe_type, write_entry
from designer.ui.words import write_count, write_short, write_sizes

PICTURE_WIDTH = 480
MOST_MISTAKES, MOST_RELATED, MOST_TEMPLATES = 5, 7, 16

# What the checker looks at beyond shapes, by what a declaration says of itself.
TRAIT_MISTAKES: dict[Trait, str] = {
    "mixes": "Two such layers with nothing bent between them are worth one: put an activation between.",
    "noise": "Right before the Output, or before a layer that uses statistics of the batch, its noise does harm.",
    "batch": "It uses statistics of the batch: with a batch size of 1 there are none. A bias right before it is needless.",
}
# Inputs of the kinds that people wire by mistake.
_PROBES = (
    TensorType((64,)),
    TensorType((16, 64)),
    TensorType((3, 28, 28)),
    TensorType((3, 8, 16, 16)),
    TensorType((16,), "int"),
    TensorType((5, 3)),
)


def write_layer(spec: LayerSpec, templates: Sequence[Template]) -> str:
    """Return the page of a layer; `templates` are those that it may be used in."""
    known = infer_example(spec)
    parts = [
        f"<h1>{escape(spec.kind)}</h1>",
        f'<p class="muted">{link(f"family:{spec.family}", spec.family.capitalize())}</p>',
        f"<p><b>{write_prose(spec.summary)}</b></p>",
        f"<div>{picture(spec.kind, PICTURE_WIDTH, f'picture: {spec.summary}')}</div>",
        _write_formula(spec, known),
        f"<p>{write_prose(spec.help)}</p>",
        _write_shapes(spec, known),
        _write_settings(spec),
        _write_code(spec, known),
        _write_mistakes(spec),
        _write_uses(spec, templates),
        _write_related(spec),
    ]
    return "".join(parts)


def infer_example(spec: LayerSpec) -> Inferred | None:
    """Return what is known of the layer with an example wired to it, None where there is none."""
    found = find_example(spec)
    if found is None:
        return None
    _, inputs, _ = found
    node = Node("example", spec.kind, "example", NO_PARAMETERS)
    known = infer_node(node, inputs if spec.inputs else (), data=inputs[0] if spec.role == "input" else None)
    return known if known.outputs is not None else None


def _write_formula(spec: LayerSpec, known: Inferred | None) -> str:
    if not spec.formula:
        return ""
    lines = [spec.formula.replace(";  ", "\n").replace(",  ", "\n")]
    if spec.worked is not None and known is not None and known.outputs is not None:
        worked = spec.worked(known.values, tuple(kind for kind in known.inputs if kind is not None), known.outputs)
        lines += ["", worked] if worked else []
    source = re.search(r"\(([A-Z][^()]*?\d{4})\)", spec.help)
    cited = f'<p class="muted">Source: {escape(source.group(1))}</p>' if source else ""
    return code_block("\n".join(lines)) + cited


def _write_shapes(spec: LayerSpec, known: Inferred | None) -> str:
    rows = [
        (word, f"<code>{escape(port.name)}</code>", write_prose(port.meaning + (" (two or more)" if port.many else "")))
        for ports, word in ((spec.inputs, "in"), (spec.outputs, "out"))
        for port in ports
    ]
    parts = ["<h2>Shapes</h2>", table(rows)]
    if known is not None and known.outputs is not None:
        given = ", ".join(write_sizes(kind) for kind in known.inputs) or "nothing"
        result = ", ".join(write_sizes(kind) for kind in known.outputs) or "the answer of the network"
        facts = [("example", f"<code>{escape(given)} → {escape(result)}</code>")]
        for name, sizes in list(known.weights.items())[:12]:
            facts.append((f"learns {escape(name)}", f"<code>{escape(' × '.join(map(str, sizes)))}</code>"))
        if known.parameters:
            facts.append(("parameters", write_count(known.parameters)))
        if known.multiply_adds:
            facts.append(("cost", f"{write_short(known.multiply_adds)} multiply-adds for each sample"))
        parts.append(table(facts))
        parts.append('<p class="muted">Sizes are those of one sample, without the batch.</p>')
    return "".join(parts)


def _write_settings(spec: LayerSpec) -> str:
    shown = [parameter for parameter in spec.parameters if not parameter.hidden]
    if not shown:
        return ""
    rows = [
        (
            f"<b><code>{escape(parameter.name)}</code></b>",
            f"<code>{escape(write_entry(parameter.type, parameter.default) or 'none')}</code>",
            f"{write_prose(parameter.meaning)} <span class='muted'>Takes {escape(describe_type(parameter.type))}.</span>",
        )
        for parameter in shown
    ]
    return f"<h2>Settings</h2>{table(rows, ('setting', 'default', 'meaning'))}"


def _write_code(spec: LayerSpec, known: Inferred | None) -> str:
    if known is None or spec.role != "layer":
        return ""
    from designer.codegen.constructors import write_constructor  # the first paint of the window needs no code
    from designer.codegen.layout import lay_out

    ports = known.ports or tuple(range(len(known.inputs)))
    names = ["x"] if len(ports) == 1 else [f"x{number + 1}" for number in range(len(ports))]
    lines = lay_out("layer = ", write_constructor(known)) if spec.call.constructor else []
    call = spec.calls(known.values) if spec.calls is not None else spec.call
    lines.append(f"y = {call.apply(known.values, 'layer', names)}")
    note = ""
    if spec.call.recipe:
        note = "<p class='muted'>torch has no such class: the exported script brings it along.</p>"
    return f"<h2>In PyTorch</h2>{code_block(chr(10).join(lines))}{note}"


def list_mistakes(spec: LayerSpec) -> list[str]:
    """Return what the checker would say: the shape rule's own messages for inputs that people wire by mistake."""
    found: dict[str, str] = {}
    values, _ = resolve(spec.parameters, NO_PARAMETERS)
    count = max(2, len(spec.inputs)) if spec.inputs and spec.inputs[-1].many else len(spec.inputs)
    cases: list[Inputs] = [(probe,) * count for probe in _PROBES]
    cases += [(probe, *(other,) * (count - 1)) for probe in _PROBES for other in _PROBES] if count > 1 else []
    for inputs in cases if spec.role == "layer" and spec.kind != "Custom" else ():
        try:
            spec.shape(values, inputs)
        except ShapeError as error:
            found.setdefault(re.sub(r"[\dx ]+", " ", error.message.partition(".")[0]), error.message)
    told = [f"{spec.kind} {message}." for message in list(found.values())[:MOST_MISTAKES]]
    return told + [text for trait, text in TRAIT_MISTAKES.items() if trait in spec.traits]


def _write_mistakes(spec: LayerSpec) -> str:
    mistakes = "".join(f"<li>{write_prose(text)}</li>" for text in list_mistakes(spec))
    return f"<h2>Mistakes the checker knows</h2><ul>{mistakes}</ul>" if mistakes else ""


def _write_uses(spec: LayerSpec, templates: Sequence[Template]) -> str:
    using = [template for template in templates if spec.kind in template.kinds]
    if not using:
        return ""
    shown = ", ".join(link(f"template:{one.name}", one.title) for one in using[:MOST_TEMPLATES])
    more = f" and {len(using) - MOST_TEMPLATES} more" if len(using) > MOST_TEMPLATES else ""
    return f"<h2>Used in the gallery</h2><p>{shown}{more}</p>"


def list_related(spec: LayerSpec) -> list[LayerSpec]:
    """Return the kinds most like a layer: by family, picture and the words they are found by."""
    own = set(spec.search)

    def rate(other: LayerSpec) -> float:
        shared = len(own & set(other.search)) / (1 + len(own | set(other.search)))
        named = spec.kind in other.help or other.kind in spec.help
        return shared + 1.5 * named + (other.family == spec.family) * 0.5 + (other.figure == spec.figure) * 0.2

    others = sorted((other for other in layers.values() if other is not spec), key=rate, reverse=True)
    return [other for other in others[:MOST_RELATED] if rate(other) > 0.3]


def _write_related(spec: LayerSpec) -> str:
    rows = [(link(f"layer:{other.kind}", other.kind), write_prose(other.summary)) for other in list_related(spec)]
    return f"<h2>See also</h2>{table(rows)}" if rows else ""
