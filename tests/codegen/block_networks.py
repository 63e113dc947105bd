"""Networks with blocks for the tests of code generation: repeated, nested, with branches by parameter, with shared weights."""

from collections.abc import Mapping, Sequence

from designer.document.graph import Edge, Graph, Node, Value
from designer.document.project import Block, BlockParameter, Project

# One line a node: (name, kind, parameters, what feeds it in port order: "name" or "name:port"; options).
Line = tuple[str, str, Mapping[str, Value], Sequence[str]] | tuple[str, str, Mapping[str, Value], Sequence[str], dict]


def draw(*lines: Line) -> Graph:
    """Return the graph of some lines; ids are the names."""
    nodes, edges = {}, []
    for name, kind, parameters, given, *options in lines:
        nodes[name] = Node(name, kind, name, parameters, options=options[0] if options else {})
        for port, source in enumerate(given):
            key, _, number = source.partition(":")
            edges.append(Edge(key, int(number or 0), name, port))
    return Graph(nodes, tuple(edges))


def parameters(**defaults: Value) -> tuple[BlockParameter, ...]:
    """Return block parameters with these defaults."""
    return tuple(BlockParameter(name, default) for name, default in defaults.items())


BOTTLENECK = Block(
    "Bottleneck",
    draw(
        ("x", "Input", {}, ()),
        ("conv1", "Conv2d", {"out_channels": "=channels", "kernel_size": 1, "bias": False}, ("x",)),
        ("bn1", "BatchNorm2d", {}, ("conv1",)),
        ("relu1", "ReLU", {}, ("bn1",)),
        (
            "conv2",
            "Conv2d",
            {"out_channels": "=channels", "kernel_size": 3, "stride": "=stride", "padding": 1, "bias": False},
            ("relu1",),
        ),
        ("bn2", "BatchNorm2d", {}, ("conv2",)),
        ("relu2", "ReLU", {}, ("bn2",)),
        ("conv3", "Conv2d", {"out_channels": "=channels * 4", "kernel_size": 1, "bias": False}, ("relu2",)),
        ("bn3", "BatchNorm2d", {}, ("conv3",)),
        (
            "shortcut",
            "Conv2d",
            {"out_channels": "=channels * 4", "kernel_size": 1, "stride": "=stride", "bias": False},
            ("x",),
            {"when": "=project"},
        ),
        ("bn4", "BatchNorm2d", {}, ("shortcut",), {"when": "=project"}),
        ("add", "Add", {}, ("bn3", "bn4")),
        ("relu3", "ReLU", {}, ("add",)),
        ("out", "Output", {}, ("relu3",)),
    ),
    parameters=parameters(channels=64, stride=1, project=False),
    notes="1x1, 3x3, 1x1 with a way around (He and others, 2016)",
)
STAGE = Block(
    "Stage",
    draw(
        ("x", "Input", {}, ()),
        ("first", "block:bottleneck", {"channels": "=channels", "stride": "=stride", "project": True}, ("x",)),
        ("rest", "block:bottleneck", {"channels": "=channels"}, ("first",), {"repeat": "=blocks - 1"}),
        ("out", "Output", {}, ("rest",)),
    ),
    parameters=parameters(channels=64, blocks=3, stride=2),
)


def resnet(blocks: Sequence[int] = (3, 4, 6, 3), size: int = 224, width: int = 64, classes: int = 1000) -> Project:
    """Return a residual network of bottlenecks; (3, 4, 6, 3) is ResNet-50."""
    stages = [
        (
            f"stage{number}",
            "block:stage",
            {"channels": width * 2**number, "blocks": count, "stride": 2 if number else 1},
            (f"stage{number - 1}" if number else "pool",),
        )
        for number, count in enumerate(blocks)
    ]
    graph = draw(
        ("x", "Input", {"shape": (3, size, size)}, ()),
        (
            "conv1",
            "Conv2d",
            {"out_channels": width, "kernel_size": 7, "stride": 2, "padding": 3, "bias": False},
            ("x",),
        ),
        ("bn1", "BatchNorm2d", {}, ("conv1",)),
        ("relu", "ReLU", {}, ("bn1",)),
        ("pool", "MaxPool2d", {"kernel_size": 3, "stride": 2, "padding": 1}, ("relu",)),
        *stages,
        ("avg", "AdaptiveAvgPool2d", {"output_size": 1}, (f"stage{len(blocks) - 1}",)),
        ("flat", "Flatten", {}, ("avg",)),
        ("fc", "Linear", {"out_features": classes}, ("flat",)),
        ("out", "Output", {}, ("fc",)),
    )
    return Project("ResNet", graph, blocks={"bottleneck": BOTTLENECK, "stage": STAGE})


def small_resnet() -> Project:
    """Return a residual network that runs in no time."""
    return resnet((2, 3), 32, 8, 10)


