"""Small networks that read the digits that come along: Neocognitron, LeNet-5 and a CNN of three blocks."""

from sketch import Sketch, block, template, use

from designer.document.project import Choice, Project


def neocognitron() -> Project:
    """Return three stages of S cells and C cells, learned by gradient."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("Conv2d", "features", out_channels="=planes", kernel_size="=size", padding="=size // 2")
    inside.chain(("ReLU", "fire"), ("Output", "out"))
    simple = block("SCells", inside, "Cells that fire where their feature is.", planes=24, size=5)
    inside = Sketch()
    inside.chain(
        ("Input", "x"),
        ("AvgPool2d", "area", {"kernel_size": "=area"}),
        ("Softsign", "saturate"),
        ("Output", "out"),
    )
    complex_ = block("CCells", inside, "Cells that fire where their feature is anywhere in an area.", area=2)
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Upsample", "retina", scale_factor=2, mode="bilinear")
    for stage, (size, area) in enumerate(((5, 2), (5, 2), (3, 4)), 1):
        sketch.add(use("simple"), f"s{stage}", size=size)
        sketch.add(use("complex"), f"c{stage}", area=area)
    sketch.chain(("Flatten", "flatten"), ("Linear", "digits", {"out_features": 10}), ("Output", "digit"))
    return template(
        "Neocognitron",
        "Fukushima's model of seeing, the ancestor of every convolutional network.",
        "Hubel and Wiesel had found simple cells in the visual cortex, which answer to an edge in one place, and complex "
        "cells, to which the exact place is all the same. Kunihiko Fukushima built a machine of that in 1980: layers of S "
        "cells with the same small filter at every place, layers of C cells that blur what they found, three times over, "
        "until one cell sees a whole digit wherever it stands. All of a convolutional network is there but the learning, "
        "which was by competition and without a teacher. Here S cells are convolutions with ReLU, another invention of "
        "his (1969), C cells are means over an area with his saturating curve x / (1 + x), planes are 24 as in his paper, "
        "inhibition is left out, and the gradient teaches. It gets 96 % of the digits right. Replace the mean by a "
        "maximum, which later models of the cortex prefer (Riesenhuber and Poggio, 1999).",
        "K. Fukushima: Neocognitron: A Self-organizing Neural Network Model for a Mechanism of Pattern Recognition Unaffected "
        "by Shift in Position. Biological Cybernetics 36, 1980.",
        sketch,
        data=Choice("Digits"),
        blocks={"simple": simple, "complex": complex_},
        optimizer=Choice("Adam", {"lr": 0.005}),
        epochs=20,
        batch_size=32,
    )


def lenet_5() -> Project:
    """Return LeNet-5 with the sizes of 1998, tanh and average pooling."""
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("Upsample", "enlarge", {"scale_factor": 4, "mode": "bilinear"}),
        ("Conv2d", "c1", {"out_channels": 6, "kernel_size": 5}),
        ("Tanh", "tanh1"),
        ("AvgPool2d", "s2", {"kernel_size": 2}),
        ("Conv2d", "c3", {"out_channels": 16, "kernel_size": 5}),
        ("Tanh", "tanh3"),
        ("AvgPool2d", "s4", {"kernel_size": 2}),
        ("Conv2d", "c5", {"out_channels": 120, "kernel_size": 5}),
        ("Tanh", "tanh5"),
        ("Flatten", "flatten"),
        ("Linear", "f6", {"out_features": 84}),
        ("Tanh", "tanh6"),
        ("Linear", "digits", {"out_features": 10}),
        ("Output", "digit"),
    )
    return template(
        "LeNet-5",
        "The network that read cheques in the nineties: convolutions, tanh, average pooling.",
        "LeCun, Bottou, Bengio and Haffner's paper of 1998 sums up ten years of work at AT&T Bell Labs; a network of this "
        "family read a tenth of all cheques in the United States. C1, S2, C3, S4, C5, F6 are the names in the paper, and so "
        "are the sizes: images of 32 x 32, maps of 28, 14, 10 and 5, then 120 and 84 numbers. As commonly given today it "
        "differs in details: every map of C3 sees all six of S2, where the original linked chosen ones, pooling has no "
        "weights of its own, tanh is not scaled, and scores replace distances to drawn digits. That makes 61,706 weights. "
        "The digits here are 8 x 8 and enlarged first; 97 % come out right in ten epochs. For MNIST choose its folder as data, "
        "take `enlarge` out and give C1 a padding of 2. Then try what fifteen years changed: ReLU and MaxPool.",
        "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner: Gradient-Based Learning Applied to Document Recognition. Proceedings "
        "of the IEEE 86(11), 1998.",
        sketch,
        data=Choice("Digits"),
        optimizer=Choice("Adam", {"lr": 0.002}),
        epochs=10,
        batch_size=32,
    )


def three_block_cnn() -> Project:
    """Return a small modern CNN: three blocks of convolution, batch norm and ReLU, and pooling to one number a map."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("Conv2d", "conv", out_channels="=channels", kernel_size=3, padding=1, bias=False)
    inside.chain(("BatchNorm2d", "norm"), ("ReLU", "relu"))
    inside.add("MaxPool2d", "pool", kernel_size=2, when="=pool")
    inside.add("Output", "out")
    unit = block("ConvBlock", inside, "Convolution, batch norm, ReLU, and pooling if wanted.", channels=32, pool=True)
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add(use("conv"), "block1")
    sketch.add(use("conv"), "block2", channels=64)
    sketch.add(use("conv"), "block3", channels=128, pool=False)
    sketch.chain(
        ("AdaptiveAvgPool2d", "means", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Linear", "scores", {"out_features": 10}),
        ("Output", "digit"),
    )
    return template(
        "Three-block CNN",
        "The plain modern recipe for small images: 32, 64 and 128 channels, batch norm, one mean a map.",
        "What most people draw first today: a block of convolution, batch norm (Ioffe and Szegedy, 2015) and ReLU, used "
        "three times with twice the channels each time, pooling in between, and at the end the mean of each map (Lin and "
        "others, 2014), so that one Linear layer is enough and images of any size go in. Convolutions need no bias, for the "
        "norm would take it away again. Its 94,186 weights get 99 % of the digits right within six epochs on a processor. "
        "Open ConvBlock: whether it pools is a parameter. Switch the norm off for all three at once, add Dropout2d behind the "
        "ReLU, or set the channels to 8, 16 and 32 and see how little is lost. For your own pictures choose a folder of "
        "images as data and set the last layer to the number of your classes.",
        "S. Ioffe and C. Szegedy: Batch Normalization. ICML 2015, arXiv:1502.03167; M. Lin, Q. Chen and S. Yan: Network In "
        "Network. ICLR 2014, arXiv:1312.4400.",
        sketch,
        data=Choice("Digits"),
        blocks={"conv": unit},
        optimizer=Choice("AdamW", {"lr": 0.003}),
        schedule=Choice("CosineAnnealingLR"),
        epochs=6,
        batch_size=32,
    )


TEMPLATES = {"neocognitron": neocognitron, "lenet-5": lenet_5, "three-block-cnn": three_block_cnn}
