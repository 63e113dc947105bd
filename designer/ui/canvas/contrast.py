"""What cards and wires say where two projects are shown at once: values before and after, with an arrow between."""

from dataclasses import replace
from typing import TYPE_CHECKING

from designer.catalogue.shapes import Inferred
from designer.ui.canvas.face import Face, describe_card, describe_settings

if TYPE_CHECKING:
    from designer.catalogue.comparing.merging import MergedInference  # the first paint compares nothing

ARROW = " → "


def describe_contrast(face: Face, known: Inferred, contrast: "MergedInference") -> Face:
    """Return the texts of a card that was there before as well: what differs with both values, the rest as it is."""
    key = known.node.id
    before = contrast.find_before(key)
    if before is None or key in contrast.network.removed or key not in contrast.changes:
        return face
    old = describe_card(before)
    line = _write_settings(before, known)
    return replace(
        face,
        title=join_both(old.title, face.title),
        kind=join_both(old.kind, face.kind),
        line=line or face.line,
        count=face.count if line or old.count == face.count else join_both(old.count or "0", face.count or "0"),
    )


def join_both(before: str, after: str) -> str:
    """Return one text of two: both with an arrow between them where they differ."""
    return after if before == after else f"{before}{ARROW}{after}"


def _write_settings(before: Inferred, after: Inferred) -> str:
    """Return the settings that differ, each with both values."""
    ours, theirs = describe_settings(before), describe_settings(after)
    parts = []
    for name in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get(name, ""), theirs.get(name, "")
        if one != other:
            parts.append(f"{one or f'no {name}'}{ARROW}{other or f'no {name}'}" if one or other else "")
    if not parts and any(inner is not None for inner in after.inside):
        return "inside differs" if before.node.parameters == after.node.parameters else ""
    return " · ".join(part for part in parts if part)
