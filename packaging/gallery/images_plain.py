"""Networks that are one long chain: AlexNet, OverFeat, Network in Network, VGG-16 and 19."""

from typing import Any

from sketch import Sketch, block, pictures, template, use

from designer.document.project import Block, Choice, Project

# What AlexNet was trained with, and most networks for some years after it.
CLASSIC: dict[str, Any] = {
    "optimizer": Choice("SGD", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.0005}),
    "schedule": Choice("StepLR", {"step_size": 30}),
    "epochs": 90,
    "batch_size": 8,
}


def alexnet() -> Project:
    """Return the one-column AlexNet, as torchvision has it."""
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Conv2d", "conv1", out_channels=64, kernel_size=11, stride=4, padding=2)
    sketch.chain(("ReLU", "relu1"), ("MaxPool2d", "pool1", {"kernel_size": 3, "stride": 2}))
    sketch.add("Conv2d", "conv2", out_channels=192, kernel_size=5, padding=2)
    sketch.chain(("ReLU", "relu2"), ("MaxPool2d", "pool2", {"kernel_size": 3, "stride": 2}))
    for number, channels in ((3, 384), (4, 256), (5, 256)):
        sketch.add("Conv2d", f"conv{number}", out_channels=channels, kernel_size=3, padding=1)
        sketch.add("ReLU", f"relu{number}")
    sketch.chain(
        ("MaxPool2d", "pool5", {"kernel_size": 3, "stride": 2}),
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 6}),
        ("Flatten", "flatten"),
        ("Dropout", "drop6"),
        ("Linear", "fc6", {"out_features": 4096}),
        ("ReLU", "relu6"),
        ("Dropout", "drop7"),
        ("Linear", "fc7", {"out_features": 4096}),
        ("ReLU", "relu7"),
        ("Linear", "fc8", {"out_features": 1000}),
        ("Output", "scores"),
    )
    return template(
        "AlexNet",
        "The network of 2012 that turned computer vision to deep learning.",
        "Krizhevsky, Sutskever and Hinton entered the ImageNet contest of 2012 with a network trained for most of a week on "
        "two gaming cards, and got 15.3 % top-5 error where the next best had 26.2 %. Nothing in it was quite new: "
        "convolutions from LeNet, ReLU instead of tanh, dropout, images shifted and mirrored. Size, data and GPUs did it. "
        "This is the one-column form of Krizhevsky's later paper (2014) without local response normalization, as torchvision has it; torchvision's weights fit by order. Look where the 61 million weights are: nineteen in twenty sit in the "
        "three Linear layers, while the convolutions do nearly all the work. Try global average pooling in place of the "
        "first two of them. The data are random images until you choose your own.",
        "A. Krizhevsky, I. Sutskever and G. Hinton: ImageNet Classification with Deep Convolutional Neural Networks. "
        "NeurIPS 2012. One column: A. Krizhevsky, arXiv:1404.5997, 2014.",
        sketch,
        data=pictures(),
        **CLASSIC,
    )


