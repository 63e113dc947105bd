"""The module structure of torchvision's networks, without their work: what is in a state_dict, by name and order.

Written from torchvision/models/*.py (github.com/pytorch/vision, read in 2026): the same modules under the same names, in the order in which the constructors
make them. Nothing here is run forward, so that stride, padding and activations are left out.
"""

from collections.abc import Sequence

import torch
from torch import nn


def conv(into: int, out: int, size: int, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(into, out, size, groups=groups, bias=False)


class Residual(nn.Module):
    """BasicBlock and Bottleneck of resnet.py: convolutions with their norms, then `downsample`."""

    def __init__(self, into: int, width: int, sizes: Sequence[int], out: int, project: bool) -> None:
        super().__init__()
        for number, size in enumerate(sizes, 1):
            wide = out if number == len(sizes) else width
            setattr(self, f"conv{number}", conv(into if number == 1 else width, wide, size))
            setattr(self, f"bn{number}", nn.BatchNorm2d(wide))
        if project:
            self.downsample = nn.Sequential(conv(into, out, 1), nn.BatchNorm2d(out))


class ResNet(nn.Module):
    def __init__(self, blocks: Sequence[int], sizes: Sequence[int], expansion: int) -> None:
        super().__init__()
        self.conv1 = conv(3, 64, 7)
        self.bn1 = nn.BatchNorm2d(64)
        into = 64
        for stage, count in enumerate(blocks):
            width, layer = 64 * 2**stage, nn.Sequential()
            for number in range(count):
                project = number == 0 and (stage > 0 or into != width * expansion)
                layer.append(Residual(into, width, sizes, width * expansion, project))
                into = width * expansion
            setattr(self, f"layer{stage + 1}", layer)
        self.fc = nn.Linear(into, 1000)


class Chain(nn.Module):
    """AlexNet and VGG: `features`, then `classifier`. Convolutions are (channels, size)."""

    def __init__(self, features: Sequence[tuple[int, int]], flat: int) -> None:
        super().__init__()
        self.features, into = nn.Sequential(), 3
        for channels, size in features:
            self.features.append(nn.Conv2d(into, channels, size))
            into = channels
        self.classifier = nn.Sequential(nn.Linear(flat, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 1000))


def vgg(layers: Sequence[int]) -> nn.Module:
    widths = [width for width, count in zip((64, 128, 256, 512, 512), layers, strict=True) for _ in range(count)]
    return Chain([(width, 3) for width in widths], 512 * 7 * 7)


def unit(into: int, out: int, size: int, groups: int = 1) -> nn.Sequential:
    """BasicConv2d and Conv2dNormActivation: a convolution without bias, and its norm."""
    return nn.Sequential(conv(into, out, size, groups), nn.BatchNorm2d(out))


class Inception(nn.Module):
    """googlenet.py: four branches, the third with 3 x 3 where the paper has 5 x 5."""

    def __init__(self, into: int, one: int, red3: int, three: int, red5: int, five: int, proj: int) -> None:
        super().__init__()
        self.branch1 = unit(into, one, 1)
        self.branch2 = nn.Sequential(unit(into, red3, 1), unit(red3, three, 3))
        self.branch3 = nn.Sequential(unit(into, red5, 1), unit(red5, five, 3))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3), unit(into, proj, 1))


class GoogLeNet(nn.Module):
    """googlenet.py with aux_logits=False."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2, self.conv3 = unit(3, 64, 7), unit(64, 64, 1), unit(64, 192, 3)
        self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32)
        self.inception3b = Inception(256, 128, 128, 192, 32, 96, 64)
        self.inception4a = Inception(480, 192, 96, 208, 16, 48, 64)
        self.inception4b = Inception(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = Inception(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = Inception(512, 112, 144, 288, 32, 64, 64)
        self.inception4e = Inception(528, 256, 160, 320, 32, 128, 128)
        self.inception5a = Inception(832, 256, 160, 320, 32, 128, 128)
        self.inception5b = Inception(832, 384, 192, 384, 48, 128, 128)
        self.fc = nn.Linear(1024, 1000)


class Fire(nn.Module):
    def __init__(self, into: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(into, squeezed, 1)
        self.expand1x1, self.expand3x3 = nn.Conv2d(squeezed, expanded, 1), nn.Conv2d(squeezed, expanded, 3)


def squeezenet() -> nn.Module:
    """squeezenet.py, version 1_0."""
    features = nn.Sequential(nn.Conv2d(3, 96, 7), Fire(96, 16, 64), Fire(128, 16, 64), Fire(128, 32, 128))
    features.extend(
        [Fire(256, 32, 128), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256)]
    )
    return nn.Sequential(features, nn.Conv2d(512, 1000, 1))


def densenet(layers: Sequence[int], growth: int = 32) -> nn.Module:
    """densenet.py: in each layer norm1, conv1, norm2, conv2; in each transition norm, conv; at the end norm5."""
    features, width = nn.Sequential(conv(3, 64, 7), nn.BatchNorm2d(64)), 64
    for number, count in enumerate(layers, 1):
        for _ in range(count):
            middle = [nn.BatchNorm2d(width), conv(width, 4 * growth, 1), nn.BatchNorm2d(4 * growth)]
            features.append(nn.Sequential(*middle, conv(4 * growth, growth, 3)))
            width += growth
        features.append(nn.BatchNorm2d(width))
        if number < len(layers):
            features.append(conv(width, width // 2, 1))
            width //= 2
    return nn.Sequential(features, nn.Linear(width, 1000))


class Excitation(nn.Module):
    """SqueezeExcitation of torchvision.ops.misc: two 1 x 1 convolutions with bias."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)