def dense() -> Project:
    """Return a network whose repeated block widens what it passes on, so that each repetition takes another size."""
    layer = Block(
        "DenseLayer",
        draw(
            ("x", "Input", {}, ()),
            ("norm", "BatchNorm2d", {}, ("x",)),
            ("relu", "ReLU", {}, ("norm",)),
            ("conv", "Conv2d", {"out_channels": "=growth", "kernel_size": 3, "padding": 1, "bias": False}, ("relu",)),
            ("join", "Concatenate", {"axis": 0}, ("x", "conv")),
            ("out", "Output", {}, ("join",)),
        ),
        parameters=parameters(growth=12),
    )
    graph = draw(
        ("image", "Input", {"shape": (3, 16, 16)}, ()),
        ("conv0", "Conv2d", {"out_channels": 16, "kernel_size": 3, "padding": 1}, ("image",)),
        ("layers", "block:dense", {"growth": 4}, ("conv0",), {"repeat": 5}),
        ("pool", "AvgPool2d", {"kernel_size": 2}, ("layers",)),
        ("more", "block:dense", {}, ("pool",), {"repeat": 2}),
        ("out", "Output", {}, ("more",)),
    )
    return Project("dense", graph, blocks={"dense": layer})


def decoder() -> Project:
    """Return a repeated block of two inputs, one of which stays the same: a loop over an nn.ModuleList."""
    layer = Block(
        "Mixing",
        draw(
            ("state", "Input", {}, ()),
            ("memory", "Input", {}, ()),
            ("left", "Linear", {"out_features": "=width"}, ("state",)),
            ("right", "Linear", {"out_features": "=width"}, ("memory",)),
            ("add", "Add", {}, ("left", "right", "state")),
            ("act", "Tanh", {}, ("add",)),
            ("out", "Output", {}, ("act",)),
        ),
        parameters=parameters(width=8),
    )
    graph = draw(
        ("a", "Input", {"shape": (8,)}, ()),
        ("b", "Input", {"shape": (5,)}, ()),
        ("mix", "block:mixing", {}, ("a", "b"), {"repeat": 3}),
        ("last", "Add", {}, ("mix", "a")),
        ("out", "Output", {}, ("last",)),
    )
    return Project("decoder", graph, blocks={"mixing": layer})


def residual_by_choice() -> Project:
    """Return blocks whose way around, an Add without weights, is there in some uses only."""
    block = Block(
        "Inverted",
        draw(
            ("x", "Input", {}, ()),
            (
                "expand",
                "Conv2d",
                {"out_channels": "=in_channels * expansion", "kernel_size": 1},
                ("x",),
                {"when": "=expansion != 1"},
            ),
            (
                "depthwise",
                "Conv2d",
                {"out_channels": "=out_channels", "kernel_size": 3, "stride": "=stride", "padding": 1},
                ("expand",),
            ),
            ("add", "Add", {}, ("depthwise", "x"), {"when": "=stride == 1 and in_channels == out_channels"}),
            ("out", "Output", {}, ("add",)),
        ),
        parameters=parameters(in_channels=16, out_channels=16, stride=1, expansion=6),
    )
    graph = draw(
        ("image", "Input", {"shape": (4, 16, 16)}, ()),
        ("one", "block:inverted", {"in_channels": 4, "out_channels": 6, "expansion": 1}, ("image",)),
        ("two", "block:inverted", {"in_channels": 6, "out_channels": 8, "stride": 2}, ("one",)),
        ("three", "block:inverted", {"in_channels": 8, "out_channels": 8}, ("two",)),
        ("out", "Output", {}, ("three",)),
    )
    return Project("by choice", graph, blocks={"inverted": block})


def siamese() -> Project:
    """Return two towers that are one: the second use of the block takes the weights of the first."""
    tower = Block(
        "Tower",
        draw(
            ("x", "Input", {}, ()),
            ("flat", "Flatten", {}, ("x",)),
            ("hidden", "Linear", {"out_features": "=width"}, ("flat",), {"weight_init": "orthogonal"}),
            ("act", "ReLU", {}, ("hidden",)),
            ("out", "Output", {}, ("act",)),
        ),
        parameters=parameters(width=12),
    )
    graph = draw(
        ("left", "Input", {"shape": (1, 8, 8)}, ()),
        ("right", "Input", {"shape": (1, 8, 8)}, ()),
        ("tower1", "block:tower", {}, ("left",)),
        ("tower2", "block:tower", {}, ("right",), {"shared_with": "tower1"}),
        ("join", "Concatenate", {}, ("tower1", "tower2")),
        ("head", "Linear", {"out_features": 1}, ("join",)),
        ("out", "Output", {}, ("head",)),
    )
    return Project("siamese", graph, blocks={"tower": tower})


