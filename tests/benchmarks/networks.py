"""Large networks to measure with: a residual network, unrolled, of any number of nodes."""

from designer.document.edits import set_data
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Choice, Data, Project

ROWS = 100  # cards in a column
BLOCK = ("Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "BatchNorm2d", "Add", "ReLU")


def make_residual(count: int) -> Project:
    """Return a network of `count` nodes that checks clean: residual blocks on the digits, then a head."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    layout: dict[str, tuple[float, float]] = {}

    def add(kind: str, **parameters: object) -> str:
        place = len(nodes)
        name = f"{kind.lower()}{place}"
        nodes[name] = Node(name, kind, name, parameters)  # type: ignore[arg-type]
        column, row = divmod(place, ROWS)
        layout[name] = (column * 384.0, row * 88.0)
        return name

    def follow(before: str, kind: str, **parameters: object) -> str:
        name = add(kind, **parameters)
        edges.append(Edge(before, 0, name, 0))
        return name

    settings = {"Conv2d": {"out_channels": 16, "padding": "same", "bias": False}}
    tip = follow(add("Input"), "Conv2d", **settings["Conv2d"])
    while len(nodes) + len(BLOCK) + 4 <= count:
        start = tip
        for kind in BLOCK:
            tip = follow(tip, kind, **settings.get(kind, {}))
            if kind == "Add":
                edges.append(Edge(start, 0, tip, 1))
    while len(nodes) + 4 < count:
        tip = follow(tip, "ReLU")
    for kind, parameters in (
        ("AdaptiveAvgPool2d", {"output_size": 1}),
        ("Flatten", {}),
        ("Linear", {"out_features": 10}),
        ("Output", {}),
    ):
        tip = follow(tip, kind, **parameters)
    return set_data(Project(f"residual {count}", Graph(nodes, tuple(edges)), layout), Data(Choice("Digits")))