def inverted(into: int, out: int, size: int, expansion: int, squeeze: bool) -> nn.Sequential:
    """InvertedResidual of mobilenetv2.py and MBConv of efficientnet.py."""
    wide = into * expansion
    parts: list[nn.Module] = [unit(into, wide, 1)] if expansion != 1 else []
    parts.append(unit(wide, wide, size, wide))
    if squeeze:
        parts.append(Excitation(wide, max(1, into // 4)))
    return nn.Sequential(*parts, conv(wide, out, 1), nn.BatchNorm2d(out))


def mobile(rows: Sequence[tuple[int, int, int, int]], first: int, last: int, squeeze: bool) -> nn.Module:
    """MobileNetV2 and EfficientNet; a row is expansion, size of the filters, channels, blocks."""
    features, into = nn.Sequential(unit(3, first, 3)), first
    for expansion, size, out, count in rows:
        for _ in range(count):
            features.append(inverted(into, out, size, expansion, squeeze))
            into = out
    features.append(unit(into, last, 1))
    return nn.Sequential(features, nn.Linear(last, 1000))


class EncoderBlock(nn.Module):
    """vision_transformer.py: ln_1, self_attention, ln_2, mlp."""

    def __init__(self) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(768)
        self.self_attention = nn.MultiheadAttention(768, 12, batch_first=True)
        self.ln_2 = nn.LayerNorm(768)
        self.mlp = nn.Sequential(nn.Linear(768, 3072), nn.GELU(), nn.Dropout(0.0), nn.Linear(3072, 768))


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.empty(1, 197, 768))
        self.layers = nn.Sequential(*[EncoderBlock() for _ in range(12)])
        self.ln = nn.LayerNorm(768)


class VisionTransformer(nn.Module):
    """vision_transformer.py, vit_b_16."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_proj = nn.Conv2d(3, 768, 16, stride=16)
        self.class_token = nn.Parameter(torch.zeros(1, 1, 768))
        self.encoder = Encoder()
        self.heads = nn.Sequential(nn.Linear(768, 1000))


MOBILENET_V2 = (
    (1, 3, 16, 1),
    (6, 3, 24, 2),
    (6, 3, 32, 3),
    (6, 3, 64, 4),
    (6, 3, 96, 3),
    (6, 3, 160, 3),
    (6, 3, 320, 1),
)
EFFICIENTNET_B0 = (
    *((1, 3, 16, 1), (6, 3, 24, 2), (6, 5, 40, 2), (6, 3, 80, 3), (6, 5, 112, 3), (6, 5, 192, 4), (6, 3, 320, 1)),
)
EFFICIENTNET_B7 = (
    *((1, 3, 32, 4), (6, 3, 48, 7), (6, 5, 80, 7), (6, 3, 160, 10), (6, 5, 224, 10), (6, 5, 384, 13), (6, 3, 640, 4)),
)

NETWORKS = {
    "vit-b-16": VisionTransformer,
    "mobilenet-v2": lambda: mobile(MOBILENET_V2, 32, 1280, squeeze=False),
    "efficientnet-b0": lambda: mobile(EFFICIENTNET_B0, 32, 1280, squeeze=True),
    "efficientnet-b7": lambda: mobile(EFFICIENTNET_B7, 64, 2560, squeeze=True),
    "googlenet": GoogLeNet,
    "squeezenet-1.0": squeezenet,
    "densenet-121": lambda: densenet((6, 12, 24, 16)),
    "alexnet": lambda: Chain([(64, 11), (192, 5), (384, 3), (256, 3), (256, 3)], 256 * 6 * 6),
    "vgg-16": lambda: vgg((2, 2, 3, 3, 3)),
    "vgg-19": lambda: vgg((2, 2, 4, 4, 4)),
    "resnet-18": lambda: ResNet((2, 2, 2, 2), (3, 3), 1),
    "resnet-50": lambda: ResNet((3, 4, 6, 3), (1, 3, 1), 4),
    "resnet-152": lambda: ResNet((3, 8, 36, 3), (1, 3, 1), 4),
}