def tied() -> Project:
    """Return an embedding whose weights the last layer uses too, with other options on single layers."""
    graph = draw(
        ("tokens", "Input", {"shape": (6,), "dtype": "int"}, ()),
        (
            "embed",
            "Embedding",
            {"num_embeddings": 20, "embedding_dim": 8},
            ("tokens",),
            {"weight_init": "normal", "weight_gain": 0.02},
        ),
        (
            "mix",
            "Linear",
            {"out_features": 8},
            ("embed",),
            {"weight_init": "xavier_uniform", "bias_init": "zeros", "frozen": True},
        ),
        ("act", "Tanh", {}, ("mix",)),
        ("head", "Linear", {"out_features": 20, "bias": False}, ("act",), {"shared_with": "embed"}),
        ("out", "Output", {}, ("head",)),
    )
    return Project("tied", graph)


def several_ways_out() -> Project:
    """Return a block of one input and two outputs, one of which is used twice, and one that is switched off."""
    split = Block(
        "Fork",
        draw(
            ("x", "Input", {}, ()),
            ("a", "Linear", {"out_features": "=left"}, ("x",)),
            ("b", "Linear", {"out_features": "=left // 2"}, ("x",)),
            ("out1", "Output", {}, ("a",)),
            ("out2", "Output", {}, ("b",)),
        ),
        parameters=parameters(left=8),
    )
    graph = draw(
        ("x", "Input", {"shape": (6,)}, ()),
        ("fork", "block:fork", {}, ("x",)),
        ("off", "Linear", {"out_features": 99}, ("fork:0",), {"when": False}),
        ("again", "block:fork", {"left": 10}, ("off",)),
        ("join", "Concatenate", {}, ("again:0", "again:1", "fork:1")),
        ("out", "Output", {}, ("join",)),
    )
    return Project("fork", graph, blocks={"fork": split})


def growing() -> Project:
    """Return a repetition whose argument follows from its number."""
    step = Block(
        "Step",
        draw(
            ("x", "Input", {}, ()), ("fc", "Linear", {"out_features": "=width"}, ("x",)), ("out", "Output", {}, ("fc",))
        ),
        parameters=parameters(width=4),
    )
    graph = draw(
        ("x", "Input", {"shape": (6,)}, ()),
        ("steps", "block:step", {"width": "=8 + 2 * index"}, ("x",), {"repeat": 4}),
        ("out", "Output", {}, ("steps",)),
    )
    return Project("growing", graph, blocks={"step": step})


def dense_stages() -> Project:
    """Return stages of a block that widens what it passes on: the sizes in each repetition differ from stage to stage."""
    layer = Block(
        "Wider",
        draw(
            ("x", "Input", {}, ()),
            ("conv", "Conv2d", {"out_channels": "=growth", "kernel_size": 3, "padding": 1}, ("x",)),
            ("join", "Concatenate", {"axis": 0}, ("x", "conv")),
            ("out", "Output", {}, ("join",)),
        ),
        parameters=parameters(growth=4),
    )
    stage = Block(
        "Stage",
        draw(
            ("x", "Input", {}, ()),
            ("layers", "block:wider", {"growth": "=growth"}, ("x",), {"repeat": "=layers"}),
            ("out", "Output", {}, ("layers",)),
        ),
        parameters=parameters(layers=2, growth=4),
    )
    graph = draw(
        ("image", "Input", {"shape": (3, 8, 8)}, ()),
        ("one", "block:stage", {"layers": 3}, ("image",)),
        ("two", "block:stage", {"layers": 3}, ("one",)),
        ("three", "block:stage", {"layers": 1}, ("two",)),
        ("out", "Output", {}, ("three",)),
    )
    return Project("dense stages", graph, blocks={"wider": layer, "stage": stage})


def numbered() -> Project:
    """Return stages whose repetitions take an argument from their number and one of the stage; the first has but one."""
    unit = Block(
        "Unit",
        draw(
            ("x", "Input", {}, ()),
            ("fc", "Linear", {"out_features": 6}, ("x",)),
            ("drop", "Dropout", {"p": "=drop"}, ("fc",)),
            ("out", "Output", {}, ("drop",)),
        ),
        parameters=parameters(drop=0.0),
    )
    stage = Block(
        "Stage",
        draw(
            ("x", "Input", {}, ()),
            ("units", "block:unit", {"drop": "=(start + index) / 16"}, ("x",), {"repeat": "=count"}),
            ("out", "Output", {}, ("units",)),
        ),
        parameters=parameters(start=1, count=1),
    )
    graph = draw(
        ("x", "Input", {"shape": (6,)}, ()),
        ("one", "block:stage", {}, ("x",)),
        ("two", "block:stage", {"start": 2, "count": 3}, ("one",)),
        ("three", "block:stage", {"start": 5, "count": 2}, ("two",)),
        ("out", "Output", {}, ("three",)),
    )
    return Project("numbered", graph, blocks={"unit": unit, "stage": stage})


BLOCK_NETWORKS = (
    small_resnet,
    dense,
    decoder,
    residual_by_choice,
    siamese,
    tied,
    several_ways_out,
    growing,
    dense_stages,
    numbered,
)
