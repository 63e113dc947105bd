"""What the canvas says of the thing under the pointer: the text of its tool tip."""

from designer.catalogue.spec import Port
from designer.catalogue.wiring import input_ports, output_ports
from designer.document.graph import Graph
from designer.document.wording import show_name
from designer.ui.canvas.changes import name_edge
from designer.ui.canvas.finding import Hit
from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.labels import write_type
from designer.ui.canvas.sheet import Sheet
from designer.ui.words import tell_change, write_amount, write_message, write_plain

SIGNS = {"error": "Error: ", "warning": "Warning: ", "hint": "Hint: "}


def explain_hit(sheet: Sheet, graph: Graph, hit: Hit) -> str:
    """Return what there is to say of a port, a card or a wire, line by line; plain text."""
    if hit.port is not None:
        return _explain_port(sheet, hit.port)
    if hit.node is not None:
        return _explain_node(sheet, hit.node)
    if hit.edge is not None:
        item = sheet.edges[hit.edge]
        title = name_edge(graph, hit.edge)
        if sheet.contrast is not None and (change := sheet.contrast.find_wire_change(hit.edge)):
            title = f"{change}: {title}"
        if item.refusal:
            return f"{title}\n{write_plain(item.refusal)}"
        return title if item.type is None else f"{title}\n{write_type(item.type)}"
    return ""


def name_port(sheet: Sheet, port: PortRef) -> str:
    """Return what a port is called, where its layer has several of its side; else ""."""
    assert sheet.inference is not None
    ports: tuple[Port, ...] = (output_ports if port.is_output else input_ports)(sheet.inference, port.node)
    if len({declared.name for declared in ports}) < 2 or port.number >= len(ports):
        return ""
    return f"{show_name(ports[port.number].name)} of {show_name(sheet.nodes[port.node].inferred.node.name)}"


def describe_node(sheet: Sheet, key: str) -> str:
    """Return a card in words, for those who cannot see it: conv1, Conv2d, 3×3 · 32, 320 parameters, gives 32 × 8 × 8."""
    item = sheet.nodes[key]
    face = sheet.face(item)
    change = sheet.contrast.changes.get(key) if sheet.contrast is not None else None
    parts = [tell_change(change) if change else "", face.title, face.kind, face.line]
    if item.inferred.parameters:
        parts.append(write_amount(item.inferred.parameters, "parameter"))
    if item.inferred.outputs:
        parts.append("gives " + ", ".join(map(write_type, item.inferred.outputs)))
    if item.badge:
        parts.append(write_message(item.problems[0].message))
    if key in sheet.vitals:
        parts += sheet.vitals[key].findings
    return ", ".join(part for part in parts if part)


def _explain_node(sheet: Sheet, key: str) -> str:
    item = sheet.nodes[key]
    lines = [SIGNS[problem.severity] + write_message(problem.message) for problem in item.problems]
    vitals = sheet.vitals.get(key)
    facts = [vitals.facts] if vitals is not None and vitals.facts else []
    facts += [sheet.outputs[key].facts] if key in sheet.outputs else []
    lines += vitals.findings if vitals is not None else ()
    if lines:
        return "\n".join([*lines, *facts])
    if sheet.contrast is not None and key in sheet.contrast.changes:
        return describe_node(sheet, key)
    spec = item.inferred.spec
    what = f"{show_name(item.inferred.node.kind)} is not known here." if spec is None else spec.summary
    return "\n".join([what, *facts])


def _explain_port(sheet: Sheet, port: PortRef) -> str:
    assert sheet.inference is not None
    ports: tuple[Port, ...] = (output_ports if port.is_output else input_ports)(sheet.inference, port.node)
    if port.number >= len(ports):
        return ""
    declared = ports[port.number]
    lines = [f"{declared.name}: {declared.meaning}" if declared.meaning else declared.name]
    outputs = sheet.nodes[port.node].inferred.outputs
    if port.is_output and outputs:
        lines.append(write_type(outputs[port.number]))
    return "\n".join(lines)