def overfeat_fast() -> Project:
    """Return the fast model of OverFeat (table 1 of the paper)."""
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Conv2d", "conv1", out_channels=96, kernel_size=11, stride=4)
    sketch.chain(("ReLU", "relu1"), ("MaxPool2d", "pool1", {"kernel_size": 2}))
    sketch.add("Conv2d", "conv2", out_channels=256, kernel_size=5)
    sketch.chain(("ReLU", "relu2"), ("MaxPool2d", "pool2", {"kernel_size": 2}))
    for number, channels in ((3, 512), (4, 1024), (5, 1024)):
        sketch.add("Conv2d", f"conv{number}", out_channels=channels, kernel_size=3, padding=1)
        sketch.add("ReLU", f"relu{number}")
    sketch.chain(
        ("MaxPool2d", "pool5", {"kernel_size": 2}),
        ("Flatten", "flatten"),
        ("Linear", "fc6", {"out_features": 3072}),
        ("ReLU", "relu6"),
        ("Dropout", "drop6"),
        ("Linear", "fc7", {"out_features": 4096}),
        ("ReLU", "relu7"),
        ("Dropout", "drop7"),
        ("Linear", "fc8", {"out_features": 1000}),
        ("Output", "scores"),
    )
    return template(
        "OverFeat (fast)",
        "One network to classify, locate and detect, winner of ImageNet localization in 2013.",
        "Sermanet, Eigen, Zhang, Mathieu, Fergus and LeCun showed that one convolutional network serves three tasks. Slid "
        "over a larger picture it shares nearly all of its work between neighbouring windows, so classes, boxes and "
        "detections come out of a single pass: it won the localization task of ImageNet 2013, and its features were there for others to use. This is the fast model, an AlexNet with more filters, no overlap in its "
        "pooling and no normalization between channels: 146 million weights, three quarters of them in the first Linear layer. "
        "Replace that layer by a convolution of 6 x 6 with 3072 filters and the next two by 1 x 1 ones: the counts stay, "
        "and the network takes pictures of any size. The data are random images until you choose your own.",
        "P. Sermanet, D. Eigen, X. Zhang, M. Mathieu, R. Fergus and Y. LeCun: OverFeat: Integrated Recognition, Localization "
        "and Detection using Convolutional Networks. ICLR 2014, arXiv:1312.6229.",
        sketch,
        data=pictures(231),
        **CLASSIC,
    )


def network_in_network() -> Project:
    """Return Network in Network in its form for CIFAR-10."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("Conv2d", "conv", out_channels="=channels", kernel_size="=size", padding="=size // 2")
    inside.add("ReLU", "relu1")
    inside.add("Conv2d", "mix1", out_channels="=hidden", kernel_size=1)
    inside.add("ReLU", "relu2")
    inside.add("Conv2d", "mix2", out_channels="=out", kernel_size=1)
    inside.chain(("ReLU", "relu3"), ("Output", "y"))
    unit = block(
        "MlpConv",
        inside,
        "A convolution whose filters are small networks: two 1 x 1 convolutions follow it.",
        channels=192,
        size=5,
        hidden=192,
        out=192,
    )
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add(use("mlpconv"), "mlpconv1", hidden=160, out=96)
    sketch.add("MaxPool2d", "pool1", kernel_size=3, stride=2, padding=1)
    sketch.add("Dropout", "drop1")
    sketch.add(use("mlpconv"), "mlpconv2")
    sketch.add("AvgPool2d", "pool2", kernel_size=3, stride=2, padding=1)
    sketch.add("Dropout", "drop2")
    sketch.add(use("mlpconv"), "mlpconv3", size=3, out=10)
    sketch.chain(("AdaptiveAvgPool2d", "pool3", {"output_size": 1}), ("Flatten", "flatten"), ("Output", "scores"))
    return template(
        "Network in Network",
        "Filters that are small networks, and no Linear layer at the end: images of 3 x 32 x 32.",
        "Lin, Chen and Yan of Singapore asked why a filter should be a linear map. They let a small network slide over the "
        "image, which is a convolution followed by two of 1 x 1, and they ended with one map for each class whose mean is "
        "the score: no Linear layer, hence less to overfit, and maps that show where a class was seen. On CIFAR-10 less "
        "than a million weights got 89.6 % right, the best of 2013. Both ideas stayed: GoogLeNet narrows with 1 x 1 "
        "convolutions, and since ResNet nearly every network ends in global average pooling. Open the block to see that it "
        "is three convolutions; give it another 1 x 1, or a hidden width of 64. Here a ReLU stands even after the last one. The data are random images: choose CIFAR-10 or your own.",
        "M. Lin, Q. Chen and S. Yan: Network In Network. ICLR 2014, arXiv:1312.4400.",
        sketch,
        data=pictures(32, 10, 200),
        blocks={"mlpconv": unit},
        optimizer=Choice("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.0001}),
        epochs=120,
        batch_size=32,
    )


def _vgg_blocks() -> dict[str, Block]:
    """Return the blocks of the VGG networks: a convolution with its ReLU, and a stage of some with pooling."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("Conv2d", "conv", out_channels="=channels", kernel_size=3, padding=1)
    inside.chain(("ReLU", "relu"), ("Output", "out"))
    convolution = block("Convolution", inside, "A 3 x 3 convolution with ReLU.", channels=64)
    inside = Sketch()
    inside.add("Input", "x")
    inside.add(use("convolution"), "first", channels="=channels")
    inside.add(use("convolution"), "rest", channels="=channels", repeat="=layers - 1")
    inside.add("MaxPool2d", "pool", kernel_size=2)
    inside.add("Output", "out")
    stage = block("Stage", inside, "Convolutions at one size, then pooling that halves it.", channels=64, layers=2)
    return {"convolution": convolution, "stage": stage}


