"""Networks for the tests of code generation: a short way to write one, and some of each shape."""

from collections.abc import Mapping, Sequence

from designer.document.graph import Edge, Graph, Node, Value
from designer.document.project import Choice, Data, Project, Training

# One line a node: (name, kind, parameters, names of the nodes that feed it in port order).
Line = tuple[str, str, Mapping[str, Value], Sequence[str]]


def make_graph(lines: Sequence[Line]) -> Graph:
    """Return the graph of some lines; ids are "n-" and the name."""
    nodes = {f"n-{name}": Node(f"n-{name}", kind, name, parameters) for name, kind, parameters, _ in lines}
    edges = [
        Edge(f"n-{source}", 0, f"n-{name}", port) for name, _, _, given in lines for port, source in enumerate(given)
    ]
    return Graph(nodes, edges)


def make_chain(*layers: tuple[str, str, Mapping[str, Value]]) -> Graph:
    """Return the graph of layers one behind the other."""
    before = [(), *((name,) for name, _, _ in layers)]
    return make_graph([(*layer, before[index]) for index, layer in enumerate(layers)])


def digits_mlp(**training: object) -> Project:
    """Return a small classifier of the bundled digits."""
    graph = make_chain(
        ("input1", "Input", {}),
        ("flatten1", "Flatten", {}),
        ("linear1", "Linear", {"out_features": 32}),
        ("relu1", "ReLU", {}),
        ("linear2", "Linear", {"out_features": 10}),
        ("output1", "Output", {}),
    )
    settings = {"epochs": 2, "device": "cpu"} | training
    return Project("digits-mlp", graph, data=Data(Choice("Digits")), training=Training(**settings))


def residual() -> Project:
    """Return a residual network: a block with a convolution as its shortcut, one with none."""
    block = {"kernel_size": 3, "padding": 1, "bias": False}
    graph = make_graph(
        [
            ("image", "Input", {"shape": (1, 28, 28)}, ()),
            ("conv1", "Conv2d", {"out_channels": 16, "kernel_size": 3, "padding": 1}, ("image",)),
            ("relu1", "ReLU", {}, ("conv1",)),
            ("conv2", "Conv2d", {"out_channels": 32, "stride": 2, **block}, ("relu1",)),
            ("norm2", "BatchNorm2d", {}, ("conv2",)),
            ("relu2", "ReLU", {}, ("norm2",)),
            ("conv3", "Conv2d", {"out_channels": 32, **block}, ("relu2",)),
            ("norm3", "BatchNorm2d", {}, ("conv3",)),
            (
                "shortcut",
                "Conv2d",
                {"out_channels": 32, "kernel_size": 1, "stride": 2, "padding": 0, "bias": False},
                ("relu1",),
            ),
            ("add1", "Add", {}, ("norm3", "shortcut")),
            ("relu3", "ReLU", {}, ("add1",)),
            ("conv4", "Conv2d", {"out_channels": 32, **block}, ("relu3",)),
            ("norm4", "BatchNorm2d", {}, ("conv4",)),
            ("relu4", "ReLU", {}, ("norm4",)),
            ("conv5", "Conv2d", {"out_channels": 32, **block}, ("relu4",)),
            ("norm5", "BatchNorm2d", {}, ("conv5",)),
            ("add2", "Add", {}, ("norm5", "relu3")),
            ("relu5", "ReLU", {}, ("add2",)),
            ("pool", "AdaptiveAvgPool2d", {"output_size": 1}, ("relu5",)),
            ("flatten", "Flatten", {}, ("pool",)),
            ("classes", "Linear", {"out_features": 10}, ("flatten",)),
            ("output1", "Output", {}, ("classes",)),
        ]
    )
    return Project("residual", graph)


