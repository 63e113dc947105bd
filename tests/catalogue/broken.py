"""A strategy for networks in which layers hardly fit: what the checker finds fixes for."""

from hypothesis import strategies as st

from designer.document import edits
from designer.document.graph import Edge
from designer.document.project import Project
from tests.catalogue.sketches import Layer, conv, find, linear, sketch, typed

STEPS: tuple[Layer, ...] = (
    linear(12),
    conv(16),
    conv(7, stride=2, padding=1),
    ("Conv2d", {"kernel_size": 5, "out_channels": 6}),
    "Conv1d",
    "MaxPool2d",
    "AvgPool1d",
    "Flatten",
    "ReLU",
    "BatchNorm1d",
    "BatchNorm2d",
    "LSTM",
    ("GRU", {"output": "sequence"}),
    ("SelfAttention", {"num_heads": 5}),
    ("GroupNorm", {"num_groups": 4}),
    "GLU",
    ("PixelShuffle", {"upscale_factor": 2}),
    "ConvTranspose2d",
    "Embedding",
    ("Softmax", {"dim": 2}),
)
MEETINGS = ("Add", "Concatenate", "Multiply", "Average", "Stack", "MatMul", "Bilinear", "Subtract")


@st.composite
def broken_networks(draw: st.DrawFn) -> Project:
    """Return layers in a row, some of which hardly fit, with ways around that meet in merging layers."""
    shapes = st.sampled_from([(3, 16, 16), (1, 8, 8), (20, 6), (64,), (48,), (4, 9, 12), (2, 4, 4, 4)])
    project = typed(sketch(), draw(shapes), draw(st.sampled_from(["float", "float", "float", "int"])))
    project = edits.disconnect(project, project.graph.edges)
    made = [find(project, "input")]
    for layer in draw(st.lists(st.sampled_from(STEPS) | st.sampled_from(MEETINGS), min_size=1, max_size=7)):
        kind, parameters = (layer, {}) if isinstance(layer, str) else layer
        project, new = edits.add_node(project, kind, parameters=parameters)
        project = edits.connect(project, Edge(made[-1], 0, new, 0))
        if kind in MEETINGS:
            project = edits.connect(project, Edge(draw(st.sampled_from(made)), 0, new, 1))
        made.append(new)
    return edits.connect(project, Edge(made[-1], 0, find(project, "output"), 0))
