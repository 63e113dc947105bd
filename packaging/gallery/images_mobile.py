"""Networks made to do much with little: MobileNetV2, EfficientNet-B0 and B7."""

import math

from sketch import Sketch, block, pictures, template, use

from designer.document.project import Block, Choice, Project

_SAME = "=stride == 1 and in_channels == channels"  # the sizes of a block's input and output are equal


def _inverted() -> Block:
    inside = Sketch()
    inside.add("Input", "x")
    wide = "=in_channels * expansion"
    expanded = "=expansion != 1"
    inside.add("Conv2d", "expand", out_channels=wide, kernel_size=1, bias=False, when=expanded)
    inside.add("BatchNorm2d", "bn1", when=expanded)
    inside.add("ReLU6", "relu1", when=expanded)
    inside.add(
        "Conv2d",
        "depthwise",
        out_channels=wide,
        kernel_size=3,
        stride="=stride",
        padding=1,
        groups=wide,
        bias=False,
    )
    inside.chain(("BatchNorm2d", "bn2"), ("ReLU6", "relu2"))
    inside.add("Conv2d", "project", out_channels="=channels", kernel_size=1, bias=False)
    inside.add("BatchNorm2d", "bn3")
    inside.add("Add", "add", "bn3", "x", when=_SAME)
    inside.add("Output", "out")
    return block(
        "InvertedResidual",
        inside,
        "Widens, filters each channel by itself, narrows again; a way around where sizes stay.",
        in_channels=16,
        channels=16,
        stride=1,
        expansion=6,
    )


