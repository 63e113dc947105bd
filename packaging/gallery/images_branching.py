"""Networks that part and join again: GoogLeNet, SqueezeNet, DenseNet-121 and U-Net."""

from images_plain import CLASSIC
from sketch import Sketch, block, pictures, template, use

from designer.document.project import Block, Choice, Project


def _conv_unit() -> Block:
    """Return GoogLeNet's convolution with its norm and ReLU."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add(
        "Conv2d",
        "conv",
        out_channels="=channels",
        kernel_size="=size",
        stride="=stride",
        padding="=size // 2",
        bias=False,
    )
    inside.add("BatchNorm2d", "bn", eps=0.001)
    inside.chain(("ReLU", "relu"), ("Output", "out"))
    return block("BasicConv2d", inside, "Convolution, batch norm, ReLU.", channels=64, size=1, stride=1)


def _inception() -> Block:
    inside = Sketch()
    inside.add("Input", "x")
    inside.add(use("conv"), "ones", channels="=ch1x1")
    inside.add(use("conv"), "reduce3", "x", channels="=ch3x3red")
    inside.add(use("conv"), "threes", channels="=ch3x3", size=3)
    inside.add(use("conv"), "reduce5", "x", channels="=ch5x5red")
    inside.add(use("conv"), "fives", channels="=ch5x5", size=3)
    inside.add("MaxPool2d", "pool", "x", kernel_size=3, stride=1, padding=1, ceil_mode=True)
    inside.add(use("conv"), "proj", channels="=pool_proj")
    inside.add("Concatenate", "join", "ones", "threes", "fives", "proj")
    inside.add("Output", "out")
    return block(
        "Inception",
        inside,
        "Four ways to look at the same place, side by side.",
        ch1x1=64,
        ch3x3red=96,
        ch3x3=128,
        ch5x5red=16,
        ch5x5=32,
        pool_proj=32,
    )


# Table 1 of the paper: 1 x 1, 3 x 3 and what narrows it, 5 x 5 and what narrows it, behind the pooling.
_INCEPTIONS = {
    "inception3a": (64, 96, 128, 16, 32, 32),
    "inception3b": (128, 128, 192, 32, 96, 64),
    "inception4a": (192, 96, 208, 16, 48, 64),
    "inception4b": (160, 112, 224, 24, 64, 64),
    "inception4c": (128, 128, 256, 24, 64, 64),
    "inception4d": (112, 144, 288, 32, 64, 64),
    "inception4e": (256, 160, 320, 32, 128, 128),
    "inception5a": (256, 160, 320, 32, 128, 128),
    "inception5b": (384, 192, 384, 48, 128, 128),
}


def googlenet() -> Project:
    """Return GoogLeNet with batch norm and without its auxiliary heads, as torchvision has it."""
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add(use("conv"), "conv1", channels=64, size=7, stride=2)
    sketch.add("MaxPool2d", "maxpool1", kernel_size=3, stride=2, ceil_mode=True)
    sketch.add(use("conv"), "conv2", channels=64)
    sketch.add(use("conv"), "conv3", channels=192, size=3)
    sketch.add("MaxPool2d", "maxpool2", kernel_size=3, stride=2, ceil_mode=True)
    names = ("ch1x1", "ch3x3red", "ch3x3", "ch5x5red", "ch5x5", "pool_proj")
    for name, widths in _INCEPTIONS.items():
        if name == "inception4a":
            sketch.add("MaxPool2d", "maxpool3", kernel_size=3, stride=2, ceil_mode=True)
        if name == "inception5a":
            sketch.add("MaxPool2d", "maxpool4", kernel_size=2, stride=2, ceil_mode=True)
        sketch.add(use("inception"), name, **dict(zip(names, widths, strict=True)))
    sketch.chain(
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Dropout", "dropout", {"p": 0.2}),
        ("Linear", "fc", {"out_features": 1000}),
        ("Output", "scores"),
    )
    return template(
        "GoogLeNet",
        "Inception blocks: several sizes of filters side by side, and very few weights.",
        "Szegedy and colleagues at Google won the ImageNet classification of 2014 with 6.7 % top-5 error and about a ninth of "
        "AlexNet's weights. Nobody knows which filter size suits a place, so an Inception block tries several at once and "
        "lays the results side by side; 1 x 1 convolutions narrow the channels before the costly ones. Global average "
        "pooling replaces the large Linear layers. The name bows to LeNet, the block's to a line of the film. This is the "
        "form with batch norm and without the two auxiliary heads that helped its training, as torchvision has it, with 3 x 3 in the third branch where the paper says 5 x 5; torchvision's weights fit by order. Open Inception and set the size of `fives` to 5, "
        "or add a head behind inception4a with the objective Several outputs. The data are random images until you choose "
        "your own.",
        "C. Szegedy and others: Going Deeper with Convolutions. CVPR 2015, arXiv:1409.4842. Batch norm: S. Ioffe and "
        "C. Szegedy, arXiv:1502.03167.",
        sketch,
        data=pictures(),
        blocks={"conv": _conv_unit(), "inception": _inception()},
        **CLASSIC,
    )


def squeezenet() -> Project:
    """Return SqueezeNet 1.0."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.chain(("Conv2d", "squeeze", {"out_channels": "=squeezed", "kernel_size": 1}), ("ReLU", "relu"))
    inside.add("Conv2d", "expand1", "relu", out_channels="=expanded", kernel_size=1)
    inside.add("ReLU", "relu1")
    inside.add("Conv2d", "expand3", "relu", out_channels="=expanded", kernel_size=3, padding=1)
    inside.add("ReLU", "relu3")
    inside.add("Concatenate", "join", "relu1", "relu3")
    inside.add("Output", "out")
    fire = block("Fire", inside, "Squeezes to few channels, then expands by 1 x 1 and 3 x 3.", squeezed=16, expanded=64)
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Conv2d", "conv1", out_channels=96, kernel_size=7, stride=2)
    sketch.add("ReLU", "relu1")
    for number, squeezed in enumerate((16, 16, 32, 32, 48, 48, 64, 64), 2):
        if number in (2, 5, 9):
            sketch.add("MaxPool2d", f"pool{number}", kernel_size=3, stride=2, ceil_mode=True)
        sketch.add(use("fire"), f"fire{number}", squeezed=squeezed, expanded=4 * squeezed)
    sketch.chain(
        ("Dropout", "dropout"),
        ("Conv2d", "conv10", {"out_channels": 1000, "kernel_size": 1}),
        ("ReLU", "relu10"),
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Output", "scores"),
    )
    return template(
        "SqueezeNet 1.0",
        "As accurate as AlexNet with a fiftieth of its weights.",
        "Iandola, Han, Moskewicz, Ashraf, Dally and Keutzer of Berkeley and Stanford turned the question round: given an "
        "accuracy, how few weights are enough? A Fire block squeezes its input to a few channels with 1 x 1 filters, then "
        "expands again, half with 1 x 1 and half with 3 x 3; pooling comes late, so that maps stay large; and there is no "
        "Linear layer at all. 1,248,424 weights do what AlexNet did with 61 million, and compressed to half a megabyte they "
        "fit where memory is dear: cars, cameras, phones. Few weights is not little work, though: 0.8 billion multiply-adds "
        "are a little more than AlexNet's. Try a way around every second Fire block, as the paper does for nearly three points of accuracy more. torchvision's weights fit by order; the data are random images until you choose your own.",
        "F. Iandola, S. Han, M. Moskewicz, K. Ashraf, W. Dally and K. Keutzer: SqueezeNet: AlexNet-level accuracy with 50x "
        "fewer parameters and <0.5MB model size. arXiv:1602.07360, 2016.",
        sketch,
        data=pictures(),
        blocks={"fire": fire},
        **CLASSIC,
    )


