"""The other flow for a whole project: what lies as it was arranged is arranged anew, all else is turned as it lies."""

from dataclasses import replace
from typing import TypeVar

from frozendict import frozendict

from designer.document.folding import PAGE, lay_out
from designer.document.project import Block, Project
from designer.document.remarks import set_flow

Drawn = TypeVar("Drawn", Project, Block)

_MOST = 1000  # layers of a network that is arranged anew: more would be waited for


def turn_flow(project: Project, flow: str, page: float = PAGE) -> Project:
    """Return the project with data flowing another way, "down" or "right", in the network and in all of its blocks.

    Columns that are only turned would be lines as long as the columns were high: they are folded anew, for a page of
    these proportions. Raise EditError.
    """
    turned = set_flow(project, flow)
    if turned is project:
        return project
    blocks = {key: _arrange_anew(project.blocks[key], block, page) for key, block in turned.blocks.items()}
    return _arrange_anew(project, replace(turned, blocks=frozendict(blocks)), page)


def _arrange_anew(before: Drawn, after: Drawn, page: float) -> Drawn:
    remarks = after.drawing.remarks.values()
    if before.drawing.flow == after.drawing.flow or len(after.graph.nodes) > _MOST or len(after.graph.nodes) < 2:
        return after
    if not all(remark.is_frame for remark in remarks):
        return after  # comments stay beside what they are about
    frames = [remark.nodes for remark in remarks]
    for known in (PAGE, page):
        if before.layout == lay_out(before.graph, before.drawing.flow, frames=frames, page=known):
            layout = lay_out(after.graph, after.drawing.flow, frames=frames, page=known)
            return replace(after, layout=layout)
    return after