def _vgg(title: str, summary: str, story: str, layers: tuple[int, ...]) -> Project:
    sketch = Sketch()
    sketch.add("Input", "image")
    for number, (count, channels) in enumerate(zip(layers, (64, 128, 256, 512, 512), strict=True), 1):
        sketch.add(use("stage"), f"stage{number}", channels=channels, layers=count)
    sketch.chain(
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 7}),
        ("Flatten", "flatten"),
        ("Linear", "fc6", {"out_features": 4096}),
        ("ReLU", "relu6"),
        ("Dropout", "drop6"),
        ("Linear", "fc7", {"out_features": 4096}),
        ("ReLU", "relu7"),
        ("Dropout", "drop7"),
        ("Linear", "fc8", {"out_features": 1000}),
        ("Output", "scores"),
    )
    return template(
        title,
        summary,
        story,
        "K. Simonyan and A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. ICLR 2015, "
        "arXiv:1409.1556.",
        sketch,
        data=pictures(),
        blocks=_vgg_blocks(),
        **CLASSIC,
    )


def vgg_16() -> Project:
    """Return VGG-16, configuration D of the paper."""
    return _vgg(
        "VGG-16",
        "Nothing but 3 x 3 convolutions, sixteen layers deep.",
        "Simonyan and Zisserman of Oxford's Visual Geometry Group changed one thing only, depth, and kept all else as plain "
        "as can be: 3 x 3 convolutions, pooling that halves the size while the channels double. Two such convolutions see as "
        "much as one of 5 x 5 and three as much as one of 7 x 7, with fewer weights and more bends. In the ImageNet contest "
        "of 2014 it came first in localization and second in classification, and being so regular it became everyone's "
        "source of features: style transfer and perceptual losses still measure with it. Its 138 million weights sit mostly "
        "in the first Linear layer. Put global average pooling in front of that one and 100 million of them are gone. "
        "torchvision's weights fit by order; the data are random images until you choose your own.",
        (2, 2, 3, 3, 3),
    )


def vgg_19() -> Project:
    """Return VGG-19, configuration E of the paper."""
    return _vgg(
        "VGG-19",
        "The deepest of the plain networks: three more convolutions than VGG-16.",
        "Configuration E of Simonyan and Zisserman's paper has a fourth convolution in each of the last three stages. It "
        "gains next to nothing over sixteen layers, and there the plain recipe ended: without initial weights from Glorot's "
        "rule such networks had to be grown from shallow ones trained before, and plain ones far deeper got worse. Batch normalization and ResNet's ways around came within a year. Gatys, Ecker and "
        "Bethge (2015) painted photographs in the style of Van Gogh with its features. Compare it with VGG-16: 143.7 against "
        "138.4 million weights, 19.6 against 15.5 billion multiply-adds. Then add BatchNorm2d to the block Convolution, "
        "which changes all sixteen places at once. torchvision's weights fit by order; the data are random images until you choose your own.",
        (2, 2, 4, 4, 4),
    )


TEMPLATES = {
    "alexnet": alexnet,
    "overfeat-fast": overfeat_fast,
    "network-in-network": network_in_network,
    "vgg-16": vgg_16,
    "vgg-19": vgg_19,
}