def inception() -> Project:
    """Return a network whose image goes through three branches side by side that are joined again."""
    graph = make_graph(
        [
            ("input1", "Input", {"shape": (3, 32, 32)}, ()),
            ("stem", "Conv2d", {"out_channels": 16, "kernel_size": 3, "padding": 1}, ("input1",)),
            ("one", "Conv2d", {"out_channels": 8, "kernel_size": 1, "padding": 0}, ("stem",)),
            ("three", "Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}, ("stem",)),
            ("relu3", "ReLU", {}, ("three",)),
            ("pool", "MaxPool2d", {"kernel_size": 3, "stride": 1, "padding": 1}, ("stem",)),
            ("pooled", "Conv2d", {"out_channels": 8, "kernel_size": 1, "padding": 0}, ("pool",)),
            ("joined", "Concatenate", {}, ("one", "relu3", "pooled")),
            ("flatten", "Flatten", {}, ("joined",)),
            ("linear1", "Linear", {"out_features": 10}, ("flatten",)),
            ("output1", "Output", {}, ("linear1",)),
        ]
    )
    return Project("Tiny Inception", graph)


def recurrent() -> Project:
    """Return a classifier of token sequences: embedding, two recurrent layers, one unit."""
    graph = make_chain(
        ("tokens", "Input", {"shape": (20,), "dtype": "int"}),
        ("embedding1", "Embedding", {"num_embeddings": 1000, "embedding_dim": 32}),
        ("gru1", "GRU", {"hidden_size": 64, "output": "sequence"}),
        ("lstm1", "LSTM", {"hidden_size": 64, "bidirectional": True}),
        ("dropout1", "Dropout", {"p": 0.3}),
        ("linear1", "Linear", {"out_features": 1}),
        ("output1", "Output", {}),
    )
    return Project("sentiment", graph, training=Training(loss=Choice("BCEWithLogitsLoss")))


def encoder_decoder() -> Project:
    """Return a network whose early value is joined to a late one, past layers of its own."""
    same = {"kernel_size": 3, "padding": 1}
    graph = make_graph(
        [
            ("input1", "Input", {"shape": (1, 16, 16)}, ()),
            ("conv1", "Conv2d", {"out_channels": 8, **same}, ("input1",)),
            ("relu1", "ReLU", {}, ("conv1",)),
            ("conv2", "Conv2d", {"out_channels": 8, **same}, ("relu1",)),
            ("relu2", "ReLU", {}, ("conv2",)),
            ("add1", "Add", {}, ("relu2", "conv2")),
            ("conv3", "Conv2d", {"out_channels": 8, **same}, ("add1",)),
            ("concatenate1", "Concatenate", {}, ("relu1", "conv3")),
            ("conv4", "Conv2d", {"out_channels": 1, **same}, ("concatenate1",)),
            ("output1", "Output", {}, ("conv4",)),
        ]
    )
    return Project("encoder-decoder", graph, training=Training(loss=Choice("MSELoss")))


def translator() -> Project:
    """Return a transformer that writes words after reading others and looking at a picture."""
    block = {"nhead": 4, "dim_feedforward": 64}
    graph = make_graph(
        [
            ("source", "Input", {"shape": (12,), "dtype": "int"}, ()),
            ("target", "Input", {"shape": (10,), "dtype": "int"}, ()),
            ("picture", "Input", {"shape": (3, 32, 32)}, ()),
            ("source_words", "Embedding", {"num_embeddings": 1000, "embedding_dim": 32}, ("source",)),
            ("source_places", "SinusoidalPosition", {}, ("source_words",)),
            ("encoder", "TransformerEncoder", {"num_layers": 2, "norm": True, **block}, ("source_places",)),
            ("target_words", "Embedding", {"num_embeddings": 800, "embedding_dim": 32}, ("target",)),
            ("target_places", "LearnedPosition", {"max_length": 64}, ("target_words",)),
            ("decoder", "TransformerDecoderLayer", {"activation": "gelu", **block}, ("target_places", "encoder")),
            ("patches", "PatchEmbedding", {"embed_dim": 48, "patch_size": 8}, ("picture",)),
            ("token", "ClassToken", {}, ("patches",)),
            ("look", "MultiheadAttention", {"num_heads": 4, "need_weights": True}, ("decoder", "token", "token")),
            ("sum", "Add", {}, ("decoder", "look")),
            ("read", "SelfAttention", {"num_heads": 4, "causal": True}, ("sum",)),
            ("block", "TransformerEncoderLayer", {"causal": True, **block}, ("read",)),
            ("head", "Linear", {"out_features": 800}, ("block",)),
            ("words", "Output", {}, ("head",)),
        ]
    )
    return Project("translator", graph)


def two_towers() -> Project:
    """Return a network with two inputs and two outputs; one layer leads nowhere."""
    graph = make_graph(
        [
            ("picture", "Input", {"shape": (3, 8, 8)}, ()),
            ("facts", "Input", {"shape": (12,)}, ()),
            ("conv1", "Conv2d", {"out_channels": 4, "kernel_size": 3}, ("picture",)),
            ("relu1", "ReLU", {}, ("conv1",)),
            ("flatten1", "Flatten", {}, ("relu1",)),
            ("linear1", "Linear", {"out_features": 16}, ("facts",)),
            ("relu2", "ReLU", {}, ("linear1",)),
            ("lost", "Linear", {"out_features": 99}, ("facts",)),
            ("both", "Concatenate", {}, ("flatten1", "relu2")),
            ("linear2", "Linear", {"out_features": 32}, ("both",)),
            ("tanh1", "Tanh", {}, ("linear2",)),
            ("kind", "Linear", {"out_features": 5}, ("tanh1",)),
            ("size", "Linear", {"out_features": 1}, ("tanh1",)),
            ("kind_out", "Output", {}, ("kind",)),
            ("size_out", "Output", {}, ("size",)),
        ]
    )
    return Project("two towers", graph, training=Training(loss=Choice("MSELoss")))


def wide(branches: int) -> Project:
    """Return a network of many branches with long names, whose lines do not fit."""
    lines: list[Line] = [("the_picture_that_was_given", "Input", {"shape": (2,)}, ())]
    names = [f"a_rather_long_name_of_a_branch_{number}" for number in range(branches)]
    lines += [(name, "Linear", {"out_features": 2}, ("the_picture_that_was_given",)) for name in names]
    lines += [
        ("sum_of_all_the_branches", "Add", {}, names),
        ("all_the_branches_and_their_sum", "Concatenate", {}, [*names, "sum_of_all_the_branches"]),
        ("out", "Output", {}, ("all_the_branches_and_their_sum",)),
        *((f"out_{name}", "Output", {}, (name,)) for name in names),
    ]
    return Project("wide", make_graph(lines))


def long_lines() -> Project:
    """Return a chain of layers with everything set, whose names are as long as names get."""
    settings = {"stride": (1, 2), "padding": (10, 11), "dilation": (2, 3), "groups": 2, "bias": False}
    graph = make_chain(
        ("数" * 20, "Input", {"shape": (2, 64, 64)}),
        ("数" * 19, "Conv2d", {"out_channels": 128, "kernel_size": (15, 16), "padding_mode": "circular", **settings}),
        ("flatten", "Flatten", {"start_dim": 2}),
        (
            "b" * 40,
            "LSTM",
            {"hidden_size": 1000, "num_layers": 12, "bias": False, "dropout": 0.12345678901, "bidirectional": True},
        ),
        ("b" * 41, "Linear", {}),
        ("out", "Output", {}),
    )
    return Project("long" * 20, graph)


def long_table() -> Project:
    """Return a classifier of a table with many columns and a long path."""
    names = tuple(f"column {number}" for number in range(200))
    levels = tuple(f"level {number}" for number in range(9))
    settings = {
        "path": "/a/long/path" * 300,
        "target": 'the "target"',
        "classes": ("yes", "no", "don't know"),
        "numbers": names,
        "categories": (("one", ("only",)), ("some", levels), ("c" * 150, levels)),
    }
    graph = make_chain(("row", "Input", {}), ("linear1", "Linear", {"out_features": 3}), ("out", "Output", {}))
    return Project("table", graph, data=Data(Choice("Csv", settings)))


NETWORKS = (residual, inception, recurrent, encoder_decoder, translator, two_towers)
