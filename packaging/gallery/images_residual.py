"""Residual networks: ResNet-18, 50 and 152, and the pre-activation ResNet-1001."""

from sketch import Sketch, block, pictures, template, use

from designer.document.project import Block, Choice, Project


def basic() -> Block:
    """Return the block of ResNet-18 and 34: two 3 x 3 convolutions and a way around them."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("Conv2d", "conv1", out_channels="=channels", kernel_size=3, stride="=stride", padding=1, bias=False)
    inside.chain(("BatchNorm2d", "bn1"), ("ReLU", "relu1"))
    inside.add("Conv2d", "conv2", out_channels="=channels", kernel_size=3, padding=1, bias=False)
    inside.add("BatchNorm2d", "bn2")
    _add_way_around(inside, "bn2", "=channels")
    return block(
        "BasicBlock",
        inside,
        "Two 3 x 3 convolutions and a way around them, projected where sizes change.",
        channels=64,
        stride=1,
        project=False,
    )


def bottleneck() -> Block:
    """Return the block of ResNet-50 and deeper: the 3 x 3 convolution works between two of 1 x 1."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add("Conv2d", "conv1", out_channels="=channels", kernel_size=1, bias=False)
    inside.chain(("BatchNorm2d", "bn1"), ("ReLU", "relu1"))
    inside.add("Conv2d", "conv2", out_channels="=channels", kernel_size=3, stride="=stride", padding=1, bias=False)
    inside.chain(("BatchNorm2d", "bn2"), ("ReLU", "relu2"))
    inside.add("Conv2d", "conv3", out_channels="=channels * 4", kernel_size=1, bias=False)
    inside.add("BatchNorm2d", "bn3")
    _add_way_around(inside, "bn3", "=channels * 4")
    return block(
        "Bottleneck",
        inside,
        "1 x 1, 3 x 3 and 1 x 1 convolutions with a way around them, projected where sizes change.",
        channels=64,
        stride=1,
        project=False,
    )


def _add_way_around(inside: Sketch, last: str, channels: str) -> None:
    """End a block: what entered it, projected where asked for, is added to what its last layer gives."""
    inside.add(
        "Conv2d",
        "downsample",
        "x",
        out_channels=channels,
        kernel_size=1,
        stride="=stride",
        bias=False,
        when="=project",
    )
    inside.add("BatchNorm2d", "norm", when="=project")
    inside.add("Add", "add", last, "norm")
    inside.chain(("ReLU", "relu"), ("Output", "out"))


