"""Which layers of code were not tried yet with what reaches them, and the edit that notes what a trial found."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from designer.catalogue.check.problem import Problem
from designer.catalogue.layers.custom import Finding, add_record, demand_code, find_record
from designer.catalogue.parameters import Values
from designer.catalogue.shapes import Inference
from designer.catalogue.spec import Inputs, ShapeError
from designer.document.custom import CUSTOM, Consent, code_of, find_custom
from designer.document.graph import Graph
from designer.document.project import Project, used_block
from designer.document.wording import show_name


@dataclass(frozen=True, slots=True)
class Untried:
    """A layer to try: the block it stands in (None in the network itself), its node, its values and inputs."""

    block: str | None
    node: str
    values: Values
    inputs: Inputs


def find_untried(project: Project, inference: Inference) -> list[Untried]:
    """Return every Custom layer whose inputs are known and whose code was not tried with them."""
    if next(find_custom(project), None) is None:
        return []
    found: dict[tuple[str | None, str, Inputs], Untried] = {}
    pending: list[tuple[str | None, Inference]] = [(None, inference)]
    seen: set[int] = set()
    while pending:
        block, there = pending.pop()
        if id(there) in seen:
            continue
        seen.add(id(there))
        for key, known in there.nodes.items():
            pending += [(used_block(known.node.kind), inner) for inner in known.inside]
            given = tuple(kind for kind in known.inputs if kind is not None)
            if known.node.kind != CUSTOM or known.spec is None or known.objections or known.is_off:
                continue
            if len(given) < len(known.spec.inputs) or find_record(known.values, given) is not None:
                continue
            try:
                demand_code(known.values)
            except ShapeError:
                continue
            found.setdefault((block, key, given), Untried(block, key, known.values, given))
    return list(found.values())


def record_findings(project: Project, findings: Iterable[tuple[Untried, Finding]]) -> Project:
    """Return the project with what was found noted at each layer; at one that has changed since it is of no effect."""
    for one, finding in findings:
        block = project.blocks.get(one.block) if one.block is not None else None
        graph: Graph | None = project.graph if one.block is None else block.graph if block is not None else None
        node = graph.nodes.get(one.node) if graph is not None else None
        if graph is None or node is None or node.kind != CUSTOM:
            continue
        now = {**one.values, "checked": node.parameters.get("checked", ())}
        changed = graph.with_node(
            replace(node, parameters={**node.parameters, "checked": add_record(now, one.inputs, finding)})
        )
        if block is None or one.block is None:
            project = replace(project, graph=changed)
        else:
            project = replace(project, blocks={**project.blocks, one.block: replace(block, graph=changed)})
    return project


def find_untrusted(project: Project, consent: Consent) -> tuple[Problem, ...]:
    """Return a problem for each layer whose code the user has not allowed to run."""
    return tuple(
        Problem(
            "error",
            node.id,
            f"{CUSTOM} `{show_name(node.name)}` holds Python code that is not trusted. "
            "Nothing of it runs until you have looked at it and trusted the code of this project.",
            block=block or "",
        )
        for block, node in find_custom(project)
        if not consent.allows([code_of(node)])
    )
