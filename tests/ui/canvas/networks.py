"""Networks to put on the canvas, built by the same edits that hands do."""

from designer.document.edits import add_node, connect, set_data
from designer.document.graph import Edge, Value
from designer.document.project import PITCH, Choice, Data, Position, Project


class Builder:
    """Adds nodes below one another, each fed by the one before, under ids that equal their names."""

    def __init__(self, name: str = "network", source: str | None = "Digits") -> None:
        self.project = set_data(Project(name), Data(None if source is None else Choice(source)))
        self._last: str | None = None
        self._next: Position = (0.0, 0.0)

    def add(self, kind: str, name: str, *, at: Position | None = None, wired: bool = True, **parameters: Value) -> str:
        place = self._next if at is None else at
        self.project, new = add_node(self.project, kind, name=name, id=name, parameters=parameters, position=place)
        if wired and self._last is not None:
            self.wire(self._last, new)
        self._last, self._next = new, (place[0], place[1] + PITCH)
        return new

    def wire(self, source: str, target: str, port: int = 0) -> Edge:
        edge = Edge(source, 0, target, port)
        self.project = connect(self.project, edge)
        return edge


def chain() -> Project:
    """Return image -> flatten -> hidden -> relu -> digit."""
    build = Builder("chain")
    build.add("Input", "image")
    build.add("Flatten", "flatten")
    build.add("Linear", "hidden", out_features=32)
    build.add("ReLU", "relu")
    build.add("Output", "digit")
    return build.project


def digits_cnn() -> Project:
    """Return a network for the digits in two columns, with a residual branch."""
    build = Builder("digits-cnn")
    build.add("Input", "image")
    build.add("Conv2d", "conv1", out_channels=32, padding="same")
    build.add("BatchNorm2d", "bn1")
    build.add("ReLU", "relu1")
    build.add("Conv2d", "conv2", out_channels=32, padding="same")
    build.add("BatchNorm2d", "bn2")
    build.add("Add", "add1")
    build.wire("relu1", "add1", 1)
    build.add("ReLU", "relu2")
    build.add("Conv2d", "stage2", at=(392, 24), out_channels=64, stride=2, padding=1)
    build.add("AdaptiveAvgPool2d", "pool")
    build.add("Flatten", "flatten")
    build.add("Dropout", "drop", p=0.2)
    build.add("Linear", "head", out_features=10)
    build.add("Output", "digit")
    return build.project