def stage(of: str, project: bool | str) -> Block:
    """Return so many blocks at one size, the first of which may halve it."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add(use(of), "first", channels="=channels", stride="=stride", project=project)
    inside.add(use(of), "rest", channels="=channels", repeat="=blocks - 1")
    inside.add("Output", "out")
    return block("Stage", inside, "Residual blocks at one size.", channels=64, blocks=3, stride=2)


def resnet(
    title: str, summary: str, story: str, blocks: tuple[int, ...], unit: tuple[str, Block], project: bool | str = True
) -> Project:
    """Return a residual network with so many blocks in each stage, in the order of torchvision's modules."""
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Conv2d", "conv1", out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)
    sketch.chain(("BatchNorm2d", "bn1"), ("ReLU", "relu"))
    sketch.add("MaxPool2d", "maxpool", kernel_size=3, stride=2, padding=1)
    for number, count in enumerate(blocks):
        sketch.add(use("stage"), f"layer{number + 1}", channels=64 * 2**number, blocks=count, stride=2 if number else 1)
    sketch.chain(
        ("AdaptiveAvgPool2d", "avgpool", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Linear", "fc", {"out_features": 1000}),
        ("Output", "scores"),
    )
    name, inside = unit
    return template(
        title,
        summary,
        story,
        "K. He, X. Zhang, S. Ren and J. Sun: Deep Residual Learning for Image Recognition. CVPR 2016, arXiv:1512.03385.",
        sketch,
        data=pictures(),
        blocks={name: inside, "stage": stage(name, project)},
        optimizer=Choice("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.0001}),
        schedule=Choice("MultiStepLR", {"milestones": (30, 60)}),
        epochs=90,
        batch_size=8,
    )


def resnet_18() -> Project:
    """Return ResNet-18."""
    return resnet(
        "ResNet-18",
        "The smallest residual network of the family, for images of 3 x 224 x 224.",
        "By 2015 networks beyond twenty layers learned worse than shallow ones, even on the images they were trained on: "
        "not overfitting, but an optimizer that lost its way. He, Zhang, Ren and Sun at Microsoft Research let each "
        "block learn only what to add to its input. Where nothing needs to change a block learns to give zeros, which is "
        "easy, and the gradient has a straight road back. ResNet-18 is the small one, eight blocks of two 3 x 3 "
        "convolutions, 11.7 million weights, and still a sound first choice for a new image task. Open a block to see the "
        "way around; take the Add out of it and see how the plain network learns. The data are random images: choose your "
        "own, set the last Linear to your classes, or start from torchvision's weights, which fit by order.",
        (2, 2, 2, 2),
        ("basic", basic()),
        "=stride != 1",
    )


def resnet_50() -> Project:
    """Return ResNet-50."""
    return resnet(
        "ResNet-50",
        "Fifty layers of residual bottlenecks: the measuring stick of image recognition for years.",
        "The residual networks of He, Zhang, Ren and Sun won all five tracks of the ImageNet and COCO contests of 2015. To "
        "go deep at a bearable cost, each block first narrows to a quarter of the channels with a 1 x 1 convolution, does "
        "its 3 x 3 work there, and widens again: the bottleneck. ResNet-50 has 16 of them in four stages, 25.6 million "
        "weights and 4.1 billion multiply-adds, and became the network that everything else is compared with: hardware, "
        "optimizers, self-supervised learning. As in torchvision the stride sits on the 3 x 3 convolution, a little better "
        "than the paper's 1 x 1. Change `blocks` of a stage and watch the counts follow; or load torchvision's weights, which fit by order, freeze all but the last layer and learn your own classes.",
        (3, 4, 6, 3),
        ("bottleneck", bottleneck()),
    )


def resnet_152() -> Project:
    """Return ResNet-152."""
    return resnet(
        "ResNet-152",
        "The deepest ImageNet network of its paper, eight times deeper than VGG and yet cheaper.",
        "In December 2015 an ensemble around this network won the ImageNet contest with a top-5 error of 3.57 %, below the "
        "5 % that a patient human had measured on himself. It is ResNet-50 with longer stages, 3, 8, 36 and 3 bottlenecks "
        "instead of 3, 4, 6 and 3: 60.2 million weights, less than half of VGG-19's, and 11.5 billion multiply-adds. That it made fewer errors than the version of 101 layers, and that one fewer than the one of 50, was the point: depth had stopped hurting. Afterwards Veit and others (2016) deleted single blocks of trained ones and "
        "little happened. Try the same by setting `blocks` lower, or make a bottleneck of your own and use it in all four stages at once. torchvision's weights fit by order; the data are random images until you choose your own.",
        (3, 8, 36, 3),
        ("bottleneck", bottleneck()),
    )


def _preactivated(widens: bool) -> Block:
    """Return a unit of the pre-activation network: norm and ReLU come before each convolution, and nothing after Add."""
    inside = Sketch()
    inside.chain(("Input", "x"), ("BatchNorm2d", "norm1"), ("ReLU", "relu1"))
    inside.add("Conv2d", "conv1", out_channels="=channels", kernel_size=1, bias=False)
    inside.chain(("BatchNorm2d", "norm2"), ("ReLU", "relu2"))
    stride = {"stride": "=stride"} if widens else {}
    inside.add("Conv2d", "conv2", out_channels="=channels", kernel_size=3, padding=1, bias=False, **stride)
    inside.chain(("BatchNorm2d", "norm3"), ("ReLU", "relu3"))
    inside.add("Conv2d", "conv3", out_channels="=channels * 4", kernel_size=1, bias=False)
    if not widens:
        inside.add("Add", "add", "conv3", "x")
        inside.add("Output", "out")
        return block("Unit", inside, "Norm, ReLU and convolution three times; the way around is free.", channels=16)
    inside.add("Conv2d", "shortcut", "relu1", out_channels="=channels * 4", kernel_size=1, bias=False, **stride)
    inside.add("Add", "add", "conv3", "shortcut")
    inside.add("Output", "out")
    return block(
        "WideningUnit", inside, "A unit whose way around has a convolution, as sizes change.", channels=16, stride=1
    )


def pre_activation_resnet_1001() -> Project:
    """Return the pre-activation ResNet of 1001 layers for CIFAR-10."""
    inside = Sketch()
    inside.add("Input", "x")
    inside.add(use("widening"), "first", channels="=channels", stride="=stride")
    inside.add(use("unit"), "rest", channels="=channels", repeat="=units - 1")
    inside.add("Output", "out")
    stage = block("Stage", inside, "Units at one size.", channels=16, units=111, stride=2)
    sketch = Sketch()
    sketch.add("Input", "image")
    sketch.add("Conv2d", "conv", out_channels=16, kernel_size=3, padding=1, bias=False)
    sketch.add(use("stage"), "stage1", stride=1)
    sketch.add(use("stage"), "stage2", channels=32)
    sketch.add(use("stage"), "stage3", channels=64)
    sketch.chain(
        ("BatchNorm2d", "norm"),
        ("ReLU", "relu"),
        ("AdaptiveAvgPool2d", "pool", {"output_size": 1}),
        ("Flatten", "flatten"),
        ("Linear", "fc", {"out_features": 10}),
        ("Output", "scores"),
    )
    return template(
        "Pre-activation ResNet-1001",
        "A thousand and one layers that learn, on images of 3 x 32 x 32.",
        "In the first residual networks a ReLU stood after every Add, a small gate on the way around. He, Zhang, Ren and Sun "
        "asked in 2016 what the way around needs to be, and found: nothing at all. With norm and ReLU moved in front of the "
        "convolutions it is free from the first layer to the last, the gradient comes through whole, and 1001 layers train "
        "as easily as 110: 4.62 % error on CIFAR-10, where the earlier form of the same depth has 7.61 %. It is narrow, 10.3 "
        "million weights in three stages of 111 units, so its depth costs more time than memory for weights. Set `units` to 18 "
        "for the 164-layer version, nearly as good and six times as fast. Here its four thousand layers are drawn with three blocks. The data are random images of CIFAR's size: choose your own.",
        "K. He, X. Zhang, S. Ren and J. Sun: Identity Mappings in Deep Residual Networks. ECCV 2016, arXiv:1603.05027.",
        sketch,
        data=pictures(32, 10, 200),
        blocks={"unit": _preactivated(widens=False), "widening": _preactivated(widens=True), "stage": stage},
        optimizer=Choice("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.0001}),
        schedule=Choice("MultiStepLR", {"milestones": (82, 123)}),
        epochs=164,
        batch_size=64,
    )


TEMPLATES = {
    "pre-activation-resnet-1001": pre_activation_resnet_1001,
    "resnet-18": resnet_18,
    "resnet-50": resnet_50,
    "resnet-152": resnet_152,
}
