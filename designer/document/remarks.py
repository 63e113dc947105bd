"""Edits of a drawing: comments and frames, small cards, the way data flows. Pure functions, as in `edits`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from frozendict import frozendict

from designer.document import limits
from designer.document.acceptance import EditError, accept, accept_position, keep_near
from designer.document.drawing import Drawing, Position, Remark, turn_place
from designer.document.naming import FreshNames
from designer.document.project import Project
from designer.document.wording import show_name

Drawn = TypeVar("Drawn", bound=Any)  # has a layout and a drawing: a project, a block, a clip

_LONGEST_TOLD = 300  # characters
_DIGITS = 3  # decimals of a turned place, so that turning back gives the place it came from


def add_remark(project: Project, remark: Remark) -> tuple[Project, str]:
    """Return the project with one more comment or frame, and its id. Raise EditError."""
    drawing = project.drawing
    _refuse_many(len(drawing.remarks) + 1)
    if unknown := remark.nodes - project.graph.nodes.keys():
        raise EditError(f"There is no node with the id `{min(unknown)}`.")
    key = FreshNames(drawing.remarks).take("frame" if remark.is_frame else "comment")
    return _with_remarks(project, {**drawing.remarks, key: _check(remark)}), key


def change_remarks(
    project: Project, keys: Iterable[str], *, text: str | None = None, hue: str | None = None
) -> Project:
    """Return the project with other words or another colour on these comments and frames. Raise EditError."""
    remarks = dict(project.drawing.remarks)
    for key in keys:
        before = _find(project, key)
        remarks[key] = _check(
            replace(before, text=before.text if text is None else text, hue=before.hue if hue is None else hue)
        )
    return _with_remarks(project, remarks)


def remove_remarks(project: Project, keys: Iterable[str]) -> Project:
    """Return the project without these comments and frames; the nodes in the frames stay. Raise EditError."""
    gone = frozenset(keys)
    for key in gone:
        _find(project, key)
    kept = {key: remark for key, remark in project.drawing.remarks.items() if key not in gone}
    return _with_remarks(project, kept) if gone else project


def move_remarks(project: Project, keys: Iterable[str], delta: Position) -> Project:
    """Return the project with these comments moved by so much; frames follow their nodes and stay as they are."""
    remarks = dict(project.drawing.remarks)
    for key in keys:
        remark = _find(project, key)
        if not remark.is_frame:
            x, y = remark.position
            remarks[key] = _check(replace(remark, position=(x + delta[0], y + delta[1])))
    return _with_remarks(project, remarks)


def put_in_frame(project: Project, frame: str | None, nodes: Iterable[str]) -> Project:
    """Return the project with nodes inside a frame and inside no other; None takes them out of all.

    A frame around the given one keeps them, and one that holds moved nodes alone goes along. A frame that is left
    empty goes.
    """
    moved = frozenset(nodes)
    inside = _find(project, frame).nodes if frame is not None else frozenset[str]()
    remarks: dict[str, Remark] = {}
    for key, remark in project.drawing.remarks.items():
        if not remark.is_frame:
            remarks[key] = remark
            continue
        around = bool(inside) and inside <= remark.nodes
        along = frame is not None and remark.nodes <= moved
        held = remark.nodes | moved if key == frame or around else remark.nodes if along else remark.nodes - moved
        if held:
            remarks[key] = remark if held == remark.nodes else replace(remark, nodes=held)
    return _with_remarks(project, remarks)


def set_small(project: Project, nodes: Iterable[str], small: bool) -> Project:
    """Return the project with the cards of these nodes drawn small, or in full."""
    drawing, chosen = project.drawing, frozenset(nodes) & project.graph.nodes.keys()
    held = drawing.small | chosen if small else drawing.small - chosen
    return project if held == drawing.small else replace(project, drawing=replace(drawing, small=held))


def set_flow(project: Project, flow: str) -> Project:
    """Return the project with data flowing another way, "down" or "right", in the network and in all of its blocks.

    Cards and comments keep their order: what lay below lies to the right, and the other way about. Raise EditError.
    """
    flow = accept("flow", limits.accept_flow, flow)
    blocks = {key: turn(block, flow) for key, block in project.blocks.items()}
    turned = turn(project, flow)
    if turned is project and all(blocks[key] is block for key, block in project.blocks.items()):
        return project
    return replace(turned, blocks=frozendict(blocks))


def turn(drawn: Drawn, flow: str) -> Drawn:
    """Return what is drawn (a project, a block, a clip) with its cards and comments as they lie in another flow."""
    drawing = drawn.drawing
    if drawing.flow == flow:
        return drawn
    remarks = {
        key: one if one.is_frame else replace(one, position=_turn_place(flow, one.position))
        for key, one in drawing.remarks.items()
    }
    layout = {key: _turn_place(flow, place) for key, place in drawn.layout.items()}
    return replace(drawn, layout=layout, drawing=replace(drawing, flow=flow, remarks=frozendict(remarks)))


def _turn_place(flow: str, place: Position) -> Position:
    x, y = turn_place(flow, place)
    return keep_near((round(x, _DIGITS), round(y, _DIGITS)))


def bring_drawing(here: Drawing, brought: Drawing, new: Mapping[str, str], shift: Position) -> Drawing:
    """Return a drawing with the small cards, frames and comments of another one beside its own.

    `new` gives the ids that nodes have here; frames keep those among them. Comments are moved by `shift`. Raise
    EditError where they would be too many.
    """
    if not brought.small and not brought.remarks:
        return here
    keys = FreshNames(here.remarks)
    remarks = dict(here.remarks)
    for key, remark in brought.remarks.items():
        nodes = frozenset(new[node] for node in remark.nodes if node in new)
        if nodes or not remark.is_frame:
            place = keep_near((remark.position[0] + shift[0], remark.position[1] + shift[1]))
            copied = replace(remark, nodes=nodes, position=remark.position if nodes else place)
            remarks[keys.take(key.rstrip("0123456789")[:900] or "remark")] = copied
    _refuse_many(len(remarks))
    small = here.small | {new[node] for node in brought.small if node in new}
    return replace(here, small=small, remarks=frozendict(remarks))


def write_remarks(project: Project, keys: Collection[str], text: str) -> tuple[str, Project]:
    """Return what it is called to write other words on comments and frames, and the project with them. Raise EditError."""
    chosen = [_find(project, key) for key in keys]
    frames = all(one.is_frame for one in chosen)
    what = ("frame" if frames else "comment") if len(chosen) == 1 else name_remarks(project.drawing.remarks, keys)
    title = f"{'title' if frames else 'write'} {what} {show_name(text, 30)}".rstrip()
    return title, change_remarks(project, keys, text=text)


def name_remarks(remarks: Mapping[str, Remark], keys: Collection[str]) -> str:
    """Return comments and frames in words: frame Encoder, comment, 2 frames, 3 comments and frames."""
    chosen = [remarks[key] for key in keys]
    frames = sum(one.is_frame for one in chosen)
    if len(chosen) == 1:
        return f"frame {show_name(chosen[0].text, 30)}".rstrip() if frames else "comment"
    kinds = "frames" if frames == len(chosen) else "comments and frames" if frames else "comments"
    return f"{len(chosen):,} {kinds}"


def describe_remark(remark: Remark) -> str:
    """Return a comment or frame in words, for those who cannot see it: frame Encoder, blue, around 4 layers."""
    text = show_name(" ".join(remark.text.split()), _LONGEST_TOLD)
    if not remark.is_frame:
        return f"comment, {show_name(remark.hue)}: {text}" if text else f"comment, {show_name(remark.hue)}, empty"
    count = len(remark.nodes)
    return f"{f'frame {text}'.rstrip()}, {show_name(remark.hue)}, around {count:,} layer{'s' * (count != 1)}"


def _find(project: Project, key: str) -> Remark:
    remark = project.drawing.remarks.get(key)
    if remark is None:
        raise EditError("The comment or frame is no longer there.")
    return remark


def _refuse_many(count: int) -> None:
    if count > limits.MOST_REMARKS:
        raise EditError(f"A network has at most {limits.MOST_REMARKS:,} comments and frames.")


def _check(remark: Remark) -> Remark:
    return replace(
        remark,
        text=accept("text", limits.accept_text, remark.text),
        hue=accept("hue", limits.accept_name, remark.hue),
        position=accept_position(remark.position),
    )


def _with_remarks(project: Project, remarks: Mapping[str, Remark]) -> Project:
    drawing: Drawing = project.drawing
    return (
        project
        if remarks == drawing.remarks
        else replace(project, drawing=replace(drawing, remarks=frozendict(remarks)))
    )