def _dense_blocks() -> dict[str, Block]:
    inside = Sketch()
    inside.chain(
        ("Input", "x"),
        ("BatchNorm2d", "norm1"),
        ("ReLU", "relu1"),
        ("Conv2d", "conv1", {"out_channels": "=4 * growth", "kernel_size": 1, "bias": False}),
        ("BatchNorm2d", "norm2"),
        ("ReLU", "relu2"),
        ("Conv2d", "conv2", {"out_channels": "=growth", "kernel_size": 3, "padding": 1, "bias": False}),
    )
    inside.add("Concatenate", "join", "x", "conv2")
    inside.add("Output", "out")
    dense = block("DenseLayer", inside, "Adds a few channels to all that came before.", growth=32)
    inside = Sketch()
    inside.chain(
        ("Input", "x"),
        ("BatchNorm2d", "norm"),
        ("ReLU", "relu"),
        ("Conv2d", "conv", {"out_channels": "=channels", "kernel_size": 1, "bias": False}),
        ("AvgPool2d", "pool", {"kernel_size": 2}),
        ("Output", "out"),
    )
    return {"dense": dense, "transition": block("Transition", inside, "Halves size and channels.", channels=128)}


def densenet_121() -> Project:
    """Return DenseNet-121."""
    sketch = Sketch()
    sketch.chain(
        ("Input", "image"),
        ("Conv2d", "conv0", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3, "bias": False}),
        ("BatchNorm2d", "norm0"),
        ("ReLU", "relu0"),
        ("MaxPool2d", "pool0", {"kernel_size": 3, "stride": 2, "padding": 1}),
    )
    channels = 64
    for number, layers in enumerate((6, 12, 24, 16), 1):
        sketch.add(use("dense"), f"dense{number}", repeat=layers)
        channels = (channels + 32 * layers) // 2
        if number < 4:
            sketch.add(use("transition"), f"transition{number}", channels=channels)
    sketch.chain(
        ("BatchNorm2d", "norm5"),
        ("ReLU", "relu5"),
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Linear", "classifier", {"out_features": 1000}),
        ("Output", "scores"),
    )
    return template(
        "DenseNet-121",
        "Every layer sees the maps of all layers before it.",
        "ResNet adds what a layer found to what was there; Huang, Liu, van der Maaten and Weinberger put it beside, so that "
        "nothing is ever overwritten. Each layer takes all maps made so far at its size and gives just 32 more, the growth "
        "rate. Because everything can be used again, narrow layers are enough: eight million weights come close to ResNet-50's twenty-five, though the long lists of maps cost memory. It was a best paper of CVPR 2017, and it is "
        "at home in medicine: CheXNet (2017) reads chest X-rays with this very network. The block DenseLayer is repeated 6, "
        "12, 24 and 16 times, taking 32 channels more each time. Set `growth` to 12 in all four and see how small it gets. "
        "torchvision's weights fit by order; the data are random images until you choose your own.",
        "G. Huang, Z. Liu, L. van der Maaten and K. Weinberger: Densely Connected Convolutional Networks. CVPR 2017, "
        "arXiv:1608.06993.",
        sketch,
        data=pictures(),
        blocks=_dense_blocks(),
        optimizer=Choice("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.0001}),
        schedule=Choice("MultiStepLR", {"milestones": (30, 60)}),
        epochs=90,
        batch_size=8,
    )


def _u_blocks() -> dict[str, Block]:
    inside = Sketch()
    inside.chain(
        ("Input", "x"),
        ("Conv2d", "conv1", {"out_channels": "=channels", "kernel_size": 3, "padding": 1}),
        ("ReLU", "relu1"),
        ("Conv2d", "conv2", {"out_channels": "=channels", "kernel_size": 3, "padding": 1}),
        ("ReLU", "relu2"),
        ("Output", "out"),
    )
    double = block("DoubleConv", inside, "Two 3 x 3 convolutions with ReLU.", channels=64)
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("MaxPool2d", "pool", kernel_size=2)
    inside.add(use("double"), "convs", channels="=channels")
    inside.add("Output", "out")
    down = block("Down", inside, "Half the size, then two convolutions.", channels=128)
    inside = Sketch()
    inside.add("Input", "below")
    inside.add("Input", "skip")
    inside.add("ConvTranspose2d", "up", "below", out_channels="=channels", kernel_size=2, stride=2)
    inside.add("Concatenate", "join", "skip", "up")
    inside.add(use("double"), "convs", channels="=channels")
    inside.add("Output", "out")
    up = block("Up", inside, "Twice the size, beside what the way down had there, then two convolutions.", channels=64)
    return {"double": double, "down": down, "up": up}


def u_net() -> Project:
    """Return U-Net with padded convolutions, set to take noise out of images."""
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add(use("double"), "enter")
    for number, channels in enumerate((128, 256, 512, 1024), 1):
        sketch.add(use("down"), f"down{number}", channels=channels)
    for number, channels in zip((3, 2, 1, 0), (512, 256, 128, 64), strict=True):
        sketch.add(use("up"), f"up{number}", sketch.last, f"down{number}" if number else "enter", channels=channels)
    sketch.add("Conv2d", "last", out_channels=1, kernel_size=1)
    sketch.add("Output", "clean")
    return template(
        "U-Net",
        "An hourglass with bridges: an image goes in, an image comes out.",
        "Ronneberger, Fischer and Brox of Freiburg had thirty microscope images and wanted the outline of every cell. Their "
        "network goes down as usual, halving sizes and doubling channels, then up again, and at each size it lays what the "
        "way down saw beside what comes up: where from the one, what from the other. With strongly deformed copies of the "
        "few images it won the cell tracking contest of 2015, became the standard of medical imaging, and with time steps "
        "and attention added it drives diffusion models. Here convolutions are padded, so that the output has the size of "
        "the input, where the paper crops. The task is to take noise away, for which the images are their own answer, and "
        "the data are random images: choose your own. Take one bridge out and see which details are lost.",
        "O. Ronneberger, P. Fischer and T. Brox: U-Net: Convolutional Networks for Biomedical Image Segmentation. MICCAI "
        "2015, arXiv:1505.04597.",
        sketch,
        data=pictures(256, 10, 20, channels=1),
        blocks=_u_blocks(),
        objective=Choice("DenoisingAutoencoder"),
        loss=Choice("MSELoss"),
        optimizer=Choice("Adam", {"lr": 0.0001}),
        epochs=20,
        batch_size=4,
    )


TEMPLATES = {
    "googlenet": googlenet,
    "squeezenet-1.0": squeezenet,
    "densenet-121": densenet_121,
    "u-net": u_net,
}