def _stage(of: str, extra: dict[str, str], rest: dict[str, str], notes: str, **more: int) -> Block:
    """Return a stage of blocks: the first changes the sizes, the rest keep them."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add(use(of), "first", in_channels="=in_channels", channels="=channels", stride="=stride", **extra)
    inside.add(use(of), "rest", in_channels="=channels", channels="=channels", repeat="=blocks - 1", **extra | rest)
    inside.add("Output", "out")
    return block("Stage", inside, notes, in_channels=16, channels=16, blocks=2, stride=1, **more)


def mobilenet_v2() -> Project:
    """Return MobileNetV2 (table 2 of the paper)."""
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("Conv2d", "conv", {"out_channels": 32, "kernel_size": 3, "stride": 2, "padding": 1, "bias": False}),
        ("BatchNorm2d", "bn"),
        ("ReLU6", "relu"),
    )
    sketch.add(use("inverted"), "stage1", in_channels=32, channels=16, expansion=1)
    rows = ((24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2))
    before = 16
    for number, (channels, blocks, stride) in enumerate(rows, 2):
        sketch.add(use("stage"), f"stage{number}", in_channels=before, channels=channels, blocks=blocks, stride=stride)
        before = channels
    sketch.add(use("inverted"), "stage7", in_channels=160, channels=320)
    sketch.chain(
        ("Conv2d", "last", {"out_channels": 1280, "kernel_size": 1, "bias": False}),
        ("BatchNorm2d", "lastbn"),
        ("ReLU6", "lastrelu"),
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Dropout", "dropout", {"p": 0.2}),
        ("Linear", "classifier", {"out_features": 1000}),
        ("Output", "scores"),
    )
    return template(
        "MobileNetV2",
        "Image recognition for telephones: 3.5 million weights, 0.3 billion multiply-adds.",
        "A convolution mixes places and channels at once. Sandler, Howard, Zhu, Zhmoginov and Chen of Google do it in two "
        "cheap steps, as Howard's first MobileNet (2017) did: a depthwise convolution filters each channel by itself, a 1 x "
        "1 convolution mixes them. New here is the inverted residual: a block widens its input six times, filters there and "
        "narrows again, and the way around joins the narrow ends, so that little has to be kept in memory. Nothing bends at "
        "the narrow end, for a ReLU there would destroy what few channels carry. A fourteenth of ResNet-50's work gives 72 % "
        "top-1 on ImageNet. Open InvertedResidual: the Add is there by condition, where sizes stay. Put a ReLU6 before it, or "
        "set `expansion` to 3. torchvision's weights fit by order; the data are random images until you choose your own.",
        "M. Sandler, A. Howard, M. Zhu, A. Zhmoginov and L.-C. Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks. "
        "CVPR 2018, arXiv:1801.04381.",
        sketch,
        data=pictures(),
        blocks={
            "inverted": _inverted(),
            "stage": _stage("inverted", {}, {}, "Inverted residuals at one size, each six times wider inside."),
        },
        optimizer=Choice("SGD", {"lr": 0.045, "momentum": 0.9, "weight_decay": 0.00004}),
        schedule=Choice("ExponentialLR", {"gamma": 0.98}),
        epochs=300,
        batch_size=8,
    )


def _mbconv(norm: dict[str, float]) -> dict[str, Block]:
    """Return EfficientNet's block and the gate in it; `norm` are settings of its batch norms."""
    inside = Sketch()
    inside.chain(
        ("Input", "x"),
        ("AdaptiveAvgPool2d", "pool", {"output_size": 1}),
        ("Conv2d", "squeeze", {"out_channels": "=squeezed", "kernel_size": 1}),
        ("SiLU", "silu"),
        ("Conv2d", "excite", {"out_channels": "=channels", "kernel_size": 1}),
        ("Sigmoid", "gate"),
    )
    inside.add("Multiply", "scale", "x", "gate")
    inside.add("Output", "out")
    gate = block(
        "SqueezeExcitation",
        inside,
        "A gate for each channel, from the means of all channels.",
        channels=96,
        squeezed=4,
    )
    inside = Sketch()
    inside.add("Input", "x")
    wide = "=in_channels * expansion"
    expanded = "=expansion != 1"
    inside.add("Conv2d", "expand", out_channels=wide, kernel_size=1, bias=False, when=expanded)
    inside.add("BatchNorm2d", "bn1", when=expanded, **norm)
    inside.add("SiLU", "silu1", when=expanded)
    inside.add(
        "Conv2d",
        "depthwise",
        out_channels=wide,
        kernel_size="=size",
        stride="=stride",
        padding="=size // 2",
        groups=wide,
        bias=False,
    )
    inside.add("BatchNorm2d", "bn2", **norm)
    inside.add("SiLU", "silu2")
    inside.add(use("gate"), "gate", channels=wide, squeezed="=in_channels // 4")
    inside.add("Conv2d", "project", out_channels="=channels", kernel_size=1, bias=False)
    inside.add("BatchNorm2d", "bn3", **norm)
    inside.add("StochasticDepth", "drop", p="=drop", when=_SAME)
    inside.add("Add", "add", "drop", "x", when=_SAME)
    inside.add("Output", "out")
    mbconv = block(
        "MBConv",
        inside,
        "An inverted residual with a gate for each channel.",
        in_channels=16,
        channels=16,
        size=3,
        stride=1,
        expansion=6,
        drop=0.0,
    )
    return {"gate": gate, "mbconv": mbconv}


# Table 1 of the paper: widening, size of the filters, stride, channels, blocks.
_B0 = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)


def _efficientnet(
    title: str,
    summary: str,
    story: str,
    *,
    width: float,
    depth: float,
    size: int,
    dropout: float,
    samples: int,
    batch_size: int,
    norm: dict[str, float],
) -> Project:
    """Return an EfficientNet: B0 with its channels and its blocks multiplied, as torchvision has it."""
    rows = [(t, k, s, round(c * width / 8) * 8, math.ceil(n * depth)) for t, k, s, c, n in _B0]
    total = sum(row[-1] for row in rows)
    sketch = Sketch()
    first = round(32 * width / 8) * 8
    sketch.add("Input", "image")
    sketch.add("Conv2d", "conv", out_channels=first, kernel_size=3, stride=2, padding=1, bias=False)
    sketch.add("BatchNorm2d", "bn", **norm)
    sketch.add("SiLU", "silu")
    before, done = first, 0
    for number, (expansion, kernel, stride, channels, blocks) in enumerate(rows, 1):
        settings = {"in_channels": before, "channels": channels, "size": kernel, "stride": stride}
        if blocks == 1:
            sketch.add(use("mbconv"), f"stage{number}", **settings, expansion=expansion)
        else:
            more = {"blocks": blocks, "expansion": expansion, "start": done + 1}
            sketch.add(use("stage"), f"stage{number}", **settings, **more)
        before, done = channels, done + blocks
    sketch.add("Conv2d", "last", out_channels=4 * before, kernel_size=1, bias=False)
    sketch.add("BatchNorm2d", "lastbn", **norm)
    sketch.chain(
        ("SiLU", "lastsilu"),
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Dropout", "dropout", {"p": dropout}),
        ("Linear", "classifier", {"out_features": 1000}),
        ("Output", "scores"),
    )
    stage = _stage(
        "mbconv",
        {"size": "=size", "expansion": "=expansion"},
        {"drop": f"=0.2 * (start + index) / {total}"},
        "Blocks at one size; the later in the network, the more often one is left out while training.",
        size=3,
        expansion=6,
        start=1,
    )
    return template(
        title,
        summary,
        story,
        "M. Tan and Q. Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks. ICML 2019, "
        "arXiv:1905.11946.",
        sketch,
        data=pictures(size, samples=samples),
        blocks={**_mbconv(norm), "stage": stage},
        optimizer=Choice(
            "RMSprop", {"lr": 0.016, "alpha": 0.9, "momentum": 0.9, "eps": 0.001, "weight_decay": 0.00001}
        ),
        schedule=Choice("ExponentialLR", {"gamma": 0.987}),
        epochs=350,
        batch_size=batch_size,
    )


def efficientnet_b0() -> Project:
    """Return EfficientNet-B0."""
    return _efficientnet(
        "EfficientNet-B0",
        "A network found by search, from which a family is grown by one rule.",
        "Tan and Le of Google asked how a network is best made larger: deeper, wider, or with larger images? All three at "
        "once, by one rule with fixed proportions. What the rule starts from is this network, which a search over "
        "architectures found: MobileNetV2's inverted residuals with filters of 3 or 5, SiLU, and squeeze-and-excitation (Hu "
        "and others, 2018), a gate for each channel worked out from the means of all. With 5.3 million weights and 0.4 "
        "billion multiply-adds it gets 77 % top-1 on ImageNet, more than ResNet-50 with a fifth of the weights and a tenth "
        "of the work. Later blocks are left out more often while training (stochastic depth). Open MBConv and take the gate "
        "out, or compare with B7. torchvision's weights fit by order; the data are random images until you choose your own.",
        width=1.0,
        depth=1.0,
        size=224,
        dropout=0.2,
        samples=20,
        batch_size=8,
        norm={},
    )


def efficientnet_b7() -> Project:
    """Return EfficientNet-B7."""
    return _efficientnet(
        "EfficientNet-B7",
        "EfficientNet-B0 grown in depth, width and image size all at once.",
        "The same seven stages as B0 with twice the channels, 3.1 times the blocks and images of 600 x 600: Tan and Le's rule "
        "of compound scaling at its largest. It reached 84.3 % top-1 on ImageNet in 2019, as much as the best network of the "
        "time, GPipe, with 66 instead of 557 million weights. Its work is another matter: 37.7 billion multiply-adds, a "
        "hundred times B0's, and depthwise convolutions keep a graphics card badly busy, which EfficientNetV2 (2021) mended. "
        "Noisy Student training (Xie and others, 2020) took it to 86.9 % without a change to the network. Set the size of the "
        "images to 224 and see that the weights stay and the work falls to a seventh. torchvision's weights fit by order; the "
        "data are a few random images until you choose your own.",
        width=2.0,
        depth=3.1,
        size=600,
        dropout=0.5,
        samples=5,
        batch_size=2,
        norm={"eps": 0.001, "momentum": 0.01},
    )


TEMPLATES = {
    "mobilenet-v2": mobilenet_v2,
    "efficientnet-b0": efficientnet_b0,
    "efficientnet-b7": efficientnet_b7,
}
